"""One line with words at both ends."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from console.widgets.painted import Painter

_EMPTY = Content("")


class Bar(Widget):
    """A line: `left` is shown whole as far as it goes, `right` where room is left."""

    DEFAULT_CSS = """
    Bar { height: 1; color: $ink; }
    """
    ALLOW_SELECT = False

    class Clicked(Message):
        """A click on the line, at a column of its words."""

        def __init__(self, bar: Bar, x: int) -> None:
            super().__init__()
            self.bar = bar
            self.x = x

        @property
        def control(self) -> Bar:
            """The bar."""
            return self.bar

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._painter = Painter(self)
        self.left = _EMPTY
        self.right = _EMPTY

    def say(self, left: Content, right: Content = _EMPTY) -> None:
        """Show other words; nothing is painted when they are the same."""
        if left.is_same(self.left) and right.is_same(self.right):
            return
        self.left, self.right = left, right
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        width = self.size.width
        room = width - self.right.cell_length
        left = self.left
        if self.right and left.cell_length + 1 > room:
            if left.cell_length >= width - 4:
                short = left.truncate(width, ellipsis=True)
                return self._painter.strip(short, width, self.visual_style)
            right = self.right.truncate(width - left.cell_length - 2, ellipsis=True)
        else:
            right = self.right
        gap = max(0, width - left.cell_length - right.cell_length)
        return self._painter.strip(left.pad_right(gap) + right, width, self.visual_style)

    def notify_style_update(self) -> None:
        """Textual's word that theme or classes changed."""
        self._painter.clear()
        super().notify_style_update()

    def on_click(self, event: events.Click) -> None:
        """Say where."""
        self.post_message(self.Clicked(self, event.x))
