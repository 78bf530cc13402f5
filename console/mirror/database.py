"""Connections to SQLite files: how they are opened, for reading and for writing.

On Linux the driver comes from the ``pysqlite3`` wheel, because SQLite before 3.51.3 can
corrupt a WAL that two processes write and checkpoint at the same moment
(sqlite.org/wal.html, "The WAL-reset bug"), which is just how this program is used.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from console.mirror import places

if TYPE_CHECKING:
    import sqlite3 as driver
else:
    try:
        from pysqlite3 import dbapi2 as driver
    except ImportError:
        import sqlite3 as driver

# The driver looks for a way to adapt every value that is no number and no text, None and bytes
# included, and takes 0.7 us to find none: more than the insertion of a row of nine numbers.
driver.register_adapter(type(None), lambda nothing: nothing)
driver.register_adapter(bytes, bytes)

Connection = driver.Connection
Row = tuple[object, ...]
Interrupted = driver.OperationalError
"""What a query raises when another thread calls `Connection.interrupt`."""
DatabaseError = driver.DatabaseError
IntegrityError = driver.IntegrityError
SQLITE_VERSION: str = driver.sqlite_version

SOUND_SQLITE = (3, 51, 3)
"""The first SQLite without the fault."""

_DAMAGED = ("not a database", "malformed", "no such table", "no such column", "decode to UTF-8")
"""What SQLite says of a file in which not everything is as we wrote it."""
_NO_FILE = "it is no file, but a folder or a device"

BUSY_SECONDS = 30.0
WAL_LIMIT = 64 * 1024 * 1024
"""Bytes beyond which a WAL is cut short as soon as no reader holds it."""


class MirrorError(Exception):
    """A file that cannot be used: one line that says what, where, and what to do."""


class NoMirror(MirrorError):
    """There is no file yet."""


def open_reader(path: Path | str, version: int | None = None) -> Connection:
    """Open a file read-only.

    path: the database file. version: the newest ``user_version`` the caller understands.
    Returns a connection that may be interrupted from other threads; use one per thread,
    fetch everything at once (an unfinished SELECT keeps the WAL from shrinking).
    Raises NoMirror when there is none, MirrorError when it is damaged, unreadable, newer, or
    not to be used where it lies (see `console.mirror.places`).
    """
    from console.mirror.schema import VERSION

    path = Path(path)
    if not path.exists():
        raise _none_yet(path)
    try:
        db = open_as_it_is(path)
        found = db.execute("pragma user_version").fetchone()[0]
        _refuse_foreign(db, path, version is None)
    except driver.DatabaseError as error:
        raise MirrorError(
            f"{path} cannot be read: {error}. {advice(path, error, version is None)}"
        ) from None
    _refuse_newer(path, found, version if version is not None else VERSION)
    if not found:
        raise _none_yet(path)
    _refuse_place(path)
    return db


def open_as_it_is(path: Path) -> Connection:
    """Open a file read-only without asking what it is: for whoever examines it.

    Raises DatabaseError when SQLite cannot open it.
    """
    if path.exists() and not path.is_file():
        # SQLite would wait for ever for a pipe, and call a folder a fault of the disk.
        raise driver.OperationalError(_NO_FILE)
    uri = f"file:{quote(str(path.resolve()))}?mode=ro"
    db = driver.connect(uri, uri=True, timeout=5.0, isolation_level=None, check_same_thread=False)
    db.text_factory = _lenient
    db.execute("pragma query_only = 1")
    return db


def open_writer(path: Path | str, version: int | None = None) -> Connection:
    """Open a file for writing, making it (0600, in a 0700 folder) where there is none.

    Transactions are explicit: see `transaction`. In a folder of a group: see `places`.
    Raises MirrorError when the file is damaged, not writable, newer than we understand, or
    not to be used where it lies.
    """
    from console.mirror.schema import VERSION

    path = Path(path)
    db = open_plain(path, BUSY_SECONDS)
    try:
        found = db.execute("pragma user_version").fetchone()[0]
        _refuse_foreign(db, path, version is None)
        _refuse_newer(path, found, version if version is not None else VERSION)
        _refuse_place(path)
        patiently(db, lambda: db.execute("pragma journal_mode = wal"))
        db.execute("pragma synchronous = normal")
        db.execute(f"pragma journal_size_limit = {WAL_LIMIT}")
        db.execute("pragma temp_store = memory")
        db.execute("pragma cache_size = -98304")
        # A page that changes again and again is carried over to the file less often.
        db.execute("pragma wal_autocheckpoint = 8000")
    except driver.DatabaseError as error:
        raise MirrorError(
            f"{path} cannot be written: {error}. {advice(path, error, version is None)}"
        ) from None
    return db


def open_plain(path: Path, patience: float) -> Connection:
    """Open a file as SQLite does by itself, making it (0600, in a 0700 folder) where there is none.

    patience: seconds to wait for a lock. Raises MirrorError when it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_private(path)
        return driver.connect(
            str(path), timeout=patience, isolation_level=None, check_same_thread=False
        )
    except OSError as error:
        room = f" ({_free(path)})" if error.errno == errno.ENOSPC else ""
        raise MirrorError(
            f"{path} cannot be written: {error.strerror}{room}. Choose another place with --mirror."
        ) from None
    except driver.DatabaseError as error:
        raise MirrorError(f"{path} cannot be written: {error}. {advice(path, error)}") from None


def _make_private(path: Path) -> None:
    # One that is there is not opened: whoever closes a file that this process has open as a
    # database takes away the locks on it (sqlite.org/howtocorrupt.html, 2.2).
    if not path.exists():
        with suppress(FileExistsError):
            # What a link leads to, where there is nothing yet.
            places.make(Path(os.path.realpath(path)))
    elif not path.is_file():
        raise OSError(errno.EISDIR, _NO_FILE)
    elif not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    elif not path.stat().st_size:
        # Nobody has put anything into it.
        path.chmod(places.mode_for(path.parent))


@contextmanager
def transaction(db: Connection) -> Iterator[None]:
    """Everything inside is saved together or not at all.

    Takes the write lock at once: a transaction that begins by reading and then wants to
    write fails without waiting when another process has written in between.
    """
    db.execute("begin immediate")
    try:
        yield
    except BaseException:
        if db.in_transaction:
            db.execute("rollback")
        raise
    db.execute("commit")


@contextmanager
def at_once(db: Connection) -> Iterator[None]:
    """Everything that is read inside is of one moment; nothing may be written."""
    db.execute("begin")
    try:
        yield
    finally:
        if db.in_transaction:
            db.execute("rollback")


_DONE_BY_ANOTHER = ("locked", "already exists", "duplicate column")


def patiently(db: Connection, make: Callable[[], object]) -> None:
    """Do what several processes may want to do to a new file, after one another.

    SQLite refuses at once, without the busy timeout, a change of the journal and a
    transaction that began by reading. make: does nothing where it is done already.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            make()
            return
        except driver.OperationalError as error:
            if db.in_transaction:
                db.execute("rollback")
            passing = any(part in str(error) for part in _DONE_BY_ANOTHER)
            if not passing or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def is_sound(version: str = SQLITE_VERSION) -> bool:
    """Whether a SQLite does not lose what two processes write at once."""
    return tuple(map(int, version.split("."))) >= SOUND_SQLITE


def data_version(db: Connection) -> int:
    """A number that changes when another connection has committed."""
    return int(db.execute("pragma data_version").fetchone()[0])


def _lenient(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _refuse_foreign(db: Connection, path: Path, mirror: bool) -> None:
    """Raise MirrorError for a file that holds what another program put there, or the other of ours.

    Its version says nothing of that: others count theirs from 1 too.
    """
    names = {name for (name,) in db.execute("select name from sqlite_master").fetchall()}
    if not names:
        return
    wanted, other = ("mirror", "notebook") if mirror else ("notebook", "mirror")
    kinds = set()
    if "_sqlite_migrations" in names:
        found = db.execute("select distinct migration_set from _sqlite_migrations").fetchall()
        kinds = {kind for (kind,) in found} or {wanted}
    if wanted not in kinds:
        what = f"the {other}" if other in kinds else "a database of another program"
        raise MirrorError(
            f"{path} is {what}. Nothing was changed. Choose another place with --{wanted}."
        )


def _none_yet(path: Path) -> NoMirror:
    return NoMirror(
        f"There is no mirror at {path} yet. Make one with `console import PATH…`, "
        "or look around with `console demo`."
    )


def _refuse_newer(path: Path, found: int, known: int) -> None:
    if found > known:
        raise MirrorError(
            f"{path} was written by a newer console (format {found}, this one knows {known}). "
            "Nothing was changed. Update with `pip install --upgrade customer-console`."
        )


def _refuse_place(path: Path) -> None:
    try:
        reason = places.why_not(path)
    except OSError as error:
        reason = f"{path} cannot be looked at: {error.strerror}."
    if reason:
        raise MirrorError(reason)


def advice(path: Path | str, error: Exception, mirror: bool = True) -> str:
    """What to do when SQLite could not read or write a file of ours, in a sentence.

    mirror: it is the mirror, which can be built again; else the notebook.
    """
    text = str(error)
    if text == _NO_FILE:
        return f"Choose another place with --{'mirror' if mirror else 'notebook'}."
    if any(part in text for part in _DAMAGED):
        if not mirror:
            return (
                "Nothing was changed. Put the newest backup in its place: "
                "`console doctor` says where it is."
            )
        return (
            "The mirror can be built again: move the file away and import your exports again. "
            "Your notes are in notebook.db and were not touched."
        )
    if "full" in text or "disk I/O" in text:
        elsewhere = ", or choose another place with --mirror" if mirror else ""
        return f"{_free(Path(path))}: make room{elsewhere}."
    if "readonly" in text or not os.access(Path(path).parent, os.W_OK):
        return (
            "SQLite must be able to write beside a mirror even to read it: "
            "ask for the right to write in its folder, or copy the mirror into one of yours."
        )
    if "locked" in text:
        return "Another console is writing to it; try again in a moment."
    return "Check the file's owner and permissions, and the space left on the disk."


def _free(path: Path) -> str:
    """How much room there is beside a file."""
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:
        return "How much room there is is not known"
    return f"{free:,} bytes are free there"
