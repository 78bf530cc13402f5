"""Shopify by its API: the recorded conversations, throttling by cost, and the export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.sync.importing import import_files
from tests.mirror.worlds import at
from tests.shared import needs_shared
from tests.sources.replay import Asked, Vendor, serving
from tests.sources.syncs import Sync, recorded

GRAPHQL = "/admin/api/2026-10/graphql.json"


@pytest.fixture
def played(tmp_path: Path) -> Iterator[tuple[Vendor, Sync]]:
    with serving(recorded("shopify_graphql", "shopify_rest")) as vendor:
        yield vendor, Sync(tmp_path, "shopify", vendor.url)


@needs_shared
def test_the_recorded_conversations(played: tuple[Vendor, Sync]) -> None:
    vendor, sync = played
    runs = sync.streams()
    assert vendor.complaints == vendor.unplayed == []
    assert runs["orders"].counts.new == 2
    assert runs["customers"].counts.new == 2
    assert runs["deletions"].deleted == 1
    assert not any(run.error for run in runs.values())
    assert min(second for second in sync.waited if second > 0.2) >= 0.5
    assert any(wait == pytest.approx(0.67) for wait in sync.waited), "(72 - 10) / 100, and a bit"


@needs_shared
@pytest.mark.parametrize("name", ["shopify_graphql", "shopify_rest"])
def test_each_alone(tmp_path: Path, name: str) -> None:
    with serving(recorded(name)) as vendor:
        sync = Sync(tmp_path, "shopify", vendor.url)
        runs = sync.streams()
        assert vendor.complaints == vendor.unplayed == []
    counts = {run.stream: run.counts.new + run.deleted for run in runs.values()}
    if name == "shopify_graphql":
        assert counts["orders"] == 2
    else:
        assert (counts["customers"], counts["deletions"]) == (2, 1)
        assert sync.ask("select at from record where ext_id = '7210448301100'") == [
            (at("2026-03-01T08:00"),)
        ]
        assert sync.ask("select kind, ext_id, what from removal") == [
            ("order", "6100000001009", "deleted")
        ]
    assert not any(run.error for run in runs.values())


@needs_shared
def test_an_order_of_nobody_is_kept(played: tuple[Vendor, Sync]) -> None:
    _, sync = played
    sync.run()
    assert sync.ask("select name, status, amount, refunded, customer from commerce"
                    " order by name") == [
        ("#1001", "paid", 4490, 0, 1), ("#1002", "partially_refunded", 10000, 6295, None),
    ]  # fmt: skip
    assert sync.ask("select count(*) from customer where merged_into is null") == [(2,)]


@needs_shared
def test_again_it_changes_nothing(played: tuple[Vendor, Sync]) -> None:
    vendor, sync = played
    sync.run()
    sync.again(vendor)
    bodies = [one.body["variables"] for one in vendor.asked if one.path == GRAPHQL]
    assert bodies[0]["query"] == "updated_at:>='2026-03-01T06:20:00Z'"
    assert bodies[0]["reverse"] is False


@needs_shared
def test_the_export_and_the_api_meet_in_one_row(
    played: tuple[Vendor, Sync], tmp_path: Path
) -> None:
    _, sync = played
    table = tmp_path / "orders.csv"
    table.write_text(
        "Name,Email,Financial Status,Paid at,Currency,Total,Created at,Lineitem name,Id\n"
        "#1001,ana.perez@example.com,paid,2026-03-01 08:00:00 +0100,EUR,44.90,"
        "2026-03-01 08:00:00 +0100,Tee,6100000001001\n"
    )
    assert import_files([str(table)], sync.config).clean
    runs = sync.streams()
    assert (runs["orders"].counts.new, runs["orders"].counts.changed) == (1, 1)
    [(items,)] = sync.ask("select items from commerce where name = '#1001'")
    assert json.loads(items)[0]["name"] == "Tee", "what the API did not say is kept"
    assert import_files([str(table)], sync.config).files[0].counts.unchanged == 1
    assert sync.ask("select count(*) from event where amount = 4490") == [(2,)]


def money(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": "SEK"}}


def order(number: int, **told: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Order/{number}", "name": f"#{number}",
        "createdAt": "2026-02-01T10:00:00Z", "updatedAt": "2026-02-03T10:00:00Z",
        "displayFinancialStatus": "PAID", "totalPriceSet": money("200.00"),
        "totalRefundedSet": money("0"), "email": "ada@example.com",
        "customer": {"id": "gid://shopify/Customer/7"}, **told,
    }  # fmt: skip


class Shop:
    """A shop that answers orders from a list, by its own rules."""

    def __init__(self, *orders: dict[str, Any], most: int = 25) -> None:
        self.orders = list(orders)
        self.most = most
        self.port = 0
        self.asked: list[Asked] = []

    def answer(self, asked: Asked) -> dict[str, Any]:
        self.asked.append(asked)
        told = self._graphql(asked.body) if asked.path == GRAPHQL else None
        return {"status": 200 if told else 404, "headers": {}, "json": told or {}}

    def _graphql(self, body: dict[str, Any]) -> dict[str, Any] | None:
        query, variables = body["query"], body["variables"]
        if query.startswith("query items"):
            nodes = [{"title": "second", "quantity": 1, "originalUnitPriceSet": money("5")}]
            page = {"nodes": nodes, "pageInfo": {"hasNextPage": False, "endCursor": "z"}}
            return {"data": {"order": {"lineItems": page}}}
        if not query.startswith("query orders"):
            return None
        if variables["first"] > self.most:
            return {"errors": [{"extensions": {"code": "MAX_COST_EXCEEDED"}}]}
        begin = int(variables["after"] or 0)
        end = begin + variables["first"]
        edges = [{"node": node} for node in self.orders[begin:end]]
        info = {"hasNextPage": end < len(self.orders), "endCursor": str(end)}
        return {"data": {"orders": {"edges": edges, "pageInfo": info}}}


def test_pages_that_cost_too_much_are_made_smaller(tmp_path: Path) -> None:
    shop = Shop(*(order(n) for n in range(20)), most=7)
    with serving(shop):
        sync = Sync(tmp_path, "shopify", f"http://127.0.0.1:{shop.port}")
        runs = sync.streams()
    assert runs["orders"].counts.new == 20
    sizes = [one.body["variables"]["first"] for one in shop.asked if one.body]
    assert sizes[:6] == [25, 12, 6, 6, 6, 6]


def test_what_an_order_comes_to(tmp_path: Path) -> None:
    first = {"title": "first", "quantity": 2, "originalUnitPriceSet": money("97.50")}
    told = order(
        1,
        displayFinancialStatus="PARTIALLY_REFUNDED",
        totalRefundedSet=money("50.00"),
        refunds=[{"id": "r", "createdAt": "2026-02-02T09:00:00Z"}],
        transactions=[
            {"id": "gid://shopify/OrderTransaction/5", "kind": "SALE", "status": "FAILURE",
             "processedAt": "2026-02-01T10:01:00Z", "amountSet": money("200.00")},
            {"id": "gid://shopify/OrderTransaction/6", "kind": "SALE", "status": "SUCCESS",
             "processedAt": "2026-02-01T10:05:00Z", "amountSet": money("200.00")},
        ],
        lineItems={"nodes": [first], "pageInfo": {"hasNextPage": True, "endCursor": "a"}},
    )  # fmt: skip
    shop = Shop(told, order(2, test=True))
    with serving(shop):
        sync = Sync(tmp_path, "shopify", f"http://127.0.0.1:{shop.port}")
        sync.run()
    assert sync.ask(
        "select k.verb, e.at, e.amount from event e join event_kind k on k.id = e.kind"
        " order by e.at"
    ) == [
        ("order_placed", at("2026-02-01T10:00"), 20000),
        ("charge_failed", at("2026-02-01T10:01"), 20000),
        ("order_paid", at("2026-02-01T10:05"), 20000),
        ("refunded", at("2026-02-02T09:00"), 5000),
    ]
    [(items,)] = sync.ask("select items from commerce")
    assert [(one["name"], one["price"]) for one in json.loads(items)] == [
        ("first", "97.50"), ("second", "5.00"),
    ]  # fmt: skip


def test_a_key_that_may_not_read_orders_is_an_error(tmp_path: Path) -> None:
    denied = {"errors": [{"message": "Access denied", "extensions": {"code": "ACCESS_DENIED"}}]}
    request = {"method": "POST", "path": GRAPHQL}
    answer = {"status": 200, "headers": {}, "json": denied}
    with serving(Vendor([{"request": request, "response": answer}])) as vendor:
        runs = Sync(tmp_path, "shopify", vendor.url).streams()
    assert "Access denied" in (runs["orders"].error or "")


def test_a_long_list_is_begun_anew_before_the_vendors_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.sources.shopify_api._FARTHEST", 50)
    orders = [order(n, updatedAt=f"2026-02-{28 - n // 10:02}T00:00:00Z") for n in range(120)]

    class Long(Shop):
        def _graphql(self, body: dict[str, Any]) -> dict[str, Any] | None:
            bound = (body["variables"].get("query") or "").partition("<=")[2].strip("'")
            kept = self.orders
            if bound:
                self.orders = [one for one in kept if one["updatedAt"] <= bound]
            told = super()._graphql(body)
            self.orders = kept
            return told

    shop = Long(*orders)
    with serving(shop):
        sync = Sync(tmp_path, "shopify", f"http://127.0.0.1:{shop.port}")
        runs = sync.streams()
    assert runs["orders"].counts.new == 120
    assert max(int(one.body["variables"]["after"] or 0) for one in shop.asked if one.body) <= 75
    assert sync.state("orders")["back"] is None
