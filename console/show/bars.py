"""The lines at the head and foot of the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from console.show.lines import Part, cut, line, number


class Tab(NamedTuple):
    """One tab: the key that opens it, its label, and whether it is open."""

    key: str
    label: str
    open: bool


def tabs(seats: Sequence[Tab]) -> Content:
    """The tabs, the open one marked by colour, weight and brackets of space."""
    parts: list[Part] = []
    for tab in seats:
        if tab.open:
            parts.append((f" {tab.key} {tab.label} ", "bold $tab-ink on $tab"))
        else:
            parts += [(f" {tab.key}", "$faint"), (f" {tab.label} ", "$quiet")]
    return line(*parts)


def to_handle(n: int | None) -> str:
    """The inbox's label: how many are to be handled, as far as known."""
    return "To handle" if n is None else f"{number(n)} to handle"


def tab_at(seats: Sequence[Tab], x: int) -> int | None:
    """Which tab lies at a column of `tabs`."""
    left = 0
    for place, tab in enumerate(seats):
        left += len(f" {tab.key} {tab.label} ")
        if x < left:
            return place
    return None


def trouble(sentence: str, room: int) -> Content:
    """The mirror cannot be read: why, as far as it fits."""
    return line((cut(f"✗ {sentence}", max(10, room)), "bold $bad"), " ")


class Hint(NamedTuple):
    """A key at the foot: what to press, what it does, whether it can act now."""

    key: str
    label: str
    able: bool = True


def keys(hints: Sequence[Hint], room: int) -> Content:
    """Keys with what they do, as many as fit into `room` cells."""
    parts: list[Part] = []
    used = 0
    for hint in hints:
        size = len(hint.key) + len(hint.label) + 3
        if used + size > room:
            break
        used += size
        ink = "$quiet" if hint.able else "$faint"
        parts += [(f" {hint.key}", "bold $primary" if hint.able else "$faint")]
        parts += [(f" {hint.label} ", ink)]
    return line(*parts)


def said(words: str, *, bad: bool = False) -> Content:
    """A short sentence at the foot."""
    mark = ("✗ ", "bold $bad") if bad else ("✓ ", "bold $good")
    return line(" ", mark, (words, "$bad" if bad else "$ink"))
