"""The lines of a heat grid as `Content`: heads, rows, cursor. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from console.widgets.heat_table import SIGNS, Heat, HeatTable, Measures, Stretch

_EDGE = Content.styled("▌", "$primary")
_FAINT_EDGE = Content.styled("▏", "$faint")
_BLANK = Content(" ")
_MORE_LEFT = Content.styled("‹", "bold $primary")
_MORE_RIGHT = Content.styled("›", "bold $primary")


@dataclass(frozen=True, slots=True)
class View:
    """What part of a table is seen, and where its cursor is."""

    table: HeatTable
    measures: Measures
    row: int = 0
    column: int = 0
    left: int = 0
    """The first scrolling column in sight, counted from the first that scrolls."""
    focused: bool = True
    signs: bool = False
    """Whether small bars stand in for colours."""

    @property
    def columns(self) -> list[int]:
        """The columns in sight, from left to right."""
        fixed, every = self.table.fixed_columns, len(self.table.heads)
        first = fixed + self.left
        return [*range(fixed), *range(first, min(every, first + self.measures.room))]

    def width(self, column: int) -> int:
        """How wide a column is."""
        fixed = self.measures.fixed
        return fixed[column] if column < len(fixed) else self.measures.cell


def head_line(view: View) -> Content:
    """The heads of the columns; arrows where there are more on either side."""
    table = view.table
    parts = [_BLANK, _left(table.corner, view.measures.head)]
    for place, column in enumerate(view.columns):
        if place == table.fixed_columns:
            parts.append(_MORE_LEFT if view.left else _BLANK)
        head = _right(table.heads[column], view.width(column) - 1)
        parts += [head.stylize_before(_head_style(view, column)), _BLANK]
    if view.left + view.measures.room < len(table.heads) - table.fixed_columns:
        parts.append(_MORE_RIGHT)
    return Content("").join(parts)


def row_line(view: View, row: int) -> Content:
    """One row, with the cursor when it is here."""
    here = row == view.row
    data = view.table.rows[row]
    edge = (_EDGE if view.focused else _FAINT_EDGE) if here else _BLANK
    head = _left(data.head, view.measures.head)
    parts = [edge, head.stylize("bold $ink") if here else head]
    for place, column in enumerate(view.columns):
        if place == view.table.fixed_columns:
            parts.append(_BLANK)
        cell = view.table.cell(row, column)
        parts.append(_cell(view, cell, view.width(column), here and column == view.column))
    if view.measures.bar:
        parts += [_BLANK, *_bar(data.bar, view.measures.bar)]
    return Content("").join(parts)


def _bar(stretches: tuple[Stretch, ...], room: int) -> list[Content]:
    parts, before, share = [], 0, 0.0
    for stretch in stretches:
        share += stretch.share
        # Rounded where it ends, so that errors do not add up; whatever is there is seen.
        end = max(round(share * room), before + (1 if stretch.share > 0 else 0))
        end = min(end, room)
        parts.append(Content.styled(stretch.sign * (end - before), stretch.style))
        before = end
    return parts


def _cell(view: View, cell: Heat | None, width: int, here: bool) -> Content:
    if cell is None:
        return Content.styled(" " * width, _cursor(view) if here else "")
    signed = view.signs and not cell.open and not cell.style
    sign = SIGNS[cell.level] if signed else " "
    text = f"{cell.text:>{width - 2}}{'…' if cell.open else ' '}"
    if here:
        return Content.styled(sign + text, _cursor(view))
    number = Content.styled(text, _style(view, cell))
    return Content.styled(sign, "$primary" if signed else _style(view, cell)) + number


def _cursor(view: View) -> str:
    if view.signs:
        return "bold reverse" if view.focused else "underline"
    return "bold $background on $ink" if view.focused else "$ink on $row-cursor-blurred"


def _style(view: View, cell: Heat) -> str:
    if cell.style:
        return cell.style
    if cell.open:
        return "italic $quiet"
    if view.signs or not cell.level:
        return "$ink" if cell.level else "$faint"
    return f"$heat-{cell.level}-ink on $heat-{cell.level}"


def _head_style(view: View, column: int) -> str:
    return "bold $ink" if column == view.column else "$quiet"


def _left(words: Content, width: int) -> Content:
    return words.truncate(width, ellipsis=True).pad_right(max(0, width - words.cell_length))


def _right(words: Content, width: int) -> Content:
    return words.truncate(width, ellipsis=True).pad_left(max(0, width - words.cell_length))
