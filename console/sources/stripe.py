"""Stripe: its exports of customers, payments and subscriptions.

Amounts are in major units here, in minor units in the API. Columns whose name ends in
“(UTC)” are in UTC whatever the source's zone. Payments made in test mode are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from console.model import Batch, Event, Record, Who
from console.sources import values
from console.sources.cells import BadCell, Cells, Columns, read_each
from console.sources.commerce import Times, charge_record, subscription_record
from console.sources.parts import When, derived, email_field, keys, phone_field, present
from console.sources.source import Reading, Table, TableKind

_CREATED = ("Created (UTC)", "Created date (UTC)", "Created")
_PAID = frozenset({"paid", "refunded", "partially_refunded", "partial_refund", "disputed"})
_FAILED = frozenset({"failed", "blocked"})
# Of subscriptions whose first payment never came.
_UNPAID = frozenset({"incomplete", "incomplete_expired"})
NAMES = {
    "charge_failed": "charge.failed",
    "charge_paid": "charge.succeeded",
    "refunded": "charge.refunded",
    "charge_disputed": "charge.dispute.created",
    "trial_started": "customer.subscription.trial_started",
    "subscription_started": "customer.subscription.created",
    "subscription_cancelled": "customer.subscription.deleted",
}


def customer_record(
    id: str, who: Who, fields: Mapping[str, Any], created: When | None, raw: bytes, at: int = 0
) -> Record:
    """A customer, and their signing up when Stripe first had them.

    fields: as `model.FIELDS` names them. raw: JSON, as it came.
    """
    events: tuple[Event, ...] = ()
    if created:
        events = (derived(f"customer:{id}", "signed_up", "customer.created", created, who),)
        fields = {**fields, "signed_up_at": created[0]}
    return Record("customer", id, who, fields, raw, at=at, events=events)


def charge_times(status: str | None, captured: bool, times: Times) -> Times:
    """`times` with what became of the payment when it was made.

    status: in the dashboard's words, lower case, underscores.
    captured: False while the money is only set aside.
    """
    created = times.get("created")
    if created and status in _FAILED:
        return {**times, "failed": created}
    if created and status in _PAID and captured:
        return {**times, "paid": created}
    return times


def subscription_times(status: str | None, times: Times) -> Times:
    """`times` with the start at the end of a trial, for those who went on; none before.

    A subscription whose first payment never came did not happen.

    times: "started", "trial", "trial_end", "cancelled", as Stripe has them.
    """
    known = dict(times)
    end, started = known.pop("trial_end", None), known.get("started")
    if status == "trialing" and started:
        known.setdefault("trial", started)
    if "trial" in known:
        cancelled = known.get("cancelled")
        left = end and cancelled and cancelled[0] <= end[0]
        if status == "trialing" or left:
            known.pop("started", None)
        elif end:
            known["started"] = end
    elif status in _UNPAID:
        known.clear()
    return known


def read_customers(table: Table, reading: Reading) -> Iterator[Batch]:
    """Customers from Stripe's export. Raises UnrecognisedFile when it has no column id."""
    columns = Columns(table.header)
    columns.require(table.path, "stripe-customers", "id")
    yield from read_each(table, reading, columns, _customer)


def _customer(cells: Cells) -> tuple[Record]:
    id = cells.need("id")
    email, phone = cells.text("Email"), cells.text("Phone")
    fields = present(
        name=cells.text("Name"),
        email=email_field(email),
        phone=phone_field(phone),
        plan=cells.text("Plan"),
    )
    who = keys(id, email=email, phone=phone)
    return (customer_record(id, who, fields, cells.when(*_CREATED), cells.raw()),)


def read_payments(table: Table, reading: Reading) -> Iterator[Batch]:
    """Payments from Stripe's export, of any of its three sets of columns.

    Where the export does not say when a refund was made it is dated to the payment's own
    day, with quality "day". Raises UnrecognisedFile when it has no column id.
    """
    columns = Columns(table.header)
    columns.require(table.path, "stripe-payments", "id")
    yield from read_each(table, reading, columns, _payment)


def _payment(cells: Cells) -> tuple[Record]:
    _refuse_test(cells)
    id, currency = cells.need("id"), cells.currency()
    times = present(
        created=cells.when(*_CREATED),
        refunded=cells.when("Refunded date (UTC)"),
        disputed=cells.when("Dispute Date (UTC)"),
    )
    status, amount = cells.word("Status"), cells.money(currency, "Amount")
    refunded = cells.money(currency, "Amount Refunded")
    fields = present(
        name=cells.text("Description"),
        status=status,
        amount=amount,
        refunded=amount if refunded is None and status == "refunded" else refunded,
        currency=currency,
        at=times["created"][0] if "created" in times else None,
    )
    captured = values.flag(cells.text("Captured") or "") is not False
    record = charge_record(
        id,
        _payer(cells),
        fields,
        charge_times(status, captured, times),
        cells.raw(),
        NAMES,
        disputed=cells.money(currency, "Disputed Amount"),
    )
    return (record,)


def read_subscriptions(table: Table, reading: Reading) -> Iterator[Batch]:
    """Subscriptions from Stripe's export. Raises UnrecognisedFile when it has no column id."""
    columns = Columns(table.header)
    columns.require(table.path, "stripe-subscriptions", "id")
    yield from read_each(table, reading, columns, _subscription)


def _subscription(cells: Cells) -> tuple[Record]:
    _refuse_test(cells)
    id, currency = cells.need("id"), cells.currency()
    times = present(
        started=cells.when("Start Date (UTC)", "Start (UTC)", *_CREATED),
        trial=cells.when("Trial Start (UTC)"),
        trial_end=cells.when("Trial End (UTC)"),
        cancelled=cells.when("Canceled At (UTC)", "Ended At (UTC)"),
    )
    fields = present(
        plan=_plan(cells),
        status=cells.word("Status"),
        amount=cells.money(currency, "Amount"),
        currency=currency,
        interval=cells.word("Interval"),
        started_at=times["started"][0] if "started" in times else None,
    )
    fields |= _ends(cells, cancelled="cancelled" in times)
    happened = subscription_times(fields.get("status"), times)
    return (subscription_record(id, _payer(cells), fields, happened, cells.raw(), NAMES),)


def _ends(cells: Cells, *, cancelled: bool) -> dict[str, int | None]:
    """When a subscription ends and renews; None where the row says that it does not."""
    ended, period_end = cells.when("Ended At (UTC)"), cells.when("Current Period End (UTC)")
    fields: dict[str, int | None] = {}
    if ended:
        fields["ends_at"] = ended[0]
    elif cancelled and period_end and cells.word("Status") != "canceled":
        # Cancelled, and runs on to the end of what is paid for.
        fields["ends_at"] = period_end[0]
    elif "Ended At (UTC)" in cells.columns and not cancelled:
        fields["ends_at"] = None
    if cancelled or ended:
        fields["renews_at"] = None
    elif period_end:
        fields["renews_at"] = period_end[0]
    return fields


def _plan(cells: Cells) -> str | None:
    """The plan as people call it: a product's or price's name rather than its id."""
    names = [name for name in (cells.text("Product"), cells.text("Plan")) if name]
    said = [name for name in names if not name.startswith(("prod_", "price_", "plan_"))]
    return next(iter(said or names), None)


def _payer(cells: Cells) -> Who:
    return keys(
        cells.id("Customer ID"),
        email=cells.text("Customer Email"),
        phone=cells.text("Customer Phone"),
    )


def _refuse_test(cells: Cells) -> None:
    if cells.word("Mode") == "test":
        raise BadCell("Mode", "made in test mode")
    if values.flag(cells.text("Livemode") or "") is False:
        raise BadCell("Livemode", "made in test mode")


def _has_created(names: frozenset[str]) -> bool:
    return any(name.lower() in names for name in _CREATED)


def _has_customers(names: frozenset[str]) -> bool:
    return (
        {"id", "email"} <= names
        and _has_created(names)
        and bool({"delinquent", "total spend", "payment count"} & names)
    )


def _has_payments(names: frozenset[str]) -> bool:
    return (
        {"id", "amount", "currency", "status"} <= names
        and _has_created(names)
        and bool({"amount refunded", "captured"} & names)
    )


def _has_subscriptions(names: frozenset[str]) -> bool:
    return {"id", "customer id", "status"} <= names and bool(
        {"current period start (utc)", "current period end (utc)", "canceled at (utc)"} & names
    )


KINDS = (
    TableKind("stripe-customers", "stripe", _has_customers, read_customers),
    TableKind("stripe-payments", "stripe", _has_payments, read_payments),
    TableKind("stripe-subscriptions", "stripe", _has_subscriptions, read_subscriptions),
)
