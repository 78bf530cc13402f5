"""Copies of the notebook: whole as SQLite, and as JSON lines that any program can read.

A copy is made of what is committed, while others write, under a name that nobody chose; it
stands there only when it is complete. The newest `KEPT` stay.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from console.clock import Clock, from_instant
from console.mirror import places
from console.mirror.database import (
    Connection,
    DatabaseError,
    MirrorError,
    NoMirror,
    advice,
    open_as_it_is,
    open_reader,
)
from console.mirror.soundness import whole
from console.notebook.schema import VERSION

KEPT = 14
_NAME = re.compile(r"notebook-(\d{8}-\d{6})\.(db|jsonl)")
_STAMP = "%Y%m%d-%H%M%S"
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy of the notebook: `path` is SQLite, `lines` beside it JSON lines."""

    path: Path
    at: datetime
    """When it was made, in the workspace's zone (without an offset)."""

    @property
    def lines(self) -> Path:
        """The same as JSON lines."""
        return self.path.with_suffix(".jsonl")


def make(notebook: Path, folder: Path, clock: Clock) -> Backup:
    """Copy the notebook into a folder of its own (0700) under the clock's date and time.

    Raises NoMirror when there is none, MirrorError when it is damaged or cannot be copied;
    nothing of an unfinished copy stays.
    """
    moment = from_instant(clock.now, clock.zone).replace(tzinfo=None, microsecond=0)
    made = Backup(folder / f"notebook-{moment.strftime(_STAMP)}.db", moment)
    try:
        open_reader(notebook, VERSION).close()
    except NoMirror:
        raise NoMirror(f"There is no notebook at {notebook} yet: nothing to copy.") from None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _finish(made.path, lambda part: _copy(notebook, part))
        _finish(made.lines, lambda part: _write_lines(made.path, part))
    except DatabaseError as error:
        raise MirrorError(
            f"{notebook} could not be copied to {folder}: {error}. "
            f"{advice(folder / 'x', error, mirror=False)}"
        ) from None
    except FileExistsError:
        what = "a copy of this second" if folder.is_dir() else "a file, and no folder,"
        raise MirrorError(f"{folder}: there is {what} already. Nothing was changed.") from None
    except OSError as error:
        raise MirrorError(
            f"{folder} cannot be written: {error.strerror or error}. Choose another folder."
        ) from None
    except ValueError:
        raise MirrorError(f"{str(folder)!r} cannot be written: its name is not UTF-8.") from None
    return made


def kept(folder: Path) -> list[Backup]:
    """The copies in a folder, newest first; none where there is no such folder."""
    try:
        found = sorted(folder.iterdir(), reverse=True)
    except OSError:
        return []
    return [
        Backup(path, datetime.strptime(name[1], _STAMP))
        for path in found
        if (name := _NAME.fullmatch(path.name)) and name[2] == "db"
    ]


def daily(notebook: Path, folder: Path, clock: Clock) -> Backup | None:
    """Copy the notebook unless there is a copy of today; take away the oldest beyond `KEPT`.

    None when nothing was to be done. Raises MirrorError as `make` does.
    """
    today = from_instant(clock.now, clock.zone).date()
    if not notebook.exists() or any(one.at.date() == today for one in kept(folder)):
        return None
    try:
        made = make(notebook, folder, clock)
    except NoMirror:
        return None
    except MirrorError:
        if any(one.at.date() == today for one in kept(folder)):
            # Another console was faster.
            return None
        raise
    prune(folder)
    return made


def prune(folder: Path) -> None:
    """Take away the oldest copies beyond `KEPT`."""
    for old in kept(folder)[KEPT:]:
        for path in (old.path, old.lines):
            path.unlink(missing_ok=True)


def _finish(path: Path, fill: Callable[[Path], None]) -> None:
    """Fill a file beside its place, then put it there whole; never over another."""
    # Another process may be at the same copy.
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        places.make(part)
        fill(part)
        handle = os.open(part, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        # Unlike a rename this fails where there is one.
        os.link(part, path)
    finally:
        part.unlink(missing_ok=True)


def _copy(notebook: Path, part: Path) -> None:
    with closing(open_as_it_is(notebook)) as db:
        # The copy is written through the connection that reads.
        db.execute("pragma query_only = 0")
        # As a URI, because this connection would take any name that looks like one for one.
        db.execute("vacuum into ?", (f"file:{quote(str(part.absolute()))}",))
    if faults := whole(part):
        raise MirrorError(
            f"{notebook} is damaged ({faults[0]}): no copy was made. Nothing was changed. "
            "`console doctor` says where the last good copy is."
        )


def _write_lines(copy: Path, part: Path) -> None:
    with closing(open_as_it_is(copy)) as db, part.open("w", encoding="utf-8") as out:
        tables = "select name from sqlite_master where type = 'table' order by name"
        for (table,) in db.execute(tables).fetchall():
            for row in _rows(db, table):
                out.write(json.dumps({"table": table, **row}, ensure_ascii=True) + "\n")


def _rows(db: Connection, table: str) -> Iterator[dict[str, object]]:
    found = db.execute(f'select * from "{table}"')
    names = [column[0] for column in found.description]
    while rows := found.fetchmany(_CHUNK):
        for row in rows:
            cells = [cell.hex() if isinstance(cell, bytes) else cell for cell in row]
            yield dict(zip(names, cells, strict=True))
