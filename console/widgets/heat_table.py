"""What a heat grid shows, and where on the line each part of it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from textual.content import Content

LEVELS = 6
"""Steps of heat, the first for nothing at all."""
SIGNS = " ▁▂▃▅▇"
"""What stands for each step where colours cannot be trusted."""
_SMALLEST = 5
_LARGEST = 8
"""Columns spread out up to this where there is room."""
_SHORTEST_BAR = 12
_EDGE = 1
_GAP = 1


class Heat(NamedTuple):
    """One cell: a number, how warm it is, and whether it is still filling."""

    text: str
    """The number as it is read, of our own making, every letter one cell wide."""
    level: int = 0
    """From 0 to ``LEVELS - 1``."""
    open: bool = False
    """More may come: marked with an ellipsis and never coloured as if it were final."""
    style: str = ""
    """Theme variables instead of heat, for cells that say something else."""


class Stretch(NamedTuple):
    """One part of a bar."""

    share: float
    """Of the bar's whole room, 0 to 1."""
    sign: str
    """The letter it is made of, so that it can be told without colour."""
    style: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One row: its head, a cell per column (None where there is nothing yet), and a bar."""

    head: Content
    cells: tuple[Heat | None, ...]
    bar: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class HeatTable:
    """Rows and columns with their heads.

    The first `fixed_rows` and `fixed_columns` stay in sight when the rest is scrolled.
    """

    corner: Content
    heads: tuple[Content, ...]
    rows: tuple[HeatRow, ...]
    fixed_rows: int = 0
    fixed_columns: int = 0

    def cell(self, row: int, column: int) -> Heat | None:
        """The cell at a place; None where there is nothing yet."""
        cells = self.rows[row].cells
        return cells[column] if column < len(cells) else None


@dataclass(frozen=True, slots=True)
class Measures:
    """How wide each part of a line is, in cells of the terminal."""

    head: int
    fixed: tuple[int, ...]
    cell: int
    room: int
    """Scrolling columns in sight."""
    bar: int
    """What is left for the bars; 0 where there are none, or no room for any."""

    @classmethod
    def of(cls, table: HeatTable, width: int) -> Measures:
        """Lay `table` out for lines of `width`; long heads give way before numbers do."""
        fixed = tuple(_widest(table, column) for column in range(table.fixed_columns))
        others = range(table.fixed_columns, len(table.heads))
        cell = max((_widest(table, column) for column in others), default=_SMALLEST)
        heads = [table.corner.cell_length, *(row.head.cell_length for row in table.rows)]
        left = width - _EDGE - sum(fixed) - _GAP
        spare = left - min(len(others), 4) * cell
        head = max(4, min(max(heads), spare, max(20, width // 3)))
        if others and not any(row.bar for row in table.rows):
            cell = max(cell, min(_LARGEST, (left - head - 1) // len(others)))
        room = (left - head) // cell
        if room < len(others):
            # The arrow to the right needs a place, too.
            room = max(1, (left - head - 1) // cell)
        bar = left - head - len(others) * cell - _GAP
        if bar < _SHORTEST_BAR or not any(row.bar for row in table.rows):
            bar = 0
        return cls(head, fixed, cell, room, bar)

    @property
    def first(self) -> int:
        """Where the scrolling columns begin."""
        return _EDGE + self.head + sum(self.fixed) + _GAP

    def column_at(self, x: int, left: int) -> int | None:
        """The column at `x` of a line whose first scrolling column is `left`."""
        at = _EDGE + self.head
        for column, width in enumerate(self.fixed):
            if at <= x < at + width:
                return column
            at += width
        if x < self.first or (x - self.first) // self.cell >= self.room:
            return None
        return len(self.fixed) + left + (x - self.first) // self.cell


def _widest(table: HeatTable, column: int) -> int:
    numbers = [
        len(cell.text) for row in range(len(table.rows)) if (cell := table.cell(row, column))
    ]
    # A space or a sign before the number, a space or an ellipsis after it.
    return max(_SMALLEST, 2 + max(numbers, default=0), 2 + table.heads[column].cell_length)
