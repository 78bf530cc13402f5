"""Everything known of one customer, in one reading."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from console.clock import DAY, Clock
from console.mirror import feed
from console.mirror.customers import as_of, get
from console.mirror.database import Connection
from console.mirror.memory import Memory
from console.model import (
    DayCount,
    FeatureUse,
    FeedQuestion,
    Logins,
    Message,
    Profile,
    Purchase,
    Subscription,
    Thread,
)

RECENT_LOGINS = 2000
RECENT_EVENTS = 50
_UNTOUCHED = 20
_POPULAR = Memory(1 << 16)


def read(db: Connection, id: int, clock: Clock, *, properties: bool = False) -> Profile | None:
    """The profile of a customer, as of the clock's now; None when there is no such customer.

    properties: read the recent events' own properties too.
    Raises `Interrupted` when cancelled.
    """
    found = get(db, id)
    if found is None:
        return None
    (customer,) = as_of(db, [found], clock.now)
    logins = _logins(db, customer.id, clock)
    features = _features(db, customer.id, clock)
    used = {feature.feature for feature in features}
    question = FeedQuestion(
        level="noise", customer=customer.id, until=clock.now, limit=RECENT_EVENTS
    )
    total = db.execute(
        "select count(*) from event where customer = ? and at <= ?", (customer.id, clock.now)
    ).fetchone()
    return Profile(
        customer=customer,
        logins=logins,
        features=features,
        untouched=tuple(name for name in popular_features(db, clock) if name not in used),
        active_days=_active_days(db, customer.id, clock),
        orders=_purchases(db, customer.id, "order"),
        charges=_purchases(db, customer.id, "charge"),
        subscriptions=_subscriptions(db, customer.id),
        threads=_threads(db, customer.id),
        messages=_messages(db, customer.id),
        events_total=total[0],
        recent=feed.page(db, question, properties=properties).events,
        records=_records(db, customer.id),
    )


def popular_features(db: Connection, clock: Clock) -> tuple[str, ...]:
    """Features by how many customers used them in the last 90 days, commonest first.

    Kept for every mirror until something is written to it.
    """
    path = db.execute("pragma database_list").fetchone()[2]
    state = db.execute(
        "select (select max(id) from event), (select max(id) from run),"
        " (select max(finished_at) from run)"
    ).fetchone()
    return _POPULAR.get((path, state, clock.today), lambda: _ranked(db, clock))


def _ranked(db: Connection, clock: Clock) -> tuple[str, ...]:
    from pyroaring import BitMap

    from console.mirror.schema import SET_FEATURE

    rows = db.execute(
        "select w.text, s.customers from day_set s join word w on w.id = s.item"
        " where s.scope = ? and s.day between ? and ?",
        (SET_FEATURE, clock.today - 90, clock.today),
    ).fetchall()
    users: dict[str, BitMap] = {}
    for name, blob in rows:
        users.setdefault(name, BitMap()).update(BitMap.deserialize(blob))
    ranked = sorted(users, key=lambda name: (-len(users[name]), name))
    return tuple(ranked[:_UNTOUCHED])


def _login_times(db: Connection, id: int, clock: Clock) -> list[int]:
    rows = db.execute(
        "select e.at from event e join event_kind k on k.id = e.kind"
        " where e.customer = ? and k.verb = 'logged_in' and e.at <= ? order by e.at desc",
        (id, clock.now),
    ).fetchall()
    return [at for (at,) in rows]


def _logins(db: Connection, id: int, clock: Clock) -> Logins:
    times = _login_times(db, id, clock)
    days = Counter(clock.day(at) for at in times)
    return Logins(
        total=len(times),
        days=tuple(DayCount(day, days[day]) for day in sorted(days)),
        recent=tuple(times[:RECENT_LOGINS]),
    )


def _features(db: Connection, id: int, clock: Clock) -> tuple[FeatureUse, ...]:
    rows = db.execute(
        "select k.feature, count(*), min(e.at), max(e.at) from event e"
        " join event_kind k on k.id = e.kind"
        " where e.customer = ? and k.feature is not null and e.at <= ?"
        " group by k.feature order by 2 desc, 1",
        (id, clock.now),
    ).fetchall()
    return tuple(FeatureUse(*row) for row in rows)


def _active_days(db: Connection, id: int, clock: Clock) -> tuple[DayCount, ...]:
    # Grouped by the quarter of an hour first: the calendar is Python's, the counting SQLite's.
    rows = db.execute(
        "select e.at / ?, count(*) from event e join event_kind k on k.id = e.kind"
        " where e.customer = ? and k.own and e.at <= ? group by 1",
        (DAY // 96, id, clock.now),
    ).fetchall()
    days: Counter[int] = Counter()
    for quarter, n in rows:
        days[clock.day(quarter * (DAY // 96))] += n
    return tuple(DayCount(day, days[day]) for day in sorted(days))


def _purchases(db: Connection, id: int, kind: str) -> tuple[Purchase, ...]:
    rows = db.execute(
        "select r.ext_id, s.name, c.name, c.at, c.status, c.amount, c.refunded, c.currency,"
        " c.items from commerce c join record r on r.id = c.record"
        " join source s on s.id = r.source"
        " where c.customer = ? and c.kind = ? order by c.at desc, r.id desc",
        (id, kind),
    ).fetchall()
    return tuple(_purchase(row) for row in rows)


def _purchase(row: Any) -> Purchase:
    id, source, name, at, status, amount, refunded, currency, items = row
    lines = tuple(json.loads(items)) if items else ()
    return Purchase(id, source, name, at, status, amount, refunded, currency, lines)


def _subscriptions(db: Connection, id: int) -> tuple[Subscription, ...]:
    rows = db.execute(
        "select r.ext_id, s.name, c.plan, c.status, c.amount, c.currency, c.interval,"
        " c.started_at, c.ends_at, c.renews_at from commerce c join record r on r.id = c.record"
        " join source s on s.id = r.source"
        " where c.customer = ? and c.kind = 'subscription' order by c.started_at desc, r.id desc",
        (id,),
    ).fetchall()
    return tuple(Subscription(*row) for row in rows)


def _threads(db: Connection, id: int) -> tuple[Thread, ...]:
    rows = db.execute(
        "select r.ext_id, s.name, t.kind, t.subject, t.status, t.priority, t.created_at,"
        " t.closed_at, t.rating from thread t join record r on r.id = t.record"
        " join source s on s.id = r.source"
        " where t.customer = ? and t.status is not 'deleted'"
        " order by t.created_at desc, r.id desc",
        (id,),
    ).fetchall()
    return tuple(Thread(*row) for row in rows)


def _messages(db: Connection, id: int) -> tuple[Message, ...]:
    rows = db.execute(
        "select r.ext_id, s.name, m.direction, m.subject, m.sent_at, m.opened_at, m.clicked_at"
        " from message m join record r on r.id = m.record join source s on s.id = r.source"
        " where m.customer = ? order by m.sent_at desc, r.id desc limit 500",
        (id,),
    ).fetchall()
    return tuple(Message(*row) for row in rows)


def _records(db: Connection, id: int) -> tuple[tuple[str, str], ...]:
    rows = db.execute(
        "select s.name, r.kind from record r join source s on s.id = r.source"
        " where r.customer = ? order by r.id",
        (id,),
    ).fetchall()
    return tuple(rows)
