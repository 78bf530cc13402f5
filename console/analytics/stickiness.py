"""Stickiness: in how many intervals of a window each customer was active.

The chosen event is the question's start event.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyroaring import BitMap

from console.analytics import segments
from console.analytics.acts import Units, starting
from console.analytics.grid import State
from console.analytics.question import CohortQuestion, QuestionError
from console.analytics.window import Window, window_of
from console.clock import Clock
from console.mirror.activity import Activity


@dataclass(frozen=True, slots=True)
class StickinessColumn:
    """Those who were active in exactly so many intervals."""

    intervals: int
    """From 1 up."""
    customers: int
    """Customers, or accounts when asked by account."""
    share: float | None
    """Of all who were active at all, 0 to 1; None when nobody was."""


@dataclass(frozen=True, slots=True)
class Stickiness:
    """Customers by the number of intervals they were active in."""

    question: CohortQuestion
    start: int
    """The instant the window begins (microseconds UTC)."""
    end: int
    """The instant it ends, which is not in it."""
    state: State
    """In progress while the last interval is not over: people may still move up."""
    total: int
    """All who were active at all."""
    columns: tuple[StickinessColumn, ...]
    """From one interval to all that have begun."""
    now: int


def columns(activity: Activity, question: CohortQuestion, clock: Clock) -> Stickiness:
    """Count customers by active intervals over the question's window.

    `min_occurrences` is how often one must act in an interval to be active in it; entry,
    return event, counting, brackets, values and 24-hour windows play no role.
    Raises QuestionError for events and segments that do not hold, and for a breakdown;
    `Interrupted` when cancelled.
    """
    with activity.snapshot(clock):
        window, exactly = _exactly(activity, question, clock)
        total = sum(map(len, exactly))
        return Stickiness(
            question,
            window.start,
            window.end,
            "complete" if window.end <= window.now else "in_progress",
            total,
            tuple(
                StickinessColumn(n, len(held), len(held) / total if total else None)
                for n, held in enumerate(exactly, 1)
            ),
            window.now,
        )


def people(
    activity: Activity, question: CohortQuestion, clock: Clock, intervals: int
) -> tuple[int, ...]:
    """Who was active in exactly `intervals` intervals: ids, ascending.

    Raises QuestionError when there is no such column, else what `columns` raises.
    """
    with activity.snapshot(clock):
        _, exactly = _exactly(activity, question, clock)
        if not 1 <= intervals <= len(exactly):
            raise QuestionError(f"intervals: there is no column {intervals}")
        return tuple(exactly[intervals - 1])


def _exactly(
    activity: Activity, question: CohortQuestion, clock: Clock
) -> tuple[Window, list[BitMap]]:
    if question.breakdown is not None:
        raise QuestionError("breakdown: stickiness has none; ask with a segment for each value")
    window = window_of(question, clock)
    members = segments.chosen(activity, question.segment, clock)
    population = members if question.by == "account" else None
    acts = starting(question, Units(activity, question.by, population))
    active = acts.during(window.spans[: window.begun], question.min_occurrences)
    if members is not None and population is None:
        active = [held & members for held in active]
    # at_least[n] holds those active in more than n of the intervals so far.
    at_least = [BitMap() for _ in active]
    for so_far, held in enumerate(active):
        activity.check()
        for n in range(so_far, 0, -1):
            at_least[n] |= at_least[n - 1] & held
        at_least[0] |= held
    above = [*at_least[1:], BitMap()]
    return window, [some - more for some, more in zip(at_least, above, strict=False)]
