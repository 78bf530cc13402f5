"""Prepared lines to read and scroll through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.strip import Strip

from console.widgets.motion import motion
from console.widgets.painted import PaintedView

Layout = Callable[[int], Sequence[Content]]
"""A width in cells to lines no wider."""
_LEAST = 30


class LineView(PaintedView):
    """Lines without a cursor."""

    DEFAULT_CSS = """
    LineView { height: 1fr; color: $ink; }
    """
    GROUP = "Page"
    BINDINGS: ClassVar[list[BindingType]] = [
        *motion("text", "roll", "A line", ("Top", "To the top"), ("End", "To the end"))
    ]

    class NearEnd(Message):
        """Fewer than a screen of lines are left below."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.lines: Sequence[Content] = ()
        self._layout: Layout | None = None
        self._words: Sequence[Content] = ()

    def show(self, layout: Layout | None, *, top: int | None = 0) -> None:
        """Show the lines that `layout` makes for a width in cells, again at every resize.

        top: the first line to be seen; None leaves the place as it is.
        """
        self._layout = layout
        self._words = ()
        self._lay_out()
        if top is not None:
            self.move_to(top)
        self.refresh_changed()

    def _lay_out(self) -> None:
        width = self.size.width
        self.lines = self._layout(max(_LEAST, width)) if self._layout and width else ()
        self.hold(len(self.lines))

    def on_resize(self) -> None:
        """Lines are laid out for a width."""
        self.fit_size()

    def resized(self) -> None:
        """Lines are laid out for a width."""
        self._lay_out()

    def say(self, *words: Content) -> None:
        """Show words in the middle instead of lines."""
        self.show(None)
        self._words = words
        self.refresh_changed()

    def paint_line(self, y: int) -> Strip:
        """One line of the view."""
        if self._words:
            return self.centred(self._words, y)
        at = y + self.scroll_offset.y
        width = self.size.width
        if at >= len(self.lines):
            return Strip.blank(width, self.visual_style.rich_style)
        return self.painter.strip(self.lines[at], width, self.visual_style)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for more before the reader meets the end."""
        super().watch_scroll_y(old_value, new_value)
        left = len(self.lines) - self.scroll_offset.y - self.size.height
        if new_value > old_value and left < self.size.height:
            self.post_message(self.NearEnd())

    def action_roll(self, by: int) -> None:
        """Scroll by lines."""
        self.move_to(self.scroll_offset.y + by)

    def action_page(self, direction: int) -> None:
        """Scroll by a screen."""
        self.move_to(self.scroll_offset.y + direction * max(1, self.size.height - 2))

    def action_edge(self, direction: int) -> None:
        """Scroll to the top or the end."""
        self.move_to(0 if direction < 0 else len(self.lines))
