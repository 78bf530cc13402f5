"""What is done with several customers at once: marks, export, a saved list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from console.mirror import customers as mirror
from console.mirror.database import Connection, MirrorError
from console.model import Person
from console.panes.export_keys import Exporting
from console.panes.exporting import Export
from console.panes.exports_of import of_customers
from console.panes.keeping import Keeping, Keepsake
from console.panes.pane import Meant, Say
from console.panes.people_list import PeopleList
from console.panes.roll import Within
from console.show import exports
from console.show.lines import count

_ON_PEOPLE = frozenset({"mark", "range", "mark_all", "export", "keep"})


class PeopleKeys(PeopleList, Keeping, Exporting):
    """The actions on marks. Their keys are listed in `customers`."""

    def why_not(self, action: str) -> str | None:
        """Why a key cannot act now."""
        marked = bool(self.roll.marks.ids) and action in ("export", "keep")
        if action in _ON_PEOPLE and not self.roll.found and not marked:
            return "there is nobody in this list"
        return super().why_not(action)

    def _refused(self, action: str) -> bool:
        if self.why_not(action):
            self.refuse(action)
            return True
        return False

    # -- marks --------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Mark the customer under the cursor, or take the mark away."""
        customer = self.customer
        if self._refused("mark") or customer is None:
            return
        self.roll.marks.turn(customer.id)
        row = self.rows.cursor
        self._marked(range(row, row + 1))
        self.rows.action_step(1)

    def action_range(self) -> None:
        """Begin a range under the cursor; or mark all from where it began."""
        customer, marks = self.customer, self.roll.marks
        if self._refused("range") or customer is None:
            return
        if marks.start is None:
            marks.start = customer.id
            self._marked(self.roll.reach_to(self.rows.cursor))
            return
        marks.ids.update(self.roll.found[row].id for row in self.roll.reach)
        changed = self.roll.reach
        self.roll.unmark(all_of_them=False)
        self._marked(changed)

    def follow_range(self, row: int) -> None:
        """Stretch a range to where the cursor is."""
        if self.roll.marks.start is not None:
            self._marked(self.roll.reach_to(row))

    def action_mark_all(self) -> None:
        """Mark all that match, also those who have not been read yet."""
        if not self._refused("mark_all"):
            wanted, clock, shown = self.wanted, self.desk.clock(), len(self.roll.found)
            self.ask(
                lambda db: wanted.everyone(db, clock),
                lambda ids: self._mark_all(ids, shown),
                failed=self._said_why, group="marks",
            )  # fmt: skip

    def _mark_all(self, ids: Sequence[int], shown: int) -> None:
        self.roll.marks.ids.update(ids)
        self._marked(range(len(self.roll.found)))
        self.post_message(Say(exports.marked(len(ids), shown)))

    def unmark(self) -> bool:
        """Let a range be, else take all marks away; False when there was neither."""
        marks = self.roll.marks
        if marks.start is None and not marks.ids:
            return False
        self.roll.unmark(all_of_them=marks.start is None)
        self._marked(range(len(self.roll.found)))
        return True

    def _marked(self, rows: Iterable[int]) -> None:
        top, height = self.rows.scroll_offset.y, self.rows.size.height
        inside = [row for row in rows if top <= row < top + height]
        self.rows.forget_rows()
        if inside:
            self.rows.repaint(*inside)
        self.say_facts()

    def _said_why(self, sentence: str) -> None:
        self.post_message(Say(sentence, bad=True))

    def _meant(self) -> str:
        """Whom a key acts on, in words."""
        marked = len(self.roll.marks.ids)
        return count(marked, "marked customer") if marked else (
            count(self.roll.total or 0, "customer")
        )  # fmt: skip

    @property
    def meant(self) -> Meant | None:
        """The marked, else the one under the cursor."""
        marked = self.roll.marks.ids
        if not marked:
            return super().meant
        now = self.desk.clock().now
        return Meant(tuple((id, now) for id in sorted(marked)), count(len(marked), "customer"))

    def acted(self, action: str, meant: Meant) -> None:
        """What was done to the marked has been done: they are marked no longer."""
        if self.roll.marks.ids:
            self.roll.unmark(all_of_them=True)
            self._marked(range(len(self.roll.found)))

    # -- export -------------------------------------------------------------------------

    def export_says(self) -> str:
        """The marked, else all that match."""
        return self._meant()

    def to_export(self, db: Connection) -> Export:
        """The marked, else all that match."""
        wanted, clock, marks = self.wanted, self.desk.clock(), set(self.roll.marks.ids)
        if marks:
            return of_customers(mirror.in_order(db, marks, wanted.sort), clock)
        return of_customers(wanted.everyone(db, clock), clock)

    # -- segments -----------------------------------------------------------------------

    def keepsake(self) -> Keepsake:
        """The marked; else the condition that all are of; else everybody in the list."""
        wanted, clock, marks = self.wanted, self.desk.clock(), set(self.roll.marks.ids)
        condition = wanted.within.condition if wanted.within else None
        if condition and not marks and not wanted.text.strip():
            return Keepsake(f"the condition {condition}", self.checked(condition))

        def people(db: Connection) -> Sequence[Person]:
            from console.mirror.persons import persons

            return persons(db, sorted(marks) if marks else wanted.everyone(db, clock))

        return Keepsake(f"a list of {self._meant()}", people)

    def among(self, condition: str) -> Within:
        """The people of a condition."""
        clock, saved = self.desk.clock(), self.desk.saved

        def who(db: Connection) -> Iterable[int]:
            from console.analytics import segments
            from console.mirror.activity import Activity

            activity = Activity(db, clock, saved=saved)
            try:
                return segments.members(activity, segments.read(activity, condition), clock)
            except ValueError as error:
                raise MirrorError(str(error)) from None

        return Within(condition, who, condition)
