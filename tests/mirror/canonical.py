"""A mirror told without its own numbers, so that two can be compared row for row.

Customers are told by what is known of them, sources and kinds by their names. Left out is
what depends on the order of arrival alone: row numbers, and the level that a first time adds.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import zstandard
from pyroaring import BitMap

from console.mirror.database import Connection, open_reader
from console.mirror.reading import raws_of
from tests.mirror.reading import counts_by_day

Told = dict[str, list[Any]]


def told(path: Path) -> Told:
    """Everything a mirror says."""
    db = open_reader(path)
    try:
        return _told(db)
    finally:
        db.close()


def _told(db: Connection) -> Told:
    people = _people(db)
    sources = dict(db.execute("select id, name from source").fetchall())
    kinds = {
        id: (sources[source], name, verb, feature)
        for id, source, name, verb, feature in db.execute(
            "select id, source, name, verb, feature from event_kind"
        ).fetchall()
    }
    words = dict(db.execute("select id, text from word").fetchall())
    found: Told = {
        "customer": [
            (people[row[0]], *row[1:])
            for row in db.execute(
                "select id, name, email, phone, city, region, country, timezone, plan,"
                " signed_up_at, activated_at, first_seen_at, last_seen_at, tags,"
                " merged_into is null from customer where merged_into is null or merged_into = id"
            ).fetchall()
        ],
        "event": _events(db, people, kinds, words),
        "record": _records(db, people, sources),
        "activity": [
            (day, kinds[kind], people[customer], n)
            for (day, kind, customer), n in counts_by_day(db).items()
        ],
        "set": _sets(db, people, kinds, words),
        "removal": [
            (sources[row[0]], *row[1:])
            for row in db.execute("select source, kind, ext_id, what, into_id from removal")
        ],
    }
    for table, columns in _TYPED.items():
        found[table] = db.execute(
            f"select r.ext_id, {columns} from {table} t join record r on r.id = t.record"
        ).fetchall()
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


_TYPED = {
    "commerce": "t.kind, t.name, t.status, t.amount, t.refunded, t.currency, t.at, t.items",
    "thread": "t.kind, t.subject, t.status, t.priority, t.created_at, t.closed_at, t.rating",
    "message": "t.direction, t.subject, t.sent_at",
    "campaign": "t.name, t.subject, t.channel, t.sent_at",
}


def _people(db: Connection) -> dict[int, tuple[Any, ...]]:
    known: dict[int, list[Any]] = {id: [] for (id,) in db.execute("select id from customer")}
    for customer, source, kind, value in db.execute(
        "select i.customer, s.name, i.kind, i.value from identity i"
        " join source s on s.id = i.source"
    ).fetchall():
        known[customer].append((source, kind, value))
    return {id: tuple(sorted(keys)) for id, keys in known.items()}


def _events(db: Connection, people: Any, kinds: Any, words: Any) -> list[Any]:
    rows = db.execute(
        "select at, customer, kind, key, amount, currency, object, quality, raw from event"
    ).fetchall()
    raws = raws_of(db, (row[8] for row in rows if row[8] > 0))
    return [
        (at, people[customer], kinds[kind], key, amount, words.get(currency), object, quality,
         raws.get(raw) if raw > 0 else "derived")
        for at, customer, kind, key, amount, currency, object, quality, raw in rows
    ]  # fmt: skip


def _records(db: Connection, people: Any, sources: Any) -> list[Any]:
    unpack = zstandard.ZstdDecompressor().decompress
    return [
        (sources[source], kind, id, people.get(customer), at, orjson.loads(fields or "null"),
         unpack(raw))
        for source, kind, id, customer, at, fields, raw in db.execute(
            "select source, kind, ext_id, customer, at, fields, raw from record"
        ).fetchall()
    ]  # fmt: skip


def _sets(db: Connection, people: Any, kinds: Any, words: Any) -> list[Any]:
    rows = db.execute("select scope, item, day, customers from day_set").fetchall()
    told = []
    for scope, item, day, blob in rows:
        members = sorted(people[id] for id in BitMap.deserialize(blob))
        what = kinds[item] if scope == 1 else words.get(item)
        if members:
            told.append((scope, what, day, members))
    return told


def difference(left: Told, right: Told) -> str:
    """In what two mirrors differ, in a few lines; "" when they do not."""
    lines = []
    for name in left:
        ours = [json.dumps(row, default=str) for row in left[name]]
        theirs = [json.dumps(row, default=str) for row in right[name]]
        have, had = set(theirs), set(ours)
        lines += [f"- {name}: {row[:300]}" for row in ours if row not in have][:5]
        lines += [f"+ {name}: {row[:300]}" for row in theirs if row not in had][:5]
        if len(ours) != len(theirs):
            lines.append(f"{name}: {len(ours)} rows and {len(theirs)}")
    return "\n".join(lines)
