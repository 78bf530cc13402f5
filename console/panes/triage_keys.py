"""Keys that handle customers, whichever pane shows them: done, claim, wait, tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from console.mirror.database import Connection
from console.model import Person
from console.notebook.changes import Changed, Signed
from console.panes.note_keys import NoteKeys
from console.panes.pane import Meant
from console.panes.triage_boxes import tag_box, wait_box


class TriageKeys(NoteKeys):
    """A screen whose customers can be handled."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "done", "Done", show=False, id="triage.done",
                tooltip="Handled: away until something new happens; acts on the marked"),
        Binding("c", "claim", "Claim", show=False, id="triage.claim",
                tooltip="Say that you are at it, for ten minutes; again gives it up"),
        Binding("w", "wait", "Wait", show=False, id="triage.wait",
                tooltip="Put off until a time, or until something new happens"),
        Binding("number_sign", "tag", "Tag", key_display="#", show=False, id="triage.tag",
                tooltip="Give a tag, or take one away"),
    ]  # fmt: skip
    ON_CUSTOMERS = NoteKeys.ON_CUSTOMERS | {"done", "claim", "wait", "tag"}

    def action_done(self) -> None:
        """Handled, up to what was seen."""
        from console.notebook import triage

        book = self.desk.config.notebook
        self.act("done", lambda people, by: triage.done(book, people, by))

    def action_claim(self) -> None:
        """Claim; what one holds already is given up."""
        from console.notebook import triage
        from console.triage import held_by

        config = self.desk.config

        def turn(people: list[tuple[Person, int]], by: Signed) -> Changed:
            who = [person for person, _ in people]
            mine = all(held_by(config.notebook, person, by.at) == by.who for person in who)
            return (triage.release if mine else triage.claim)(config.notebook, who, by)

        self.act("claim", turn)

    def action_wait(self) -> None:
        """Ask until when, and put off."""
        from console.notebook import triage

        meant, book = self._wanted("wait"), self.desk.config.notebook

        def put_off(answer: tuple[int | None, str] | None) -> None:
            until = answer[0] if answer else None
            if until is not None:
                self.act("wait", lambda who, by: triage.wait(book, who, until, by), meant)

        if meant is not None:
            self.app.push_screen(wait_box(self.desk.clock()), put_off)

    def action_tag(self) -> None:
        """Give a tag, or take one away."""
        from console.notebook.overview import tags
        from console.triage import meant as known

        meant, book = self._wanted("tag"), self.desk.config.notebook
        if meant is None:
            return

        def find(db: Connection) -> tuple[Sequence[str], Sequence[str]]:
            people = [person for person, _ in known(db, meant.ids)]
            return tags(book, people)

        self.ask_first(find, lambda found: self._tag(meant, *found))

    def _tag(self, meant: Meant, theirs: Sequence[str], others: Sequence[str]) -> None:
        from console.notebook import notes

        book = self.desk.config.notebook

        def turn(answer: tuple[tuple[str, bool] | None, str] | None) -> None:
            chosen = answer[0] if answer else None
            if chosen is None:
                return
            tag, given = chosen
            change = notes.tag if given else notes.untag
            self.act(
                "tag" if given else "untag",
                lambda who, by: change(book, [person for person, _ in who], tag, by), meant,
            )  # fmt: skip

        self.app.push_screen(tag_box(theirs, others), turn)
