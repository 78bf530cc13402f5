"""Saved segments: conditions by name, and lists of people that stay as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from console.mirror.database import Connection
from console.model import Person, Saved
from console.notebook.changes import Change, Signed, changing
from console.notebook.store import reading

LONGEST = 60
"""Characters a name may have."""
_SINCE = 2
"""The format of the notebook that brought segments."""
_QUOTES = frozenset('"“”\\')


class BadName(ValueError):
    """A name that cannot be used; says why."""


@dataclass(frozen=True, slots=True)
class SavedSegment:
    """One saved segment: a condition, or a list of people."""

    name: str
    text: str | None
    """The condition; None of a list."""
    people: int | None
    """How many are in a list; None of a condition."""
    made_at: int
    """Microseconds UTC."""


def read(path: Path) -> tuple[SavedSegment, ...]:
    """All saved segments by name; none where there is no notebook.

    Raises MirrorError when there is one but it cannot be read.
    """
    with reading(path, _SINCE) as db:
        if db is None:
            return ()
        rows = db.execute(
            "select s.name, s.text, s.made_at, (select count(distinct p.person) from"
            " segment_person p where p.segment = s.id) from segment s order by s.folded"
        ).fetchall()
    return tuple(
        SavedSegment(name, text, None if text is not None else n, made_at)
        for name, text, made_at, n in rows
    )


def save(path: Path, name: str, what: str | Iterable[Person], by: Signed) -> str:
    """Save a condition or a list of people by name; answers the name as it was saved.

    what: the condition as written, or the people.
    Raises BadName for a name that will not do or is taken, MirrorError when the notebook
    cannot be written.
    """
    name = proper(name)
    with changing(path, "segment", by) as change:
        if _find(change.db, name) is not None:
            raise BadName(
                f"there is already a segment {name!r}; remove it first, or choose another name"
            )
        _insert(change, name, what)
        change.close()
    return name


def remove(path: Path, name: str, by: Signed) -> bool:
    """Remove a saved segment, whatever its capitals; answers whether there was one.

    Raises MirrorError when the notebook cannot be written.
    """
    if not path.exists():
        return False
    with changing(path, "segment removed", by) as change:
        found = _find(change.db, " ".join(name.split()))
        if found is None:
            return False
        for person, rank in change.db.execute(
            "select person, rank from segment_person where segment = ?", (found,)
        ).fetchall():
            change.put("segment_person", _place(found, person, rank), None)
        change.put("segment", {"id": found}, None)
        change.close()
    return True


def proper(name: str, what: str = "segment") -> str:
    """A name as it is kept: blanks at its ends and double ones gone. Raises BadName."""
    name = " ".join(name.split())
    if not name:
        raise BadName(f"a {what} needs a name")
    if len(name) > LONGEST:
        raise BadName(f"a {what}'s name may have {LONGEST} characters")
    if not name.isprintable() or _QUOTES & set(name):
        raise BadName(f"a {what}'s name is of letters, digits and signs, but no quotes")
    return name


class Shelf:
    """The saved segments of one notebook, read when they are asked for.

    Lists do not change, so that one once read is kept: the same object while it is there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lists: dict[tuple[str, int], frozenset[Person]] = {}

    def __call__(self) -> Saved:
        """What there is by name. Raises MirrorError when the notebook cannot be read."""
        with reading(self._path, _SINCE) as db:
            if db is None:
                return {}
            rows = db.execute("select id, name, text, made_at from segment").fetchall()
            found: dict[str, str | frozenset[Person]] = {}
            for id, name, text, made_at in rows:
                found[name] = text if text is not None else self._list(db, id, name, made_at)
        return found

    def _list(self, db: Connection, id: int, name: str, made_at: int) -> frozenset[Person]:
        key = (name, made_at)
        if key not in self._lists:
            people: dict[int, list[tuple[str, str, str]]] = {}
            for person, *known in db.execute(
                "select person, source, kind, value from segment_person where segment = ?"
                " order by person, rank",
                (id,),
            ).fetchall():
                people.setdefault(person, []).append((known[0], known[1], known[2]))
            self._lists[key] = frozenset(map(tuple, people.values()))
        return self._lists[key]


def _find(db: Connection, name: str) -> int | None:
    found = db.execute("select id from segment where folded = ?", (name.casefold(),)).fetchone()
    return int(found[0]) if found else None


def _place(segment: int, person: int, rank: int) -> dict[str, int]:
    return {"segment": segment, "person": person, "rank": rank}


def _insert(change: Change, name: str, what: str | Iterable[Person]) -> None:
    text = what if isinstance(what, str) else None
    id = change.next_id("segment")
    row = {"name": name, "folded": name.casefold(), "text": text, "made_at": change.by.at}
    change.put("segment", {"id": id}, row)
    if isinstance(what, str):
        return
    for number, person in enumerate(what):
        for rank, (source, kind, value) in enumerate(person):
            known = {"source": source, "kind": kind, "value": value}
            change.put("segment_person", _place(id, number, rank), known)
