"""Lifecycle: in each interval, who is new, who returns, who is back, who has gone quiet.

The chosen event is the question's start event; by "new" is meant the first one over all
history, whatever a profile says of its own creation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from pyroaring import BitMap

from console.analytics import segments
from console.analytics.acts import Acts, Units, starting
from console.analytics.grid import State
from console.analytics.question import CohortQuestion, QuestionError
from console.analytics.window import Window, window_of
from console.clock import Clock
from console.mirror.activity import Activity

Status = Literal["new", "returning", "resurrected", "dormant"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class LifecycleInterval:
    """How many customers (accounts) are in each state in one interval."""

    start: int
    """The instant it begins (microseconds UTC)."""
    end: int
    """The instant it ends, which is not in it."""
    new: int
    """Active for the first time ever."""
    returning: int
    """Active in the interval before as well."""
    resurrected: int
    """Active again after at least one interval without."""
    dormant: int
    """Active in the interval before and not, or not yet, in this one."""
    state: State


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The intervals of a window, oldest first."""

    question: CohortQuestion
    intervals: tuple[LifecycleInterval, ...]
    now: int


def intervals(activity: Activity, question: CohortQuestion, clock: Clock) -> Lifecycle:
    """Tell the lifecycle in each interval of the question's window that has begun.

    `min_occurrences` is how often one must act in an interval to be active in it; entry,
    return event, counting, brackets, values and 24-hour windows play no role.
    Raises QuestionError for events and segments that do not hold, and for a breakdown;
    `Interrupted` when cancelled.
    """
    with activity.snapshot(clock):
        window, states = _states(activity, question, clock)
        found = [
            LifecycleInterval(
                start=window.starts[index],
                end=window.starts[index + 1],
                state=window.state(index),
                **{status: len(held) for status, held in sets.items()},
            )
            for index, sets in enumerate(states)
        ]
        return Lifecycle(question, tuple(found), window.now)


def people(
    activity: Activity, question: CohortQuestion, clock: Clock, interval: int, status: Status
) -> tuple[int, ...]:
    """Who is in a state in an interval, counted from 0: ids, ascending, as many as it says.

    Raises QuestionError when there is no such interval, else what `intervals` raises.
    """
    with activity.snapshot(clock):
        _, states = _states(activity, question, clock)
        if not 0 <= interval < len(states):
            raise QuestionError(f"interval: there is no interval {interval}")
        return tuple(states[interval][status])


def _states(
    activity: Activity, question: CohortQuestion, clock: Clock
) -> tuple[Window, list[dict[Status, BitMap]]]:
    if question.breakdown is not None:
        raise QuestionError("breakdown: lifecycle has none; ask with a segment for each value")
    window = window_of(question, clock)
    members = segments.chosen(activity, question.segment, clock)
    population = members if question.by == "account" else None
    acts = starting(question, Units(activity, question.by, population))
    spans = [(window.before, window.start), *window.spans[: window.begun]]
    states = _sorted_out(acts, spans, question.min_occurrences)
    if members is not None and population is None:
        states = [{status: held & members for status, held in one.items()} for one in states]
    return window, states


def _sorted_out(
    acts: Acts, spans: list[tuple[int, int]], at_least: int
) -> list[dict[Status, BitMap]]:
    active = acts.during(spans, at_least)
    acted = active if at_least == 1 else acts.during(spans)
    seen = acts.before(spans[0][0]) | acted[0]
    states: list[dict[Status, BitMap]] = []
    for before, now, any_now in zip(active, active[1:], acted[1:], strict=False):
        states.append(
            {
                "new": now - seen,
                "returning": now & before,
                "resurrected": (now & seen) - before,
                "dormant": before - now,
            }
        )
        seen |= any_now
    return states
