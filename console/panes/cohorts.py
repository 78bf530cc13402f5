"""The cohorts: who came back, who did not, and the people behind every number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, get_args

from textual.binding import Binding, BindingType

from console.clock import PERIODS
from console.mirror.database import Connection, MirrorError
from console.panes.answer_export import of_answer
from console.panes.asked import KINDS
from console.panes.asked_state import as_state, from_state
from console.panes.behind import Behind
from console.panes.cohort_state import Memento
from console.panes.export_keys import Exporting
from console.panes.exporting import Export
from console.panes.keeping import Keeping, Keepsake
from console.panes.pane import People, Say
from console.panes.question_keys import QuestionKeys
from console.show.cohorts import Unit
from console.widgets.heat_grid import HeatGrid


class CohortsPane(QuestionKeys, Keeping, Exporting):
    """A question as a sentence, its answer as a grid, and the cell under the cursor in words."""

    NAME = "cohorts"
    TITLE = "Cohorts"
    USAGE = "cohorts month"
    TELLS = "who came back, and who did not: cohorts, lifecycle, stickiness"
    BESIDE = False
    ALSO: ClassVar[Mapping[str, str]] = Keeping.ALSO
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "missing", "Missing", id="cohorts.missing",
                tooltip="List those of the row who are not in the cell"),
        Binding("slash", "among", "Among", key_display="/", id="cohorts.among",
                tooltip="Count only some customers, like country=SE plan!=free; esc clears"),
        Binding("a", "ask", "Ask", id="cohorts.ask",
                tooltip="Change the question: walk its parts, turn them up and down"),
        Binding("greater_than_sign", "period(1)", "Longer", key_display=">",
                id="cohorts.longer", tooltip="Longer intervals: hour, day, week, month"),
        Binding("less_than_sign", "period(-1)", "Shorter", key_display="<",
                id="cohorts.shorter", tooltip="Shorter intervals: month, week, day, hour"),
        Binding("u", "view(1)", "View", id="cohorts.view",
                tooltip="Grid, lifecycle, stickiness, comparison in turn"),
        Binding("U", "view(-1)", "View before", show=False, id="cohorts.view_before",
                tooltip="The view before"),
        Binding("percent_sign", "unit", "Unit", key_display="%", id="cohorts.unit",
                tooltip="Shares, numbers, or the value that is added up"),
        Binding("b", "split", "Split by", show=False, id="cohorts.split",
                tooltip="Split by a property: a row per value, enter opens its cohorts"),
        Binding("equals_sign", "compare", "Compare", key_display="=", show=False,
                id="cohorts.compare", tooltip="Set two segments side by side"),
        Binding("S", "keep", "Save", show=False, id="cohorts.keep",
                tooltip="Save the condition of the customers counted as a segment"),
        Binding("M", "mean", "Mean", show=False, id="cohorts.mean",
                tooltip="The mean weighted by customers, or every cohort counting the same"),
        Binding("z", "undo", "Undo", show=False, id="cohorts.undo",
                tooltip="The question before"),
        Binding("Z", "redo", "Redo", show=False, id="cohorts.redo",
                tooltip="The question that was taken back"),
        Binding("e", "export", "Export", show=False, id="cohorts.export",
                tooltip="Write or copy the numbers shown: CSV, JSON lines or text"),
        Binding("r", "reload", "Reload", show=False, id="cohorts.reload",
                tooltip="Read the mirror again"),
    ]  # fmt: skip

    # -- people -------------------------------------------------------------------------

    def on_heat_grid_moved(self, event: HeatGrid.Moved) -> None:
        """Say what the cell says."""
        event.stop()
        self.say_cell()

    def on_heat_grid_opened(self, event: HeatGrid.Opened) -> None:
        """Open a row of a split, or the people of a cell."""
        event.stop()
        if self.state.enter(event.row):
            self.show_answer(cursor=(1, min(1, event.column)))
        else:
            self._open_people(missing=False)

    def action_missing(self) -> None:
        """Those who are not in the cell."""
        self._open_people(missing=True)

    def _open_people(self, *, missing: bool) -> None:
        found = self.behind(missing=missing)
        if isinstance(found, str):
            self.post_message(Say(found, bad=True))
            return

        def who(db: Connection, behind: Behind = found) -> list[int]:
            from console.mirror.activity import Activity

            return behind.customers(Activity(db, self.clock, saved=self.desk.saved))

        title = f"Of accounts: {found.title}" if found.by_account else found.title
        self.post_message(People(title, who))

    # -- segments -----------------------------------------------------------------------

    def why_not(self, action: str) -> str | None:
        """Why a key cannot act now."""
        if action == "keep" and not self.state.asked.question.segment:
            return "there is no condition here yet; / takes one"
        if action == "export" and not self.grid.table.rows:
            return "there are no numbers here yet"
        return super().why_not(action)

    def export_says(self) -> str:
        """The answer in sight."""
        return "the numbers shown"

    def to_export(self, db: Connection) -> Export:
        """The answer in sight, or the part of it that is open."""
        shown = self.state.shown
        if shown is None:
            raise MirrorError("There are no numbers here yet.")
        return of_answer(shown, self.clock)

    def keepsake(self) -> Keepsake:
        """The condition of the customers counted."""
        condition = self.state.asked.question.segment or ""
        return Keepsake(f"the condition {condition}", self.checked(condition))

    def narrow(self, condition: str) -> str | None:
        """Count only customers of a condition."""
        return self.go(condition)

    def kept(self, name: str, what: str) -> None:
        """A segment more can be chosen."""
        super().kept(name, what)
        self.read_ahead()

    # -- the screen's calls -------------------------------------------------------------

    def arrive(self) -> None:
        """The keys go to the numbers; segments may have been saved elsewhere."""
        self.grid.focus()
        if self.state.view is not None and not self.asking():
            self.read_ahead()

    def action_reload(self) -> None:
        """Read the mirror again."""
        self.read()

    def action_clear(self) -> bool:
        """Esc: out of a split, then the segment, the split, the view."""
        asked = self.state.asked
        if (row := self.state.leave()) is not None:
            self.show_answer(cursor=(row, self.grid.column))
        elif asked.question.segment:
            self.among.put("")
            self.change(self.state.with_segment(""))
        elif asked.question.breakdown:
            self.change(replace(asked, question=replace(asked.question, breakdown=None)))
        elif asked.kind != "grid":
            self.change(replace(asked, kind="grid"))
        else:
            return False
        return True

    @property
    def memento(self) -> object:
        """What is shown."""
        state = self.state
        cursor = (self.grid.row, self.grid.column) if self.is_mounted else (0, 0)
        return Memento(state.asked, state.unit, state.group, state.inside, cursor)

    def restore(self, memento: object) -> None:
        """Show it again."""
        if not isinstance(memento, Memento):
            return
        state = self.state
        same = memento.asked == state.asked
        self.change(memento.asked)
        state.unit, state.group, state.inside = memento.unit, memento.group, memento.inside
        if same:
            self.show_answer(cursor=memento.cursor)

    def view_state(self) -> dict[str, Any]:
        """The question, and the unit its numbers are in."""
        return {"asked": as_state(self.state.asked), "unit": self.state.unit}

    def show_view(self, state: Mapping[str, Any]) -> str | None:
        """Ask it again."""
        try:
            asked = from_state(state.get("asked") or {})
        except ValueError as error:
            return f"This view cannot be shown: {error}"
        unit = next((one for one in get_args(Unit) if one == state.get("unit")), self.state.unit)
        self.restore(Memento(asked, unit, None, False, (0, 0)))
        return None

    def go(self, said: str) -> str | None:
        """``:cohorts month``, ``:cohorts lifecycle``, ``:cohorts country=SE``."""
        said, asked = said.strip(), self.state.asked
        if said in PERIODS:
            self.change(replace(asked, question=replace(asked.question, period=said)))
        elif said in KINDS and said != "compare":
            self.change(replace(asked, kind=said))
        elif " against " in said:
            self.compare(said)
        elif said:
            self.among.put(said)
            self.change(self.state.with_segment(said))
        return None
