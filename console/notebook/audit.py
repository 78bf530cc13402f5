"""The audit: who changed what, and when; each line sealed by all that came before it.

A line holds no name and no text of anybody's, only a digest of what was changed, so that
erasing a person leaves the chain whole. The chain shows that a line was altered or taken
out by accident or by hand; it is no signature: whoever can write the file and knows how
can make a new chain.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from console.mirror.database import Connection
from console.notebook.store import reading

_COLUMNS = "id, at, who, action, change, subject, content"


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One change of one subject (None: of no person)."""

    id: int
    at: int
    """Microseconds UTC."""
    who: str
    action: str
    change: int | None
    subject: int | None
    content: str
    """A digest of the rows before and after, in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the chain does not hold, and how."""

    line: int
    why: str


def append(
    db: Connection,
    *,
    at: int,
    who: str,
    action: str,
    change: int | None,
    subject: int | None,
    content: bytes,
) -> None:
    """Add a line, inside the transaction of the change it tells of.

    at: microseconds UTC. content: what was changed, of which a digest is kept.
    """
    n, head = db.execute("select n, chain from audit_head").fetchone() or (0, b"")
    line = (n + 1, at, who, action, change, subject, hashlib.sha256(content).digest())
    seal = _sealed(head, line)
    db.execute(f"insert into audit({_COLUMNS}, chain) values (?,?,?,?,?,?,?,?)", (*line, seal))
    db.execute(
        "insert into audit_head(id, n, chain) values (1, ?1, ?2)"
        " on conflict(id) do update set n = ?1, chain = ?2",
        (n + 1, seal),
    )


def read(
    path: Path, *, who: str | None = None, since: int | None = None, limit: int | None = None
) -> tuple[AuditLine, ...]:
    """The lines, newest first; none where there is no notebook.

    who: of one person only. since: microseconds UTC. limit: at most so many.
    Raises MirrorError when the notebook cannot be read.
    """
    with reading(path, since=3) as db:
        if db is None:
            return ()
        rows = db.execute(
            "select id, at, who, action, change, subject, lower(hex(content)) from audit"
            " where (?1 is null or who = ?1)"
            " and (?2 is null or at >= ?2) order by id desc limit ?3",
            (who, since, -1 if limit is None else limit),
        ).fetchall()
    return tuple(AuditLine(*row) for row in rows)


def check(path: Path) -> Broken | None:
    """Follow the chain from its first line; None when it holds and tells of every change.

    Raises MirrorError when the notebook cannot be read.
    """
    with reading(path, since=3) as db:
        if db is None:
            return None
        head = db.execute("select n, chain from audit_head").fetchone() or (0, b"")
        rows = db.execute(f"select {_COLUMNS}, chain from audit order by id").fetchall()
        # An end that was cut off with the head put back is sealed, and tells of too little.
        untold = db.execute(
            "select 1 from change where id not in"
            " (select change from audit where change is not null) limit 1"
        ).fetchone()
    seal, line = b"", 0
    for *told, sealed in rows:
        line += 1
        if told[0] != line:
            return Broken(line, "is missing")
        seal = _sealed(seal, tuple(told))
        if seal != sealed:
            return Broken(line, "was altered")
    if head != (line, seal) and head[0] == line:
        return Broken(line + 1, "was altered")
    return Broken(line + 1, "is missing") if untold or head[0] != line else None


def _sealed(before: bytes, line: tuple[object, ...]) -> bytes:
    said = [one.hex() if isinstance(one, bytes) else one for one in line]
    return hashlib.sha256(before + json.dumps(said, ensure_ascii=True).encode()).digest()
