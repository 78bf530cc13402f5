"""Recharge's customers, subscriptions, charges and events in our words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from typing import Any

from console.model import Event, Record, RecordKind, Removal, Who
from console.sources import values
from console.sources.answers import find
from console.sources.api import Asking
from console.sources.commerce import charge_record, subscription_record
from console.sources.json_fields import (
    Paths,
    as_said,
    needed_time,
    said_fields,
    said_name,
    text_id,
    time_or_none,
)
from console.sources.objects import Said, Unreadable, members, reader_of_times
from console.sources.parts import (
    When,
    about,
    changed_at,
    derived,
    email_field,
    keys,
    phone_field,
    present,
    to_json,
)
from console.sources.people import plain_text
from console.sources.walks import Found

NAMES = {
    "charge_failed": "charge error",
    "charge_paid": "charge success",
    "refunded": "charge refunded",
    "subscription_started": "subscription created",
    "subscription_cancelled": "subscription cancelled",
}
_PERSON: Paths = {"email": ("email", email_field), "phone": ("phone", phone_field)}
_PAID = frozenset({"success", "refunded", "partially_refunded"})
_FAILED = frozenset({"error", "failed"})
_MONEY = ("currency", "presentment_currency")
_SUBSCRIPTION = {
    "status": ("status",),
    "amount": ("price",),
    "currency": _MONEY,
    "interval": ("order_interval_unit",),
    "ends_at": ("cancelled_at",),
    "renews_at": ("next_charge_scheduled_at",),
}
_CHARGE = {
    "status": ("status",),
    "amount": ("total_price",),
    "refunded": ("total_refunds",),
    "at": ("processed_at", "scheduled_at", "created_at"),
}
_KINDS: dict[str, RecordKind] = {
    "customer": "customer",
    "subscription": "subscription",
    "charge": "charge",
}


class _Reader:
    """What all of them share: times without an offset, which no document explains, are UTC."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.when = reader_of_times(UTC, asking.now)

    def time(self, said: Said, member: str) -> When | None:
        return time_or_none(said, member, self.when)

    def money(self, said: Said, member: str, currency: str | None) -> int | None:
        text = plain_text(said.get(member))
        if text is None:
            return None
        try:
            return values.money(text, currency)
        except ValueError as error:
            raise Unreadable(member, str(error)) from None

    def currency(self, said: Said) -> str | None:
        told = said.get("currency") or said.get("presentment_currency")
        return (plain_text(told) or self.asking.reading.currency or "").upper() or None


def _who(said: Said) -> Who:
    """A customer as their own object, or one within another, tells of them."""
    external = plain_text(find(said, "external_customer_id", "ecommerce"))
    return keys(plain_text(said.get("id")), external, said.get("email"), said.get("phone"))


class Customers(_Reader):
    """Reads customers."""

    def __call__(self, said: Said) -> Iterator[Found]:
        """One customer, and their signing up."""
        id, who = text_id(said), _who(said)
        fields = said_fields(said, _PERSON) | said_name(said, "first_name", "last_name")
        events: tuple[Event, ...] = ()
        if created := self.time(said, "created_at"):
            fields["signed_up_at"] = created[0]
            events = (derived(f"customer:{id}", "signed_up", "customer created", created, who),)
        at = changed_at(self.time(said, "updated_at"))
        yield Record("customer", id, who, fields, to_json(said), at, events=events)


class Subscriptions(_Reader):
    """Reads subscriptions."""

    def __call__(self, said: Said) -> Iterator[Found]:
        """One subscription."""
        id, currency = text_id(said), self.currency(said)
        status = plain_text(said.get("status"))
        started, cancelled = self.time(said, "created_at"), self.time(said, "cancelled_at")
        over = cancelled is not None or str(status).lower() in ("cancelled", "expired")
        renews = self.time(said, "next_charge_scheduled_at")
        price = self.money(said, "price", currency)
        fields = {
            **present(
                plan=plain_text(said.get("product_title")),
                started_at=started[0] if started else None,
            ),
            "status": status.lower() if status else None,
            "amount": None if price is None else price * int(said.get("quantity") or 1),
            "currency": currency,
            "interval": _interval(said),
            "ends_at": cancelled[0] if cancelled else None,
            "renews_at": renews[0] if renews and not over else None,
        }
        fields = as_said(said, fields, _SUBSCRIPTION)
        who = keys(plain_text(said.get("customer_id")), email=plain_text(said.get("email")))
        times = present(started=started, cancelled=cancelled)
        at = changed_at(self.time(said, "updated_at"))
        yield subscription_record(id, who, fields, times, to_json(said), NAMES, at)


def _interval(said: Said) -> str | None:
    unit = plain_text(said.get("order_interval_unit"))
    many = plain_text(said.get("order_interval_frequency"))
    return unit if unit is None or many in (None, "1") else f"{many} {unit}"


class Charges(_Reader):
    """Reads charges."""

    def __call__(self, said: Said) -> Iterator[Found]:
        """One charge: paid, failed, given back, or still to come."""
        id, currency = text_id(said), self.currency(said)
        status = (plain_text(said.get("status")) or "").lower() or None
        updated = self.time(said, "updated_at")
        paid = self.time(said, "processed_at") if status in _PAID else None
        scheduled = self.time(said, "scheduled_at")
        created = self.time(said, "created_at")
        amount = self.money(said, "total_price", currency)
        refunded = self.money(said, "total_refunds", currency)
        if status == "refunded" and refunded is None:
            refunded = amount
        # Neither the last attempt nor the refund has a time of its own.
        around = about(updated) if updated else None
        failed = around if status in _FAILED else None
        back = around if refunded else None
        placed = paid or scheduled or created
        items = said.get("line_items")
        fields = {
            "status": status, "amount": amount, "refunded": refunded, "currency": currency,
            "at": placed[0] if placed else None,
            **present(name=_title(items[0]) if isinstance(items, list) and items else None),
        }  # fmt: skip
        fields = as_said(said, fields, _CHARGE)
        times = present(paid=paid, failed=failed, refunded=back)
        who = _who(members(said.get("customer")))
        record = charge_record(id, who, fields, times, to_json(said), NAMES, at=changed_at(updated))
        # The order it paid is the shop's, which tells of the refund as loudly as it deserves.
        events = (
            one._replace(level="notable") if one.verb == "refunded" else one
            for one in record.events
        )
        yield replace(record, events=tuple(events))


def _title(item: Any) -> str | None:
    return plain_text(find(item, "title") or find(item, "product_title"))


class Happenings(_Reader):
    """Reads Recharge's own events: what was cancelled, changed or deleted."""

    def __init__(self, asking: Asking) -> None:
        super().__init__(asking)
        self.times: list[int] = []

    def __call__(self, said: Said) -> Iterator[Found]:
        """One event. Raises Unreadable without id, object or time."""
        id, about_id = text_id(said), text_id(said, "object_id")
        kind, verb = str(said.get("object_type")), said.get("verb")
        when = needed_time(said, "created_at", self.when)
        self.times.append(when[0])
        who = keys(plain_text(said.get("customer_id")))
        if verb == "deleted" and kind in _KINDS:
            yield Removal(_KINDS[kind], about_id, "deleted", at=changed_at(when))
        elif kind == "subscription" and who and verb in ("cancelled", "swapped"):
            cancelled = verb == "cancelled"
            ours = "subscription_cancelled" if cancelled else "subscription_changed"
            yield Event(
                f"subscription:{about_id}:{ours}" if cancelled else f"event:{id}:{ours}",
                who, f"subscription {verb}", when[0], verb=ours, quality=when[1],
                raw=to_json(said),
            )  # fmt: skip
