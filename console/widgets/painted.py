"""Ground for widgets that paint lines: `Content` in, strips out, one style run at a time."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.content import Content
from textual.geometry import Region, Size
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
        runs: list[tuple[str, RichStyle]] = []
        styles: dict[Style, RichStyle] = {base: base.rich_style}
        for text, style in content.render(base, "", lambda style: self.style(style, base)):
            rich_style = styles.get(style)
            if rich_style is None:
                rich_style = styles[style] = style.rich_style
            _lay(runs, text, rich_style)
        gap = width - content.cell_length
        if gap > 0:
            _lay(runs, " " * gap, base.rich_style)
        strip = Strip([Segment(text, style) for text, style in runs])
        return strip if gap >= 0 else strip.crop(0, width)


def _lay(runs: list[tuple[str, RichStyle]], text: str, style: RichStyle) -> None:
    """Add a run, joined with the one before where nobody can see a difference.

    Every change of style costs some 25 bytes on the line to the terminal; blanks look the
    same in any colour on the same ground.
    """
    if runs:
        last, before = runs[-1]
        if before == style or (text.isspace() and _same_blank(before, style)):
            runs[-1] = (last + text, before)
            return
        if last.isspace() and _same_blank(before, style):
            runs[-1] = (last + text, style)
            return
    runs.append((text, style))


def _same_blank(one: RichStyle, other: RichStyle) -> bool:
    return one.bgcolor == other.bgcolor and not any(
        style.underline or style.reverse or style.strike for style in (one, other)
    )


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
        self._painted: dict[int, Strip] = {}
        self._look: tuple[str, Style] | None = None
        self._sized: Size | None = None

    def paint_line(self, y: int) -> Strip:
        """What stands on line `y` of the view."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Textual's call for one line; what it gets is remembered for `refresh_changed`."""
        self.fit_size()
        strip = self._painted[y] = self.paint_line(y)
        return strip

    def hold(self, lines: int) -> None:
        """Say how many lines there are to scroll through.

        Set behind the reactive's back: it would lay out the screen and paint every line.
        """
        self.set_reactive(Widget.virtual_size, Size(self.size.width, lines))

    def refresh_changed(self) -> None:
        """Send only the lines that read differently now: a slow line shows every byte."""
        width, height = self.size
        before = dict(self._painted)
        if len(before) < height:
            self.refresh()
            return
        for y in range(height):
            if self.paint_line(y) != before[y]:
                self.refresh(Region(0, y, width, 1))

    def notify_style_update(self) -> None:
        """Textual's word that styles may have changed; it comes with every change of focus."""
        super().notify_style_update()
        look = (self.app.theme, self.visual_style)
        if look != self._look:
            self._look = look
            self.forget()

    def fit_size(self) -> None:
        """Notice another size, at the resize or at the first line painted in it."""
        if self.size != self._sized:
            self._sized = self.size
            self.forget()
            self.resized()

    def resized(self) -> None:
        """Lay out what depends on the size."""

    def forget(self) -> None:
        """Forget everything painted, because it would look different now."""
        self.painter.clear()
        self._painted.clear()

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
