"""Text measured in the terminal's cells: what fits, what is cut, what is broken into lines.

Needs no screen: the first sight of the feed is laid out with it before one is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich.cells import cell_len, chop_cells, set_cell_size

from console.show.clean import clean

Part = tuple[str, str]
"""Text and its style, in the words of `console.themes`."""
Align = Literal["left", "right", "centre"]


def fit(text: str, width: int, align: Align = "left") -> str:
    """`text` cleaned and made exactly `width` cells wide; what is cut leaves an ellipsis."""
    text = clean(text)
    if width <= 0:
        return ""
    size = cell_len(text)
    if size > width:
        return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)
    if size == width:
        return text
    if align == "right":
        return " " * (width - size) + text
    if align == "centre":
        return set_cell_size(" " * ((width - size) // 2) + text, width)
    return text + " " * (width - size)


def cut(text: str, width: int) -> str:
    """`text` cleaned and at most `width` cells wide."""
    text = clean(text)
    return text if cell_len(text) <= width else fit(text, width)


def width_of(text: str) -> int:
    """The cells that cleaned `text` takes."""
    return cell_len(clean(text))


def wrap(text: str, width: int) -> list[str]:
    """`text` cleaned and broken at spaces into lines of at most `width` cells."""
    lines: list[str] = []
    current = ""
    for word in clean(text).split():
        joined = f"{current} {word}" if current else word
        if cell_len(joined) <= width:
            current = joined
            continue
        if current:
            lines.append(current)
        pieces = chop_cells(word, max(2, width)) if cell_len(word) > width else [word]
        lines.extend(pieces[:-1])
        current = pieces[-1]
    return [*lines, current] if current else lines


def flow(parts: Iterable[Part], width: int, separator: str = "  ") -> list[list[Part]]:
    """Lay parts one after another, beginning a new line where the next does not fit."""
    lines: list[list[Part]] = [[]]
    used = 0
    gap = cell_len(separator)
    for text, style in parts:
        text = cut(text, width)
        size = cell_len(text)
        if lines[-1] and used + gap + size > width:
            lines.append([])
            used = 0
        if lines[-1]:
            lines[-1].append((separator, ""))
            used += gap
        lines[-1].append((text, style))
        used += size
    return lines if lines[-1] else lines[:-1]


def number(value: int) -> str:
    """An integer with its thousands apart: 12,345."""
    return f"{value:,}"


def count(n: int, one: str, many: str | None = None) -> str:
    """A number and its noun: "1 order", "12 orders"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"
