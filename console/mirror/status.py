"""How the mirror stands: what is in it, how fresh it is, what was refused."""

from __future__ import annotations

from pathlib import Path

from console.mirror.database import Connection
from console.model import Reject, SourceStatus, Status


def read(db: Connection) -> Status:
    """The mirror's contents by source."""
    path = db.execute("pragma database_list").fetchone()[2]
    customers, accounts, events = db.execute(
        "select (select count(*) from customer where merged_into is null),"
        " (select count(*) from account), (select coalesce(sum(n), 0) from event_kind)"
    ).fetchone()
    zone = db.execute("select value from meta where key = 'timezone'").fetchone()
    return Status(
        path=path,
        bytes=sum(
            file.stat().st_size
            for file in (Path(path), Path(f"{path}-wal"))
            if path and file.exists()
        ),
        customers=customers,
        accounts=accounts,
        events=events,
        timezone=zone[0] if zone else "UTC",
        sources=_sources(db),
    )


def last_write(db: Connection) -> int | None:
    """When something was last imported or synced, in microseconds UTC; None when never."""
    found = db.execute("select max(finished_at) from run").fetchone()[0]
    return None if found is None else int(found)


def rejects(db: Connection, limit: int = 200) -> tuple[Reject, ...]:
    """The rows that were refused, newest first."""
    rows = db.execute(
        "select path, line, column_name, reason, raw from reject order by id desc limit ?", (limit,)
    ).fetchall()
    return tuple(
        Reject(path, line, column, reason, raw or "") for path, line, column, reason, raw in rows
    )


def _sources(db: Connection) -> tuple[SourceStatus, ...]:
    rows = db.execute(
        "select s.name,"
        " (select max(finished_at) from run r where r.source = s.id),"
        " (select max((select max(at) from event e where e.kind = k.id))"
        "  from event_kind k where k.source = s.id),"
        " (select coalesce(sum(n), 0) from event_kind k where k.source = s.id),"
        " (select count(*) from record r where r.source = s.id),"
        " (select count(*) from reject r where r.source = s.id),"
        " (select error from run r where r.source = s.id order by id desc limit 1)"
        " from source s order by s.name"
    ).fetchall()
    return tuple(SourceStatus(*row) for row in rows)
