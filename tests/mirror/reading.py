"""What is in a mirror, read whole: for comparing two of them, and rows with their sets."""

from __future__ import annotations

from pathlib import Path

from pyroaring import BitMap

from console.clock import Clock
from console.mirror.database import Connection, open_reader
from console.mirror.schema import SET_ANY, SET_FEATURE, SET_KIND, SET_VERB

Sets = dict[tuple[int, str, int], set[int]]


def stored_sets(db: Connection) -> Sets:
    """(scope, what, day) to customers, as the sets say."""
    rows = db.execute(
        "select d.scope, coalesce(k.name, w.text, ''), d.day, d.customers from day_set d"
        " left join event_kind k on d.scope = ? and k.id = d.item"
        " left join word w on d.scope in (?, ?) and w.id = d.item",
        (SET_KIND, SET_VERB, SET_FEATURE),
    ).fetchall()
    found: Sets = {}
    for scope, what, day, blob in rows:
        members = set(BitMap.deserialize(blob))
        if members:
            found.setdefault((scope, what, day), set()).update(members)
    return found


def sets_from_events(db: Connection, clock: Clock) -> Sets:
    """The same, worked out from the events one by one."""
    found: Sets = {}
    for at, customer, name, verb, feature, own in db.execute(
        "select e.at, e.customer, k.name, k.verb, k.feature, k.own"
        " from event e join event_kind k on k.id = e.kind"
    ).fetchall():
        day = clock.day(at)
        places = [(SET_KIND, name)]
        places += [(SET_VERB, verb)] if verb else []
        places += [(SET_FEATURE, feature)] if feature else []
        places += [(SET_ANY, "")] if own else []
        for scope, what in places:
            found.setdefault((scope, what, day), set()).add(customer)
    return found


def counts_by_day(db: Connection) -> dict[tuple[int, int, int], int]:
    """(day, kind, customer) to n: once for whoever is in a set, unless a row says more."""
    found = {
        (day, kind, customer): 1
        for kind, day, blob in db.execute(
            "select item, day, customers from day_set where scope = ?", (SET_KIND,)
        ).fetchall()
        for customer in BitMap.deserialize(blob)
    }
    rows = db.execute("select day, kind, customer, n from activity_day").fetchall()
    for day, kind, customer, n in rows:
        assert n > 1
        assert (day, kind, customer) in found
        found[day, kind, customer] = n
    return found


def counts_from_events(db: Connection, clock: Clock) -> dict[tuple[int, int, int], int]:
    """The same, worked out from the events one by one."""
    found: dict[tuple[int, int, int], int] = {}
    for at, kind, customer in db.execute("select at, kind, customer from event").fetchall():
        place = (clock.day(at), kind, customer)
        found[place] = found.get(place, 0) + 1
    return found


def whole(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row that says something about customers, for comparing mirrors."""
    db = open_reader(path)
    try:
        return {
            name: sorted(db.execute(query).fetchall(), key=repr)
            for name, query in {
                "customer": "select * from customer where merged_into is null",
                "identity": "select customer, source, kind, value from identity",
                "event": "select at, customer, kind, level, key, amount, object from event",
                "commerce": "select * from commerce",
                "thread": "select * from thread",
                "message": "select * from message",
                "activity": "select * from activity_day",
                "set": "select * from day_set",
            }.items()
        }
    finally:
        db.close()
