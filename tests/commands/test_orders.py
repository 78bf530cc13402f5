"""Orders and payments that several exports hold, and money in its currencies."""

from __future__ import annotations

import itertools

import pytest

from tests.cli import Console

ORDERS = "id,email,at,paid_at,amount,refunded,currency,status\n"
STATES = [
    ORDERS + "7,bo@example.com,2026-03-01T09:00:00Z,,50.00,,EUR,pending\n",
    ORDERS + "7,bo@example.com,2026-03-01T09:00:00Z,2026-03-01T12:00:00Z,50.00,0,EUR,paid\n",
    ORDERS + "7,bo@example.com,2026-03-01T09:00:00Z,2026-03-01T12:00:00Z,50.00,10.00,EUR,paid\n",
    ORDERS + "7,bo@example.com,2026-03-01T09:00:00Z,2026-03-01T12:00:00Z,50.00,50,EUR,refunded\n",
]
PAYMENTS = "id,Created (UTC),Amount,Amount Refunded,Currency,Captured,Status,Customer Email\n"
PAID = [
    PAYMENTS + "ch_1,2026-03-01 09:00,50.00,0.00,eur,true,Paid,bo@example.com\n",
    PAYMENTS + "ch_1,2026-03-01 09:00,50.00,20.00,eur,true,Paid,bo@example.com\n",
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_latest_state_of_an_order_holds_whichever_export_comes_first(
    console: Console, order: tuple[int, ...]
) -> None:
    for place in order:
        assert console("import", "-", "--as", "orders", stdin=STATES[place].encode()).status == 0
    bo = console("customer", "bo@example.com", "--json").json
    (bought,) = bo["orders"]
    assert (bought["status"], bought["refunded"]) == ("refunded", "50.00")
    happened = sorted(
        (event["verb"], event["amount"], event["currency"]) for event in bo["events"]["recent"]
    )
    assert happened == [
        ("order_paid", "50.00", "EUR"), ("order_placed", "50.00", "EUR"),
        ("refunded", "50.00", "EUR"),
    ]  # fmt: skip


@pytest.mark.parametrize("order", [PAID, PAID[::-1], [*PAID, *PAID[::-1]]])
def test_a_refund_is_neither_lost_nor_counted_twice(console: Console, order: list[str]) -> None:
    for export in order:
        assert console("import", "-", stdin=export.encode()).status == 0
    bo = console("customer", "bo@example.com", "--json").json
    assert [one["refunded"] for one in bo["charges"]] == ["20.00"]
    refunds = [one for one in bo["events"]["recent"] if one["verb"] == "refunded"]
    assert [one["amount"] for one in refunds] == ["20.00"]


def test_currencies_are_not_added_together(world: Console) -> None:
    told = world("customer", "ada@example.com").out
    assert "paid $1,234.50 + 1.250 KWD + ¥1,200" in told
