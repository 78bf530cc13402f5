"""Answers about activity as plain tables for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.analytics.compare import Comparison, Difference
from console.analytics.grid import Cell, Grid
from console.analytics.lifecycle import Lifecycle
from console.analytics.stickiness import Stickiness
from console.clock import Clock, from_instant
from console.show.clean import clean
from console.show.instants import iso
from console.show.tables import table


def grid_text(grid: Grid, clock: Clock) -> str:
    """A retention grid, and one below the other those of a breakdown."""
    parts = [_one_grid(grid, clock)]
    for group, part in grid.groups:
        parts.append(clean(f"{grid.question.breakdown} = {group.value or '(none)'}"))
        parts.append(_one_grid(part, clock))
    if grid.groups_left_out:
        parts.append(f"and {grid.groups_left_out} more values")
    return "\n\n".join(parts)


def _one_grid(grid: Grid, clock: Clock) -> str:
    if not grid.customers:
        return "Nobody did this in these intervals."
    labels = [column.label for column in grid.columns]
    rows: list[Sequence[str]] = [
        (
            _interval(row.start, grid.question.period, clock),
            *(_cell(cell, grid) for cell in row.cells),
        )
        for row in grid.rows
    ]
    rows = [(*row, *[""] * (len(labels) + 1 - len(row))) for row in rows]
    means = ["" if cell.rate is None else f"{cell.rate:.0%}" for cell in grid.mean.cells]
    rows.append((f"{grid.mean.kind} mean", *means, *[""] * (len(labels) - len(means))))
    text = table((f"{grid.question.period} of", *labels), rows, right=labels)
    return f"{text}\n\n… in progress; the mean is over complete cells only"


def _cell(cell: Cell, grid: Grid) -> str:
    said: str
    if grid.question.value is not None:
        said = "" if cell.value is None else f"{cell.value:,.2f}"
    else:
        said = f"{cell.customers:,}"
    return f"{said}…" if cell.state == "in_progress" else said


def grid_rows(grid: Grid, clock: Clock, group: str | None = None) -> list[dict[str, Any]]:
    """One row per cell, so that a state stands beside every number."""
    made = [
        {
            **({"group": group} if grid.groups or group is not None else {}),
            "start": iso(row.start, clock),
            "size": row.size,
            "interval": grid.columns[cell.column].label,
            "customers": cell.customers,
            "state": cell.state,
            "rate": cell.rate,
            "value": cell.value,
        }
        for row in grid.rows
        for cell in row.cells
    ]
    for value, part in grid.groups:
        made += grid_rows(part, clock, value.value or "")
    return made


def comparison_text(found: Comparison, clock: Clock) -> str:
    """Two grids beside each other: by how many points the first lies above."""
    grid = found.first
    labels = [column.label for column in grid.columns[1:]]
    rows: list[Sequence[str]] = [
        (_interval(row.start, grid.question.period, clock), *map(_points, row.cells))
        for row in found.rows
    ]
    rows = [(*row, *[""] * (len(labels) + 1 - len(row))) for row in rows]
    pooled = [_points(cell) for cell in found.pooled]
    rows.append(("all together", *pooled, *[""] * (len(labels) - len(pooled))))
    text = table((f"{grid.question.period} of", *labels), rows, right=labels)
    shared = f"; {found.overlap:,} customers are in both" if found.overlap else ""
    return (
        f"A {clean(found.first.question.segment or '')}: {found.first.customers:,} customers\n"
        f"B {clean(found.second.question.segment or '')}: {found.second.customers:,} customers"
        f"{shared}\n\n"
        f"{text}\n\nPoints by which A lies above B. In brackets: too few, not over, or a "
        "range that holds 0; it says nothing."
    )


def _points(cell: Difference) -> str:
    if cell.points is None:
        return ""
    said = f"{cell.points * 100:+.0f}"
    return said if cell.says else f"({said})"


def lifecycle_text(found: Lifecycle, clock: Clock) -> str:
    """Who is new, returning, back and gone, interval by interval."""
    heads = ("new", "returning", "resurrected", "dormant")
    rows: list[Sequence[object]] = [
        (
            _interval(each.start, found.question.period, clock),
            *(f"{n:,}{'…' if each.state == 'in_progress' else ''}" for n in
              (each.new, each.returning, each.resurrected, each.dormant)),
        )
        for each in found.intervals
    ]  # fmt: skip
    text = table((found.question.period, *heads), rows, right=heads)
    return f"{text}\n\n… in progress: who is dormant there may still come back"


def stickiness_text(found: Stickiness) -> str:
    """In how many intervals customers were active."""
    if not found.total:
        return "Nobody did this in these intervals."
    period = found.question.period
    rows = [
        (column.intervals, f"{column.customers:,}", f"{column.share or 0:.0%}")
        for column in found.columns
    ]
    text = table((f"{period}s active", "customers", "share"), rows, right=("customers", "share"))
    state = "\n… the last one is not over" if found.state == "in_progress" else ""
    return f"{text}\n\n{found.total:,} in all{state}"


def _interval(start: int, period: str, clock: Clock) -> str:
    """An interval by the instant it begins, as short as its period allows."""
    pattern = {"hour": "%Y-%m-%d %H:%M", "month": "%Y-%m"}.get(period, "%Y-%m-%d")
    return from_instant(start, clock.zone).strftime(pattern)
