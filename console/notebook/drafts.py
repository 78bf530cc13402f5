"""Drafts: what somebody was writing when the line dropped."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from console.mirror.database import Connection, transaction
from console.model import Person
from console.notebook import tombs
from console.notebook.changes import Signed
from console.notebook.store import reading, writing


def keep(path: Path, place: str, text: str, by: Signed, *, of: Iterable[Person] = ()) -> None:
    """Keep what is being written in a place (like ``note``); nothing forgets it.

    of: whom it is about. Raises Unchanged when one of them was erased, MirrorError when the
    notebook cannot be written.
    """
    with writing(path) as db, transaction(db):
        if text.strip():
            tombs.refuse(db, of)
            db.execute(
                "insert into draft(who, place, text, at) values (?1, ?2, ?3, ?4)"
                " on conflict(who, place) do update set text = ?3, at = ?4",
                (by.who, place, text, by.at),
            )
        else:
            drop(db, place, by)


def drop(db: Connection, place: str, by: Signed) -> None:
    """What somebody was writing in a place is a draft no longer; inside a transaction."""
    db.execute("delete from draft where who = ? and place = ?", (by.who, place))


def find(path: Path, place: str, who: str) -> str:
    """What somebody was writing in a place; empty when nothing.

    Raises MirrorError when the notebook cannot be read.
    """
    with reading(path, since=3) as db:
        found = (
            db
            and db.execute(
                "select text from draft where who = ? and place = ?", (who, place)
            ).fetchone()
        )
    return str(found[0]) if found else ""
