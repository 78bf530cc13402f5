"""What a mirror says twice, held against itself.

Raw data has a checksum; counts and sets are worked out of the events, rows of money and mail
out of their records: where the two differ, one of them is damaged.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from pyroaring import BitMap, BitMap64

from console.mirror.database import Connection, DatabaseError, at_once
from console.mirror.schema import RAW_LINES, SET_ANY, SET_FEATURE, SET_KIND, SET_VERB

_CHUNK = 500
_EVENTS = 10_000
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

    Reads a little at a time; others may write meanwhile, and what belongs together is read
    at one moment.
    Raises DatabaseError when it cannot be read.
    """
    found: list[str] = []
    for look in (_raw_blocks, _records, _places, _sets, _searched):
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
    while True:
        with at_once(db):
            rows, made = _page_of_records(db, last)
        if not rows:
            return
        known = {}
        for id, fields, raw in rows:
            try:
                unpack(raw)
                known[id] = json.loads(fields) if fields else None
            except (DatabaseError, ValueError, TypeError) as error:
                yield f"record {id}: {error}"
        for table, columns in _ROWS.items():
            yield from _against(table, columns, known, made[table])
        last = rows[-1][0]


def _page_of_records(
    db: Connection, last: int
) -> tuple[list[tuple[int, str, bytes]], dict[str, list[tuple[Any, ...]]]]:
    """Records after the last one, and what was made of them, by table."""
    rows = db.execute(
        "select id, fields, raw from record where id > ? order by id limit ?", (last, _CHUNK)
    ).fetchall()
    if not rows:
        return rows, {}
    return rows, {
        table: db.execute(
            f"select record, {', '.join(columns)} from {table} where record > ? and record <= ?",
            (last, rows[-1][0]),
        ).fetchall()
        for table, columns in _ROWS.items()
    }


def _against(
    table: str,
    columns: tuple[str, ...],
    known: dict[int, dict[str, object] | None],
    made: list[tuple[Any, ...]],
) -> Iterator[str]:
    """Rows of a table that are not what their records say."""
    for id, *values in made:
        fields = known.get(id)
        if fields is None:
            continue
        for column, value in zip(columns, values, strict=True):
            said = json.loads(value) if column == "items" and value else value
            if said != fields.get(column):
                yield f"{table} {id}: {column} is not what its record says"


def _places(db: Connection) -> Iterator[str]:
    """Events whose raw line, record or identity is not there or also another's."""
    seen = BitMap64()
    last = 0
    while rows := db.execute(
        "select e.id, e.raw, e.raw > 0 and (b.id is null or e.raw % ?1 >= b.lines)"
        " or e.raw < 0 and r.id is null, i.customer is not e.customer from event e"
        " left join raw_block b on e.raw > 0 and b.id = e.raw / ?1"
        " left join record r on e.raw < 0 and r.id = -e.raw"
        " left join identity i on i.id = e.identity where e.id > ?2 order by e.id limit ?3",
        (RAW_LINES, last, _EVENTS),
    ).fetchall():
        last = rows[-1][0]
        for id, raw, lost, anothers in rows:
            if lost:
                yield f"event {id}: what it was read from ({raw}) is not there"
            if anothers:
                yield f"event {id}: is not its identity's"
        lines = [raw for _, raw, _, _ in rows if isinstance(raw, int) and raw > 0]
        here = BitMap64(lines)
        if len(here) < len(lines) or here & seen:
            twice = min(here & seen or (raw for raw, n in Counter(lines).items() if n > 1))
            yield f"raw line {twice}: two events come from it"
        seen |= here


def _sets(db: Connection) -> Iterator[str]:
    """The sets of verbs, features and all are made of those of kinds; these count the events."""
    counted: dict[int, int] = defaultdict(int)
    for (day,) in db.execute("select distinct day from day_set").fetchall():
        with at_once(db):
            places = _made_of(db)
            sets = db.execute(
                "select scope, item, customers from day_set where day = ?", (day,)
            ).fetchall()
            often = db.execute(
                "select kind, customer from activity_day where day = ?", (day,)
            ).fetchall()
        held: dict[tuple[int, int], BitMap] = {}
        for scope, item, blob in sets:
            members = _members(blob)
            if members is None:
                yield f"day_set {scope}, {item}, day {day}: is no set"
            else:
                held[scope, item] = members
        for kind, customer in often:
            if customer not in held.get((SET_KIND, kind), ()):
                yield f"activity_day {day}, {kind}, {customer}: did nothing on that day"
        wanted: dict[tuple[int, int], BitMap] = defaultdict(BitMap)
        for (scope, item), members in held.items():
            if scope == SET_KIND:
                counted[item] += len(members)
                for place in places.get(item, ()):
                    wanted[place] |= members
        for place in held.keys() | wanted.keys():
            if place[0] != SET_KIND and held.get(place, BitMap()) != wanted[place]:
                yield f"day_set {place[0]}, {place[1]}, day {day}: is not who did it"
    yield from _counts(db, counted)


def _members(blob: bytes) -> BitMap | None:
    """A set; None when it is none."""
    try:
        return BitMap.deserialize(blob)
    except Exception:
        # Of damaged bytes it raises whatever it happens to meet.
        return None


def _made_of(db: Connection) -> dict[int, list[tuple[int, int]]]:
    """Which sets each kind of event is in, besides its own."""
    words = dict(db.execute("select text, id from word").fetchall())
    return {
        id: [(SET_ANY, 0)] * own
        + [(scope, words.get(word, -1))
           for scope, word in ((SET_VERB, verb), (SET_FEATURE, feature)) if word]
        for id, verb, feature, own in db.execute(
            "select id, verb, feature, own from event_kind").fetchall()
    }  # fmt: skip


def _counts(db: Connection, counted: Mapping[int, int]) -> Iterator[str]:
    """Events of each kind, as three places tell it. counted: customers' days, by kind."""
    more = dict(db.execute("select kind, sum(n - 1) from activity_day group by kind").fetchall())
    for kind, told, events in db.execute(
        "select k.id, k.n, (select count(*) from event e where e.kind = k.id) from event_kind k"
    ).fetchall():
        days = counted.get(kind, 0) + more.get(kind, 0)
        if not told == days == events:
            # Somebody may have written since the days were counted.
            told, days, events = _count(db, kind)
        if not told == days == events:
            yield f"event_kind {kind}: {told} events, {days} by day, {events} are there"


def _count(db: Connection, kind: int) -> tuple[int, int, int]:
    """Events of one kind, as three places tell it at one moment."""
    with at_once(db):
        sets = db.execute(
            "select customers from day_set where scope = ? and item = ?", (SET_KIND, kind)
        ).fetchall()
        told, more, events = db.execute(
            "select n, (select coalesce(sum(n - 1), 0) from activity_day where kind = ?1),"
            " (select count(*) from event where kind = ?1) from event_kind where id = ?1",
            (kind,),
        ).fetchone()
    return told, more + sum(len(_members(blob) or ()) for (blob,) in sets), events


def _searched(db: Connection) -> Iterator[str]:
    place: tuple[str, int] = ("", -1)
    while rows := db.execute(
        "select start, part, customers, (select coalesce(max(id), 0) from customer)"
        " from search_set where (start, part) > (?, ?) order by start, part limit ?",
        (*place, _CHUNK),
    ).fetchall():
        place = rows[-1][:2]
        for start, _, blob, newest in rows:
            found = _members(blob)
            if found is None or (found and found.max() > newest):
                yield f"search_set {start!r}: has somebody who is not there"
