"""Cohort grids as answers: whole, split by a property, or compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.content import Content

from console.analytics.grid import CohortCell, Grid, Group
from console.clock import Clock
from console.panes.behind import Behind
from console.show import cohort_words, cohorts, comparison, intervals
from console.show.cohorts import Unit
from console.widgets.heat_table import HeatTable

if TYPE_CHECKING:
    from console.analytics.compare import Comparison
    from console.mirror.activity import Activity


@dataclass(frozen=True)
class GridView:
    """A cohort grid, or one of those it is split into."""

    grid: Grid
    clock: Clock
    group: Group | None = None

    @property
    def people_total(self) -> int:
        """Different customers in any row."""
        return self.grid.customers

    def table(self, unit: Unit) -> HeatTable:
        """The mean and the cohorts."""
        return cohorts.table(self.grid, self.clock, unit)

    def says(self, row: int, column: int) -> Content:
        """The cell in a sentence."""
        return cohort_words.sentence(self.grid, row, column, self.clock)

    def behind(self, row: int, column: int, *, missing: bool) -> Behind | str:
        """The cell's people, by the same function that counted them."""
        grid, question, clock = self.grid, self.grid.question, self.clock
        if row == 0:
            return "The mean is of many cohorts; go down to one of them"
        cells = grid.rows[row - 1].cells
        if column >= len(cells):
            return f"{intervals.later(grid.columns[column], question.period)} has not begun"
        if missing and column == 0:
            return "Nobody is missing from the whole cohort; go right to a later one"
        here = cells[column].customers
        if (grid.rows[row - 1].size - here if missing else here) == 0:
            return "Nobody is missing there" if missing else "There is nobody in this cell"
        cell = CohortCell(row - 1, column, self.group)

        def find(activity: Activity) -> tuple[int, ...]:
            from console.analytics.cohorts import people

            return people(activity, question, clock, cell, missing)

        title = cohort_words.people_title(grid, row - 1, column, clock, missing=missing)
        if self.group is not None:
            title = f"{cohort_words.group_title(grid, self.group)} · {title}"
        return Behind(title, find, question.by == "account")


@dataclass(frozen=True)
class SplitView:
    """A grid split by a property: a row per value."""

    grid: Grid
    clock: Clock

    @property
    def people_total(self) -> int:
        """Different customers in any row."""
        return self.grid.customers

    def table(self, unit: Unit) -> HeatTable:
        """Everyone, and a row per value."""
        return cohorts.split_table(self.grid, unit)

    def says(self, row: int, column: int) -> Content:
        """The cell in a sentence."""
        return cohort_words.split_sentence(self.grid, row, column)

    def within(self, row: int) -> GridView:
        """The cohorts of a row."""
        if row == 0:
            return GridView(replace(self.grid, groups=()), self.clock)
        group, grid = self.grid.groups[row - 1]
        return GridView(grid, self.clock, group)

    def behind(self, row: int, column: int, *, missing: bool) -> Behind | str:
        """Nobody yet: these are means."""
        return "This is the mean of many cohorts; enter opens them"


@dataclass(frozen=True)
class CompareView:
    """Two segments' grids and their differences."""

    answer: Comparison
    names: tuple[str, str]
    clock: Clock

    @property
    def people_total(self) -> int:
        """Customers on either side."""
        return self.answer.first.customers + self.answer.second.customers

    def table(self, unit: Unit) -> HeatTable:
        """Differences in points."""
        return comparison.table(self.answer, self.clock)

    def says(self, row: int, column: int) -> Content:
        """The cell in a sentence."""
        return comparison.sentence(self.answer, row, column, self.names, self.clock)

    def behind(self, row: int, column: int, *, missing: bool) -> Behind | str:
        """The people of the first side's cell."""
        return GridView(self.answer.first, self.clock).behind(row, column, missing=missing)
