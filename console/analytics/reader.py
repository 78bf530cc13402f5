"""Reads what a question asks about, by the shortest way that answers it.

What only slices an answer (segment, counting, brackets, means, customer breakdown) plays no
role here, so one reading serves them all and a re-slice reads nothing.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from sys import getsizeof

from pyroaring import BitMap

from console.analytics.acts import Units, returning, starting
from console.analytics.detail import read_events
from console.analytics.question import CohortQuestion
from console.analytics.reading import Reading, Readings, rows_of
from console.analytics.window import Window
from console.mirror.activity import Activity


def read(
    activity: Activity, question: CohortQuestion, window: Window, population: BitMap | None = None
) -> Readings:
    """Read, or recall, what `question` asks about; inside a snapshot.

    population: by account, the customers that count; None otherwise.
    Raises QuestionError for unknown events and mixed currencies, `Interrupted` when cancelled.
    """
    asked = replace(
        question,
        since=None,
        until=None,
        intervals=1,
        counting="on",
        brackets=(),
        segment=None,
        breakdown=question.breakdown if question.event_breakdown else None,
        aggregate="sum",
        mean="weighted",
    )
    who = blake2b(population.serialize()).digest() if population is not None else b""
    key = ("cohorts", asked, window.starts, activity.horizon, who)
    return activity.remember(
        key, lambda: _read(asked, window, Units(activity, asked.by, population)), _size
    )


def _read(question: CohortQuestion, window: Window, units: Units) -> Readings:
    starts, returns = starting(question, units), returning(question, units)
    if question.window == "24h" or question.value is not None or question.event_breakdown:
        return read_events(question, window, starts, returns)
    reading = Reading(
        rows_of(question, window, starts),
        returns.during(window.spans, question.min_occurrences),
    )
    read = Readings(reading)
    if starts.plain and returns.plain and question.period != "hour" and units.activity.days_fit:
        read.answered_from = "sets" if question.min_occurrences == 1 else "counts"
    return read


def _size(read: Readings) -> int:
    total = 0
    for reading in (read.whole, *read.groups.values()):
        total += sum(map(getsizeof, (*reading.rows, *reading.returns)))
        total += 100 * sum(map(len, (*(reading.sums or ()), *(reading.opening or ()))))
        total += 100 * len(reading.anchors or ())
    return total
