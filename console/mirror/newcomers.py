"""The check-in: who signed up of late, and how far each has come."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from console.clock import Clock
from console.mirror.database import Connection
from console.mirror.profile import popular_features
from console.mirror.reading import CUSTOMERS, customer_of, identities_of, one_of_each
from console.model import FeedEvent, Newcomer

_THEIRS = "from json_each(?) j cross join event e indexed by event_customer on e.customer = j.value"
_LATEST = 5
"""Newest events of each, among which the last that is more than noise is looked for."""


class _Done(NamedTuple):
    """What newcomers have done, by customer."""

    logins: Mapping[int, Sequence[int]]
    """Microseconds UTC."""
    features: Mapping[int, Sequence[str]]
    """Those used most first."""
    last: Mapping[int, FeedEvent]


def newcomers(db: Connection, clock: Clock, days: int = 30) -> tuple[Newcomer, ...]:
    """The customers who signed up in the last `days` days, those who need someone first.

    Someone who is not set up comes before someone who is; among them the one who has been
    at it longest and was seen least lately. Where no source tells of sign-ups, customers
    count from when they were first seen.
    """
    since = clock.start_of_day(clock.today - days)
    told = db.execute(
        "select 1 from customer where merged_into is null and signed_up_at is not null limit 1"
    ).fetchone()
    rows = db.execute(
        f"{CUSTOMERS} where c.merged_into is null"
        f" and c.{'signed_up_at' if told else 'first_seen_at'} between ? and ?",
        (since, clock.now),
    ).fetchall()
    popular = popular_features(db, clock)
    ids = [row[0] for row in rows]
    known = identities_of(db, ids)
    done = _Done(_logins(db, ids, clock), _features(db, ids, clock), _last(db, ids, clock))
    made = [_newcomer(row, known.get(row[0], ()), clock, popular, done) for row in rows]
    made.sort(
        key=lambda one: (
            one.days_to_activation is not None,
            -one.days_since_signup,
            one.customer.last_seen_at or 0,
            one.customer.id,
        )
    )
    return tuple(made)


def _newcomer(
    row: Any, identities: Any, clock: Clock, popular: tuple[str, ...], done: _Done
) -> Newcomer:
    customer = customer_of(row, identities)
    started = customer.signed_up_at or customer.first_seen_at or clock.now
    first_day = clock.day(started)
    weeks = (clock.today - first_day) // 7 + 1
    logins = done.logins.get(customer.id, ())
    counts = Counter((clock.day(at) - first_day) // 7 for at in logins)
    touched = tuple(done.features.get(customer.id, ()))
    return Newcomer(
        customer=customer,
        days_since_signup=clock.today - first_day,
        days_to_activation=(
            None if customer.activated_at is None else clock.day(customer.activated_at) - first_day
        ),
        logins_by_week=tuple(counts.get(week, 0) for week in range(weeks)),
        touched=touched,
        untouched=tuple(name for name in popular if name not in touched),
        last=done.last.get(customer.id),
    )


def _logins(db: Connection, ids: Sequence[int], clock: Clock) -> Mapping[int, Sequence[int]]:
    rows = db.execute(
        f"select e.customer, e.at {_THEIRS} join event_kind k on k.id = e.kind"
        " where k.verb = 'logged_in' and e.at <= ?",
        (json.dumps(ids), clock.now),
    ).fetchall()
    return _by_customer(rows)


def _features(db: Connection, ids: Sequence[int], clock: Clock) -> Mapping[int, Sequence[str]]:
    rows = db.execute(
        f"select e.customer, k.feature {_THEIRS} join event_kind k on k.id = e.kind"
        " where k.feature is not null and e.at <= ?"
        " group by e.customer, k.feature order by count(*) desc, k.feature",
        (json.dumps(ids), clock.now),
    ).fetchall()
    return _by_customer(rows)


def _last(db: Connection, ids: Sequence[int], clock: Clock) -> Mapping[int, FeedEvent]:
    rows = db.execute(
        "select (select id from (select id, at, level from event indexed by event_customer"
        " where customer = j.value and at <= ? order by at desc, id desc limit ?)"
        " order by level = 0, at desc, id desc limit 1) from json_each(?) j",
        (clock.now, _LATEST, json.dumps(ids)),
    ).fetchall()
    return one_of_each(db, (id for (id,) in rows if id is not None))


def _by_customer(rows: Sequence[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for customer, value in rows:
        found.setdefault(customer, []).append(value)
    return found
