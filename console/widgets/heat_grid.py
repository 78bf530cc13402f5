"""Numbers in rows and columns, warm where they are high; heads stay while the rest scrolls.

The number always stands in the cell: colour only helps. Where colours cannot be trusted
(sixteen of them, or none) a small bar beside the number says the same.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from console.widgets.heat_paint import View, head_line, row_line
from console.widgets.heat_table import HeatTable, Measures
from console.widgets.painted import PaintedView

_NOTHING = HeatTable(Content(""), (), ())
_HEADS = 1


_KEYS: list[BindingType] = [
    Binding("down,j", "step(1, 0)", "Down", show=False, id="grid.down", tooltip="One row down"),
    Binding("up,k", "step(-1, 0)", "Up", show=False, id="grid.up", tooltip="One row up"),
    Binding("left,h", "step(0, -1)", "Left", show=False, id="grid.left",
            tooltip="One column to the left"),
    Binding("right,l", "step(0, 1)", "Right", show=False, id="grid.right",
            tooltip="One column to the right"),
    Binding("g,home", "edge(-1)", "First", show=False, id="grid.first", tooltip="First row"),
    Binding("G,end", "edge(1)", "Last", show=False, id="grid.last", tooltip="Last row"),
    Binding("circumflex_accent", "side(-1)", "Row's start", key_display="^", show=False,
            id="grid.start", tooltip="First column"),
    Binding("dollar_sign", "side(1)", "Row's end", key_display="$", show=False,
            id="grid.end", tooltip="Last column of this row that has begun"),
    Binding("ctrl+d,pagedown", "page(1)", "Page down", show=False, id="grid.page_down",
            tooltip="A page down"),
    Binding("ctrl+u,pageup", "page(-1)", "Page up", show=False, id="grid.page_up",
            tooltip="A page up"),
    Binding("enter", "open", "Open", id="grid.open", tooltip="Open what the cursor is on"),
]  # fmt: skip


class _AtCell(Message):
    def __init__(self, grid: HeatGrid, row: int, column: int) -> None:
        super().__init__()
        self.grid = grid
        self.row = row
        self.column = column

    @property
    def control(self) -> HeatGrid:
        """The grid."""
        return self.grid


class HeatGrid(PaintedView):
    """A grid with a cursor.

    A step of the cursor repaints two rows and the heads; new numbers repaint the rows that
    changed.
    """

    DEFAULT_CSS = """
    HeatGrid { height: 1fr; color: $ink; }
    """
    GROUP = "Grid"
    BINDINGS: ClassVar[list[BindingType]] = _KEYS

    class Moved(_AtCell):
        """The cursor came to rest on another cell."""

        def can_replace(self, message: Message) -> bool:
            """Only the newest place of the cursor matters."""
            return isinstance(message, HeatGrid.Moved)

    class Opened(_AtCell):
        """Enter on a cell, or a click on the cell the cursor is on."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.table = _NOTHING
        self.row = 0
        self.column = 0
        self.left = 0
        """The first scrolling column in sight, counted from the first that scrolls."""
        self._words: tuple[Content, ...] = ()
        self._strips: dict[int, Strip] = {}
        self._measures = Measures.of(_NOTHING, 0)

    def show(self, table: HeatTable, cursor: tuple[int, int] | None = None) -> None:
        """Show a table; only lines that read differently are sent.

        cursor: (row, column) to go to; it stays where it is when None.
        """
        self._words, self.table = (), table
        row, column = cursor or (self.row, self.column)
        self.row = max(0, min(row, len(table.rows) - 1))
        self.column = max(0, min(column, len(table.heads) - 1))
        self._measure()
        self._reveal()
        self.refresh_changed()

    def say(self, *words: Content) -> None:
        """Show words in the middle instead of numbers; the cursor's place is kept."""
        self._words, self.table = words, _NOTHING
        self._measure()
        self.refresh_changed()

    def select(self, row: int, column: int) -> None:
        """Put the cursor on a cell and bring it into view."""
        if not self.table.rows:
            return
        old = (self.row, self.column)
        self.row = max(0, min(row, len(self.table.rows) - 1))
        self.column = max(0, min(column, len(self.table.heads) - 1))
        if old == (self.row, self.column):
            return
        self._repaint(old[0])
        self._repaint(self.row)
        if old[1] != self.column:
            self.refresh(Region(0, 0, self.size.width, _HEADS))
        self._reveal()
        self.post_message(self.Moved(self, self.row, self.column))

    def paint_line(self, y: int) -> Strip:
        """One line of the view: the heads, a row that stays, or a row that scrolls."""
        width = self.size.width
        if self._words:
            return self.centred(self._words, y)
        if y < _HEADS and self.table.heads:
            return self.painter.strip(head_line(self._view), width, self.visual_style)
        row = y - _HEADS
        if row >= self.table.fixed_rows:
            row += self.scroll_offset.y
        if row >= len(self.table.rows):
            return Strip.blank(width, self.visual_style.rich_style)
        strip = self._strips.get(row)
        if strip is None:
            line = row_line(self._view, row)
            strip = self._strips[row] = self.painter.strip(line, width, self.visual_style)
        return strip

    @property
    def _view(self) -> View:
        return View(
            self.table, self._measures, self.row, self.column, self.left,
            self.has_focus, self._few_colours(),
        )  # fmt: skip

    def _few_colours(self) -> bool:
        app = self.app
        return app.no_color or app.native_ansi_color or app.console.color_system == "standard"

    def _measure(self) -> None:
        self._strips.clear()
        self._measures = Measures.of(self.table, self.size.width)
        self.hold(len(self.table.rows) + _HEADS if self.table.rows else 0)

    def _repaint(self, row: int) -> None:
        self._strips.pop(row, None)
        y = row + _HEADS - (self.scroll_offset.y if row >= self.table.fixed_rows else 0)
        self.refresh(Region(0, y, self.size.width, 1))

    def _reveal(self) -> None:
        """Scroll as little as brings the cursor into view."""
        table, height = self.table, self.size.height
        if not height or not table.rows:
            return
        column = self.column - table.fixed_columns
        most = max(0, len(table.heads) - table.fixed_columns - self._measures.room)
        left = min(self.left, most)
        left = min(max(left, column - self._measures.room + 1), max(0, column))
        if left != self.left:
            self._look_from(left)
        seen = max(1, height - _HEADS - table.fixed_rows)
        top, at = self.scroll_offset.y, max(0, self.row - table.fixed_rows)
        if at < top or at >= top + seen:
            self.move_to(at if at < top else at - seen + 1)

    def action_step(self, down: int, across: int) -> None:
        """Move the cursor by rows and columns."""
        self.select(self.row + down, self.column + across)

    def action_edge(self, direction: int) -> None:
        """Move the cursor to the first or last row."""
        self.select(0 if direction < 0 else len(self.table.rows) - 1, self.column)

    def action_side(self, direction: int) -> None:
        """Move the cursor to the first column, or the last one with a number in this row."""
        if self.table.rows:
            cells = self.table.rows[self.row].cells
            filled = [place for place, cell in enumerate(cells) if cell is not None]
            self.select(self.row, 0 if direction < 0 or not filled else filled[-1])

    def action_page(self, direction: int) -> None:
        """Move the cursor by a screen of rows."""
        seen = max(1, self.size.height - _HEADS - self.table.fixed_rows - 1)
        self.select(self.row + direction * seen, self.column)

    def action_open(self) -> None:
        """Open the cell the cursor is on."""
        if self.table.rows:
            self.post_message(self.Opened(self, self.row, self.column))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the cell clicked, or open it when it is there already."""
        row = event.y - _HEADS
        if row >= self.table.fixed_rows:
            row += self.scroll_offset.y
        column = self._measures.column_at(event.x, self.left)
        if not 0 <= row < len(self.table.rows) or column is None:
            return
        if (row, column) == (self.row, self.column):
            self.action_open()
        else:
            self.select(row, column)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Look further to the right; the cursor stays."""
        self._look_aside(1)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Look further to the left; the cursor stays."""
        self._look_aside(-1)

    def _look_aside(self, by: int) -> None:
        most = max(0, len(self.table.heads) - self.table.fixed_columns - self._measures.room)
        self._look_from(max(0, min(self.left + by, most)))

    def _look_from(self, left: int) -> None:
        self.left = left
        self._strips.clear()
        self.refresh_changed()

    def on_resize(self) -> None:
        """Columns in sight follow the width."""
        self._painted.clear()
        self._measure()
        self._reveal()
        self.refresh()

    def on_focus(self) -> None:
        """The cursor is brighter where the keys go."""
        self._repaint(self.row)

    def on_blur(self) -> None:
        """The cursor is fainter where the keys do not go."""
        self._repaint(self.row)

    def notify_style_update(self) -> None:
        """Textual's word that theme or classes changed."""
        self._strips.clear()
        super().notify_style_update()
