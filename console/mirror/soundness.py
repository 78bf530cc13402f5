"""Whether a file of ours is whole: what SQLite sees, and what only we can compare.

SQLite notices a page that is not one; a bit that flipped within a value it does not. Values
that are indexed are held against their index, raw data against its checksum, and what is
worked out of other rows against those rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path

from console.mirror import indexed
from console.mirror.database import Connection, DatabaseError, Interrupted, open_as_it_is

_MOST = 5
"""Faults told of each kind."""
_GLANCE = 0.8
"""Seconds that one table is looked at in passing: no reader may hold a mirror for longer."""
_STEPS = 1_000
"""Steps of SQLite's after which it asks whether to go on."""


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

    Reads all of it, which takes seconds for a million events, in many short reads, so that
    others can write and the WAL be cut. The longest looks at all pages, a second for some two
    million events; where somebody writes meanwhile it gives way, and each table is looked at
    by itself. Changes nothing. Raises OSError when there is no such file.
    """
    path.stat()
    try:
        with closing(open_as_it_is(path)) as db:
            found = _pages(db, path) or list(islice(indexed.faults(db), _MOST))
            if found:
                return found
            tables = {name for (name,) in db.execute("select name from sqlite_master").fetchall()}
            if "raw_block" in tables:
                from console.mirror.comparing import faults

                return faults(db, _MOST)
    except (DatabaseError, ValueError, TypeError, OverflowError) as error:
        # Damaged values are of other kinds than they should be.
        return [str(error)]
    return []


def _pages(db: Connection, path: Path) -> list[str]:
    """What SQLite finds in pages and rows, apart from indexes."""
    wal = Path(f"{path}-wal")
    before, ends = _written(wal), time.monotonic() + _GLANCE
    found = _unless(
        lambda: time.monotonic() > ends and _written(wal) != before,
        db, f"pragma quick_check({_MOST})",
    )  # fmt: skip
    if found is None:
        # Only this tells of pages that nothing or two tables use; unused ones are looked at
        # with the schema.
        names = db.execute("select name from sqlite_master where type = 'table'").fetchall()
        found = [
            said
            for (name,) in [("sqlite_schema",), *names]
            for said in db.execute(_check_of(name)).fetchall()
        ]
    return [said for (said,) in found if said != "ok"]


def _written(wal: Path) -> tuple[int, int]:
    """What changes when somebody writes."""
    try:
        found = wal.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def _passing(db: Connection, table: str) -> str:
    ends = time.monotonic() + _GLANCE
    found = _unless(lambda: time.monotonic() > ends, db, _check_of(table))
    return str(found[0][0]) if found else "ok"


def _check_of(table: str) -> str:
    quoted = table.replace("'", "''")
    return f"pragma quick_check('{quoted}')"


def _unless(stop: Callable[[], bool], db: Connection, sql: str) -> list[tuple[str]] | None:
    """What a check says; None when it was stopped half way."""
    db.set_progress_handler(stop, _STEPS)
    try:
        return db.execute(sql).fetchall()
    except Interrupted as error:
        if "interrupted" not in str(error):
            raise
        return None
    finally:
        db.set_progress_handler(None, 0)
