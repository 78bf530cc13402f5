"""Opening notebook.db for writing, and when each person was last here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.mirror.database import (
    Connection,
    DatabaseError,
    MirrorError,
    NoMirror,
    advice,
    open_reader,
    open_writer,
    patiently,
    transaction,
)
from console.notebook.schema import VERSION


def last_visit(path: Path, person: str) -> int | None:
    """When a person was last at the console, in microseconds UTC; None when never.

    Raises MirrorError when there is a notebook but it cannot be read.
    """
    with reading(path, since=1) as db:
        found = db and db.execute("select at from visit where person = ?", (person,)).fetchone()
    return int(found[0]) if found else None


def note_visit(path: Path, person: str, at: int) -> None:
    """Remember that a person is here at an instant, making the notebook where there is none.

    Raises MirrorError when the notebook cannot be written.
    """
    with writing(path) as db, transaction(db):
        db.execute(
            "insert into visit(person, at) values (?, ?)"
            " on conflict(person) do update set at = max(at, excluded.at)",
            (person, at),
        )


@contextmanager
def reading(path: Path, since: int) -> Iterator[Connection | None]:
    """The notebook; None where there is none, or none of a format that knows of the matter.

    since: the format that brought it. Raises MirrorError when it cannot be read.
    """
    try:
        db = open_reader(path, VERSION)
    except NoMirror:
        yield None
        return
    try:
        knows = db.execute("pragma user_version").fetchone()[0] >= since
        yield db if knows else None
    except DatabaseError as error:
        raise MirrorError(
            f"{path} cannot be read: {error}. {advice(path, error, mirror=False)}"
        ) from None
    finally:
        db.close()


def _bring_forward(db: Connection) -> None:
    if db.execute("pragma user_version").fetchone()[0] < VERSION:
        from sqlite_utils import Database

        from console.notebook.schema import migrate

        migrate(Database(db))


@contextmanager
def writing(path: Path) -> Iterator[Connection]:
    """The notebook, made where there is none and brought to the present format.

    Raises MirrorError when it cannot be written.
    """
    db = open_writer(path, VERSION)
    try:
        # Unlike the mirror it cannot be made again: what was acknowledged outlives a power cut.
        db.execute("pragma synchronous = full")
        patiently(db, lambda: _bring_forward(db))
        yield db
    except DatabaseError as error:
        raise MirrorError(
            f"{path} cannot be written: {error}. {advice(path, error, mirror=False)}"
        ) from None
    finally:
        db.close()
