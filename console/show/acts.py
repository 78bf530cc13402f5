"""What customers do, as the end of a sentence that begins with them."""

from __future__ import annotations

from collections.abc import Sequence

from console.analytics.question import CohortQuestion, Where
from console.show.clean import clean
from console.verbs import VERBS

# Verbs whose own words are not about the customer: "customers who first a payment failed".
_HAD = {
    "profile_updated": "had their profile updated",
    "mail_bounced": "had a mail bounce",
    "charge_failed": "had a payment fail",
    "ticket_solved": "had a ticket solved",
}
_LONGEST = 40


def did(event: str | None) -> str:
    """An event as what they did: "placed an order", "did “Report Built”", "did anything"."""
    if event is None:
        return "did anything"
    kind, colon, rest = event.partition(":")
    if colon and kind in ("verb", "event", "feature"):
        if kind == "feature":
            return f"used “{clean(rest, _LONGEST)}”"
        event = rest
        if kind == "event":
            return f"did “{clean(event, _LONGEST)}”"
    if event in VERBS:
        return _HAD.get(event) or VERBS[event].bare
    return f"did “{clean(event, _LONGEST)}”"


def were(event: str | None) -> str:
    """The same of people who are known to have: "were active" where any event will do."""
    return "were active" if event is None else did(event)


def conditions(where: Sequence[Where]) -> str:
    """Conditions on an event's properties: "plan=pro and total>=50"."""
    return " and ".join(clean(str(one), _LONGEST) for one in where)


def came_back(question: CohortQuestion) -> str:
    """What those in a cell did: "came back", "placed an order with total>=50"."""
    words = "came back" if question.return_event is None else did(question.return_event)
    if question.return_where:
        words += f" with {conditions(question.return_where)}"
    if question.min_occurrences > 1:
        words += f" at least {question.min_occurrences} times"
    return words


def started(question: CohortQuestion) -> str:
    """What those of a row did to be in it: "first placed an order"."""
    words = did(question.start_event)
    if question.start_where:
        words += f" with {conditions(question.start_where)}"
    return words if question.entry == "recurring" else f"first {words}"
