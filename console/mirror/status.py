"""How the mirror stands: what is in it, how fresh it is, what was refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from console.mirror import syncs
from console.mirror.database import Connection
from console.model import Reject, SourceStatus, Status, StreamRun


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
    stream = "r.stream" if syncs.known(db) else "null"
    rows = db.execute(
        "select s.name,"
        " (select max(finished_at) from run r where r.source = s.id"
        f"  and ({stream} is null or r.error is null)),"
        " (select max((select max(at) from event e where e.kind = k.id))"
        "  from event_kind k where k.source = s.id),"
        " (select coalesce(sum(n), 0) from event_kind k where k.source = s.id),"
        " (select count(*) from record r where r.source = s.id),"
        " (select count(*) from reject r where r.source = s.id),"
        f" (select error from run r where r.source = s.id and {stream} is null"
        "  order by id desc limit 1)"
        " from source s order by s.name"
    ).fetchall()
    runs: dict[str, list[StreamRun]] = {}
    for run in syncs.last_runs(db):
        runs.setdefault(run.source, []).append(run)
    nexts = syncs.nexts(db)
    return tuple(
        _with_runs(SourceStatus(*row), tuple(runs.get(row[0], ())), nexts.get(row[0]))
        for row in rows
    )


def _with_runs(status: SourceStatus, runs: tuple[StreamRun, ...], next: int | None) -> SourceStatus:
    if not runs:
        return status
    failed = dict.fromkeys(run.failure for run in runs if run.failure)
    error = "; ".join(failed) or None
    return replace(status, error=error, next=next, streams=runs)
