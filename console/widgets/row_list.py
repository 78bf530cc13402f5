"""A list of rows, painted when seen: a million rows cost what one screen of them costs.

The widget knows how many rows there are, where the cursor is, and whom to ask for the
words of a row. A step of the cursor repaints two lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.strip import Strip

from console.widgets.motion import motion
from console.widgets.painted import PaintedView

Paint = Callable[[int, int], Content]
"""(row, width in cells) to its words."""
_CACHED = 256


class _OfRow(Message):
    """Something about one row of a list."""

    def __init__(self, rows: RowList, row: int) -> None:
        super().__init__()
        self.rows = rows
        self.row = row

    @property
    def control(self) -> RowList:
        """The list."""
        return self.rows


class RowList(PaintedView):
    """Rows with a cursor."""

    DEFAULT_CSS = """
    RowList { height: 1fr; color: $ink; }
    """
    GROUP = "List"
    BINDINGS: ClassVar[list[BindingType]] = [
        *motion("list", "step", "One row", ("First", "First row"), ("Last", "Last row")),
        Binding("enter", "open", "Open", id="list.open", tooltip="Open what the cursor is on"),
    ]  # fmt: skip

    class Moved(_OfRow):
        """The cursor came to rest on another row."""

        def can_replace(self, message: Message) -> bool:
            """Only the newest place of the cursor matters."""
            return isinstance(message, RowList.Moved)

    class Opened(_OfRow):
        """Enter on a row, or a click on the row the cursor is on."""

    def __init__(
        self,
        paint: Paint,
        *,
        selectable: Callable[[int], bool] | None = None,
        lit: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make a list.

        paint: gives the words of a row, for a width in cells.
        selectable: whether the cursor may rest on a row; on any unless told.
        lit: show the cursor as bright as with the keys, which go to a box above.
        """
        super().__init__(id=id, classes=classes)
        self._paint = paint
        self._selectable = selectable or (lambda row: True)
        self._lit = lit
        self._words: Sequence[Content] = ()
        self._strips: dict[tuple[int, bool], Strip] = {}
        self.count = 0
        self.cursor = 0

    def show(self, count: int, cursor: int = 0, *, top: int | None = None) -> None:
        """Show `count` rows, all of them new, with the cursor on one.

        top: the first row to be seen; by default as little as needed is scrolled.
        """
        self._words = ()
        self._strips.clear()
        self.count = count
        self.hold(count)
        self.cursor = self._near(max(0, min(cursor, count - 1)), 1)
        if top is not None:
            self.move_to(top)
        self._reveal()
        self.refresh_changed()

    def say(self, *words: Content) -> None:
        """Show words in the middle instead of rows."""
        self._words = words
        self._strips.clear()
        self.count = 0
        self.cursor = 0
        self.hold(0)
        self.refresh_changed()

    def repaint(self, *rows: int) -> None:
        """Paint some rows again because their words changed; without an argument, all."""
        if not rows:
            self._strips.clear()
            self.refresh()
        top, height = self.scroll_offset.y, self.size.height
        for row in rows:
            self._strips.pop((row, True), None)
            self._strips.pop((row, False), None)
            if top <= row < top + height:
                self.refresh_line(row)

    def select(self, row: int) -> None:
        """Put the cursor on a row and bring it into view."""
        if not self.count:
            return
        old = self.cursor
        self.cursor = self._near(max(0, min(row, self.count - 1)), 1 if row >= old else -1)
        self._reveal()
        if self.cursor != old:
            self.refresh_line(old)
            self.refresh_line(self.cursor)
            self.post_message(self.Moved(self, self.cursor))

    def paint_line(self, y: int) -> Strip:
        """One line of the view, from the cache where its row has not changed."""
        width = self.size.width
        if self._words:
            return self.centred(self._words, y)
        row = y + self.scroll_offset.y
        if row >= self.count:
            return Strip.blank(width, self.visual_style.rich_style)
        here = row == self.cursor
        strip = self._strips.get((row, here))
        if strip is None:
            if len(self._strips) > _CACHED:
                self._strips.clear()
            strip = self._strips[row, here] = self._row(row, here, width)
        return strip

    def _row(self, row: int, here: bool, width: int) -> Strip:
        base = self.visual_style
        words = self._paint(row, width - 1)
        if not here:
            return self.painter.strip(_BLANK_EDGE + words, width, base)
        focused = self._lit or self.has_focus
        base = self.painter.style("on $row-cursor" if focused else "on $row-cursor-blurred", base)
        return self.painter.strip((_EDGE if focused else _FAINT_EDGE) + words, width, base)

    def _near(self, row: int, direction: int) -> int:
        for step in (direction, -direction):
            at = row
            while 0 <= at < self.count:
                if self._selectable(at):
                    return at
                at += step
        return row

    def _reveal(self) -> None:
        height = self.size.height
        if not height:
            return
        top = self.scroll_offset.y
        first = self.cursor
        # A heading above the cursor is shown with it.
        while first > 0 and not self._selectable(first - 1):
            first -= 1
        if first < top:
            self.move_to(first)
        elif self.cursor >= top + height:
            self.move_to(self.cursor - height + 1)

    def action_step(self, by: int) -> None:
        """Move the cursor by rows."""
        target = self.cursor + by
        if 0 <= target < self.count:
            self.select(self._near(target, by))

    def action_page(self, direction: int) -> None:
        """Move the cursor by a screen."""
        height = max(1, self.size.height - 1)
        top = self.scroll_offset.y + direction * height
        self.move_to(top)
        self.select(self.cursor + direction * height)

    def action_edge(self, direction: int) -> None:
        """Move the cursor to the first or last row."""
        if direction < 0:
            self.move_to(0)
        self.select(0 if direction < 0 else self.count - 1)

    def action_open(self) -> None:
        """Open the row the cursor is on."""
        if self.count:
            self.post_message(self.Opened(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row clicked, or open it when it is there already."""
        row = event.y + self.scroll_offset.y
        if not 0 <= row < self.count:
            return
        if row == self.cursor:
            self.action_open()
        elif self._selectable(row):
            self.select(row)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.fit_size()
        self._reveal()

    def resized(self) -> None:
        """Rows are as wide as the list."""
        self.hold(self.count)

    def on_focus(self) -> None:
        """The cursor is brighter where the keys go."""
        self._cursor_again()

    def on_blur(self) -> None:
        """The cursor is fainter where the keys do not go."""
        self._cursor_again()

    def _cursor_again(self) -> None:
        if self.count:
            self.repaint(self.cursor)

    def forget(self) -> None:
        """Forget everything painted, because it would look different now."""
        self._strips.clear()
        super().forget()


_EDGE = Content.styled("▌", "$primary")
_FAINT_EDGE = Content.styled("▏", "$faint")
_BLANK_EDGE = Content(" ")
