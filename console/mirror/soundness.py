"""Whether a file of ours is whole: what SQLite sees, and what only we can compare.

SQLite notices a page that is not one; a bit that flipped within a value it does not. Values
that are indexed are held against their index, raw data against its checksum, and what is
worked out of other rows against those rows.
"""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

from console.mirror.database import Connection, DatabaseError, Interrupted, open_as_it_is

_MOST = 5
"""Faults told of each kind."""
_GLANCE = 0.8
"""Seconds that one table is looked at in passing: no reader may hold a mirror for longer."""


def glance(path: Path) -> str | None:
    """The first fault that SQLite finds in passing; None when there is none.

    Looks at each table by itself, not longer than `_GLANCE`: of a big table only a part.
    Changes nothing. Raises OSError when there is no such file.
    """
    path.stat()
    try:
        with closing(open_as_it_is(path)) as db:
            for (name,) in db.execute(
                "select name from sqlite_master where type = 'table'"
            ).fetchall():
                found = _passing(db, name)
                if found != "ok":
                    return found
    except (DatabaseError, ValueError) as error:
        return str(error)
    return None


def whole(path: Path) -> list[str]:
    """Every fault that is found in a file, in words; none when it is sound.

    Reads all of it, which takes seconds for a million events; what is written meanwhile
    waits in the WAL. Changes nothing. Raises OSError when there is no such file.
    """
    path.stat()
    try:
        with closing(open_as_it_is(path)) as db:
            said = [row[0] for row in db.execute(f"pragma integrity_check({_MOST})").fetchall()]
            if said != ["ok"]:
                return said
            tables = {name for (name,) in db.execute("select name from sqlite_master").fetchall()}
            if "raw_block" in tables:
                from console.mirror.comparing import faults

                return faults(db, _MOST)
    except (DatabaseError, ValueError, TypeError, OverflowError) as error:
        # Damaged values are of other kinds than they should be.
        return [str(error)]
    return []


def _passing(db: Connection, table: str) -> str:
    ends = time.monotonic() + _GLANCE
    db.set_progress_handler(lambda: time.monotonic() > ends, 10_000)
    quoted = table.replace("'", "''")
    try:
        return str(db.execute(f"pragma quick_check('{quoted}')").fetchone()[0])
    except Interrupted as error:
        return "ok" if "interrupted" in str(error) else str(error)
    finally:
        db.set_progress_handler(None, 0)
