"""Of whom something is written: people as sources know them, whatever the mirror's numbers."""

from __future__ import annotations

import json
from collections.abc import Collection

from console.mirror.database import Connection
from console.model import Person
from console.notebook.changes import Change

_LOCAL = frozenset({"source_id", "anonymous_id"})
"""What means something within its source only."""


def subject_of(change: Change, person: Person) -> int:
    """The subject somebody is written under, made where there is none yet.

    It is the one whose strongest identity is among the person's. Its identities are never
    added to: when a merge by hand is undone, what was written of one stays with that one.
    """
    found = find(change.db, person)
    if found is not None:
        return found
    id = change.next_id("subject")
    change.db.execute("insert into subject(id, made_at) values (?, ?)", (id, change.by.at))
    change.db.executemany(
        "insert into subject_identity(subject, rank, source, kind, value) values (?, ?, ?, ?, ?)",
        ((id, rank, *known) for rank, known in enumerate(person)),
    )
    return id


def people_in(
    db: Connection,
    values: Collection[str] | None = None,
    *,
    subjects: Collection[int] | None = None,
) -> dict[int, Person]:
    """The subjects of an open notebook, and how sources know them.

    values: only those known by one of these, in whatever source. subjects: only these.
    """
    among = ""
    if values is not None:
        among = (
            "where subject in (select subject from subject_identity where value in"
            " (select value from json_each(?)))"
        )
    elif subjects is not None:
        among = "where subject in (select value from json_each(?))"
    given = values if values is not None else subjects
    found: dict[int, list[tuple[str, str, str]]] = {}
    for subject, *known in db.execute(
        f"select subject, source, kind, value from subject_identity {among} order by subject, rank",
        () if given is None else (json.dumps(list(given)),),
    ).fetchall():
        found.setdefault(subject, []).append((known[0], known[1], known[2]))
    return {subject: tuple(known) for subject, known in found.items()}


def find(db: Connection, person: Person) -> int | None:
    """The subject somebody is written under; None where nothing is."""
    for source, kind, value in person:
        found = db.execute(
            "select subject from subject_identity where value = ? and kind = ? and rank = 0"
            " and (source = ? or ?) order by subject limit 1",
            (value, kind, source, kind not in _LOCAL),
        ).fetchone()
        if found is not None:
            return int(found[0])
    return None
