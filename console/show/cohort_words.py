"""What the cells of a cohort grid say, in sentences. Pure."""

from __future__ import annotations

from textual.content import Content

from console.analytics.grid import Cell, Grid, GridRow, Group, MeanCell
from console.analytics.proportions import wilson
from console.clock import Clock
from console.show import intervals, numbers
from console.show.acts import came_back, started
from console.show.clean import clean
from console.show.lines import Part, count, cut, line


def sentence(grid: Grid, row: int, column: int, clock: Clock) -> Content:
    """What the cell under the cursor says; row 0 of `table` is the mean."""
    if row == 0:
        return _mean_sentence(grid, column, "")
    cohort = grid.rows[row - 1]
    parts: list[Part] = [
        (intervals.name(cohort.start, grid.question.period, clock), "bold $ink"),
        (f": {_cohort_size(grid, cohort)}", "$ink"),
    ]
    cell = cohort.cells[column] if column < len(cohort.cells) else None
    if cell is None:
        return line(*parts, ("; ", "$ink"), (_not_begun(grid, column), "$quiet"))
    if column and cohort.size:
        parts.append((f"; {_who_came_back(grid, cohort, cell)}", "$ink"))
    if cell.state == "in_progress":
        parts.append((f"; {_not_over(grid, column)}", "$warn"))
    return line(*parts)


def split_sentence(grid: Grid, row: int, column: int) -> Content:
    """What a cell of `split_table` says."""
    if row == 0:
        return _mean_sentence(grid, column, "Everyone: ")
    group, part = grid.groups[row - 1]
    return _mean_sentence(part, column, f"{group_title(grid, group)}: ")


def _cohort_size(grid: Grid, cohort: GridRow) -> str:
    if not cohort.size:
        return f"no {nouns(grid)}"
    size = count(cohort.size, grid.question.by)
    first = cohort.cells[0] if cohort.cells else None
    return f"{size}{_amount(grid, first)}"


def _who_came_back(grid: Grid, cohort: GridRow, cell: Cell) -> str:
    span = wilson(cell.customers, cohort.size)
    share = f" ({numbers.percent(cell.rate or 0.0)} %, {numbers.between(*span)})" if span else ""
    some = f"{cell.customers:,}" if cell.customers else "none"
    when = _when(grid, cell.column)
    return f"{some} of them{share} {came_back(grid.question)} {when}{_amount(grid, cell)}"


def _mean_sentence(grid: Grid, column: int, opening: str) -> Content:
    question, cell = grid.question, _mean_cell(grid, column)
    rows = sum(1 for row in grid.rows if row.size)
    size = f"{count(grid.customers, question.by)} in {count(rows, 'cohort')}"
    if column == 0:
        return line((opening, "bold $ink"), (size, "$ink"))
    if cell is None or cell.rate is None:
        later = intervals.later(grid.columns[column], question.period)
        none = f"{size}; no cohort has {later} behind it yet"
        return line((opening, "bold $ink"), (none, "$ink"))
    who = f"{came_back(question)} {_when(grid, column)}"
    over = f"over {count(cell.rows, 'complete cohort')}"
    if grid.mean.kind == "simple":
        share = f"{numbers.percent(cell.rate)} % {who}, {over}, each counting the same"
        return line((opening or "Simple mean: ", "bold $ink"), (share, "$ink"))
    span = wilson(cell.customers, cell.of)
    between = f", {numbers.between(*span)}" if span else ""
    share = f"{cell.customers:,} of {count(cell.of, question.by)}"
    share += f" ({numbers.percent(cell.rate)} %{between}) {who}, {over}"
    return line((opening or "Weighted mean: ", "bold $ink"), (share, "$ink"))


def _mean_cell(grid: Grid, column: int) -> MeanCell | None:
    return next((cell for cell in grid.mean.cells if cell.column == column), None)


def _amount(grid: Grid, cell: Cell | None) -> str:
    if grid.question.value is None or cell is None or cell.value is None:
        return ""
    money = f" {clean(grid.currency, 8)}" if grid.currency else ""
    words = {"sum": "in all", "average": "each on average"}[grid.question.aggregate]
    return f", {numbers.full(cell.value)}{money} {words}"


def _when(grid: Grid, column: int) -> str:
    later = intervals.later(grid.columns[column], grid.question.period)
    whose = "their " if grid.question.window == "24h" else ""
    after = " or after" if grid.question.counting == "on-or-after" else ""
    return f"{intervals.at(grid.question.period)} {whose}{later}{after}"


def _not_over(grid: Grid, column: int) -> str:
    covered = grid.columns[column]
    several = "" if covered.first == covered.last else "s"
    return f"{grid.question.period}{several} not over"


def _not_begun(grid: Grid, column: int) -> str:
    covered = grid.columns[column]
    verb = "has" if covered.first == covered.last else "have"
    return f"{intervals.later(covered, grid.question.period)} {verb} not begun"


def nouns(grid: Grid) -> str:
    """What a grid counts: "customers" or "accounts"."""
    return f"{grid.question.by}s"


def people_title(grid: Grid, cell_row: int, column: int, clock: Clock, *, missing: bool) -> str:
    """What the people of a cell have in common, as a heading: "Week of 3 Jun · back in week 3".

    cell_row: the row of `grid`, from 0.
    """
    question = grid.question
    cohort = intervals.short(grid.rows[cell_row].start, question.period, clock)
    if column == 0:
        return f"{cohort} · {started(question)}"
    back = "back" if question.return_event is None else came_back(question)
    return f"{cohort} · {'not ' if missing else ''}{back} {_when(grid, column)}"


def breakdown_name(grid: Grid) -> str:
    """The property a grid is split by, without the prefix that insists on its kind."""
    name = grid.question.breakdown or ""
    return clean(name.removeprefix("customer:").removeprefix("event:"))


def group_name(group: Group) -> str:
    """A value of a breakdown, or "none" for those without one."""
    return "none" if group.value is None else clean(group.value) or "“”"


def group_title(grid: Grid, group: Group) -> str:
    """A group as a heading: "country SE"."""
    return f"{breakdown_name(grid)} {cut(group_name(group), 40)}"
