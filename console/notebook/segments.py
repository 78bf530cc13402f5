"""Saved segments: conditions by name, and lists of people that stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.mirror.database import (
    Connection,
    DatabaseError,
    IntegrityError,
    MirrorError,
    NoMirror,
    open_reader,
    transaction,
)
from console.model import Person, Saved
from console.notebook.schema import VERSION
from console.notebook.store import writing

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
    with _reading(path) as db:
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


def save(path: Path, name: str, what: str | Iterable[Person], at: int) -> str:
    """Save a condition or a list of people by name; answers the name as it was saved.

    what: the condition as written, or the people. at: now, in microseconds UTC.
    Raises BadName for a name that will not do or is taken, MirrorError when the notebook
    cannot be written.
    """
    name = proper(name)
    with writing(path) as db:
        try:
            with transaction(db):
                _insert(db, name, what, at)
        except IntegrityError:
            raise BadName(
                f"there is already a segment {name!r}; remove it first, or choose another name"
            ) from None
    return name


def remove(path: Path, name: str) -> bool:
    """Remove a saved segment, whatever its capitals; answers whether there was one.

    Raises MirrorError when the notebook cannot be written.
    """
    if not path.exists():
        return False
    folded = " ".join(name.split()).casefold()
    with writing(path) as db, transaction(db):
        found = db.execute("select id from segment where folded = ?", (folded,)).fetchone()
        if found is not None:
            db.execute("delete from segment_person where segment = ?", found)
            db.execute("delete from segment where id = ?", found)
    return found is not None


def proper(name: str) -> str:
    """A name as it is kept: blanks at its ends and double ones gone. Raises BadName."""
    name = " ".join(name.split())
    if not name:
        raise BadName("a segment needs a name")
    if len(name) > LONGEST:
        raise BadName(f"a segment's name may have {LONGEST} characters")
    if not name.isprintable() or _QUOTES & set(name):
        raise BadName("a segment's name is of letters, digits and signs, but no quotes")
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
        with _reading(self._path) as db:
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


def _insert(db: Connection, name: str, what: str | Iterable[Person], at: int) -> None:
    text = what if isinstance(what, str) else None
    id = db.execute(
        "insert into segment(name, folded, text, made_at) values (?, ?, ?, ?)",
        (name, name.casefold(), text, at),
    ).lastrowid
    if isinstance(what, str):
        return
    db.executemany(
        "insert into segment_person(segment, person, rank, source, kind, value)"
        " values (?, ?, ?, ?, ?, ?)",
        (
            (id, number, rank, *known)
            for number, person in enumerate(what)
            for rank, known in enumerate(person)
        ),
    )


@contextmanager
def _reading(path: Path) -> Iterator[Connection | None]:
    """The notebook, where there is one and it knows of segments. Raises MirrorError."""
    try:
        db = open_reader(path, VERSION)
    except NoMirror:
        yield None
        return
    try:
        knows = db.execute("pragma user_version").fetchone()[0] >= _SINCE
        yield db if knows else None
    except DatabaseError as error:
        raise MirrorError(f"{path} cannot be read: {error}.") from None
    finally:
        db.close()
