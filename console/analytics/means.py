"""The mean row under a grid, over complete cells only."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from console.analytics.grid import Cell, GridRow, MeanCell, MeanRow
from console.analytics.question import Aggregate, MeanKind


def mean_row(
    rows: Sequence[GridRow], columns: int, kind: MeanKind, aggregate: Aggregate | None = None
) -> MeanRow:
    """The mean of each column.

    columns: how many. kind: ``weighted`` pools the cohorts, so that every customer weighs
    the same; ``simple`` gives every cohort the same weight. aggregate: how the cells' values
    came about; None when they have none. Cells in progress and empty cohorts do not count; a
    cohort of whom nobody came back does.
    """
    return MeanRow(
        kind, tuple(_mean(_complete(rows, column), column, kind, aggregate)
                    for column in range(columns)),
    )  # fmt: skip


def _complete(rows: Sequence[GridRow], column: int) -> list[tuple[GridRow, Cell]]:
    return [
        (row, row.cells[column])
        for row in rows
        if row.size and column < len(row.cells) and row.cells[column].state == "complete"
    ]


def _mean(
    cells: list[tuple[GridRow, Cell]], column: int, kind: MeanKind, aggregate: Aggregate | None
) -> MeanCell:
    customers = sum(cell.customers for _, cell in cells)
    of = sum(row.size for row, _ in cells)
    if not cells:
        return MeanCell(column, None, 0, 0, 0)
    if kind == "weighted":
        rate = customers / of
    else:
        rate = fsum(cell.customers / row.size for row, cell in cells) / len(cells)
    value = None
    if aggregate == "average" and kind == "weighted":
        valued = sum(cell.valued for _, cell in cells)
        total = fsum((cell.value or 0) * cell.valued for _, cell in cells)
        value = total / valued if valued else 0.0
    elif aggregate is not None:
        value = fsum(cell.value or 0 for _, cell in cells) / len(cells)
    return MeanCell(column, rate, len(cells), customers, of, value)
