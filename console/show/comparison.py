"""Two segments side by side: differences in points, greyed where they say nothing. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from console.clock import Clock
from console.show import intervals, numbers
from console.show.lines import Part, count, cut, line
from console.widgets.heat_table import Heat, HeatRow, HeatTable

if TYPE_CHECKING:
    from console.analytics.compare import Comparison, Difference

NARROW = 0.05
"""A range within so many hundredths of no difference is as good as none."""


def table(answer: Comparison, clock: Clock) -> HeatTable:
    """The pooled differences on top, then a row per cohort; sizes as first/second."""
    ours, theirs = answer.first, answer.second
    period = ours.question.period
    whole = Heat(f"{ours.customers:,}/{theirs.customers:,}", style="bold $ink")
    rows = [HeatRow(line(("all cohorts", "$quiet")), (whole, *map(_heat, answer.pooled)))]
    for row, first, second in zip(answer.rows, ours.rows, theirs.rows, strict=True):
        head = line((intervals.head(row.start, period, clock), "$quiet"))
        open_ = first.state == "in_progress"
        sizes = Heat(f"{first.size:,}/{second.size:,}", open=open_, style="" if open_ else "$quiet")
        rows.append(HeatRow(head, (sizes, *map(_heat, row.cells))))
    heads = (line("sizes"), *(line(column.label.replace("-", "–")) for column in ours.columns[1:]))
    return HeatTable(line((intervals.corner(period), "$faint")), heads, tuple(rows), 1, 1)


def sentence(
    answer: Comparison, row: int, column: int, names: tuple[str, str], clock: Clock
) -> Content:
    """What the cell under the cursor says; row 0 of `table` pools all cohorts.

    names: what the two segments are called.
    """
    first, second = (cut(name, 32) for name in names)
    when = "All complete cohorts" if row == 0 else intervals.name(
        answer.rows[row - 1].start, answer.first.question.period, clock
    )  # fmt: skip
    opening: Part = (f"{when}: ", "bold $ink")
    if column == 0:
        grids = (answer.first, answer.second)
        sizes = [grid.customers if row == 0 else grid.rows[row - 1].size for grid in grids]
        both = f"; {count(answer.overlap, 'customer')} in both" if answer.overlap else ""
        words = f"{sizes[0]:,} {first}, {sizes[1]:,} {second}{both}"
        return line(opening, (words, "$ink"))
    cells = answer.pooled if row == 0 else answer.rows[row - 1].cells
    cell = cells[column - 1] if column <= len(cells) else None
    later = intervals.later(answer.first.columns[column], answer.first.question.period)
    if cell is None:
        return line(opening, (f"{later} has not begun", "$quiet"))
    opening = (f"{when}, {later}: ", "bold $ink")
    sides = f"{_side(cell.first, cell.first_of)} {first}"
    sides += f", {_side(cell.second, cell.second_of)} {second}"
    return line(opening, (f"{sides}; ", "$ink"), _verdict(cell))


def _heat(cell: Difference) -> Heat:
    if cell.points is None:
        return Heat("–", open=cell.state == "in_progress", style="$faint")
    text = numbers.points(cell.points)
    if not cell.says:
        return Heat(text, open=cell.state == "in_progress", style="$faint")
    return Heat(text, style="bold $good" if cell.points > 0 else "bold $bad")


def _side(some: int, of: int) -> str:
    return f"{some:,} of {of:,} ({numbers.percent(some / of)} %)" if of else "none of 0"


def _verdict(cell: Difference) -> Part:
    if cell.points is None or cell.low is None or cell.high is None:
        return ("nothing to compare", "$quiet")
    span = f"{numbers.points(cell.low)} to {numbers.points(cell.high)}"
    said = f"{numbers.points(cell.points)} points ({span})"
    if cell.says:
        return (f"{said}: a real difference", "bold $good" if cell.points > 0 else "bold $bad")
    if cell.state == "in_progress":
        return (f"{said}, not over", "$warn")
    if not cell.enough:
        return (f"{said}: too few to tell", "$quiet")
    if max(abs(cell.low), abs(cell.high)) <= NARROW:
        return (f"{said}: no sign of more than {NARROW * 100:.0f} points", "$quiet")
    return (f"{said}: can’t tell yet", "$quiet")
