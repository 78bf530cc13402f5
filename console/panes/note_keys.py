"""The key that writes a note; what is being written is a draft until it is one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from console.mirror.database import Connection
from console.model import Person
from console.notebook.changes import Changed, Signed
from console.panes.acting import Acting
from console.panes.asking import Desk
from console.panes.pane import Meant


class NoteKeys(Acting):
    """A screen on whose customers notes are written."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "note", "Note", show=False, id="triage.note",
                tooltip="Write a note on the customer"),
    ]  # fmt: skip
    ON_CUSTOMERS = frozenset({"note"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._unkept: dict[str, str] = {}
        """Drafts by place, which the notebook could not take."""

    def action_note(self) -> None:
        """Write a note; what was begun before is there."""
        from console.notebook import drafts
        from console.triage import meant as known

        meant, config = self._wanted("note"), self.desk.config
        if meant is None:
            return

        def find(db: Connection) -> tuple[list[Person], str]:
            people = [person for person, _ in known(db, meant.ids)]
            if not people:
                raise ValueError("the customer is no longer in the mirror")
            return people, drafts.find(config.notebook, _place(people), config.person)

        self.ask_first(find, lambda found: self._write_note(meant, *found))

    def _write_note(self, meant: Meant, people: Sequence[Person], draft: str) -> None:
        from console.notebook import drafts, notes
        from console.panes.note_box import NoteBox

        book, place = self.desk.config.notebook, _place(people)

        def keep(text: str) -> None:
            by = self._signed()

            def kept(_: None) -> None:
                self._unkept.pop(place, None)

            def failed(why: str) -> None:
                self._unkept[place] = text
                self._say_why(why)

            self.writing.do(
                lambda db: drafts.keep(book, place, text, by, of=people),
                kept, failed=failed,
            )  # fmt: skip

        def save(text: str | None) -> None:
            if text is not None:
                # It is a draft until it is a note: a full disk must not cost what was written.
                keep(text)
                self.act("note", lambda who, by: _noted(text, who, by), meant)

        def _noted(text: str, who: list[tuple[Person, int]], by: Signed) -> Changed:
            return notes.add(
                book, [person for person, _ in who], text, by, draft=place, begun_on=people
            )

        self.app.push_screen(NoteBox(meant.says, self._unkept.get(place, draft), keep), save)


def _place(people: Sequence[Person]) -> str:
    """Where a draft of a note is kept: by whom it is about, whatever the mirror's numbers."""
    first = [person[0] for person in people[:20]]
    return f"note:{len(people)}:{json.dumps(first, ensure_ascii=False)}"
