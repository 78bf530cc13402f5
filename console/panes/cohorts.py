"""The cohorts: who came back, who did not, and the people behind every number."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType

from console.analytics.question import QuestionError
from console.clock import PERIODS
from console.mirror.database import Connection
from console.panes.asked import KINDS, Asked
from console.panes.behind import Behind
from console.panes.cohort_ground import CohortGround
from console.panes.cohort_state import Memento
from console.panes.pane import People, Say
from console.panes.question_box import Chosen, compare_box, part_box, sides
from console.panes.question_parts import parts
from console.show.question_words import changed
from console.widgets.filter_line import FilterLine
from console.widgets.heat_grid import HeatGrid
from console.widgets.sentence import Sentence


class CohortsPane(CohortGround):
    """A question as a sentence, its answer as a grid, and the cell under the cursor in words."""

    NAME = "cohorts"
    TITLE = "Cohorts"
    USAGE = "cohorts month"
    TELLS = "who came back, and who did not: cohorts, lifecycle, stickiness"
    BESIDE = False
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
        Binding("f", "view(1)", "View", id="cohorts.view",
                tooltip="Grid, lifecycle, stickiness, comparison in turn"),
        Binding("F", "view(-1)", "View before", show=False, id="cohorts.view_before",
                tooltip="The view before"),
        Binding("percent_sign", "unit", "Unit", key_display="%", id="cohorts.unit",
                tooltip="Shares, numbers, or the value that is added up"),
        Binding("b", "split", "Split by", show=False, id="cohorts.split",
                tooltip="Split by a property: a row per value, enter opens its cohorts"),
        Binding("equals_sign", "compare", "Compare", key_display="=", show=False,
                id="cohorts.compare", tooltip="Set two segments side by side"),
        Binding("M", "mean", "Mean", show=False, id="cohorts.mean",
                tooltip="The mean weighted by customers, or every cohort counting the same"),
        Binding("z", "undo", "Undo", show=False, id="cohorts.undo",
                tooltip="The question before"),
        Binding("Z", "redo", "Redo", show=False, id="cohorts.redo",
                tooltip="The question that was taken back"),
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

            return behind.customers(Activity(db, self.clock))

        self.post_message(People(found.title, who))

    # -- the question -------------------------------------------------------------------

    def on_sentence_turned(self, event: Sentence.Turned) -> None:
        """Another choice for a part, at once."""
        event.stop()
        part = parts(self.clock).get(event.id)
        if part is None:
            self.action_compare()
            return
        try:
            question = part.turned(self.state.asked.question, self.state.known, event.by)
        except QuestionError as error:
            self.post_message(Say(str(error), bad=True))
            return
        self.change(replace(self.state.asked, question=question))

    def on_sentence_opened(self, event: Sentence.Opened) -> None:
        """All choices of a part in a box, segments in their line."""
        event.stop()
        if event.id == "segment":
            self.action_among()
        elif event.id == "against":
            self.action_compare()
        else:
            self._open_part(event.id)

    def on_sentence_left(self, event: Sentence.Left) -> None:
        """Back to the numbers."""
        event.stop()
        self.grid.focus()

    def on_descendant_focus(self) -> None:
        """Every part of the question is said while it is being changed."""
        self.say_question()

    def on_descendant_blur(self) -> None:
        """Only what is unusual is said again."""
        self.call_after_refresh(self.say_question)

    def _open_part(self, id: str) -> None:
        part = parts(self.clock)[id]
        box = part_box(part, self.state.asked.question, self.state.known, self.clock)

        def take(chosen: tuple[Chosen | None, str] | None) -> None:
            if chosen is not None and chosen[0] is not None:
                question = part.put(self.state.asked.question, chosen[0].value)
                self.change(replace(self.state.asked, question=question))

        self.app.push_screen(box, take)

    def action_ask(self) -> None:
        """Into the sentence."""
        self.sentence.focus()

    def action_split(self) -> None:
        """Choose what to split by."""
        if self.state.asked.kind != "grid":
            self.change(replace(self.state.asked, kind="grid"))
        self._open_part("breakdown")

    def action_mean(self) -> None:
        """The other mean."""
        self._turn("mean", 1)

    def action_period(self, by: int) -> None:
        """Longer or shorter intervals."""
        asked = self.state.asked
        at = PERIODS.index(asked.question.period) + by
        if not 0 <= at < len(PERIODS):
            self.post_message(Say(f"There is nothing {'longer' if by > 0 else 'shorter'} than a "
                                  f"{asked.question.period}", bad=True))  # fmt: skip
            return
        self.change(replace(asked, question=replace(asked.question, period=PERIODS[at])))

    def _turn(self, id: str, by: int) -> None:
        part = parts(self.clock)[id]
        question = part.turned(self.state.asked.question, self.state.known, by)
        self.change(replace(self.state.asked, question=question))

    def action_view(self, by: int) -> None:
        """The next view; the comparison only once there is something to compare."""
        asked = self.state.asked
        kinds = [kind for kind in KINDS if kind != "compare" or asked.against]
        at = kinds.index(asked.kind)
        self.change(replace(asked, kind=kinds[(at + by) % len(kinds)]))

    def action_compare(self) -> None:
        """Choose two segments."""

        def take(chosen: tuple[str | None, str] | None) -> None:
            if chosen is not None and (text := chosen[0] or chosen[1]):
                self._compare(text)

        self.app.push_screen(compare_box(self.state.known), take)

    def _compare(self, text: str) -> None:
        try:
            against = sides(text)
        except ValueError as error:
            self.post_message(Say(str(error), bad=True))
            return
        self.change(replace(self.state.asked, kind="compare", against=against))

    def action_unit(self) -> None:
        """Shares, numbers, values."""
        if self.state.next_unit():
            self.show_answer()
        else:
            self.post_message(Say("This view has one unit; % is for the grid", bad=True))

    def action_undo(self) -> None:
        """The question before."""
        self._step(self.state.undo(), "Undone", "Nothing to undo: this is the first question")

    def action_redo(self) -> None:
        """The question that was taken back."""
        self._step(self.state.redo(), "Redone", "Nothing to redo")

    def _step(self, asked: Asked | None, done: str, nothing: str) -> None:
        if asked is None:
            self.post_message(Say(nothing, bad=True))
            return
        words = changed(self.state.asked.question, asked.question) or f"the {asked.kind}"
        self.post_message(Say(f"{done}: {words}"))
        self.change(asked, step=False)
        self.among.put(asked.question.segment or "")

    # -- among --------------------------------------------------------------------------

    def action_among(self) -> None:
        """Into the line with the segment."""
        self.typing_from = self.state.asked
        self.among.put(self.state.asked.question.segment or "")
        self.among.open()

    def on_filter_line_changed(self, event: FilterLine.Changed) -> None:
        """Each letter asks again."""
        event.stop()
        if event.text.strip() != (self.state.asked.question.segment or "").strip():
            self.change(self.state.with_segment(event.text), step=False)

    def on_filter_line_closed(self, event: FilterLine.Closed) -> None:
        """Back to the numbers."""
        event.stop()
        self.typed()
        self.grid.focus()

    # -- the screen's calls -------------------------------------------------------------

    def arrive(self) -> None:
        """The keys go to the numbers."""
        self.grid.focus()

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

    def go(self, said: str) -> str | None:
        """``:cohorts month``, ``:cohorts lifecycle``, ``:cohorts country=SE``."""
        said, asked = said.strip(), self.state.asked
        if said in PERIODS:
            self.change(replace(asked, question=replace(asked.question, period=said)))
        elif said in KINDS and said != "compare":
            self.change(replace(asked, kind=said))
        elif " against " in said:
            self._compare(said)
        elif said:
            self.among.put(said)
            self.change(self.state.with_segment(said))
        return None
