"""What a mirror says twice, held against itself.

Raw data has a checksum; counts and sets are worked out of the events, rows of money and mail
out of their records: where the two differ, one of them is damaged.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from console.mirror.database import Connection, DatabaseError
from console.mirror.schema import RAW_LINES, SET_ANY, SET_FEATURE, SET_KIND, SET_VERB

_CHUNK = 500
_ROWS = {
    "commerce": ("name", "status", "amount", "refunded", "currency", "at", "items", "plan",
                 "interval", "started_at", "ends_at", "renews_at"),
    "thread": ("subject", "status", "priority", "channel", "created_at", "closed_at", "rating"),
    "message": ("thread", "campaign", "direction", "channel", "subject", "text", "sent_at",
                "opened_at", "clicked_at"),
    "campaign": ("name", "subject", "channel", "sent_at"),
}  # fmt: skip


def faults(db: Connection, most: int) -> list[str]:
    """Where the mirror contradicts itself, in words. most: faults told of each kind.

    Raises DatabaseError when it cannot be read.
    """
    found: list[str] = []
    for look in (_raw_blocks, _records, _counts, _places, _sets, _searched):
        found += islice(look(db), most)
    return found


def _raw_blocks(db: Connection) -> Iterator[str]:
    from console.mirror.packing import unpack

    last = 0
    while rows := db.execute(
        "select id, lines, data from raw_block where id > ? order by id limit ?", (last, _CHUNK)
    ).fetchall():
        last = rows[-1][0]
        for id, lines, data in rows:
            try:
                there = unpack(data).count(b"\n") + 1
            except DatabaseError as error:
                yield f"raw_block {id}: {error}"
                continue
            if there != lines:
                yield f"raw_block {id}: {lines} lines are announced, {there} are there"


def _records(db: Connection) -> Iterator[str]:
    from console.mirror.packing import unpack

    last = 0
    while rows := db.execute(
        "select id, fields, raw from record where id > ? order by id limit ?", (last, _CHUNK)
    ).fetchall():
        known = {}
        for id, fields, raw in rows:
            try:
                unpack(raw)
                known[id] = json.loads(fields) if fields else None
            except (DatabaseError, ValueError, TypeError) as error:
                yield f"record {id}: {error}"
        for table, columns in _ROWS.items():
            yield from _against(db, table, columns, known, (last, rows[-1][0]))
        last = rows[-1][0]


def _against(
    db: Connection,
    table: str,
    columns: tuple[str, ...],
    known: dict[int, dict[str, object] | None],
    span: tuple[int, int],
) -> Iterator[str]:
    """Rows of a table that are not what their records say."""
    for id, *values in db.execute(
        f"select record, {', '.join(columns)} from {table} where record > ? and record <= ?", span
    ).fetchall():
        fields = known.get(id)
        if fields is None:
            continue
        for column, value in zip(columns, values, strict=True):
            said = json.loads(value) if column == "items" and value else value
            if said != fields.get(column):
                yield f"{table} {id}: {column} is not what its record says"


def _counts(db: Connection) -> Iterator[str]:
    for kind, counted, days, events in db.execute(
        "select k.id, k.n, (select sum(n) from activity_day a where a.kind = k.id),"
        " (select count(*) from event e where e.kind = k.id) from event_kind k"
    ).fetchall():
        if not counted == (days or 0) == events:
            yield f"event_kind {kind}: {counted} events, {days or 0} by day, {events} are there"


def _places(db: Connection) -> Iterator[str]:
    """Events whose raw line, record or identity is not there or also another's."""
    for id, raw in db.execute(
        "select e.id, e.raw from event e left join raw_block b on b.id = e.raw / ?1"
        " where e.raw > 0 and (b.id is null or e.raw % ?1 >= b.lines)"
        " union all select e.id, e.raw from event e left join record r on r.id = -e.raw"
        " where e.raw < 0 and r.id is null limit ?2",
        (RAW_LINES, _CHUNK),
    ).fetchall():
        yield f"event {id}: what it was read from ({raw}) is not there"
    for (raw,) in db.execute(
        "select raw from event where raw > 0 group by raw having count(*) > 1 limit ?", (_CHUNK,)
    ).fetchall():
        yield f"raw line {raw}: two events come from it"
    for (id,) in db.execute(
        "select e.id from event e left join identity i on i.id = e.identity"
        " where i.customer is not e.customer limit ?",
        (_CHUNK,),
    ).fetchall():
        yield f"event {id}: is not its identity's"


def _sets(db: Connection) -> Iterator[str]:
    from pyroaring import BitMap

    words = dict(db.execute("select text, id from word").fetchall())
    kinds = {
        id: [(SET_KIND, id)] + [(SET_ANY, 0)] * own
        + [(scope, words.get(word)) for scope, word in ((SET_VERB, verb), (SET_FEATURE, feature))
           if word]
        for id, verb, feature, own in db.execute(
            "select id, verb, feature, own from event_kind").fetchall()
    }  # fmt: skip
    days = "select day from activity_day union select day from day_set"
    for (day,) in db.execute(days).fetchall():
        held: dict[tuple[int, int | None], BitMap] = defaultdict(BitMap)
        for kind, customer in db.execute(
            "select kind, customer from activity_day where day = ?", (day,)
        ).fetchall():
            for place in kinds.get(kind, ()):
                held[place].add(customer)
        for scope, item, blob in db.execute(
            "select scope, item, customers from day_set where day = ?", (day,)
        ).fetchall():
            try:
                same = BitMap.deserialize(blob) == held.pop((scope, item), BitMap())
            except Exception:
                # Of damaged bytes it raises whatever it happens to meet.
                same = False
            if not same:
                yield f"day_set {scope}, {item}, day {day}: is not who did it"
        if held:
            yield f"day_set: {len(held)} of day {day} are missing"


def _searched(db: Connection) -> Iterator[str]:
    from pyroaring import BitMap

    newest = db.execute("select coalesce(max(id), 0) from customer").fetchone()[0]
    for start, blob in db.execute("select start, customers from search_set").fetchall():
        try:
            known = not (found := BitMap.deserialize(blob)) or found.max() <= newest
        except Exception:
            # As above.
            known = False
        if not known:
            yield f"search_set {start!r}: has somebody who is not there"
