"""Which customers have done loud things since a time: what an inbox is made of."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from console.mirror.database import Connection
from console.mirror.reading import one_of_each
from console.model import LEVELS, FeedEvent, Level

_NOTABLE, _URGENT = LEVELS.index("notable"), LEVELS.index("urgent")


class Loud(NamedTuple):
    """What one customer did that is notable or urgent."""

    level: Level
    n: int
    newest_at: int
    """Microseconds UTC."""


def how_many(db: Connection, since: int, until: int) -> int:
    """How many customers have notable or urgent events in a span of time.

    since, until: microseconds UTC, both included. Raises `Interrupted` when cancelled.
    """
    found: tuple[int] = db.execute(
        "select count(distinct customer) from event indexed by event_level"
        f" where level >= {_NOTABLE} and at between ? and ?",
        (since, until),
    ).fetchone()
    return found[0]


def of_some(db: Connection, customers: Iterable[int], since: int, until: int) -> dict[int, Loud]:
    """What some customers did in a span of time that is notable or urgent, who did any.

    since, until: microseconds UTC, both included. Raises `Interrupted` when cancelled.
    """
    rows = db.execute(
        "select e.customer, max(e.level), count(*), max(e.at) from json_each(?) j"
        " cross join event e indexed by event_customer on e.customer = j.value"
        f" where e.at between ? and ? and e.level >= {_NOTABLE} group by e.customer",
        (json.dumps(list(customers)), since, until),
    ).fetchall()
    return {id: Loud(LEVELS[level], n, newest) for id, level, n, newest in rows}


def foremost(
    db: Connection, since: int, until: int, many: int, without: Collection[int]
) -> set[int]:
    """So many customers at least, if there are, of those who come first by urgency and time.

    Everybody with an urgent event is among them, and of the others those whose newest
    notable one is newest. without: who is left out. since, until: microseconds UTC, both
    included. Raises `Interrupted` when cancelled.
    """
    urgent = db.execute(
        "select distinct customer from event indexed by event_urgent"
        f" where level >= {_URGENT} and at between ? and ?",
        (since, until),
    ).fetchall()
    walked = many + len(without)
    while True:
        walked *= 4
        rows = db.execute(
            "select customer from event indexed by event_level"
            f" where level >= {_NOTABLE} and at between ? and ?"
            " order by at desc, customer desc limit ?",
            (since, until, walked),
        ).fetchall()
        newest = dict.fromkeys(customer for (customer,) in rows if customer not in without)
        if len(newest) >= many or len(rows) < walked:
            break
    others = {customer for (customer,) in urgent if customer not in without}
    return others.union(islice(newest, many))


def loudest(
    db: Connection, spans: Sequence[tuple[int, int]], found: Mapping[int, Loud], until: int
) -> dict[int, FeedEvent]:
    """The newest of the loudest events of some customers.

    spans: (customer, from which instant on). until: the last instant, microseconds UTC.
    """
    asked = [(customer, since, LEVELS.index(found[customer].level)) for customer, since in spans]
    rows = db.execute(
        "select (select id from event indexed by event_customer"
        " where customer = json_extract(j.value, '$[0]') and at >= json_extract(j.value, '$[1]')"
        " and at <= ? and level >= json_extract(j.value, '$[2]')"
        " order by at desc, id desc limit 1) from json_each(?) j",
        (until, json.dumps(asked)),
    ).fetchall()
    return one_of_each(db, (id for (id,) in rows if id is not None))
