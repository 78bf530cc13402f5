"""All that the notebook says of people, read at once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from console.mirror.database import Connection
from console.model import Note, Person
from console.notebook.store import reading
from console.notebook.subjects import find, people_in

_AMONG = "subject in (select value from json_each(?))"


@dataclass(slots=True)
class Written:
    """What is written of one subject."""

    notes: list[Note] = field(default_factory=list)
    """Newest first."""
    tags: list[str] = field(default_factory=list)
    done_through: int | None = None
    wait_until: int | None = None
    waits_through: int | None = None
    claimed_by: str | None = None
    claimed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everybody of whom something is written. Times are microseconds UTC."""

    people: Mapping[int, Person]
    """Subjects, and how sources know them."""
    written: Mapping[int, Written]


def read(path: Path, values: Collection[str] | None = None) -> Overview:
    """Everything; nothing where there is no notebook.

    values: only of subjects known by one of these, in whatever source.
    Raises MirrorError when the notebook cannot be read.
    """
    with reading(path, since=3) as db:
        if db is None:
            return Overview({}, {})
        everybody = people_in(db, values)
        written: dict[int, Written] = {}
        among = json.dumps(list(everybody))
        _notes(db, among, written)
        _triage(db, among, written)
    return Overview({subject: everybody[subject] for subject in written}, written)


def handled(path: Path) -> Overview:
    """Who was handled, is put off or claimed; without their notes and tags.

    Raises MirrorError when the notebook cannot be read.
    """
    with reading(path, since=3) as db:
        if db is None:
            return Overview({}, {})
        subjects = [id for (id,) in db.execute("select subject from triage").fetchall()]
        people = people_in(db, subjects=subjects)
        written: dict[int, Written] = {}
        _triage(db, json.dumps(list(people)), written)
    return Overview({subject: people[subject] for subject in written}, written)


def tags(path: Path, people: Iterable[Person]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags of some people, and all that were ever given here, by name.

    Raises MirrorError when the notebook cannot be read.
    """
    with reading(path, since=3) as db:
        if db is None:
            return (), ()
        subjects = [found for person in people if (found := find(db, person)) is not None]
        theirs, every = (
            db.execute(f"select distinct tag from tag {where} order by folded", values).fetchall()
            for where, values in (
                (f"where {_AMONG}", (json.dumps(subjects),)), ("", ()),
            )
        )  # fmt: skip
    return tuple(tag for (tag,) in theirs), tuple(tag for (tag,) in every)


def _notes(db: Connection, among: str, written: dict[int, Written]) -> None:
    for subject, id, text, who, at in db.execute(
        f"select subject, id, text, who, at from note where {_AMONG} order by at desc, id desc",
        (among,),
    ).fetchall():
        written.setdefault(subject, Written()).notes.append(Note(id, text, who, at))
    for subject, tag in db.execute(
        f"select subject, tag from tag where {_AMONG} order by folded", (among,)
    ).fetchall():
        written.setdefault(subject, Written()).tags.append(tag)


def _triage(db: Connection, among: str, written: dict[int, Written]) -> None:
    for subject, done, wait, waits, by, at in db.execute(
        "select subject, done_through, wait_until, waits_through, claimed_by, claimed_at"
        f" from triage where {_AMONG}",
        (among,),
    ).fetchall():
        one = written.setdefault(subject, Written())
        one.done_through, one.wait_until, one.waits_through = map(_instant, (done, wait, waits))
        one.claimed_by, one.claimed_at = by, _instant(at)


def _instant(value: object) -> int | None:
    """An instant; None for whatever else somebody may have put into the file."""
    return value if isinstance(value, int) else None
