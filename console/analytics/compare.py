"""Two segments side by side: the same grid of each, and how far they differ.

Differences are in shares (0.1 is ten customers of a hundred), with Newcombe's 95 % range.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from console.analytics import cohorts, segments
from console.analytics.grid import Grid, State
from console.analytics.proportions import newcombe
from console.analytics.question import CohortQuestion
from console.clock import Clock
from console.mirror.activity import Activity

ENOUGH = 20
"""A share is compared only when it rests on so many customers on either side."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far one cell of the first grid lies above that of the second."""

    column: int
    first: int
    first_of: int
    second: int
    second_of: int
    points: float | None
    """First share minus second, -1 to 1; None when either cohort is empty."""
    low: float | None
    high: float | None
    state: State
    """Complete only when the cell is so in both grids."""

    @property
    def enough(self) -> bool:
        """Whether both sides have customers enough to be compared."""
        return min(self.first_of, self.second_of) >= ENOUGH

    @property
    def says(self) -> bool:
        """Whether it says anything: complete, enough customers, a range that leaves out 0."""
        if self.low is None or self.high is None or self.state != "complete":
            return False
        return self.enough and not self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """The differences of one cohort."""

    start: int
    """The instant its interval begins (microseconds UTC)."""
    cells: tuple[Difference, ...]
    """From column 1 on: column 0 is everybody in both."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two grids and their differences."""

    first: Grid
    second: Grid
    rows: tuple[DifferenceRow, ...]
    pooled: tuple[Difference, ...]
    """By column, over the cells that are complete; from column 1 on."""
    overlap: int
    """Customers who are in both segments; the ranges hold for segments that share none."""


def grids(
    activity: Activity, question: CohortQuestion, clock: Clock, first: str, second: str
) -> Comparison:
    """Ask `question` of two segments, each within the question's own.

    first, second: conditions as `segments.read` reads them. Rates are compared, not values.
    Raises what `cohorts.grid` raises.
    """
    # Each by itself first, so that an error points into the text it is in.
    texts = [segments.read(activity, text).text for text in (first, second)]
    with activity.snapshot(clock):
        asked = [
            replace(question, segment=within(question.segment, text), breakdown=None)
            for text in texts
        ]
        ours, theirs = (cohorts.grid(activity, one, clock) for one in asked)
        members = [segments.chosen(activity, one.segment, clock) for one in asked]
        shared = len(members[0] & members[1]) if members[0] and members[1] else 0
        return Comparison(ours, theirs, _rows(ours, theirs), _pooled(ours, theirs), shared)


def within(outer: str | None, inner: str) -> str:
    """The condition that both hold."""
    return f"({outer}) and ({inner})" if outer else inner


def _rows(ours: Grid, theirs: Grid) -> tuple[DifferenceRow, ...]:
    rows = []
    for row, other in zip(ours.rows, theirs.rows, strict=True):
        cells = []
        for cell, twin in zip(row.cells[1:], other.cells[1:], strict=False):
            both = cell.state == twin.state == "complete"
            state: State = "complete" if both else "in_progress"
            cells.append(
                _difference(
                    cell.column, (cell.customers, row.size), (twin.customers, other.size), state
                )
            )
        rows.append(DifferenceRow(row.start, tuple(cells)))
    return tuple(rows)


def _pooled(ours: Grid, theirs: Grid) -> tuple[Difference, ...]:
    found = []
    for column in range(1, len(ours.columns)):
        sides = []
        for grid in (ours, theirs):
            mean = grid.mean.cells[column]
            sides.append((mean.customers, mean.of))
        found.append(_difference(column, sides[0], sides[1], "complete"))
    return tuple(found)


def _difference(
    column: int, first: tuple[int, int], second: tuple[int, int], state: State
) -> Difference:
    bounds = newcombe(*first, *second)
    points = first[0] / first[1] - second[0] / second[1] if bounds else None
    low, high = bounds or (None, None)
    return Difference(column, *first, *second, points, low, high, state)
