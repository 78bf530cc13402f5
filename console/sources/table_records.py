"""The general reader's tables of things: customers, orders, charges, subscriptions, tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from console.model import Batch, Event, Record
from console.sources.cells import BadCell, harvested
from console.sources.commerce import charge_record, order_record, subscription_record
from console.sources.mapping import (
    WHO,
    FieldColumns,
    Fields,
    field_rows,
    rule_of,
)
from console.sources.parts import (
    When,
    about,
    changed_at,
    country_field,
    derived,
    email_field,
    full_name,
    phone_field,
    present,
)
from console.sources.source import Reading, Table
from console.sources.zendesk import ticket_record

_PAID = frozenset(
    {
        "paid", "refunded", "partially_refunded", "partial_refund", "success", "succeeded",
        "complete", "completed", "captured", "settled",
    }
)  # fmt: skip
_FAILED = frozenset({"failed", "failure", "declined", "error", "blocked"})
_CANCELLED = frozenset({"cancelled", "canceled", "voided", "expired"})
_SOLVED = frozenset({"solved", "closed", "resolved", "done"})
_NAMES = {
    verb: verb.replace("_", " ")
    for verb in (
        "order_placed", "order_paid", "order_cancelled", "refunded", "charge_failed",
        "charge_paid", "charge_disputed", "trial_started", "subscription_started",
        "subscription_cancelled",
    )
}  # fmt: skip


class _Kind(NamedTuple):
    """How one kind of table is read."""

    fields: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    """The table needs a column for one field of each."""
    read: Callable[[Fields], Record]


def read_records(kind: str, table: Table, reading: Reading) -> Iterator[Batch]:
    """Records from a table with one a row.

    kind: customers, orders, charges, subscriptions or tickets.
    Raises SourceError when the table has no column for a field that its kind needs.
    """
    known = RECORDS[kind]
    columns = FieldColumns(table, kind, known.fields, rule_of(reading))
    for fields in known.needs:
        columns.need(*fields)
    found = field_rows(table, columns, reading)
    return harvested(table, reading, found, lambda cells: (known.read(cells),))


def _customer(cells: Fields) -> Record:
    who = cells.who("id")
    if not who:
        raise BadCell("id", "neither an id nor an email nor a phone number")
    id = cells.id("id") or who[0].value
    signed_up = cells.when("signed_up_at")
    email, phone = cells.text("email"), cells.text("phone")
    fields = present(
        name=full_name(cells.text("name"))
        or full_name(cells.text("first_name"), cells.text("last_name")),
        email=email_field(email),
        phone=phone_field(phone),
        city=cells.text("city"),
        region=cells.text("region"),
        country=country_field(cells.text("country")),
        timezone=cells.text("timezone"),
        account=cells.text("account"),
        plan=cells.text("plan"),
        signed_up_at=signed_up[0] if signed_up else None,
        tags=_tags(cells.text("tags") or ""),
    )
    events: tuple[Event, ...] = ()
    if signed_up:
        events = (derived(f"customer:{id}", "signed_up", "signed up", signed_up, who),)
    return Record("customer", id, who, fields, cells.raw(), at=_changed(cells), events=events)


def _tags(text: str) -> list[str]:
    """Tags between commas or bars, also as a list in JSON."""
    parts = text.strip("[]").replace("|", ",").split(",")
    return [tag for part in parts if (tag := part.strip().strip('"').strip())]


def _order(cells: Fields) -> Record:
    status, times = _bought(cells)
    if status in _PAID and "created" in times:
        times.setdefault("paid", times["created"])
    if status in _CANCELLED and "created" in times:
        times.setdefault("cancelled", about(times["created"]))
    return order_record(
        cells.need("id"), cells.who(), _purchase(cells, status, times), times, cells.raw(), _NAMES,
        at=_changed(cells),
    )  # fmt: skip


def _charge(cells: Fields) -> Record:
    status, times = _bought(cells)
    times.pop("cancelled", None)
    if "created" in times and status in _FAILED:
        times["failed"] = times["created"]
    elif "created" in times and status in _PAID:
        times.setdefault("paid", times["created"])
    return charge_record(
        cells.need("id"), cells.who(), _purchase(cells, status, times), times, cells.raw(), _NAMES,
        at=_changed(cells),
    )  # fmt: skip


def _bought(cells: Fields) -> tuple[str | None, dict[str, When]]:
    times = present(
        created=cells.when("at"),
        paid=cells.when("paid_at"),
        cancelled=cells.when("cancelled_at"),
        refunded=cells.when("refunded_at"),
    )
    return cells.word("status"), times


def _purchase(cells: Fields, status: str | None, times: Mapping[str, When]) -> dict[str, object]:
    currency = cells.currency()
    amount, refunded = cells.money(currency, "amount"), cells.money(currency, "refunded")
    return present(
        name=cells.text("name"),
        status=status,
        amount=amount,
        refunded=amount if refunded is None and status == "refunded" else refunded,
        currency=currency,
        at=times["created"][0] if "created" in times else None,
    )


def _subscription(cells: Fields) -> Record:
    status, currency = cells.word("status"), cells.currency()
    ends, renews = cells.when("ends_at"), cells.when("renews_at")
    times = present(
        started=cells.when("started_at"),
        trial=cells.when("trial_at"),
        cancelled=cells.when("cancelled_at"),
    )
    if ends and status in _CANCELLED:
        times.setdefault("cancelled", ends)
    fields = present(
        plan=cells.text("plan"),
        status=status,
        amount=cells.money(currency, "amount"),
        currency=currency,
        interval=cells.word("interval"),
        started_at=times["started"][0] if "started" in times else None,
        ends_at=ends[0] if ends else None,
        renews_at=renews[0] if renews else None,
    )
    return subscription_record(
        cells.need("id"), cells.who(), fields, times, cells.raw(), _NAMES, at=_changed(cells)
    )


def _ticket(cells: Fields) -> Record:
    status, rating = cells.word("status"), cells.word("rating")
    created, closed = cells.when("created_at"), cells.when("closed_at")
    updated = cells.when("updated_at")
    if closed is None and status in _SOLVED and updated:
        closed = about(updated)
    around = closed or updated or created
    times = present(created=created, solved=closed, rated=about(around) if around else None)
    fields = present(
        kind="ticket",
        subject=cells.text("subject"),
        status=status,
        priority=cells.word("priority"),
        channel=cells.word("channel"),
        created_at=created[0] if created else None,
        closed_at=closed[0] if closed else None,
        rating=rating,
    )
    return ticket_record(
        cells.need("id"), cells.who(), fields, times, cells.raw(), at=changed_at(updated)
    )


def _changed(cells: Fields) -> int:
    return changed_at(cells.when("updated_at"))


_PERSON = ("customer", "email", "phone")
_PURCHASE = (
    "id", *_PERSON, "name", "status", "amount", "refunded", "currency", "at",
    "paid_at", "cancelled_at", "refunded_at", "updated_at",
)  # fmt: skip
RECORDS: Mapping[str, _Kind] = {
    "customers": _Kind(
        (
            "id", "external_id", "email", "phone", "name", "first_name", "last_name", "city",
            "region", "country", "timezone", "account", "plan", "signed_up_at", "tags",
            "updated_at",
        ),
        (("id", "email", "phone"),),
        _customer,
    ),
    "orders": _Kind(_PURCHASE, (("id",), WHO[:3], ("at",)), _order),
    "charges": _Kind(_PURCHASE, (("id",), WHO[:3], ("at",)), _charge),
    "subscriptions": _Kind(
        (
            "id", *_PERSON, "plan", "status", "amount", "currency", "interval", "started_at",
            "trial_at", "ends_at", "renews_at", "cancelled_at", "updated_at",
        ),
        (("id",), WHO[:3]),
        _subscription,
    ),
    "tickets": _Kind(
        (
            "id", *_PERSON, "subject", "status", "priority", "channel", "created_at",
            "closed_at", "updated_at", "rating",
        ),
        (("id",), WHO[:3]),
        _ticket,
    ),
}  # fmt: skip
"""The tables that are read row by row into records."""
