"""A sentence with parts that can be changed: walked from side to side, turned up and down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from console.widgets.painted import Painter


class Piece(NamedTuple):
    """Some words of the sentence; with an id they can be changed."""

    words: Content
    id: str | None = None


class Sentence(Widget, can_focus=True, inherit_bindings=False):
    """As many lines as it needs. What a change means is the owner's business."""

    DEFAULT_CSS = """
    Sentence { height: 1; color: $quiet; }
    """
    ALLOW_SELECT = False
    GROUP = "Sentence"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h,shift+tab", "step(-1)", "Before", show=False, id="sentence.left",
                tooltip="The part before"),
        Binding("right,l,tab", "step(1)", "Next", show=False, id="sentence.right",
                tooltip="The next part"),
        Binding("down,j", "turn(1)", "Next choice", show=False, id="sentence.down",
                tooltip="The next choice for this part"),
        Binding("up,k", "turn(-1)", "Choice before", show=False, id="sentence.up",
                tooltip="The choice before for this part"),
        Binding("enter", "open", "Choices", id="sentence.open",
                tooltip="All choices for this part, or words of your own"),
        Binding("backspace", "reset", "Usual", id="sentence.reset",
                tooltip="This part as it usually is"),
        Binding("escape", "leave", "Done", id="sentence.leave", tooltip="Leave the sentence"),
    ]  # fmt: skip

    class Turned(Message):
        """Another choice is wanted for a part: so many further on; 0 for the first one."""

        def __init__(self, id: str, by: int) -> None:
            super().__init__()
            self.id = id
            self.by = by

    class Opened(Message):
        """All choices of a part are wanted."""

        def __init__(self, id: str) -> None:
            super().__init__()
            self.id = id

    class Left(Message):
        """The keys should go elsewhere."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._painter = Painter(self)
        self._pieces: Sequence[Piece] = ()
        self._lines: list[Content] = []
        self.part: str | None = None
        """The part under the cursor."""

    def show(self, pieces: Sequence[Piece]) -> None:
        """Show other words; the cursor stays on its part while that is there."""
        self._pieces = pieces
        parts = self._parts
        if self.part not in parts:
            self.part = parts[0] if parts else None
        self._lay_out()

    def point(self, part: str) -> None:
        """Put the cursor on a part."""
        if part in self._parts:
            self.part = part
            self._lay_out()

    @property
    def _parts(self) -> list[str]:
        return [piece.id for piece in self._pieces if piece.id]

    def _lay_out(self) -> None:
        words = Content("").join(self._styled(piece) for piece in self._pieces)
        lines = words.wrap(max(1, self.size.width - 2)) if self.size.width else [words]
        same = [line.is_same(old) for line, old in zip(lines, self._lines, strict=False)]
        if not all(same) or len(lines) != len(self._lines):
            self._lines = lines
            if self.styles.height is None or self.styles.height.value != len(lines):
                self.styles.height = len(lines)
            self.refresh()

    def _styled(self, piece: Piece) -> Content:
        if piece.id is None:
            return piece.words
        if self.has_focus:
            here = piece.id == self.part
            return piece.words.stylize("bold $background on $ink" if here else "underline $ink")
        return piece.words.stylize("bold $ink")

    def render_line(self, y: int) -> Strip:
        """One line of it."""
        line = self._lines[y] if y < len(self._lines) else Content("")
        return self._painter.strip(Content(" ") + line, self.size.width, self.visual_style)

    def action_step(self, by: int) -> None:
        """Go to another part; round at the ends."""
        parts = self._parts
        if parts:
            at = parts.index(self.part) if self.part in parts else 0
            self.part = parts[(at + by) % len(parts)]
            self._lay_out()

    def action_turn(self, by: int) -> None:
        """Ask for another choice."""
        if self.part:
            self.post_message(self.Turned(self.part, by))

    def action_reset(self) -> None:
        """Ask for the first choice."""
        self.action_turn(0)

    def action_open(self) -> None:
        """Ask for all choices."""
        if self.part:
            self.post_message(self.Opened(self.part))

    def action_leave(self) -> None:
        """Give the keys away."""
        self.post_message(self.Left())

    def on_focus(self) -> None:
        """The cursor shows while the keys come here."""
        self._lay_out()

    def on_blur(self) -> None:
        """The cursor goes with the keys."""
        self._lay_out()

    def on_resize(self, event: events.Resize) -> None:
        """Lines break elsewhere."""
        self._lay_out()

    def on_click(self, event: events.Click) -> None:
        """A click takes the keys to the part that was clicked."""
        offset = sum(len(line.plain) + 1 for line in self._lines[: event.y]) + event.x - 1
        for piece in self._pieces:
            offset -= len(piece.words.plain)
            if offset < 0:
                if piece.id:
                    self.part = piece.id
                break
        self._lay_out()

    def notify_style_update(self) -> None:
        """Textual's word that theme or classes changed."""
        self._painter.clear()
        super().notify_style_update()
