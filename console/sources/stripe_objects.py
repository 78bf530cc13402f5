"""Stripe's customers, charges and subscriptions, as its API gives them, in our words.

Amounts are in minor units, as Stripe counts them for each currency. What moved between
versions of the API (the end of a paid period) is looked for in both places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from console.model import Record, Removal, exponent
from console.sources.answers import NotThere, Refused, find
from console.sources.api import Asking
from console.sources.commerce import charge_record, subscription_record
from console.sources.json_fields import (
    Paths,
    needed_time,
    said_fields,
    text_id,
    time_or_none,
)
from console.sources.objects import Said, Unreadable, members, reader_of_times
from console.sources.parts import (
    When,
    country_field,
    email_field,
    keys,
    phone_field,
    present,
    to_json,
)
from console.sources.requests import Request
from console.sources.stripe import (
    NAMES,
    charge_times,
    customer_record,
    subscription_times,
)
from console.sources.walks import Found

_AT_ONCE = 100
# Where Stripe's unit is not that of ISO 4217.
_STRIPES_OWN = {"MGA": 0, "ISK": 2, "UGX": 2}
_PERSON: Paths = {
    "name": ("name", None),
    "email": ("email", email_field),
    "phone": ("phone", phone_field),
    "city": (("address", "city"), None),
    "region": (("address", "state"), None),
    "country": (("address", "country"), country_field),
}


def amount_of(said: Said, member: str, currency: str | None) -> int | None:
    """An amount in minor units of `currency` by ISO 4217; None where it is not said.

    Raises Unreadable where it is no whole number.
    """
    value = said.get(member)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable(member, f"{str(value)[:40]!r} is not a whole number of minor units")
    digits = exponent(currency)
    more = digits - _STRIPES_OWN.get(currency or "", digits)
    return int(value * 10**more) if more >= 0 else round(value / 10**-more)


def id_in(value: object) -> str | None:
    """The id of an object that is told by its id alone, or whole."""
    found = find(value, "id") if isinstance(value, dict) else value
    return found if isinstance(found, str) and found else None


def _currency(value: object) -> str | None:
    return value.upper() if isinstance(value, str) and value else None


@dataclass(slots=True)
class Objects:
    """Reads Stripe's objects."""

    asking: Asking

    def read(self, said: Said, at: int, told: When | None = None) -> Iterator[Found]:
        """One object, whatever it is; nothing for one we do not keep.

        at: when it was as it is, in microseconds UTC. told: when an event told of it.
        """
        kind = said.get("object")
        if said.get("deleted") is True:
            if kind == "customer":
                yield Removal("customer", text_id(said), "deleted", at=at)
        elif kind == "customer":
            yield self._customer(said, at)
        elif kind == "charge":
            yield self._charge(said, at, told)
        elif kind == "subscription":
            yield self._subscription(said, at)

    def learn(self, told: Iterable[Any]) -> None:
        """Ask for the names of the products in subscriptions, as far as we may: all at once.

        told: Stripe's objects, of any kind. Raises ApiError.
        """
        ids = dict.fromkeys(product for one in told for product in _products_in(one))
        wanted = [id for id in ids if id not in self._products]
        for begin in range(0, len(wanted), _AT_ONCE):
            some = wanted[begin : begin + _AT_ONCE]
            params = {f"ids[{place}]": id for place, id in enumerate(some)}
            try:
                answer = self.asking.client.ask(
                    Request("/v1/products", {"limit": str(_AT_ONCE), **params})
                )
            except (Refused, NotThere):
                # A key that may not read products still tells what was bought, by its price.
                self._products.update(dict.fromkeys(some))
                continue
            found = {str(find(one, "id")): find(one, "name") for one in answer.list("data")}
            self._products.update({id: found.get(id) for id in some})

    def time(self, said: Said, member: str) -> When | None:
        """An instant, None where it is not said. Raises Unreadable."""
        when = reader_of_times(self.asking.reading.zone, self.asking.now)
        return time_or_none(said, member, when)

    def created(self, said: Said) -> When:
        """When an object was made. Raises Unreadable where it does not say."""
        when = reader_of_times(self.asking.reading.zone, self.asking.now)
        return needed_time(said, "created", when)

    def _customer(self, said: Said, at: int) -> Record:
        id = text_id(said)
        own = self.asking.settings.get("metadata_id")
        external = find(said, "metadata", str(own)) if own else None
        fields = said_fields(said, _PERSON)
        who = keys(
            id, str(external) if external else None, fields.get("email"), fields.get("phone")
        )
        return customer_record(id, who, fields, self.created(said), to_json(said), at)

    def _charge(self, said: Said, at: int, told: When | None) -> Record:
        id, created = text_id(said), self.created(said)
        currency = _currency(said.get("currency"))
        amount = amount_of(said, "amount", currency)
        refunded = amount_of(said, "amount_refunded", currency)
        status = _charge_status(said, amount, refunded)
        times = present(created=created, refunded=self._refunded(said) or told)
        fields = present(
            name=said.get("description"), status=status, amount=amount, refunded=refunded,
            currency=currency, at=created[0],
        )  # fmt: skip
        times = dict(charge_times(status, said.get("captured") is not False, times))
        return charge_record(id, payer(said), fields, times, to_json(said), NAMES, at=at)

    def _refunded(self, said: Said) -> When | None:
        listed = find(said, "refunds", "data")
        times = [
            when
            for one in (listed if isinstance(listed, list) else ())
            if isinstance(one, dict) and (when := self.time(one, "created"))
        ]
        return max(times, default=None)

    def _subscription(self, said: Said, at: int) -> Record:
        id = text_id(said)
        items = [one for one in find(said, "items", "data") or () if isinstance(one, dict)]
        price = members(items[0].get("price") or items[0].get("plan")) if items else {}
        currency = _currency(said.get("currency") or price.get("currency"))
        times = present(
            started=self.time(said, "start_date") or self.created(said),
            trial=self.time(said, "trial_start"),
            trial_end=self.time(said, "trial_end"),
            cancelled=self.time(said, "canceled_at") or self.time(said, "ended_at"),
        )
        status = said.get("status")
        fields = present(
            plan=self._plan(price),
            status=status,
            amount=_total(items, currency),
            currency=currency,
            interval=find(price, "recurring", "interval") or price.get("interval"),
            started_at=times["started"][0],
        )
        fields |= self._ends(said, items)
        happened = subscription_times(status, times)
        who = keys(id_in(said.get("customer")))
        return subscription_record(id, who, fields, happened, to_json(said), NAMES, at)

    def _ends(self, said: Said, items: list[Said]) -> dict[str, int | None]:
        """When it ends and renews; None where it does not."""
        ended, cancel_at = self.time(said, "ended_at"), self.time(said, "cancel_at")
        held = [one for one in (said, *items) if one.get("current_period_end")]
        period = self.time(held[0], "current_period_end") if held else None
        if ended:
            return {"ends_at": ended[0], "renews_at": None}
        if said.get("cancel_at_period_end") or cancel_at or said.get("canceled_at"):
            end = cancel_at or period
            return {"ends_at": end[0] if end else None, "renews_at": None}
        renews: dict[str, int | None] = {"renews_at": period[0]} if period else {}
        return {"ends_at": None, **renews}

    def _plan(self, price: Said) -> str | None:
        """The plan as people call it: the product's name, the price's, else an id."""
        product = price.get("product")
        name = find(product, "name") if isinstance(product, dict) else None
        if isinstance(product, str) and product:
            name = self._products.get(product)
        found = name or price.get("nickname") or price.get("id")
        return str(found) if found else None

    @property
    def _products(self) -> dict[str, str | None]:
        names: dict[str, str | None] = self.asking.shared.setdefault("products", {})
        return names


def _products_in(said: Any) -> Iterator[str]:
    """The products that a subscription is of, where it names them by their ids."""
    for one in find(said, "items", "data") or ():
        product = find(one, "price", "product") or find(one, "plan", "product")
        if isinstance(product, str) and product:
            yield product


def payer(said: Said) -> tuple[Any, ...]:
    """Who paid, or was to."""
    billing = members(said.get("billing_details") or said.get("customer_details"))
    email = billing.get("email") or said.get("receipt_email") or said.get("customer_email")
    return keys(id_in(said.get("customer")), email=email, phone=billing.get("phone"))


def _charge_status(said: Said, amount: int | None, refunded: int | None) -> str | None:
    """What became of a charge, in the words of the dashboard, as its exports have them."""
    status = said.get("status")
    if status != "succeeded":
        return str(status) if status else None
    if said.get("disputed"):
        return "disputed"
    if refunded:
        return "refunded" if refunded == amount else "partially_refunded"
    return "paid"


def _total(items: list[Said], currency: str | None) -> int | None:
    total = None
    for item in items:
        price = members(item.get("price") or item.get("plan"))
        member = "unit_amount" if "unit_amount" in price else "amount"
        each = amount_of(price, member, currency)
        if each is not None:
            total = (total or 0) + each * int(item.get("quantity") or 1)
    return total
