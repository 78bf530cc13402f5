"""The lines around a cohort grid: which view, how many, what is wrong, why it is empty. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from console.analytics.grid import Grid
from console.analytics.question import CohortQuestion
from console.show import intervals, states
from console.show.acts import started
from console.show.clean import clean
from console.show.cohorts import Unit
from console.show.lines import Part, count, cut, line

VIEWS = {"grid": "Grid", "lifecycle": "Lifecycle", "stickiness": "Stickiness",
         "compare": "Compare"}  # fmt: skip
_UNITS = {"percent": "% of each cohort", "number": "customers", "value": "value"}


def views(kind: str) -> Content:
    """The views, the present one marked."""
    parts: list[Part] = [(" ", "")]
    for name, label in VIEWS.items():
        here = name == kind
        parts.append((f"▸{label}" if here else f" {label}", "bold $primary" if here else "$faint"))
        parts.append((" ", ""))
    return line(*parts)


def grid_facts(grid: Grid, unit: Unit) -> Content:
    """How many, in what unit, and who is left out."""
    said = [count(grid.customers, grid.question.by)]
    if grid.without_account:
        said.append(f"{count(grid.without_account, 'customer')} of no account left out")
    if grid.groups_left_out:
        said.append(f"{count(grid.groups_left_out, 'more value')}")
    words = f"{grid.question.by}s" if unit == "number" else _UNITS[unit]
    if unit == "value":
        words = f"{grid.question.aggregate} of {clean(grid.question.value or '', 20)}"
        words += f" in {clean(grid.currency, 8)}" if grid.currency else ""
    return line((" · ".join([words, *said]), "$quiet"), " ")


def slip(text: str, position: int, reason: str, indent: int, width: int) -> Content:
    """A caret under the wrong character and what is wrong there.

    text: what was typed, which begins `indent` cells from the left of a line of `width`.
    """
    at = min(indent + len(clean(text[:position])), max(0, width - 2))
    words = cut(reason, max(10, width - 4))
    if at + 3 + len(words) <= width or at < 12:
        return line(" " * at, ("^ ", "bold $bad"), (words, "$bad"))
    words = cut(words, at - 2)
    return line(" " * (at - 1 - len(words)), (words, "$bad"), (" ^", "bold $bad"))


def trouble(reason: str) -> tuple[Content, ...]:
    """The question cannot be asked."""
    return states.state("That cannot be asked", reason[:1].upper() + reason[1:] + ".",
                        "z takes it back · a changes the question", bad=True)  # fmt: skip


def nobody(question: CohortQuestion, customers: int | None) -> tuple[Content, ...]:
    """There is nobody to show.

    customers: how many the mirror holds; None when that is not known yet.
    """
    if customers == 0:
        return states.state(
            "No customers yet",
            "Cohorts appear here as soon as the mirror holds customers and what they did.",
            "console import PATH…",
        )
    window = intervals.some(question.intervals, question.period)
    among = f" among {clean(question.segment, 60)}" if question.segment else ""
    steps: Sequence[str] = (
        *(("/ changes whom to look at",) if question.segment else ()),
        "> longer intervals", "a changes the question",
    )  # fmt: skip
    who = f"No {question.by} {started(question)} in these {window}{among}."
    return states.state("Nobody here", who, " · ".join(steps))
