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


class PeopleKeys(PeopleList, Keeping, Exporting):
    """The actions on marks. Their keys are listed in `customers`."""

    def why_not(self, action: str) -> str | None:
        """Why a key cannot act now."""
        if action in ("export", "keep") and not self.roll.found and not self.roll.marks.ids:
            return "there is nobody in this list"
        return super().why_not(action)

    # -- marks --------------------------------------------------------------------------

    def action_mark_all(self) -> None:
        """Mark all that match, also those who have not been read yet."""
        if self.why_not("mark_all"):
            self.refuse("mark_all")
            return
        wanted, clock, shown = self.wanted, self.desk.clock(), len(self.roll.found)

        def then(ids: Sequence[int]) -> None:
            self.mark(ids)
            self.post_message(Say(exports.marked(len(ids), shown)))

        self.ask(lambda db: wanted.everyone(db, clock), then, failed=self._said_why, group="marks")

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
        ids = tuple((id, now) for id in sorted(marked))
        return Meant(ids, count(len(marked), "customer"), marked=True)

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
