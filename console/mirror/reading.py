"""What several questions share: turning rows into customers and events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from console.clock import DAY
from console.mirror.database import Connection
from console.mirror.schema import QUALITIES, RAW_LINES
from console.model import LEVELS, Customer, FeedEvent, Identity

_CUSTOMER = (
    "c.id, c.name, c.email, c.phone, a.name, c.city, c.region, c.country, c.timezone, c.plan,"
    " c.signed_up_at, c.activated_at, c.first_seen_at, c.last_seen_at, c.tags"
)
CUSTOMERS = f"select {_CUSTOMER} from customer c left join account a on a.id = c.account"
"""Rows for `customer_of`."""
EVENTS = (
    "select e.id, e.at, s.name, k.verb, k.name, e.level, k.feature, e.object, e.amount, w.text,"
    f" k.phrase, e.quality, e.lag, e.raw, {_CUSTOMER}"
    " from event e join event_kind k on k.id = e.kind join source s on s.id = k.source"
    " join customer c on c.id = e.customer left join account a on a.id = c.account"
    " left join word w on w.id = e.currency"
)
"""Rows for `event_of`."""
_CUSTOMER_FROM = 14


def customer_of(row: Sequence[Any], identities: tuple[Identity, ...] = ()) -> Customer:
    """A row of `CUSTOMERS` as a customer."""
    return Customer(
        id=row[0],
        name=row[1],
        email=row[2],
        phone=row[3],
        account=row[4],
        city=row[5],
        region=row[6],
        country=row[7],
        timezone=row[8],
        plan=row[9],
        signed_up_at=row[10],
        activated_at=row[11],
        first_seen_at=row[12],
        last_seen_at=row[13],
        tags=tuple(json.loads(row[14])) if row[14] else (),
        identities=identities,
    )


def event_of(row: Sequence[Any], properties: Mapping[str, Any] | None = None) -> FeedEvent:
    """A row of `EVENTS` as a line of the feed."""
    (id, at, source, verb, name, level, feature, object, amount, currency, phrase, quality, lag,
     _) = row[:_CUSTOMER_FROM]  # fmt: skip
    return FeedEvent(
        id=id,
        at=at,
        source=source,
        verb=verb,
        name=name,
        level=LEVELS[level],
        customer=customer_of(row[_CUSTOMER_FROM:]),
        feature=feature,
        object=object,
        amount=amount,
        currency=currency,
        phrase=phrase,
        quality=QUALITIES[quality],
        late=lag is not None and lag * 1_000_000 > DAY,
        properties=properties or {},
    )


def identities_of(db: Connection, ids: Iterable[int]) -> dict[int, tuple[Identity, ...]]:
    """The identities of several customers, oldest first."""
    rows = db.execute(
        "select i.customer, s.name, i.kind, i.value from json_each(?) j"
        " cross join identity i on i.customer = j.value join source s on s.id = i.source"
        " order by i.customer, i.id",
        (json.dumps(list(ids)),),
    ).fetchall()
    found: dict[int, list[Identity]] = {}
    for customer, source, kind, value in rows:
        found.setdefault(customer, []).append(Identity(source, kind, value))
    return {customer: tuple(identities) for customer, identities in found.items()}


def raws_of(db: Connection, places: Iterable[int]) -> dict[int, tuple[str | None, bytes]]:
    """The raw JSON behind ``event.raw`` values: (member that holds properties, JSON).

    Lines that stand in one block are unpacked together.
    """
    from console.mirror.packing import unpack

    wanted = set(places)
    found: dict[int, tuple[str | None, bytes]] = {}
    blocks = sorted({place // RAW_LINES for place in wanted if place > 0})
    for block, properties, data in db.execute(
        "select b.id, b.properties, b.data from json_each(?) j"
        " cross join raw_block b on b.id = j.value",
        (json.dumps(blocks),),
    ).fetchall():
        for line, raw in enumerate(unpack(data).split(b"\n")):
            if block * RAW_LINES + line in wanted:
                found[block * RAW_LINES + line] = (properties, raw)
    records = [-place for place in wanted if place < 0]
    for record, data in db.execute(
        "select r.id, r.raw from json_each(?) j cross join record r on r.id = j.value",
        (json.dumps(records),),
    ).fetchall():
        found[-record] = ("", unpack(data))
    return found


def properties_of(member: str | None, raw: bytes) -> dict[str, Any]:
    """The properties in a raw JSON object; {} where it has none or cannot be read."""
    import orjson

    try:
        whole = orjson.loads(raw) if raw else {}
        found = whole.get(member) if member else whole
        if isinstance(found, str):
            found = orjson.loads(found)
    except (orjson.JSONDecodeError, AttributeError):
        return {}
    return found if isinstance(found, dict) else {}


def one_of_each(db: Connection, ids: Iterable[int]) -> dict[int, FeedEvent]:
    """Events by their customer, of whom none has two. ids: the events'."""
    rows = db.execute(
        f"{EVENTS} where e.id in (select value from json_each(?))", (json.dumps(list(ids)),)
    ).fetchall()
    told = (event_of(row) for row in rows)
    return {event.customer.id: event for event in told}
