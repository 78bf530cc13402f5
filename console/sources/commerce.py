"""Orders, payments and subscriptions as records, and the events that follow from their state.

Every shop and payment system comes to these. A system decides for itself what happened and
when, in the words of its own statuses; here it becomes events, keyed so that the same thing
told by a file and by an API is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from console.clock import MINUTE
from console.model import Event, Level, Record, Who
from console.sources.parts import When, about, derived

Fields = Mapping[str, Any]
"""As `model.FIELDS` names them for the record's kind."""
Times = Mapping[str, When]
"""When things happened to the record; what did not happen, or when is unknown, is absent."""
Names = Mapping[str, str]
"""What the source calls the event of each verb."""
_REFUND_BITS = 40


def order_record(
    id: str, who: Who, fields: Fields, times: Times, raw: bytes, names: Names, at: int = 0
) -> Record:
    """An order: placed, paid, cancelled, refunded.

    times: "created", "paid", "cancelled", "refunded".
    raw: JSON, as it came. at: when the source last changed it; 0 when unknown.
    """
    events = tuple(_order_events(f"order:{id}", who, fields, times, names))
    return Record("order", id, who, fields, raw, at=at or _so_far(events, fields), events=events)


def _order_events(
    record: str, who: Who, fields: Fields, times: Times, names: Names
) -> Iterator[Event]:
    created, paid, cancelled = times.get("created"), times.get("paid"), times.get("cancelled")
    # One line in the feed, not two, for what was paid at the till.
    at_once = created is not None and paid is not None and abs(paid[0] - created[0]) <= MINUTE
    for verb, when in (
        ("order_placed", created),
        ("order_paid", paid),
        ("order_cancelled", cancelled),
    ):
        if when:
            level: Level | None = "noise" if at_once and verb == "order_placed" else None
            yield _event(record, verb, when, who, fields, names, level=level)
    yield from _refund(record, who, fields, times, names, within=cancelled or paid or created)


def charge_record(
    id: str,
    who: Who,
    fields: Fields,
    times: Times,
    raw: bytes,
    names: Names,
    *,
    disputed: int | None = None,
    at: int = 0,
) -> Record:
    """A payment: paid or failed, refunded, disputed.

    times: "created", and "paid" or "failed" where it came to that; "refunded", "disputed".
    disputed: the amount in dispute, in minor units.
    raw: JSON, as it came. at: when the source last changed it; 0 when unknown.
    """
    record, events = f"charge:{id}", []
    for verb, moment in (("charge_failed", "failed"), ("charge_paid", "paid")):
        if when := times.get(moment):
            events.append(_event(record, verb, when, who, fields, names))
    events += _refund(record, who, fields, times, names, within=times.get("created"))
    if when := times.get("disputed"):
        about_it = {**fields, "amount": disputed}
        events.append(_event(record, "charge_disputed", when, who, about_it, names))
    return Record(
        "charge", id, who, fields, raw, at=at or _so_far(events, fields), events=tuple(events)
    )


def subscription_record(
    id: str, who: Who, fields: Fields, times: Times, raw: bytes, names: Names, at: int = 0
) -> Record:
    """A subscription: its trial started, it started, it was cancelled.

    times: "trial", "started", "cancelled".
    raw: JSON, as it came. at: when the source last changed it; 0 when unknown.
    """
    verbs = {
        "trial": "trial_started",
        "started": "subscription_started",
        "cancelled": "subscription_cancelled",
    }
    events = tuple(
        _event(f"subscription:{id}", verb, times[moment], who, fields, names)
        for moment, verb in verbs.items()
        if moment in times
    )
    return Record("subscription", id, who, fields, raw, at=at, events=events)


def _so_far(events: Sequence[Event], fields: Fields) -> int:
    """How far an order or a payment has come, in place of a time of its last change.

    More happens to it and more is given back, never less; so of two exports that hold it the
    later one is known, whichever is imported first. As a time it lies in 1970, before any
    that a source gives.
    """
    refunded = int(fields.get("refunded") or 0)
    return len(events) << _REFUND_BITS | min(max(refunded, 0), (1 << _REFUND_BITS) - 1)


def _event(
    record: str,
    verb: str,
    when: When,
    who: Who,
    fields: Fields,
    names: Names,
    level: Level | None = None,
) -> Event:
    return derived(
        record,
        verb,
        names[verb],
        when,
        who,
        level=level,
        object=fields.get("name") or fields.get("plan"),
        amount=fields.get("amount"),
        currency=fields.get("currency"),
    )


def _refund(
    record: str, who: Who, fields: Fields, times: Times, names: Names, within: When | None
) -> Iterator[Event]:
    """Money given back: urgent, as the verb is, when it was all of it, else notable.

    within: where the source does not say when, the last time known to be earlier.
    """
    total, refunded = fields.get("amount"), fields.get("refunded") or 0
    when = times.get("refunded") or (about(within) if within else None)
    if when and refunded > 0:
        level: Level | None = "notable" if total is not None and refunded < total else None
        about_it = {**fields, "amount": refunded}
        yield _event(record, "refunded", when, who, about_it, names, level)
