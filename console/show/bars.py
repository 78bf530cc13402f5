"""The lines at the head and foot of the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from console.clock import DAY, Clock
from console.model import Status
from console.show.lines import Part, count, cut, line
from console.show.times import ago


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


def tab_at(seats: Sequence[Tab], x: int) -> int | None:
    """Which tab lies at a column of `tabs`."""
    left = 0
    for place, tab in enumerate(seats):
        left += len(f" {tab.key} {tab.label} ")
        if x < left:
            return place
    return None


def facts(name: str, status: Status | None, clock: Clock, room: int) -> Content:
    """Whose data, how many and how fresh, in at most `room` cells; failures come first.

    name: what the data is called. status: None while it is being read.
    """
    if status is None:
        return line((cut(name, room), "$quiet"), " ")
    failed = [source for source in status.sources if source.error]
    if failed:
        first = failed[0]
        more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
        words = f"✗ {first.source}{more}: {first.error}"
        return line((cut(words, max(20, room - 1)), "bold $bad"), " ")
    pieces = _pieces(name, status, clock)
    while len(pieces) > 1 and sum(len(piece.words) + 3 for piece in pieces) > room:
        pieces.remove(max(pieces, key=lambda piece: piece.rank))
    parts: list[Part] = []
    for piece in pieces:
        parts += [(" · " if parts else "", "$faint"), (piece.words, piece.style)]
    return line(*parts, " ")


class _Piece(NamedTuple):
    """A fact of the header; those of the highest rank go first where room is short."""

    rank: int
    words: str
    style: str = "$quiet"


def _pieces(name: str, status: Status, clock: Clock) -> list[_Piece]:
    newest = max((s.newest for s in status.sources if s.newest is not None), default=None)
    read = max((s.last_sync for s in status.sources if s.last_sync is not None), default=None)
    refused = sum(source.rejected for source in status.sources)
    pieces = [
        _Piece(5, name),
        _Piece(1, count(status.customers, "customer")),
        _Piece(4, f"{count(len(status.sources), 'source')}"),
    ]
    if refused:
        pieces.append(_Piece(3, f"{count(refused, 'row')} refused", "$warn"))
    if newest is not None:
        pieces.append(_Piece(2, f"newest {ago(min(newest, clock.now), clock)}"))
    if read is not None and clock.now - read > DAY:
        pieces.append(_Piece(0, f"imported {ago(read, clock)}", "$warn"))
    return [piece for piece in pieces if piece.words]


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
