"""How far each source was read by its API, and how its runs went."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from console.mirror.database import Connection, transaction
from console.model import Counts, StreamRun


def states(db: Connection, source: str) -> dict[str, tuple[dict[str, Any], int]]:
    """What each stream of a source remembers, and when it was last saved, by its name.

    Times are microseconds UTC.
    """
    rows = db.execute(
        "select y.stream, y.cursor, y.updated_at from sync_state y"
        " join source s on s.id = y.source where s.name = ?",
        (source,),
    ).fetchall()
    return {stream: (json.loads(cursor or "{}"), at) for stream, cursor, at in rows}


def known(db: Connection) -> bool:
    """Whether the mirror was written by a console that knows of APIs."""
    return int(db.execute("pragma user_version").fetchone()[0]) >= 2


def packed(state: Mapping[str, Any]) -> str:
    """A stream's state as it is kept."""
    return json.dumps(state, separators=(",", ":"), sort_keys=True)


def save_run(db: Connection, kind: str, run: StreamRun) -> int:
    """Note how one stream of one run went; in a transaction of its own.

    Of runs that brought nothing only the last of each stream is kept.
    Returns the run's id.
    """
    with transaction(db):
        db.execute(
            "insert into source(name, kind) values (?, ?) on conflict do nothing",
            (run.source, kind),
        )
        (source,) = db.execute("select id from source where name = ?", (run.source,)).fetchone()
        db.execute(
            "delete from run where source = ? and stream = ? and action = 'sync'"
            " and new + changed + deleted + rejected = 0 and error is null and id < ("
            "select max(id) from run where source = ? and stream = ? and error is null)",
            (source, run.stream, source, run.stream),
        )
        counts = run.counts
        made = db.execute(
            "insert into run(source, action, target, stream, started_at, finished_at, read, new,"
            " changed, unchanged, rejected, deleted, since, until, warning, error)"
            " values (?, 'sync', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (source, f"{run.source}/{run.stream}", run.stream, run.started_at, run.finished_at,
             counts.read, counts.new, counts.changed, counts.unchanged, counts.rejected,
             run.deleted, run.since, run.until, run.warning, run.error),
        ).lastrowid  # fmt: skip
    return made or 0


def save_next(db: Connection, nexts: Mapping[str, int | None]) -> None:
    """Note when each source is asked next, in microseconds UTC; None when nobody follows it."""
    with transaction(db):
        db.executemany(
            "update sync_state set next_at = ?"
            " where source = (select id from source where name = ?)",
            [(at, source) for source, at in nexts.items()],
        )


def last_runs(db: Connection) -> tuple[StreamRun, ...]:
    """The last run of every stream, by source and stream."""
    if not known(db):
        return ()
    rows = db.execute(
        "select s.name, r.stream, r.started_at, r.finished_at, r.read, r.new, r.changed,"
        " r.unchanged, r.rejected, r.deleted, r.since, r.until, r.warning, r.error"
        " from run r join source s on s.id = r.source where r.id in ("
        "select max(id) from run where stream is not null group by source, stream)"
        " order by s.name, r.id"
    ).fetchall()
    return tuple(_run(row) for row in rows)


def nexts(db: Connection) -> dict[str, int]:
    """When each followed source is asked next, in microseconds UTC."""
    if not known(db):
        return {}
    rows = db.execute(
        "select s.name, min(y.next_at) from sync_state y join source s on s.id = y.source"
        " where y.next_at is not null group by s.name"
    ).fetchall()
    return dict(rows)


def _run(row: Any) -> StreamRun:
    source, stream, started, finished, *rest = row
    return StreamRun(source, stream, started, finished, Counts(*rest[:5]), *rest[5:])
