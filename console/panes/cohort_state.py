"""What the cohorts pane shows and how it came there. Knows no widget."""

from __future__ import annotations

from dataclasses import dataclass, replace

from console.analytics.grid import Group
from console.clock import Clock
from console.mirror.vocabulary import Vocabulary
from console.panes.activity_views import LifecycleView
from console.panes.asked import Asked
from console.panes.behind import View
from console.panes.grid_views import GridView, SplitView
from console.show.cohorts import Unit, units
from console.show.question_words import (
    compare_pieces,
    grid_pieces,
    lifecycle_pieces,
    stickiness_pieces,
)
from console.widgets.sentence import Piece

_MOST_STEPS = 200


@dataclass(frozen=True)
class Memento:
    """What was shown: enough to show it again."""

    asked: Asked
    unit: Unit
    group: Group | None
    inside: bool
    cursor: tuple[int, int]


class CohortState:
    """The present question, its answer, and the ones before."""

    def __init__(self) -> None:
        self.asked = Asked()
        self.unit: Unit = "percent"
        self.view: View | None = None
        """The last answer; it stays while the next one is on its way."""
        self.known = Vocabulary()
        self.inside = False
        """Whether one grid of a split is open."""
        self.group: Group | None = None
        """Which one; None is the whole."""
        self._before: list[Asked] = []
        self._after: list[Asked] = []

    @property
    def shown(self) -> View | None:
        """The answer, or the part of it that is open."""
        if not self.inside or not isinstance(self.view, SplitView):
            return self.view
        for row in range(len(self.view.grid.groups) + 1):
            within = self.view.within(row)
            if within.group == self.group:
                return within
        return self.view

    def enter(self, row: int) -> bool:
        """Open a row of a split; False when there is none to open."""
        if isinstance(self.shown, SplitView):
            self.inside, self.group = True, self.shown.within(row).group
            return True
        return False

    def leave(self) -> int | None:
        """Close the open row of a split; answers which it was."""
        if not self.inside or not isinstance(self.view, SplitView):
            return None
        values = [None, *(group for group, _ in self.view.grid.groups)]
        self.inside = False
        return values.index(self.group) if self.group in values else 0

    def ask(self, asked: Asked, *, step: bool = True) -> bool:
        """Ask something else; answers whether it differs.

        step: whether `z` leads back to the question before.
        """
        if asked == self.asked:
            return False
        if step:
            self._before = [*self._before[-_MOST_STEPS:], self.asked]
            self._after.clear()
        if asked.question.breakdown != self.asked.question.breakdown:
            self.inside = False
        if asked.question.value != self.asked.question.value:
            self.unit = "value" if asked.question.value else "percent"
        self.asked = asked
        return True

    def undo(self) -> Asked | None:
        """The question before; None when there is none."""
        if not self._before:
            return None
        self._after.append(self.asked)
        return self._before.pop()

    def redo(self) -> Asked | None:
        """The question that was taken back; None when there is none."""
        if not self._after:
            return None
        self._before.append(self.asked)
        return self._after.pop()

    def next_unit(self) -> bool:
        """Percent, numbers, values in turn; False where there is only one way."""
        shown = self.shown
        if not isinstance(shown, GridView | SplitView):
            return False
        ways = units(shown.grid)
        at = ways.index(self.unit) if self.unit in ways else -1
        self.unit = ways[(at + 1) % len(ways)]
        return True

    def pieces(self, clock: Clock, *, every: bool) -> list[Piece]:
        """The question as a sentence."""
        question = self.asked.question
        if self.asked.kind == "lifecycle":
            return lifecycle_pieces(question, clock, every=every)
        if self.asked.kind == "stickiness":
            return stickiness_pieces(question, clock, every=every)
        if self.asked.kind == "compare":
            return compare_pieces(question, clock, self.asked.names, every=every)
        return grid_pieces(question, clock, every=every)

    def with_segment(self, text: str) -> Asked:
        """The present question, asked among others."""
        segment = text.rstrip() or None
        return replace(self.asked, question=replace(self.asked.question, segment=segment))


def first_cell(view: View) -> tuple[int, int]:
    """Where the cursor begins: the newest numbers that will not change any more."""
    if isinstance(view, LifecycleView):
        found = view.answer.intervals
        return max((n for n, one in enumerate(found) if one.state == "complete"), default=0), 0
    if not isinstance(view, GridView):
        return 0, 1
    whole = [
        place for place, row in enumerate(view.grid.rows, 1)
        if row.size and len(row.cells) > 1 and row.cells[1].state == "complete"
    ]  # fmt: skip
    return (whole[-1] if whole else 1), 1
