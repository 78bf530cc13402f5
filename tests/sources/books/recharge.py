"""Recharge, made up: lists by the time of change, newest first; events of seven days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.sources.books.book import (
    NOT_THERE,
    Answered,
    Book,
    Pairs,
    backwards,
    cut,
    decoded,
    encoded,
    iso,
    parsed,
)
from tests.sources.books.world import NOW, Order, Person
from tests.sources.replay import Asked


class Recharge(Book):
    kind = "recharge"

    def answer(self, asked: Asked, url: str) -> Answered:
        name = asked.path[1:]
        people, orders = self.world.people.values(), self.world.orders.values()
        told: dict[str, list[tuple[Any, int, Any]]] = {
            "customers": [(p.updated, p.n, _customer(p)) for p in people],
            "subscriptions": [(p.updated, p.n, _subscription(p)) for p in people if p.n % 3 == 0],
            "charges": [(o.updated, o.n, _charge(o)) for o in orders],
            "events": _events(),
        }
        if name not in told:
            return NOT_THERE
        token = asked.query.get("cursor")
        if token and set(asked.query) - {"cursor", "limit"}:
            return Answered({"errors": "a cursor and filters"}, 422)
        query = decoded(token)["query"] if token else asked.query
        least = query.get("updated_at_min") or query.get("created_at_min")
        if name == "events" and least and parsed(least) < NOW - timedelta(days=7):
            return Answered({"errors": {"_schema": ["must be less than 7 days ago"]}}, 422)
        pairs: Pairs = sorted(
            ((backwards(at, n), row) for at, n, row in told[name]
             if not least or at >= parsed(least)),
            key=lambda one: one[0],
        )  # fmt: skip
        rows, last = cut(pairs, decoded(token)["after"] if token else None, self.page)
        follow = None if last is None else encoded({"after": last, "query": query})
        body = {name: rows, "next_cursor": follow, "previous_cursor": None}
        here = token or encoded({"after": None, "query": query})
        return Answered(body, rows=rows, again=lambda: body.update({"next_cursor": here}))


def _customer(one: Person) -> dict[str, Any]:
    return {
        "id": 100 + one.n, "email": one.email, "first_name": one.first, "last_name": one.last,
        "phone": None, "external_customer_id": {"ecommerce": str(7000 + one.n)},
        "created_at": iso(one.created), "updated_at": iso(one.updated),
    }  # fmt: skip


def _subscription(one: Person) -> dict[str, Any]:
    return {
        "id": 500 + one.n, "customer_id": 100 + one.n, "product_title": "Beans", "price": "12.50",
        "quantity": 2, "status": "active", "created_at": f"{one.created:%Y-%m-%dT%H:%M:%S}",
        "updated_at": iso(one.updated), "cancelled_at": None, "currency": "EUR",
        "order_interval_unit": "month", "order_interval_frequency": "1",
        "next_charge_scheduled_at": "2026-04-01",
    }  # fmt: skip


def _charge(one: Order) -> dict[str, Any]:
    status = {"paid": "success", "refunded": "refunded", "failed": "error"}[one.status]
    return {
        "id": 9000 + one.n, "customer": {"id": 100 + one.person}, "status": status,
        "total_price": f"{one.cents / 100:.2f}", "currency": "EUR",
        "total_refunds": f"{one.cents / 100:.2f}" if status == "refunded" else "0.00",
        "scheduled_at": f"{one.created:%Y-%m-%d}",
        "processed_at": None if status == "error" else iso(one.created),
        "created_at": iso(one.created), "updated_at": iso(one.updated),
        "line_items": [{"title": "Beans"}],
    }  # fmt: skip


def _events() -> list[tuple[Any, int, Any]]:
    at = NOW - timedelta(days=2)
    gone = {"id": 1, "object_id": 8999, "object_type": "charge", "verb": "deleted",
            "customer_id": 100, "created_at": f"{at:%Y-%m-%dT%H:%M:%S}"}  # fmt: skip
    return [(at, 1, gone)]
