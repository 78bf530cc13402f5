"""Who was erased, as the notebook remembers it: a mirror that is made anew is told.

What is kept are keyed hashes with their keys, as in the mirror; nothing else is to be written
of them by a screen that was opened before.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from console.mirror.database import Connection, transaction
from console.model import Person, Tomb
from console.model.tombs import tomb
from console.notebook.changes import Unchanged
from console.notebook.store import reading, writing

_FORMAT = 4


def read(path: Path) -> frozenset[Tomb]:
    """What is remembered of all who were erased; nothing where there is no notebook.

    Raises MirrorError when there is one but it cannot be read.
    """
    with reading(path, since=_FORMAT) as db:
        rows = db.execute("select secret, hash from erased").fetchall() if db else []
    return frozenset((secret, hash) for secret, hash in rows)


def keep(path: Path, tombs: Iterable[Tomb]) -> None:
    """Remember those too, making the notebook where there is none.

    Raises MirrorError when it cannot be written.
    """
    with writing(path) as db, transaction(db):
        add(db, tombs)


def add(db: Connection, tombs: Iterable[Tomb]) -> None:
    """Remember those too, inside the caller's transaction."""
    db.executemany("insert into erased(secret, hash) values (?, ?) on conflict do nothing", tombs)


def refuse(db: Connection, people: Iterable[Person]) -> None:
    """Let nothing be written of those whom the notebook remembers as erased.

    Raises Unchanged when one of them is.
    """
    tombs = set(db.execute("select secret, hash from erased").fetchall())
    secrets = {secret for secret, _ in tombs}
    known = {one for person in people for one in person}
    if any(tomb(secret, *one) in tombs for secret in secrets for one in known):
        raise Unchanged("erased meanwhile, so nothing that was written on them was kept")
