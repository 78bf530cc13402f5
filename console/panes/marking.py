"""Marks on the rows of a list of customers: one, a range, all, and away with them."""

from __future__ import annotations

from collections.abc import Iterable

from console.panes.marks import Markable
from console.panes.pane import Meant, Pane
from console.widgets.row_list import RowList

_ON_ROWS = frozenset({"mark", "range", "mark_all"})


class Marking(Pane):
    """A pane whose customers can be marked. Each pane lists the keys, in its own words."""

    roll: Markable

    @property
    def rows(self) -> RowList:
        """The list."""
        raise NotImplementedError

    def say_facts(self) -> None:
        """Say how many there are, and how many are marked."""
        raise NotImplementedError

    def why_not(self, action: str) -> str | None:
        """Why a key cannot act now."""
        if action in _ON_ROWS and not self.roll.ids:
            return "there is nobody in this list"
        return super().why_not(action)

    def action_mark(self) -> None:
        """Mark the customer under the cursor, or take the mark away."""
        if self.why_not("mark"):
            self.refuse("mark")
            return
        row = self.rows.cursor
        self.roll.marks.turn(self.roll.ids[row])
        self.marked([row])
        self.rows.action_step(1)

    def action_range(self) -> None:
        """Begin a range under the cursor; or mark all from where it began."""
        marks, ids = self.roll.marks, self.roll.ids
        if self.why_not("range"):
            self.refuse("range")
        elif marks.start is None:
            marks.start = ids[self.rows.cursor]
            self.marked(self.roll.reach_to(self.rows.cursor))
        else:
            reach = marks.reach
            marks.clear(all_of_them=False)
            self.mark(ids[row] for row in reach)

    def follow_range(self, row: int) -> None:
        """Stretch a range to where the cursor is."""
        if self.roll.marks.start is not None:
            self.marked(self.roll.reach_to(row))

    def action_mark_all(self) -> None:
        """Mark all that are shown."""
        if self.why_not("mark_all"):
            self.refuse("mark_all")
        else:
            self.mark(self.roll.ids)

    def mark(self, ids: Iterable[int]) -> None:
        """Mark some customers besides those that are."""
        self.roll.marks.ids.update(ids)
        self.marked(range(len(self.roll.ids)))

    def unmark(self) -> bool:
        """Let a range be, else take all marks away; False when there was neither."""
        marks = self.roll.marks
        if marks.start is None and not marks.ids:
            return False
        marks.clear(all_of_them=marks.start is None)
        self.marked(range(len(self.roll.ids)))
        return True

    def acted(self, action: str, meant: Meant) -> None:
        """The marked are marked no longer once something is done about them."""
        marks = self.roll.marks
        marks.clear(all_of_them=False)
        if meant.marked:
            marks.ids.difference_update(id for id, _ in meant.ids)
        self.marked(range(len(self.roll.ids)))

    def not_acted(self, meant: Meant) -> None:
        """It could not be done: they are marked again."""
        if meant.marked:
            self.mark(id for id, _ in meant.ids)

    def marked(self, rows: Iterable[int]) -> None:
        """Show that the marks of some rows have changed."""
        if changed := list(rows):
            self.rows.repaint(*changed)
        self.say_facts()
