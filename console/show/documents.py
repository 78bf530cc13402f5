"""Answers as JSON documents: the command line's fixed shapes, and nothing else.

Times are ISO 8601 with the offset of the workspace zone, money is decimal strings, what is
not known is null and never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from console.clock import SECOND, Clock, day_date
from console.model import (
    Counts,
    Customer,
    CustomerPage,
    FeedEvent,
    FeedPage,
    Message,
    Profile,
    Purchase,
    Reject,
    SourceStatus,
    Status,
    Subscription,
    Thread,
    decimal_string,
)
from console.show import sync_documents
from console.show.instants import iso as iso
from console.show.sentences import says
from console.show.standing import Standing, words

Document = dict[str, Any]


def customer(one: Customer, clock: Clock) -> Document:
    """One customer, without what belongs to the profile."""
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "phone": one.phone,
        "account": one.account,
        "city": one.city,
        "region": one.region,
        "country": one.country,
        "timezone": one.timezone,
        "plan": one.plan,
        "signed_up_at": iso(one.signed_up_at, clock),
        "activated_at": iso(one.activated_at, clock),
        "first_seen_at": iso(one.first_seen_at, clock),
        "last_seen_at": iso(one.last_seen_at, clock),
        "tags": list(one.tags),
        "identities": [asdict(identity) for identity in one.identities],
    }


def customers(page: CustomerPage, clock: Clock) -> Document:
    """The answer to ``console customers``."""
    return {
        "total": page.total,
        "customers": [customer(one, clock) for one in page.customers],
    }


def event(one: FeedEvent, clock: Clock) -> Document:
    """One line of the feed."""
    return {
        "id": one.id,
        "at": iso(one.at, clock),
        "source": one.source,
        "verb": one.verb,
        "name": one.name,
        "level": one.level,
        "customer": {
            "id": one.customer.id,
            "name": one.customer.name,
            "email": one.customer.email,
            "city": one.customer.city,
            "country": one.customer.country,
        },
        "says": says(one),
        "feature": one.feature,
        "object": one.object,
        "amount": decimal_string(one.amount, one.currency),
        "currency": one.currency,
        "time_quality": one.quality,
        "late": one.late,
        "properties": dict(one.properties),
    }


def event_row(one: FeedEvent, clock: Clock) -> Document:
    """One line of the feed for CSV: the customer's fields stand beside the event's."""
    made = event(one, clock)
    who = made.pop("customer")
    return {**made, **{f"customer_{name}": value for name, value in who.items()}}


def feed(page: FeedPage, clock: Clock) -> Document:
    """The answer to ``console feed``."""
    return {"events": [event(one, clock) for one in page.events], "next": page.next}


def profile(one: Profile, clock: Clock) -> Document:
    """The answer to ``console customer``."""
    return {
        **customer(one.customer, clock),
        "logins": {
            "total": one.logins.total,
            "days": [{"day": str(day_date(day.day)), "n": day.n} for day in one.logins.days],
            "recent": [iso(at, clock) for at in one.logins.recent],
        },
        "features": [
            {
                "feature": use.feature,
                "n": use.n,
                "first_at": iso(use.first_at, clock),
                "last_at": iso(use.last_at, clock),
            }
            for use in one.features
        ],
        "untouched": list(one.untouched),
        "orders": [_told(order, clock) for order in one.orders],
        "charges": [_told(charge, clock) for charge in one.charges],
        "subscriptions": [_told(each, clock) for each in one.subscriptions],
        "threads": [_told(each, clock) for each in one.threads],
        "messages": [_told(each, clock) for each in one.messages],
        "touches": [],
        "events": {
            "total": one.events_total,
            "recent": [event(each, clock) for each in one.recent],
        },
    }


def status(one: Status, found: Iterable[Standing], clock: Clock) -> Document:
    """The answer to ``console status``. found: how the sources stand."""
    return {
        "mirror": one.path,
        "bytes": one.bytes,
        "timezone": one.timezone,
        "customers": one.customers,
        "accounts": one.accounts,
        "events": one.events,
        "sources": [_source(each, clock) for each in found],
    }


def _source(one: Standing, clock: Clock) -> Document:
    facts = one.facts or SourceStatus(one.source, None, None, 0, 0, 0)
    last, following = facts.last_sync, facts.next or 0
    return {
        "source": one.source,
        "state": one.state,
        "says": words(one, clock),
        "last_sync": iso(last, clock),
        "newest": iso(facts.newest, clock),
        "lag_seconds": None if last is None else (clock.now - last) // SECOND,
        "events": facts.events,
        "records": facts.records,
        "rejected": facts.rejected,
        "error": facts.error,
        "to_do": one.to_do,
        "next": iso(following, clock) if following > clock.now else None,
        "streams": [sync_documents.stream_run(run, clock) for run in facts.streams],
    }


def reject(one: Reject) -> Document:
    """One refused row."""
    return {
        "path": one.path,
        "line": one.line or None,
        "column": one.column,
        "reason": one.reason,
        "raw": one.raw,
    }


def imported(
    files: Iterable[tuple[str, str | None, Counts]],
    rejects: Iterable[Reject],
    left_out: Iterable[tuple[str, str]] = (),
) -> Document:
    """The answer to ``console import``.

    files: (path, kind, counts) of every file. left_out: (path, reason) of those among them
    that stood beside the data and are none of it.
    """
    return {
        "files": [{"path": path, "kind": kind, **asdict(counts)} for path, kind, counts in files],
        "rejects": [
            {name: value for name, value in reject(one).items() if name != "raw"} for one in rejects
        ],
        "left_out": [{"path": path, "reason": reason} for path, reason in left_out],
    }


def _told(one: Purchase | Subscription | Thread | Message, clock: Clock) -> Document:
    """A part of a profile: times as ISO 8601, money as decimal strings, the rest as it is."""
    currency = getattr(one, "currency", None)
    told = asdict(one)
    for name, value in told.items():
        if name == "at" or name.endswith("_at"):
            told[name] = iso(value, clock)
        elif name in ("amount", "refunded"):
            told[name] = decimal_string(value, currency)
    return told


def flat(rows: Iterable[Mapping[str, Any]]) -> list[Document]:
    """Rows whose lists and objects are JSON text, for CSV."""
    import json

    return [
        {
            name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
            for name, value in row.items()
        }
        for row in rows
    ]
