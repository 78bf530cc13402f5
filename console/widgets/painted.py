"""Ground for widgets that paint lines: `Content` in, strips out, one style run at a time."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.content import Content
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget


class Painter:
    """Turns Content into strips with a widget's theme; styles are parsed once per theme."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[tuple[str | Style, Style], Style] = {}

    def clear(self) -> None:
        """Forget parsed styles, because the theme changed."""
        self._styles.clear()

    def style(self, style: str | Style, base: Style) -> Style:
        """A style in theme variables, laid over `base`."""
        found = self._styles.get((style, base))
        if found is None:
            variables = self._widget.app.theme_variables
            parsed = Style.parse(style, variables) if isinstance(style, str) else style
            found = self._styles[style, base] = base + parsed
        return found

    def strip(self, content: Content, width: int, base: Style) -> Strip:
        """One line of exactly `width` cells, on `base` to its end."""
        segments: list[Segment] = []
        styles = {base: base.rich_style}
        for text, style in content.render(base, "", lambda style: self.style(style, base)):
            rich_style = styles.get(style)
            if rich_style is None:
                rich_style = styles[style] = style.rich_style
            if segments and segments[-1].style == rich_style:
                segments[-1] = Segment(segments[-1].text + text, rich_style)
            else:
                segments.append(Segment(text, rich_style))
        return Strip(segments).adjust_cell_length(width, base.rich_style)


class PaintedView(ScrollView, can_focus=True, inherit_bindings=False):
    """A scrolling view painted line by line, without scrollbars or horizontal scrolling."""

    DEFAULT_CSS = """
    PaintedView { scrollbar-size: 0 0; overflow-x: hidden; overflow-y: scroll; }
    """
    ALLOW_SELECT = False
    FOCUS_ON_CLICK = True

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.painter = Painter(self)

    def notify_style_update(self) -> None:
        """Textual's word that theme or classes changed."""
        self.painter.clear()
        super().notify_style_update()

    def centred(self, words: Sequence[Content], y: int) -> Strip:
        """Line `y` of the screen when `words` stand in its middle."""
        width = self.size.width
        first = max(0, (self.size.height - len(words)) // 2 - 1)
        if not 0 <= y - first < len(words):
            return Strip.blank(width, self.visual_style.rich_style)
        line = words[y - first]
        left = max(0, (width - line.cell_length) // 2)
        return self.painter.strip(line.pad_left(left), width, self.visual_style)

    def move_to(self, y: int) -> None:
        """Scroll at once so that line `y` is the first shown."""
        self.scroll_to(y=max(0, min(y, self.max_scroll_y)), animate=False, immediate=True)
