"""How the question of the cohorts pane is changed: part by part, by key, and back again."""

from __future__ import annotations

from dataclasses import replace

from textual.actions import SkipAction

from console.analytics.question import QuestionError
from console.clock import PERIODS
from console.mirror.database import MirrorError
from console.panes.asked import KINDS, Asked
from console.panes.cohort_ground import CohortGround
from console.panes.pane import Say
from console.panes.question_box import Chosen, compare_box, part_box, sides
from console.panes.question_parts import parts
from console.show.question_words import changed
from console.widgets.filter_line import FilterLine
from console.widgets.sentence import Sentence


class QuestionKeys(CohortGround):
    """The actions that ask something else. Their keys are listed in `cohorts`."""

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
        question = replace(asked.question, period=PERIODS[at])
        if question.intervals == self.usual_intervals(asked.question.period):
            question = replace(question, intervals=self.usual_intervals(question.period))
        self.change(replace(asked, question=question))

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
                self.compare(text)

        self.app.push_screen(compare_box(self.state.known), take)

    def compare(self, text: str) -> None:
        """Set two segments side by side, like "plan=pro against the rest"."""
        try:
            against = sides(text, self.desk.saved)
        except (ValueError, MirrorError) as error:
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
        """The question before, unless something was written in the notebook since."""
        if self.written:
            raise SkipAction
        self._step(self.state.undo(), "Undone")

    def action_redo(self) -> None:
        """The question that was taken back."""
        self._step(self.state.redo(), "Redone")

    def _step(self, asked: Asked | None, done: str) -> None:
        if asked is None:
            # The notebook may have something to turn.
            raise SkipAction
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
