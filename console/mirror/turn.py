"""One sync at a time: two that read the same source would undo each other's bookmarks.

The turn is a lock of SQLite's on a small file beside the mirror, so that it holds between
processes on every system and ends with the process that has it, however that ends.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from console.mirror.database import Connection, DatabaseError, MirrorError, open_plain

_PATIENCE = 0.5
"""Seconds; whoever only looks who has the turn is done long before."""


class Taken(MirrorError):
    """Somebody else is syncing into this mirror."""


@contextmanager
def turn(mirror: Path, doing: str = "console sync") -> Iterator[None]:
    """Be the only one who syncs into a mirror.

    doing: what has the turn, for whoever is refused meanwhile. Raises Taken with a sentence
    when somebody has it, MirrorError where nothing can be written beside the mirror.
    """
    path = Path(f"{mirror}-sync")
    with closing(open_plain(path, _PATIENCE)) as db:
        try:
            db.execute("begin immediate")
            db.execute("create table if not exists holder (pid integer, doing text)")
            db.execute("delete from holder")
            db.execute("insert into holder values (?, ?)", (os.getpid(), doing))
            db.execute("commit")
            db.execute("begin immediate")
        except DatabaseError as error:
            if "locked" in str(error):
                raise Taken(_taken(db, mirror)) from None
            raise MirrorError(f"{path} cannot be written: {error}. Is the disk full?") from None
        yield


def _taken(db: Connection, mirror: Path) -> str:
    holder = None
    with suppress(DatabaseError):
        holder = db.execute("select doing, pid from holder").fetchone()
    who = "another `{}` (process {})".format(*holder) if holder else "another sync"
    return f"{who} is at work on {mirror}; one at a time: let it finish, or stop it first"
