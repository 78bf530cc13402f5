"""Shopify, made up: connections of GraphQL by the time of change, deletions by REST."""

from __future__ import annotations

import re
from typing import Any

from tests.sources.books.book import (
    BEGIN,
    NOT_THERE,
    Answered,
    Book,
    Pairs,
    backwards,
    cut,
    decoded,
    encoded,
    forwards,
    iso,
    parsed,
    zulu,
)
from tests.sources.books.world import NOW, Order, Person
from tests.sources.replay import Asked

_BOUND = re.compile(r"_at:(>=|<=)'([^']*)'")
DELETED = 6_100_000_009_009


class Shopify(Book):
    kind = "shopify"

    def answer(self, asked: Asked, url: str) -> Answered:
        name = asked.path.rpartition("/")[2]
        if name == "events.json":
            gone = {
                "id": 1, "subject_id": DELETED, "subject_type": "Order", "verb": "destroy",
                "created_at": iso(NOW.replace(month=2)),
            }  # fmt: skip
            return Answered({"events": [gone]})
        if name != "graphql.json" or asked.body is None:
            return NOT_THERE
        if " orders(" in asked.body["query"]:
            orders = self.world.orders.values()
            return self._connection(asked, "orders", [(o.updated, o.n, _order(o)) for o in orders])
        if " customers(" in asked.body["query"]:
            people = self.world.people.values()
            told = [(p.updated, p.n, _customer(p)) for p in people]
            return self._connection(asked, "customers", told)
        return self._connection(asked, "abandonedCheckouts", [])

    def _connection(self, asked: Asked, name: str, told: list[tuple[Any, int, Any]]) -> Answered:
        chosen = asked.body["variables"]
        for how, text in _BOUND.findall(chosen["query"] or ""):
            bound = parsed(text)
            told = [one for one in told if (one[0] >= bound) == (how == ">=") or one[0] == bound]
        key = backwards if chosen["reverse"] else forwards
        pairs: Pairs = sorted(
            ((key(at, n), {"cursor": f"c{n}", "node": node}) for at, n, node in told),
            key=lambda one: one[0],
        )
        token = chosen["after"]
        rows, last = cut(pairs, decoded(token)["after"] if token else None, self.page)
        info = {"hasNextPage": last is not None, "endCursor": encoded({"after": last})}
        body = {"data": {name: {"edges": rows, "pageInfo": info}}, "extensions": {"cost": _COST}}

        def again() -> None:
            info.update(hasNextPage=True, endCursor=token or BEGIN)

        return Answered(body, rows=rows, again=again)


_COST = {
    "requestedQueryCost": 72, "actualQueryCost": 3,
    "throttleStatus": {
        "maximumAvailable": 2000.0, "currentlyAvailable": 1900, "restoreRate": 100.0,
    },
}  # fmt: skip


def _money(cents: int) -> dict[str, Any]:
    return {"shopMoney": {"amount": f"{cents / 100:.2f}", "currencyCode": "EUR"}}


def _order(one: Order) -> dict[str, Any]:
    number = 6_100_000_000_000 + one.n
    refunded = one.cents if one.status == "refunded" else 0
    sale = {"id": f"gid://shopify/OrderTransaction/{one.n}", "kind": "SALE",
            "status": "FAILURE" if one.status == "failed" else "SUCCESS",
            "processedAt": zulu(one.created), "amountSet": _money(one.cents)}  # fmt: skip
    back = [{"id": f"gid://shopify/Refund/{one.n}", "createdAt": zulu(one.updated)}]
    return {
        "id": f"gid://shopify/Order/{number}", "legacyResourceId": str(number),
        "name": f"#{1000 + one.n}", "createdAt": zulu(one.created), "updatedAt": zulu(one.updated),
        "cancelledAt": None, "test": False, "currencyCode": "EUR",
        "displayFinancialStatus": {"paid": "PAID", "refunded": "REFUNDED"}.get(
            one.status, "PENDING"
        ),
        "totalPriceSet": _money(one.cents), "totalRefundedSet": _money(refunded),
        "email": None, "customer": {"id": f"gid://shopify/Customer/{7000 + one.person}"},
        "refunds": back if refunded else [], "transactions": [sale],
        "lineItems": {"nodes": [{"title": "Tee", "quantity": 1,
                                 "originalUnitPriceSet": _money(one.cents)}],
                      "pageInfo": {"hasNextPage": False, "endCursor": None}},
    }  # fmt: skip


def _customer(one: Person) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Customer/{7000 + one.n}", "legacyResourceId": str(7000 + one.n),
        "firstName": one.first, "lastName": one.last, "createdAt": zulu(one.created),
        "updatedAt": zulu(one.updated), "tags": ["vip"] if one.n % 5 == 0 else [],
        "defaultEmailAddress": {"emailAddress": one.email} if one.email else None,
        "defaultPhoneNumber": None,
        "defaultAddress": {"city": one.city, "countryCodeV2": "SE"},
    }  # fmt: skip
