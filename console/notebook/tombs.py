"""Who was erased, as the notebook remembers it: a mirror that is made anew is told.

What is kept are keyed hashes with their keys, made by `console.mirror.tombs`; here they mean
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from console.mirror.database import Connection, transaction
from console.model import Tomb
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
