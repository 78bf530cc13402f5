"""Which customers have done loud things since a time: what an inbox is made of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from console.mirror.database import Connection
from console.mirror.reading import EVENTS, event_of
from console.model import LEVELS, FeedEvent, Level

_NOTABLE, _URGENT = LEVELS.index("notable"), LEVELS.index("urgent")


class Loud(NamedTuple):
    """What one customer did that is notable or urgent."""

    level: Level
    n: int
    newest_at: int
    """Microseconds UTC."""


def loud(db: Connection, since: int, until: int, handled: Mapping[int, int]) -> dict[int, Loud]:
    """Customers with notable or urgent events in a span of time, and how many.

    since, until: microseconds UTC, both included. handled: customer to the instant up to
    which theirs are seen to; these do not count. Raises `Interrupted` when cancelled.
    """
    notable = _counted(db, "event_level", _NOTABLE, since, until)
    urgent = _counted(db, "event_urgent", _URGENT, since, until)
    found = {
        customer: Loud("urgent" if customer in urgent else "notable", *known)
        for customer, known in notable.items()
    }
    for customer in handled.keys() & found.keys():
        left = _since(db, customer, max(handled[customer] + 1, since), until)
        if left is None:
            del found[customer]
        else:
            found[customer] = left
    return found


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
    events = db.execute(
        f"{EVENTS} where e.id in (select value from json_each(?))",
        (json.dumps([id for (id,) in rows if id is not None]),),
    ).fetchall()
    told = (event_of(row) for row in events)
    return {event.customer.id: event for event in told}


def _counted(
    db: Connection, index: str, level: int, since: int, until: int
) -> dict[int, tuple[int, int]]:
    # Spelled out, because a partial index is only used for a literal.
    rows = db.execute(
        f"select customer, count(*), max(at) from event indexed by {index}"
        f" where level >= {level} and at between ? and ? group by customer",
        (since, until),
    ).fetchall()
    return {customer: (n, newest) for customer, n, newest in rows}


def _since(db: Connection, customer: int, since: int, until: int) -> Loud | None:
    level, n, newest = db.execute(
        "select max(level), count(*), max(at) from event indexed by event_customer"
        f" where customer = ? and at between ? and ? and level >= {_NOTABLE}",
        (customer, since, until),
    ).fetchone()
    return Loud(LEVELS[level], n, newest) if n else None
