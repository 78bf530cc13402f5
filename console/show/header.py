"""What the header says of the mirror: what needs somebody, whose data, how many, how fresh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from console.clock import DAY, Clock
from console.model import Status
from console.show.lines import Part, count, cut, line, width_of
from console.show.standing import IN_A_WORD, Standing, words
from console.show.times import ago, brief

_NAME = 24
"""Cells of a source's name."""
_SEPARATOR = " · "


class _Form(NamedTuple):
    """A way to say a fact; those of the lowest rank are the first to be given room."""

    rank: int
    words: str


class _Piece(NamedTuple):
    """A fact, said at less and less length and then not at all."""

    forms: tuple[_Form, ...]
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
        _piece((0, f"⟳ {doing}" if doing else ""), (0, "⟳ syncing"), style="bold $primary"),
        _failed([one for one in found if one.state == "failed"], clock),
        _waiting(found, clock),
        _piece((12, name)),
    ]
    if status is not None:
        pieces += _pieces(status, found, clock)
    pieces = [piece for piece in pieces if piece.forms]
    parts: list[Part] = []
    for part in _fitted(pieces, max(1, room - 1)):
        parts += [(_SEPARATOR if parts else "", "$faint"), part]
    return line(*parts, " ")


def _piece(*forms: tuple[int, str], style: str = "$quiet") -> _Piece:
    """A fact; none where its longest form is empty."""
    return _Piece(tuple(_Form(*form) for form in forms) if forms and forms[0][1] else (), style)


def _fitted(pieces: Sequence[_Piece], room: int) -> list[Part]:
    """As many facts, and as much of each, as there is room for, the most important first."""
    offers = sorted(
        (form.rank, -size, place)
        for place, piece in enumerate(pieces)
        for size, form in enumerate(piece.forms)
    )
    shown: dict[int, int] = {}
    for _, size, place in offers:
        longer = {**shown, place: -size}
        words = [width_of(pieces[at].forms[form].words) for at, form in longer.items()]
        if sum(words) + len(_SEPARATOR) * (len(words) - 1) <= room:
            shown = longer
    return [(pieces[at].forms[form].words, pieces[at].style) for at, form in sorted(shown.items())]


def _failed(failed: Sequence[Standing], clock: Clock) -> _Piece:
    if not failed:
        return _piece()
    n = len(failed)
    first, more = failed[0], f" +{n - 1}" if n > 1 else ""
    name = cut(first.source, _NAME)
    every = [f"✗ {cut(one.source, _NAME)}: {words(one, clock)}" for one in failed]
    return _piece(
        (4, _SEPARATOR.join(every)),
        (1, f"{every[0]}, and {n - 1} more" if more else every[0]),
        (0, f"✗ {name}: {first.trouble}{more}"),
        (0, f"✗ {name}{more}"),
        (0, f"✗ {n} failed"),
        (0, "✗"),
        style="bold $bad",
    )


def _waiting(found: Sequence[Standing], clock: Clock) -> _Piece:
    """Those that were never read, not to their end, or not lately."""
    late = [one for one in found if one.state in ("never", "partial", "stale")]
    said = [f"{cut(one.source, _NAME)}: {words(one, clock)}" for one in late]
    if not said:
        return _piece()
    n = len(said)
    short = f"{cut(late[0].source, _NAME)}: {IN_A_WORD[late[0].state]}"
    return _piece(
        (10, _SEPARATOR.join(said)),
        (2, f"{said[0]}, and {n - 1} more" if n > 1 else said[0]),
        (2, f"{short} +{n - 1}" if n > 1 else short),
        (2, f"{count(len(said), 'source')} not fresh"),
        style="$warn",
    )


def _pieces(status: Status, found: Sequence[Standing], clock: Clock) -> list[_Piece]:
    newest = max((s.newest for s in status.sources if s.newest is not None), default=None)
    refused = sum(source.rejected for source in status.sources)
    return [
        _piece((3, count(status.customers, "customer"))),
        _fresh([one for one in found if one.state == "fresh"], clock),
        _by_files(found, clock),
        _piece((6, f"{count(refused, 'row')} refused" if refused else ""), style="$warn"),
        _piece((7, f"newest {ago(min(newest, clock.now), clock)}" if newest is not None else "")),
    ]


def _fresh(fresh: Sequence[Standing], clock: Clock) -> _Piece:
    if not fresh:
        return _piece()
    each = _SEPARATOR.join(f"{cut(one.source, _NAME)} {brief(one.at, clock)}" for one in fresh)
    if len(fresh) == 1:
        return _piece((5, each))
    oldest = ago(min(one.at or 0 for one in fresh), clock)
    return _piece((8, each), (6, f"{len(fresh)} sources, oldest {oldest}"), (5, f"asked {oldest}"))


def _by_files(found: Sequence[Standing], clock: Clock) -> _Piece:
    """Those that are read from files: a reminder where there is nothing else."""
    files = [one for one in found if one.state == "files"]
    if not files:
        return _piece()
    alone = len(files) == len(found)
    many = count(len(files), "source") if alone else f"{len(files)} by files"
    read = max((one.at for one in files if one.at is not None), default=None)
    if read is None:
        return _piece((8, many))
    imported = f"imported {ago(read, clock)}"
    if alone and clock.now - read > DAY:
        return _piece((9, f"{many}, {imported}"), (2, imported), style="$warn")
    return _piece((11, f"{many}, {imported}"), (9, many))
