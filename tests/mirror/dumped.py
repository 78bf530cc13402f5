"""Every row of a mirror, numbers too, for comparing two that were filled in the same order."""

from __future__ import annotations

from pathlib import Path

from pyroaring import BitMap

from console.mirror.database import Connection, open_reader
from console.mirror.search_index import words_of

_TABLES = {
    "customer": "select c.id, c.name, email, phone, a.name, city, region, country, timezone, plan,"
    " signed_up_at, activated_at, first_seen_at, last_seen_at, tags, merged_into, part"
    " from customer c left join account a on a.id = c.account",
    "identity": "select * from identity",
    "event": "select * from event",
    "demoted": "select * from demoted",
    "record": "select id, source, kind, ext_id, customer, at, hash, fields, part from record",
    "commerce": "select * from commerce",
    "thread": "select * from thread",
    "message": "select * from message",
    "activity": "select * from activity_day",
    "kind": "select * from event_kind",
    "removal": "select * from removal",
    "list": "select value from meta where key = 'merges' and value != '[]'",
}

Rows = dict[str, list[tuple[object, ...]]]


def dump(path: Path) -> Rows:
    """All rows, by table; sets by their members, the search index by who is found."""
    db = open_reader(path)
    try:
        found: Rows = {
            name: sorted(db.execute(query).fetchall(), key=repr) for name, query in _TABLES.items()
        }
        found["day_set"] = _sets(db, "scope, item, day, customers from day_set")
        found["search_set"] = _sets(db, "start, part, '', customers from search_set")
        found["search"] = _found(db)
        return found
    finally:
        db.close()


def differences(left: Rows, right: Rows) -> str:
    """What only one of two mirrors has; "" when they are the same."""
    lines = []
    for name in left:
        lines += [f"- {name}: {row}" for row in left[name] if row not in right[name]]
        lines += [f"+ {name}: {row}" for row in right[name] if row not in left[name]]
    return "\n".join(lines)


def _sets(db: Connection, query: str) -> list[tuple[object, ...]]:
    rows = db.execute(f"select {query}").fetchall()
    members = [(*place, tuple(BitMap.deserialize(blob))) for *place, blob in rows]
    return sorted((row for row in members if row[-1]), key=repr)


def _found(db: Connection) -> list[tuple[object, ...]]:
    words = {
        word
        for (text,) in db.execute(
            "select value from identity where kind = 'email' union select name from customer"
            " where name is not null union select name from account"
            " union select fields ->> 'name' from record union select fields ->> 'city' from record"
        ).fetchall()
        for word in words_of(text or "")
    }
    return [
        (word, *(id for (id,) in _matching(db, word))) for word in sorted(words) if len(word) > 2
    ]


def _matching(db: Connection, word: str) -> list[tuple[int]]:
    return db.execute(
        "select rowid from customer_search where customer_search match ? order by rowid",
        (f'"{word}"',),
    ).fetchall()
