"""A few lines of words that break where they must."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from console.widgets.painted import Painter


class Caption(Widget):
    """As many lines as its height; words beyond them end in an ellipsis."""

    DEFAULT_CSS = """
    Caption { height: 2; color: $ink; }
    """
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._painter = Painter(self)
        self._words: tuple[Content, ...] = ()
        self._lines: list[Content] = []

    def say(self, *words: Content) -> None:
        """Show other words, each on a line of its own; lines that stay are not painted."""
        self._words = words
        before, self._lines = self._lines, self._broken()
        for y in range(max(len(before), len(self._lines))):
            old = before[y] if y < len(before) else None
            new = self._lines[y] if y < len(self._lines) else None
            if old is None or new is None or not new.is_same(old):
                self.refresh(Region(0, y, self.size.width, 1))

    def _broken(self) -> list[Content]:
        width, height = self.size.width - 2, self.size.height
        if width <= 0:
            return []
        lines = [part for words in self._words for part in _clauses(words, width)]
        if len(lines) > height:
            lines = [*lines[: height - 1], (lines[height - 1] + "…").truncate(width, ellipsis=True)]
        return lines

    def render_line(self, y: int) -> Strip:
        """One line of it."""
        line = self._lines[y] if y < len(self._lines) else Content("")
        return self._painter.strip(Content(" ") + line, self.size.width, self.visual_style)

    def on_resize(self) -> None:
        """Lines break elsewhere."""
        self._lines = self._broken()
        self.refresh()

    def notify_style_update(self) -> None:
        """Textual's word that theme or classes changed."""
        self._painter.clear()
        super().notify_style_update()


def _clauses(words: Content, width: int) -> list[Content]:
    """Lines that break after a semicolon where they can, between words where they must."""
    lines: list[Content] = []
    while words.cell_length > width:
        at = words.plain.rfind("; ", 0, width)
        if at < 0:
            return [*lines, *words.wrap(width)]
        lines.append(words[: at + 1])
        words = words[at + 2 :]
    return [*lines, words]
