"""Shopify's orders, customers and checkouts, as its API gives them, in our words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from console.model import Event, Record, decimal_string
from console.sources import values
from console.sources.answers import ApiError, find
from console.sources.api import Asking
from console.sources.commerce import order_record
from console.sources.json_fields import Paths, needed_time, said_fields, said_name, time_or_none
from console.sources.objects import Said, Unreadable, members, reader_of_times
from console.sources.parts import (
    When,
    changed_at,
    country_field,
    derived,
    email_field,
    keys,
    phone_field,
    present,
    to_json,
)
from console.sources.requests import Request
from console.sources.shopify import NAMES, order_times
from console.sources.shopify_graphql import MORE_ITEMS
from console.sources.walks import Found

_MOST_ITEMS = 500
_TAKEN = frozenset({"SALE", "CAPTURE"})


def number_of(said: Said) -> str:
    """An object's number, which its files name it by too: from ``gid://shopify/Order/61``.

    Raises Unreadable where there is none.
    """
    for name in ("legacyResourceId", "id"):
        text = str(said.get(name) or "").rpartition("/")[2].partition("?")[0]
        if text.isdecimal():
            return text
    raise Unreadable("id", "there is no id")


def money_of(said: Said, member: str) -> tuple[int | None, str | None]:
    """An amount in the shop's own currency: minor units and code.

    Raises Unreadable where it is no amount.
    """
    told = find(said, member, "shopMoney")
    amount, currency = find(told, "amount"), find(told, "currencyCode")
    if amount is None:
        return None, currency
    try:
        return values.money(str(amount), currency), currency
    except ValueError as error:
        raise Unreadable(member, str(error)) from None


class Orders:
    """Reads orders."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._when = reader_of_times(asking.reading.zone, asking.now)

    def __call__(self, said: Said) -> Iterator[Found]:
        """One order, with all its items; nothing for one made to test the shop."""
        if said.get("test") is True:
            return
        id = number_of(said)
        amount, currency = money_of(said, "totalPriceSet")
        refunded, _ = money_of(said, "totalRefundedSet")
        created = needed_time(said, "createdAt", self._when)
        customer = members(said.get("customer"))
        # Who may not know customers is told nothing of them.
        buyer = number_of(customer) if customer.get("id") else None
        email = said.get("email") or customer.get("email")
        who = keys(buyer, buyer, email, said.get("phone"))
        status = str(said.get("displayFinancialStatus") or "").lower() or None
        fields = present(
            name=said.get("name"), status=status, amount=amount, refunded=refunded,
            currency=currency or said.get("currencyCode"), at=created[0],
        )  # fmt: skip
        if items := self._items(said, currency):
            fields["items"] = items
        times = present(
            created=created,
            paid=self._paid(said),
            cancelled=time_or_none(said, "cancelledAt", self._when),
            refunded=self._refunded(said),
        )
        at = changed_at(time_or_none(said, "updatedAt", self._when))
        raw = to_json(said)
        record = order_record(id, who, fields, order_times(status, times), raw, NAMES, at)
        # Of nobody: kept, but nobody did it.
        events = (*record.events, *self._failures(id, said, record)) if who else ()
        yield replace(record, events=events)

    def _transactions(self, said: Said) -> Iterator[Said]:
        listed = said.get("transactions")
        yield from (one for one in listed or () if isinstance(one, dict))

    def _paid(self, said: Said) -> When | None:
        times = [
            when
            for one in self._transactions(said)
            if one.get("kind") in _TAKEN and one.get("status") == "SUCCESS"
            if (when := time_or_none(one, "processedAt", self._when))
        ]
        return min(times, default=None)

    def _refunded(self, said: Said) -> When | None:
        listed = said.get("refunds")
        times = [
            when
            for one in listed or ()
            if isinstance(one, dict) and (when := time_or_none(one, "createdAt", self._when))
        ]
        return max(times, default=None)

    def _failures(self, id: str, said: Said, record: Record) -> Iterator[Event]:
        for one in self._transactions(said):
            if one.get("status") in ("FAILURE", "ERROR") and (
                when := time_or_none(one, "processedAt", self._when)
            ):
                amount, currency = money_of(one, "amountSet")
                yield derived(
                    f"order:{id}:{number_of(one)}", "charge_failed", "transaction failure", when,
                    record.who, object=record.fields.get("name"), amount=amount,
                    currency=currency,
                )  # fmt: skip

    def _items(self, said: Said, currency: str | None) -> list[dict[str, Any]]:
        listed = members(said.get("lineItems"))
        nodes = list(listed.get("nodes") or ())
        info = members(listed.get("pageInfo"))
        while info.get("hasNextPage") and len(nodes) < _MOST_ITEMS:
            more = self._more_items(str(said.get("id")), str(info.get("endCursor")))
            nodes += more.get("nodes") or ()
            if members(more.get("pageInfo")).get("endCursor") == info.get("endCursor"):
                raise ApiError("orders: the same page of line items came twice")
            info = members(more.get("pageInfo"))
        items = []
        for node in nodes:
            if isinstance(node, dict):
                price, _ = money_of(node, "originalUnitPriceSet")
                items.append(
                    {
                        "name": node.get("title"),
                        "quantity": node.get("quantity"),
                        "price": decimal_string(price, currency),
                    }
                )
        return items

    def _more_items(self, id: str, after: str) -> Said:
        version = self._asking.settings.get("version", "2026-10")
        request = Request(
            f"/admin/api/{version}/graphql.json",
            method="POST",
            json={"query": MORE_ITEMS, "variables": {"id": id, "after": after}},
        )
        answer = self._asking.client.ask(request)
        answer.list("data", "order", "lineItems", "nodes")
        return members(find(answer.json, "data", "order", "lineItems"))


_GRAPHQL: Paths = {
    "email": (("defaultEmailAddress", "emailAddress"), email_field),
    "phone": (("defaultPhoneNumber", "phoneNumber"), phone_field),
    "city": (("defaultAddress", "city"), None),
    "region": (("defaultAddress", "provinceCode"), None),
    "country": (("defaultAddress", "countryCodeV2"), country_field),
    "account": (("defaultAddress", "company"), None),
}
_REST: Paths = {
    "email": ("email", email_field),
    "phone": ("phone", phone_field),
    "city": (("default_address", "city"), None),
    "region": (("default_address", "province_code"), None),
    "country": (("default_address", "country_code"), country_field),
    "account": (("default_address", "company"), None),
}


class Customers:
    """Reads customers, as GraphQL or REST gives them."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_times(asking.reading.zone, asking.now)

    def __call__(self, said: Said) -> Iterator[Found]:
        """One customer, and their signing up when the shop first had them."""
        id = number_of(said)
        rest = "first_name" in said or "updated_at" in said
        fields = said_fields(said, _REST if rest else _GRAPHQL)
        names = ("first_name", "last_name") if rest else ("firstName", "lastName")
        fields |= said_name(said, *names)
        fields |= _tags(said)
        created = time_or_none(said, "created_at" if rest else "createdAt", self._when)
        updated = time_or_none(said, "updated_at" if rest else "updatedAt", self._when)
        who = keys(id, id, fields.get("email"), fields.get("phone"))
        events = []
        if created:
            fields["signed_up_at"] = created[0]
            events.append(derived(f"customer:{id}", "signed_up", "customers/create", created, who))
        if left := self._left(said, rest):
            events.append(derived(f"customer:{id}", "unsubscribed", "unsubscribed", left, who))
        raw, at = to_json(said), changed_at(updated)
        yield Record("customer", id, who, fields, raw, at, events=tuple(events))

    def _left(self, said: Said, rest: bool) -> When | None:
        consent = members(said.get("email_marketing_consent" if rest else "defaultEmailAddress"))
        state = str(consent.get("state" if rest else "marketingState")).lower()
        if state != "unsubscribed":
            return None
        return time_or_none(
            consent, "consent_updated_at" if rest else "marketingUpdatedAt", self._when
        )


def _tags(said: Said) -> dict[str, list[str]]:
    if "tags" not in said:
        return {}
    told = said["tags"]
    parts = told.split(",") if isinstance(told, str) else told or []
    return {"tags": [text for part in parts if (text := str(part).strip())]}


class Checkouts:
    """Reads checkouts that were left; those that were gone on with later are no news."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_times(asking.reading.zone, asking.now)

    def __call__(self, said: Said) -> Iterator[Found]:
        """One checkout, where it is known whose it was."""
        id, customer = number_of(said), members(said.get("customer"))
        if said.get("completedAt") or not customer:
            return
        at, quality = needed_time(said, "createdAt", self._when)
        buyer = number_of(customer)
        amount, currency = money_of(said, "totalPriceSet")
        who = keys(buyer, buyer, find(customer, "defaultEmailAddress", "emailAddress"))
        yield Event(
            f"checkout:{id}:checkout_abandoned", who, "abandoned checkout", at,
            verb="checkout_abandoned", object=said.get("name"), amount=amount,
            currency=currency, quality=quality, raw=to_json(said),
        )  # fmt: skip
