"""What an event says, in words after the customer's name."""

from __future__ import annotations

from string import Template

from console.model import FeedEvent
from console.show.clean import clean
from console.show.money import amount
from console.verbs import VERBS

LONGEST = 200
"""Characters of a source's own text that a sentence takes in."""


def says(event: FeedEvent) -> str:
    """The event as plain, cleaned text: "bought for $84.00", "opened a ticket: …".

    The user's own words for it come first, then its verb's; without either its own name
    is quoted.
    """
    values = _values(event)
    verb = VERBS.get(event.verb or "")
    if event.phrase:
        return clean(_fill(event.phrase, values) or event.phrase, LONGEST)
    if verb is not None:
        return _fill(verb.says, values) or verb.bare
    words = f"“{clean(event.name, LONGEST)}”"
    return f"{words}: {values['object']}" if "object" in values else words


def _values(event: FeedEvent) -> dict[str, str]:
    values = {}
    if event.object and event.object.strip():
        values["object"] = clean(event.object.strip(), LONGEST)
    if event.feature and event.feature.strip():
        values["feature"] = clean(event.feature.strip().replace("_", " "), LONGEST)
    if event.amount is not None:
        values["amount"] = amount(event.amount, event.currency)
    return values


def _fill(phrase: str, values: dict[str, str]) -> str | None:
    # string.Template: the values of strangers are put in once and never looked into.
    try:
        return Template(phrase).substitute(values)
    except (KeyError, ValueError):
        return None
