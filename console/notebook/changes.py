"""Changes of the notebook: each in one transaction with its audit, and each can be undone.

Whoever changes something opens a `Change` and puts rows through it. What the rows were and
have become is kept beside the change; `undo` puts the rows back, unless somebody has
changed them since.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.mirror.database import Connection, transaction
from console.notebook import audit
from console.notebook.store import writing

Values = Mapping[str, Any]
_OVERTAKEN = 2
"""``undone`` of a change that somebody has changed again: it stands until they take that back."""
_STEPS = 20
"""Changes looked at for one that can be undone."""
_TABLES = frozenset(
    {"note", "tag", "triage", "merge", "merge_person", "view", "segment", "segment_person"}
)
"""Where undo may write: what stands in the file is not taken at its word."""


class Unchanged(ValueError):
    """Nothing was changed; says why."""


class Overtaken(Unchanged):
    """Somebody has changed again since what was to be turned."""

    def __init__(self, action: str) -> None:
        super().__init__(f"somebody has changed it since, so {action} stays as it is")


@dataclass(frozen=True, slots=True)
class Signed:
    """Who changes something, and when (microseconds UTC)."""

    who: str
    at: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that was made, undone or made again."""

    id: int
    action: str
    """One word, like ``done`` or ``note``."""
    n: int
    """How many people or things it was about."""
    at: int
    """When it was first made, microseconds UTC."""


class Change:
    """One change under way, in a transaction that `changing` holds."""

    def __init__(self, db: Connection, action: str, by: Signed) -> None:
        self.db = db
        self.by = by
        self.action = action
        self._rows: list[tuple[int | None, str, Values, Values | None, Values | None]] = []

    def put(
        self, table: str, key: Values, values: Values | None, *, subject: int | None = None
    ) -> None:
        """Make a row what it shall be, or take it away (None).

        key: the columns that name the row. subject: whom it is about, for the audit.
        """
        before = _row(self.db, table, key)
        _write(self.db, table, key, None if values is None else {**(before or {}), **values})
        after = _row(self.db, table, key)
        if before != after:
            self._rows.append((subject, table, key, before, after))

    def next_id(self, table: str) -> int:
        """A number no row of a table has ever had as long as its newest one stands."""
        return int(self.db.execute(f"select coalesce(max(id), 0) + 1 from {table}").fetchone()[0])

    def close(self) -> Changed:
        """Keep what is needed to take it back, and write the audit.

        Raises Unchanged when no row was changed.
        """
        if not self._rows:
            raise Unchanged("nothing was changed")
        subjects = list(dict.fromkeys(row[0] for row in self._rows))
        id = self.next_id("change")
        # What was undone before a new change cannot be done again: its rows are of no use.
        self.db.execute(
            "update change set rows = null where who = ? and undone = 1", (self.by.who,)
        )
        self.db.execute(
            "insert into change(id, at, who, action, n, rows) values (?, ?, ?, ?, ?, ?)",
            (id, self.by.at, self.by.who, self.action, len(subjects), json.dumps(self._rows)),
        )
        _audit(self.db, self.action, self.by, id, self._rows)
        return Changed(id, self.action, len(subjects), self.by.at)


@contextmanager
def changing(path: Path, action: str, by: Signed) -> Iterator[Change]:
    """Change the notebook at a path: all of it, with its audit, or nothing.

    Call `Change.close` at the end. Raises MirrorError when it cannot be written.
    """
    with writing(path) as db, transaction(db):
        yield Change(db, action, by)


def undo(path: Path, by: Signed) -> Changed:
    """Take back the newest change of a person that is not undone yet.

    Raises Unchanged when there is none; Overtaken when somebody has changed the same rows
    since, after which the next undo is of the change before; MirrorError when the notebook
    cannot be written.
    """
    with writing(path) as db:
        for *found, state in _undoable(db, by):
            if found[4] is None:
                # What it was has been erased; what was done before that stays as well.
                break
            rows = [(row[0], row[1], row[2], row[4], row[3]) for row in _kept(found[4])]
            try:
                with transaction(db):
                    return _turn(db, found, rows[::-1], by, undone=True)
            except Overtaken:
                if state == _OVERTAKEN:
                    continue
                with transaction(db):
                    db.execute(
                        "update change set undone = ? where id = ? and undone = 0",
                        (_OVERTAKEN, found[0]),
                    )
                raise
    raise Unchanged("there is nothing of yours to undo")


def _undoable(db: Connection, by: Signed) -> list[Any]:
    """The newest changes of a person that stand, newest first."""
    return db.execute(
        "select id, action, n, at, rows, undone from change where who = ? and undone in (0, ?)"
        " order by id desc limit ?",
        (by.who, _OVERTAKEN, _STEPS),
    ).fetchall()


def redo(path: Path, by: Signed) -> Changed:
    """Make again what a person has undone last, unless they have changed something since.

    Raises Unchanged when there is nothing, or somebody has changed the same rows since;
    MirrorError when the notebook cannot be written.
    """
    with writing(path) as db, transaction(db):
        found = db.execute(
            "select id, action, n, at, rows from change where who = ?1 and undone = 1"
            " and rows is not null and id > coalesce("
            "(select max(id) from change where who = ?1 and undone = 0), 0)"
            " order by id limit 1",
            (by.who,),
        ).fetchone()
        if found is None:
            raise Unchanged("there is nothing of yours to do again")
        return _turn(db, found, _kept(found[4]), by, undone=False)


def _turn(
    db: Connection, found: Sequence[Any], rows: list[Any], by: Signed, *, undone: bool
) -> Changed:
    id, action, n, at, _ = found
    for _, table, key, before, after in rows:
        if _row(db, table, key) != before:
            raise Overtaken(action)
        _write(db, table, key, after)
    db.execute("update change set undone = ? where id = ?", (int(undone), id))
    _audit(db, "undo" if undone else "redo", by, id, rows)
    return Changed(id, action, n, at)


def _kept(text: str) -> list[Any]:
    """The rows of a change, as `Change.close` has kept them."""
    try:
        rows = json.loads(text)
        whole = isinstance(rows, list) and all(
            table in _TABLES and all(isinstance(one, dict | None) for one in (key, *sides))
            for _, table, key, *sides in rows
        )
    except (ValueError, TypeError):
        whole = False
    if not whole:
        raise Unchanged(
            "what it was before cannot be read in the notebook; `console audit --check` says more"
        )
    return list(rows)


def _audit(db: Connection, action: str, by: Signed, change: int, rows: list[Any]) -> None:
    for subject in dict.fromkeys(row[0] for row in rows):
        content = json.dumps([row[1:] for row in rows if row[0] == subject]).encode()
        audit.append(
            db, at=by.at, who=by.who, action=action, change=change, subject=subject,
            content=content,
        )  # fmt: skip


def _row(db: Connection, table: str, key: Values) -> dict[str, Any] | None:
    cursor = db.execute(f"select * from {table} where {_named(key)}", tuple(key.values()))
    found = cursor.fetchone()
    return None if found is None else dict(zip(_columns(cursor), found, strict=True))


def _columns(cursor: Any) -> list[str]:
    return [column[0] for column in cursor.description]


def _write(db: Connection, table: str, key: Values, values: Values | None) -> None:
    db.execute(f"delete from {table} where {_named(key)}", tuple(key.values()))
    if values is not None:
        whole = {**key, **values}
        marks = ", ".join("?" * len(whole))
        db.execute(
            f"insert into {table}({', '.join(whole)}) values ({marks})", tuple(whole.values())
        )


def _named(key: Values) -> str:
    return " and ".join(f"{column} is ?" for column in key)
