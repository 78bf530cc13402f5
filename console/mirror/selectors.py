"""What people call an event, and which rows that means.

A name is one of our verbs, an event's name as its source writes it, or a feature; a prefix
(``verb:``, ``event:``, ``feature:``) insists on one of them. Case only matters where two
names differ by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from console.mirror.database import Connection
from console.mirror.schema import SET_ANY, SET_FEATURE, SET_KIND, SET_VERB
from console.verbs import VERBS


class UnknownEvent(ValueError):
    """A name that no event has; says what is near."""


@dataclass(frozen=True, slots=True)
class Selector:
    """Some events: the day sets that hold them and the kinds they are of."""

    scope: int
    items: tuple[int, ...]
    """Which sets of the scope; their union is meant."""
    kinds: tuple[int, ...] | None
    """Ids of ``event_kind``; None where every kind is meant."""


class _Kind(NamedTuple):
    id: int
    name: str
    verb: str | None
    feature: str | None
    own: int


def select(db: Connection, text: str | None) -> Selector:
    """The events that `text` means; None means all that customers did themselves.

    Raises UnknownEvent when nothing goes by that name.
    """
    kinds = [
        _Kind(*row)
        for row in db.execute(
            "select id, name, verb, feature, own from event_kind order by id"
        ).fetchall()
    ]
    if text is None:
        own = tuple(kind.id for kind in kinds if kind.own)
        return Selector(SET_ANY, (0,), None if len(own) == len(kinds) else own)
    prefix, colon, rest = text.partition(":")
    if colon and prefix in _BY_PREFIX and rest:
        found = _BY_PREFIX[prefix](db, kinds, rest)
    else:
        found = _verb(db, kinds, text) or _named(db, kinds, text) or _feature(db, kinds, text)
    if found is None and text in VERBS:
        return Selector(SET_VERB, (), ())
    if found is None:
        raise UnknownEvent(_unknown(text, kinds))
    return found


def _verb(db: Connection, kinds: Sequence[_Kind], text: str) -> Selector | None:
    ids = tuple(kind.id for kind in kinds if kind.verb == text)
    return Selector(SET_VERB, _words(db, [text]), ids) if ids else None


def _named(db: Connection, kinds: Sequence[_Kind], text: str) -> Selector | None:
    ids = _alike(text, [(kind.id, kind.name) for kind in kinds])
    return Selector(SET_KIND, ids, ids) if ids else None


def _feature(db: Connection, kinds: Sequence[_Kind], text: str) -> Selector | None:
    ids = _alike(text, [(kind.id, kind.feature) for kind in kinds if kind.feature])
    if not ids:
        return None
    features = {kind.feature for kind in kinds if kind.id in ids and kind.feature}
    return Selector(SET_FEATURE, _words(db, sorted(features)), ids)


_BY_PREFIX: dict[str, Callable[[Connection, Sequence[_Kind], str], Selector | None]] = {
    "verb": _verb,
    "event": _named,
    "feature": _feature,
}


def _alike(text: str, named: Sequence[tuple[int, str | None]]) -> tuple[int, ...]:
    folds: tuple[Callable[[str], str], ...] = (str, str.casefold, _plain)
    for fold in folds:
        wanted = fold(text)
        if ids := tuple(id for id, name in named if name and fold(name) == wanted):
            return ids
    return ()


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())


def _words(db: Connection, texts: Sequence[str]) -> tuple[int, ...]:
    found = [db.execute("select id from word where text = ?", (text,)).fetchone() for text in texts]
    return tuple(row[0] for row in found if row)


def _unknown(text: str, kinds: Sequence[_Kind]) -> str:
    said: dict[str, str] = {}
    for kind in kinds:
        for name in (kind.verb, kind.name, kind.feature):
            if name:
                said.setdefault(_plain(name), name)
    for verb in VERBS:
        said.setdefault(_plain(verb), verb)
    near = [said[plain] for plain in get_close_matches(_plain(text), said, n=3, cutoff=0.5)]
    hint = f"; near it: {', '.join(near)}" if near else ""
    return f"there is no event called {text!r}{hint}"
