"""Stripe, made up: lists newest first, and events of what changed since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.sources.books.book import NOT_THERE, Answered, Book, backwards, unix
from tests.sources.books.world import NOW, Order, Person
from tests.sources.replay import Asked


class Stripe(Book):
    kind = "stripe"

    def answer(self, asked: Asked, url: str) -> Answered:
        people, orders = self.world.people.values(), self.world.orders.values()
        kept = {
            "customers": {f"cus_{p.n}": (p.created, p.n, _customer(p)) for p in people},
            "charges": {f"ch_{o.n}": (o.created, o.n, _charge(o)) for o in orders},
            "subscriptions": {
                f"sub_{p.n}": (p.created, p.n, _subscription(p)) for p in people if p.n % 3 == 0
            },
            "products": {"prod_1": (NOW, 1, {"id": "prod_1", "object": "product", "name": "Pro"})},
            "events": {f"evt_{one[1]}": one for one in self._events()},
        }
        _, _, name, *id = asked.path.split("/")
        if name not in kept:
            return NOT_THERE
        if id:
            found = kept[name].get(id[0])
            return Answered(found[2]) if found else NOT_THERE
        things = sorted(kept[name].values(), key=lambda one: backwards(one[0], one[1]))
        if (least := asked.query.get("created[gte]")) is not None:
            things = [one for one in things if unix(one[0]) >= int(least)]
        ids = [one[2]["id"] for one in things]
        last = asked.query.get("starting_after")
        if last is not None and last not in ids:
            return Answered({"error": {"message": f"No such object: {last}"}}, 400)
        start = ids.index(last) + 1 if last is not None else 0
        size = min(self.page, int(asked.query.get("limit", 10)))
        rows = [one[2] for one in things[start : start + size]]
        body = {"object": "list", "data": rows, "has_more": start + size < len(things)}

        def again() -> None:
            # Whatever the last of them is: it is asked for what comes after the same again.
            body["has_more"] = True
            if last is not None:
                rows.append({"id": last, "object": "unknown", "created": 0})

        return Answered(body, rows=rows, again=again)

    def _events(self) -> list[tuple[Any, int, Any]]:
        told = [
            (p.updated, 1000 + p.n, _event(1000 + p.n, "customer.updated", p.updated, _customer(p)))
            for p in self.world.people.values()
            if p.updated > NOW - timedelta(days=30)
        ]
        gone = {"id": "cus_999", "object": "customer", "deleted": True}
        at = NOW - timedelta(days=3)
        return [*told, (at, 1, _event(1, "customer.deleted", at, gone))]


def _event(n: int, name: str, at: Any, about: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"evt_{n}", "object": "event", "type": name, "created": unix(at),
            "livemode": True, "data": {"object": about}}  # fmt: skip


def _customer(one: Person) -> dict[str, Any]:
    return {
        "id": f"cus_{one.n}", "object": "customer", "created": unix(one.created),
        "email": one.email, "name": f"{one.first} {one.last}", "phone": None,
        "address": {"city": one.city, "country": "SE"}, "metadata": {},
    }  # fmt: skip


def _charge(one: Order) -> dict[str, Any]:
    back = one.cents if one.status == "refunded" else 0
    refund = {"id": f"re_{one.n}", "object": "refund", "created": unix(one.updated)}
    return {
        "id": f"ch_{one.n}", "object": "charge", "created": unix(one.created),
        "amount": one.cents, "amount_refunded": back, "currency": "eur", "captured": True,
        "customer": f"cus_{one.person}", "status": "failed" if one.status == "failed" else
        "succeeded", "refunds": {"object": "list", "data": [refund] if back else []},
    }  # fmt: skip


def _subscription(one: Person) -> dict[str, Any]:
    price = {"id": "price_1", "product": "prod_1", "unit_amount": 1900, "currency": "eur",
             "recurring": {"interval": "month"}}  # fmt: skip
    return {
        "id": f"sub_{one.n}", "object": "subscription", "created": unix(one.created),
        "customer": f"cus_{one.n}", "status": "active", "start_date": unix(one.created),
        "items": {"data": [{"id": f"si_{one.n}", "price": price, "quantity": 1}]},
    }  # fmt: skip
