"""What the header says of the mirror: what needs somebody, whose data, how many, how fresh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from console.clock import DAY, Clock
from console.model import Status
from console.show.lines import Part, count, cut, line, width_of
from console.show.standing import Standing, words
from console.show.times import ago, brief

_NAME = 24
"""Cells of a source's name."""
_SEPARATOR = " · "


class _Piece(NamedTuple):
    """A fact; those of the highest rank are shortened, then left out, where room is short."""

    rank: int
    forms: tuple[str, ...]
    """The same said at less and less length."""
    style: str = "$quiet"


def facts(
    name: str,
    status: Status | None,
    found: Sequence[Standing],
    clock: Clock,
    room: int,
    doing: str = "",
) -> Content:
    """How the mirror stands in at most `room` cells, what matters most kept longest.

    name: what the data is called. status: None while it is being read. found: the sources,
    what needs somebody first. doing: how a sync of ours comes on.
    """
    pieces = [
        _Piece(0, (f"⟳ {doing}", "⟳ syncing") if doing else (), "bold $primary"),
        _Piece(0, _failed([one for one in found if one.state == "failed"], clock), "bold $bad"),
        _Piece(1, _waiting(found, clock), "$warn"),
        _Piece(6, (name,)),
    ]
    if status is not None:
        pieces += _pieces(status, found, clock)
    shown = _fitted([piece for piece in pieces if piece.forms and piece.forms[0]], room - 1)
    parts: list[Part] = []
    for piece in shown:
        parts += [(_SEPARATOR if parts else "", "$faint"), (piece.forms[0], piece.style)]
    return line(*parts, " ")


def _fitted(pieces: list[_Piece], room: int) -> list[_Piece]:
    while pieces and _size(pieces) > room:
        place = max(range(len(pieces)), key=lambda at: (pieces[at].rank, _width(pieces[at])))
        piece = pieces[place]
        if len(piece.forms) > 1:
            pieces[place] = piece._replace(forms=piece.forms[1:])
        elif len(pieces) > 1:
            del pieces[place]
        else:
            return [piece._replace(forms=(cut(piece.forms[0], max(1, room)),))]
    return pieces


def _size(pieces: Sequence[_Piece]) -> int:
    return sum(map(_width, pieces)) + len(_SEPARATOR) * (len(pieces) - 1)


def _width(piece: _Piece) -> int:
    return width_of(piece.forms[0])


def _failed(failed: Sequence[Standing], clock: Clock) -> tuple[str, ...]:
    if not failed:
        return ()
    n = len(failed)
    first, more = failed[0], f" +{n - 1}" if n > 1 else ""
    name = cut(first.source, _NAME)
    said = f"✗ {name}: {words(first, clock)}"
    every = [f"✗ {cut(one.source, _NAME)}: {words(one, clock)}" for one in failed]
    return (
        _SEPARATOR.join(every),
        *((f"{said}, and {n - 1} more",) if more else ()),
        f"✗ {name}: {first.trouble}{more}",
        f"✗ {name}{more}",
        f"✗ {n} failed",
        "✗",
    )


def _waiting(found: Sequence[Standing], clock: Clock) -> tuple[str, ...]:
    """Of those who were never read, not to their end, or not lately."""
    late = [one for one in found if one.state in ("never", "partial", "stale")]
    said = [f"{cut(one.source, _NAME)}: {words(one, clock)}" for one in late]
    if len(said) < 2:
        return tuple(said)
    return (
        _SEPARATOR.join(said),
        f"{said[0]}, and {len(said) - 1} more",
        f"{count(len(said), 'source')} not fresh",
    )


def _pieces(status: Status, found: Sequence[Standing], clock: Clock) -> list[_Piece]:
    newest = max((s.newest for s in status.sources if s.newest is not None), default=None)
    refused = sum(source.rejected for source in status.sources)
    pieces = [
        _Piece(2, (count(status.customers, "customer"),)),
        _Piece(5, _fresh([one for one in found if one.state == "fresh"], clock)),
        _by_files(found, clock),
    ]
    if refused:
        pieces.append(_Piece(4, (f"{count(refused, 'row')} refused",), "$warn"))
    if newest is not None:
        pieces.append(_Piece(3, (f"newest {ago(min(newest, clock.now), clock)}",)))
    return pieces


def _fresh(fresh: Sequence[Standing], clock: Clock) -> tuple[str, ...]:
    if not fresh:
        return ()
    each = [f"{cut(one.source, _NAME)} {brief(one.at, clock)}" for one in fresh]
    if len(fresh) == 1:
        return (each[0],)
    oldest = ago(min(one.at or 0 for one in fresh), clock)
    n = len(fresh)
    return (_SEPARATOR.join(each), f"{n} sources, oldest {oldest}", f"{n} sources")


def _by_files(found: Sequence[Standing], clock: Clock) -> _Piece:
    """Of those that are read from files: a reminder where there is nothing else."""
    files = [one for one in found if one.state == "files"]
    if not files:
        return _Piece(5, ())
    alone = len(files) == len(found)
    many = count(len(files), "source") if alone else f"{len(files)} by files"
    read = max((one.at for one in files if one.at is not None), default=None)
    if read is None:
        return _Piece(5, (many,))
    imported = f"imported {ago(read, clock)}"
    if alone and clock.now - read > DAY:
        return _Piece(1, (f"{many}, {imported}", imported), "$warn")
    return _Piece(5, (f"{many}, {imported}", many))
