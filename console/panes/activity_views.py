"""Lifecycle and stickiness as answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from console.clock import Clock
from console.panes.behind import Behind
from console.show import intervals, lifecycle
from console.show.cohorts import Unit
from console.widgets.heat_table import HeatTable

if TYPE_CHECKING:
    from console.analytics.lifecycle import Lifecycle, Status
    from console.analytics.stickiness import Stickiness
    from console.mirror.activity import Activity

_ACTIVE: tuple[Status, ...] = ("returning", "resurrected", "new")
_NO_MISSING = "x lists who is missing from a cell of the grid; u leads there"


@dataclass(frozen=True)
class LifecycleView:
    """New, returning, resurrected and dormant per interval."""

    answer: Lifecycle
    clock: Clock

    @property
    def people_total(self) -> int:
        """Active customers, counted once per interval."""
        return sum(lifecycle.active(one) + one.dormant for one in self.answer.intervals)

    def table(self, unit: Unit) -> HeatTable:
        """A row per interval, with its bar."""
        return lifecycle.lifecycle_table(self.answer, self.clock)

    def says(self, row: int, column: int) -> Content:
        """The cell in a sentence."""
        return lifecycle.lifecycle_sentence(self.answer, row, column, self.clock)

    def behind(self, row: int, column: int, *, missing: bool) -> Behind | str:
        """Those in a state in an interval."""
        if missing:
            return _NO_MISSING
        question, clock, status = self.answer.question, self.clock, lifecycle.COLUMNS[column]

        def find(activity: Activity) -> tuple[int, ...]:
            from console.analytics.lifecycle import people

            states = (status,) if status else _ACTIVE
            parts = [people(activity, question, clock, row, one) for one in states]
            return tuple(one for part in parts for one in part)

        when = intervals.short(self.answer.intervals[row].start, question.period, clock)
        title = f"{when} · {lifecycle.status_words(status)}"
        return Behind(title, find, question.by == "account")


@dataclass(frozen=True)
class StickinessView:
    """Customers by the number of intervals they were active in."""

    answer: Stickiness
    clock: Clock

    @property
    def people_total(self) -> int:
        """Everybody who was active."""
        return self.answer.total

    def table(self, unit: Unit) -> HeatTable:
        """A row per number of intervals, with its bar."""
        return lifecycle.stickiness_table(self.answer)

    def says(self, row: int, column: int) -> Content:
        """The row in a sentence."""
        return lifecycle.stickiness_sentence(self.answer, row, self.clock)

    def behind(self, row: int, column: int, *, missing: bool) -> Behind | str:
        """Those active in exactly so many intervals."""
        if missing:
            return _NO_MISSING
        question, clock = self.answer.question, self.clock
        n = self.answer.columns[row].intervals

        def find(activity: Activity) -> tuple[int, ...]:
            from console.analytics.stickiness import people

            return people(activity, question, clock, n)

        title = f"active in exactly {intervals.some(n, question.period)}"
        return Behind(title, find, question.by == "account")
