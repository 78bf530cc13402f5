"""The box that a note is written in; what is in it is kept as a draft until it is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import TextArea

from console.show import triage as words
from console.show.clean import clean_lines
from console.tty.unpinned import unwatch
from console.widgets.bar import Bar

_REST = 0.5
"""Seconds without a key after which a draft is kept."""


def _clean(text: str) -> str:
    return "\n".join(clean_lines(text))


class NoteText(TextArea):
    """A text box into which nothing that acts on a terminal gets."""

    async def _on_paste(self, event: events.Paste) -> None:
        event.text = _clean(event.text)
        await super()._on_paste(event)

    def on_unmount(self) -> None:
        """Stay on no list."""
        unwatch(self)


class NoteBox(ModalScreen[str | None], inherit_bindings=False):
    """A modal box. Answers the note; None when it was left."""

    DEFAULT_CSS = """
    NoteBox { align: center top; background: $background 60%; }
    NoteBox > Vertical {
        width: 84; max-width: 100%; height: auto; margin-top: 2;
        background: $panel; border: round $hairline;
    }
    NoteBox Bar { background: $panel; }
    NoteBox TextArea {
        height: 8; max-height: 50vh; border: none; padding: 0 1; background: $panel; color: $ink;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "save", "Save", priority=True, id="note.save", tooltip="Save the note"),
        Binding("ctrl+j", "newline", "New line", priority=True, id="note.newline",
                tooltip="Begin a new line"),
        Binding("escape", "leave", "Leave", priority=True, id="note.leave",
                tooltip="Leave it; what is written stays as a draft"),
    ]  # fmt: skip

    def __init__(self, whom: str, draft: str, keep: Callable[[str], None]) -> None:
        """Make a box.

        whom: whom the note is about. draft: what was being written. keep: keeps a draft.
        """
        super().__init__()
        self._whom = whom
        self._draft = draft
        self._keep = keep
        self._kept = draft
        self.text = draft
        """What is written."""
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Whom it is about, the text, the keys."""
        with Vertical():
            yield Bar(id="note-head")
            box = NoteText(_clean(self._draft), soft_wrap=True, compact=True)
            box.cursor_blink = False
            box.highlight_cursor_line = False
            yield box
            yield Bar(id="note-foot")

    def on_mount(self) -> None:
        """The keys go to the text, at its end."""
        self.query_one("#note-head", Bar).say(words.note_head(self._whom))
        self.query_one("#note-foot", Bar).say(words.note_foot())
        box = self.query_one(NoteText)
        box.focus()
        box.move_cursor(box.document.end)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Keep a draft once the fingers rest."""
        event.stop()
        self.text = event.text_area.text
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_REST, self._keep_draft)

    def _keep_draft(self) -> None:
        if self.text != self._kept:
            self._kept = self.text
            self._keep(self.text)

    def on_unmount(self) -> None:
        """The line dropped, or the console ends: nothing written is lost."""
        self._keep_draft()

    def action_newline(self) -> None:
        """Begin a new line."""
        self.query_one(NoteText).insert("\n")

    def action_save(self) -> None:
        """Answer the note, which is a draft no longer."""
        # The last letters may be in the box while the word of them is still on its way.
        self._kept = self.text = self.query_one(NoteText).text
        self.dismiss(self.text if self.text.strip() else None)

    def action_leave(self) -> None:
        """Leave it as a draft."""
        self.dismiss(None)
