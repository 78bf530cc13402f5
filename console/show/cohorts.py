"""A cohort grid as numbers with heat. Pure; what a cell says is in `cohort_words`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from textual.content import Content

from console.analytics.grid import Cell, Grid, GridRow, MeanCell
from console.clock import Clock
from console.show import intervals, numbers
from console.show.cohort_words import breakdown_name, group_name
from console.show.lines import cut, line
from console.widgets.heat_table import LEVELS, Heat, HeatRow, HeatTable

Unit = Literal["percent", "number", "value"]
_LONGEST_HEAD = 28


def units(grid: Grid) -> tuple[Unit, ...]:
    """What the cells of a grid can show."""
    return ("percent", "number") if grid.question.value is None else ("value", "percent", "number")


def table(grid: Grid, clock: Clock, unit: Unit = "percent") -> HeatTable:
    """The cohorts of a grid: the mean on top, then a row per cohort, the newest last.

    clock: whose zone and year the heads are read in.
    """
    period = grid.question.period
    warm = _Warmth(grid, unit)
    rows = [_mean_row(grid, unit, warm, line((f"{grid.mean.kind} mean", "$quiet")))]
    for row in grid.rows:
        head = line((intervals.head(row.start, period, clock), "$quiet"))
        rows.append(HeatRow(head, tuple(warm.heat(row, cell) for cell in row.cells)))
    corner = line((intervals.corner(period), "$faint"))
    return HeatTable(corner, _heads(grid), tuple(rows), 1, 1)


def split_table(grid: Grid, unit: Unit = "percent") -> HeatTable:
    """A grid per value of a property, each as its mean: the whole on top."""
    grids = (grid, *(part for _, part in grid.groups))
    warm = _Warmth(grid, unit, [part.mean.cells for part in grids])
    rows = [_mean_row(grid, unit, warm, line(("everyone", "$quiet")))]
    for group, part in grid.groups:
        words = cut(group_name(group), _LONGEST_HEAD)
        style = "$ink" if group.value is not None else "italic $faint"
        rows.append(_mean_row(part, unit, warm, line((words, style))))
    corner = line((cut(breakdown_name(grid), _LONGEST_HEAD), "$faint"))
    return HeatTable(corner, _heads(grid), tuple(rows), 1, 1)


def _heads(grid: Grid) -> tuple[Content, ...]:
    later = (line(column.label.replace("-", "–")) for column in grid.columns[1:])
    return (line("size"), *later)


def _mean_row(grid: Grid, unit: Unit, warm: _Warmth, head: Content) -> HeatRow:
    whole = Heat(f"{grid.customers:,}", style="bold $ink")
    cells = [_mean_heat(cell, unit, warm) for cell in grid.mean.cells if cell.column]
    while cells and cells[-1] is None:
        cells.pop()
    return HeatRow(head, (whole, *cells))


def _mean_heat(cell: MeanCell, unit: Unit, warm: _Warmth) -> Heat | None:
    shown = cell.value if unit == "value" else cell.rate
    if shown is None or cell.rate is None:
        return None
    text = {
        "percent": lambda: numbers.percent(cell.rate or 0.0),
        "number": lambda: f"{cell.customers:,}",
        "value": lambda: numbers.short(shown),
    }[unit]()
    return Heat(text, warm.level(shown))


class _Warmth:
    """How warm a number is among those of its grid: the warmest tenth share the top step."""

    def __init__(
        self, grid: Grid, unit: Unit, means: Iterable[tuple[MeanCell, ...]] | None = None
    ) -> None:
        self._unit = unit
        seen = sorted(_shown(grid, unit) if means is None else _meant(means, unit))
        self._top = seen[int((len(seen) - 1) * 0.9)] if seen else 0.0

    def level(self, shown: float) -> int:
        """From 0, for nothing, to the top step."""
        if shown <= 0 or self._top <= 0:
            return 0
        return min(LEVELS - 1, 1 + int(shown / self._top * (LEVELS - 1) * 0.999))

    def heat(self, row: GridRow, cell: Cell) -> Heat:
        """One cell of a cohort."""
        open_ = cell.state == "in_progress"
        if cell.column == 0:
            text = f"{row.size:,}"
            return Heat(text, open=open_, style="" if open_ else "$ink" if row.size else "$faint")
        if cell.rate is None:
            return Heat("·", style="$faint")
        shown = cell.rate
        if self._unit == "percent":
            text = numbers.percent(cell.rate)
        elif self._unit == "number":
            text = f"{cell.customers:,}"
        else:
            shown = cell.value or 0.0
            text = "–" if cell.value is None else numbers.short(cell.value)
        return Heat(text, 0 if open_ else self.level(shown), open_)


def _shown(grid: Grid, unit: Unit) -> Iterator[float]:
    for row in grid.rows:
        for cell in row.cells:
            shown = cell.value if unit == "value" else cell.rate
            if cell.column and cell.state == "complete" and shown is not None and shown > 0:
                yield shown


def _meant(means: Iterable[tuple[MeanCell, ...]], unit: Unit) -> Iterator[float]:
    for cells in means:
        for cell in cells:
            shown = cell.value if unit == "value" else cell.rate
            if cell.column and shown is not None and shown > 0:
                yield shown
