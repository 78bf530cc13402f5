"""Recharge by its API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from console.clock import DAY
from tests.shared import needs_shared
from tests.sources.playing import NOW, made_up, recorded, says


def some(name: str, *things: Any, cursor: str | None = None) -> dict[str, Any]:
    return {"next_cursor": cursor, name: list(things)}


def customer(id: int, day: int, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "email": f"c{id}@x.example", "external_customer_id": {"ecommerce": None},
        "first_name": "C", "last_name": str(id), "updated_at": f"2026-02-{day:02}T04:00:00", **more,
    }  # fmt: skip


def charge(id: int, status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "customer": {"id": 7}, "status": status, "total_price": "10.00",
        "total_refunds": "0.00", "currency": "EUR", "scheduled_at": "2026-02-01",
        "created_at": "2026-01-01T04:00:00", "updated_at": "2026-02-02T04:00:00+00:00", **more,
    }  # fmt: skip


def happened(id: int, day: str, kind: str, verb: str, about: int = 5) -> dict[str, Any]:
    return {
        "id": id, "customer_id": 7, "object_id": about, "object_type": kind, "verb": verb,
        "created_at": f"2026-{day}T12:00:00",
    }  # fmt: skip


@needs_shared
def test_the_recorded_conversation(tmp_path: Path) -> None:
    with recorded("recharge", tmp_path) as recharge:
        # The last exchange only shows what asking for more than seven days comes to.
        assert recharge.vendor.exchanges.pop()["response"]["status"] == 422
        recharge.vendor.rewind()
        runs = recharge.sync()
        assert not recharge.vendor.complaints
        assert not recharge.vendor.unplayed
        assert recharge.waits[0] >= 2
        assert set(recharge.asked("/customers")[1]) == {"limit", "cursor"}
        assert not any(run.error or run.counts.rejected for run in runs.values())
        assert recharge.rows("select name from customer order by name") == ["Ana Pérez", "Bo Kim"]
        told = recharge.told()
        assert ("charge_failed", "urgent") in told
        assert ("subscription_cancelled", "urgent") in told
        assert ("refunded", "notable") in told
        assert recharge.rows("select status, amount, refunded from commerce order by status") == [
            ("error", 2920, 0), ("success", 2920, 2920),
        ]  # fmt: skip
        # Of a time without an offset it is kept that its zone is a guess.
        assert recharge.rows("select quality from event e join event_kind k on k.id = e.kind"
                             " where verb = 'subscription_cancelled'") != [0]  # fmt: skip
        assert "7 days" in str(runs["events"].warning)
        recharge.again()
        assert not recharge.vendor.complaints


def test_what_changed_since_is_asked_for_with_an_overlap(tmp_path: Path) -> None:
    answers = [
        says("/customers", some("customers", customer(1, 20))),
        says("/customers", some("customers", customer(1, 21, last_name="New")),
             updated_at_min="2026-02-20T03:00:00Z"),
    ]  # fmt: skip
    with made_up("recharge", tmp_path, answers) as recharge:
        recharge.sync()
        recharge.sync(NOW + DAY)
        assert recharge.rows("select name from customer") == ["C New"]
        assert not recharge.vendor.complaints


def test_a_walk_that_was_cut_goes_on(tmp_path: Path) -> None:
    answers = [
        says("/customers", some("customers", customer(2, 20), cursor="A")),
        says("/customers", {}, 409, cursor="A"),
        says("/customers", some("customers", customer(1, 10)), cursor="A"),
        says("/customers", some("customers"), updated_at_min="2026-02-20T03:00:00Z"),
    ]
    with made_up("recharge", tmp_path, answers) as recharge:
        assert recharge.sync()["customers"].error
        assert recharge.sync()["customers"].error is None
        assert recharge.rows("select count(*) from customer") == [2]
        recharge.sync()
        assert not recharge.vendor.complaints


def test_a_gap_in_the_events_is_said(tmp_path: Path) -> None:
    answers = [
        says("/events", some("events", happened(1, "03-01", "subscription", "cancelled"))),
        says("/events", some("events"), created_at_min="2026-03-01T11:00:00Z"),
        says("/events", some("events", happened(2, "03-29", "subscription", "swapped"))),
    ]
    with made_up("recharge", tmp_path, answers) as recharge:
        assert "last 7 days" in str(recharge.sync()["events"].warning)
        assert recharge.sync(NOW + DAY)["events"].warning is None
        assert "not synced for more than 7 days" in str(
            recharge.sync(NOW + 28 * DAY)["events"].warning
        )
        assert "created_at_min" not in recharge.asked("/events")[2]
        assert [verb for verb, _ in recharge.told()] == [
            "subscription_cancelled", "subscription_changed",
        ]  # fmt: skip


def test_a_gap_by_their_clock_is_said_too(tmp_path: Path) -> None:
    too_old = {"errors": {"_schema": ["created_at_min must be less than 7 days ago"]}}
    answers = [
        says("/events", some("events", happened(1, "03-01", "subscription", "cancelled"))),
        says("/events", too_old, 422, created_at_min="2026-03-01T11:00:00Z"),
        says("/events", some("events")),
    ]
    with made_up("recharge", tmp_path, answers) as recharge:
        recharge.sync()
        run = recharge.sync(NOW + DAY)["events"]
        assert run.error is None
        assert "not synced for more than 7 days" in str(run.warning)


def test_what_was_deleted_is_hidden(tmp_path: Path) -> None:
    answers = [
        says("/charges", some("charges", charge(5, "queued"), charge(6, "success"))),
        says("/events", some("events", happened(1, "03-01", "charge", "deleted"))),
    ]
    with made_up("recharge", tmp_path, answers) as recharge:
        assert recharge.sync()["events"].deleted == 1
        assert recharge.rows("select status from commerce") == ["success"]


def test_charges_of_each_status(tmp_path: Path) -> None:
    paid = "2026-02-01T05:00:00+00:00"
    answers = [says("/charges", some(
        "charges",
        charge(1, "success", processed_at=paid),
        charge(2, "error", error="None\r\n [May 12] ['Inventory unavailable']"),
        charge(3, "partially_refunded", processed_at=paid, total_refunds="4.00"),
        charge(4, "queued"),
        charge(5, "skipped"),
        charge(6, "success", total_price="ten"),
    ))]  # fmt: skip
    with made_up("recharge", tmp_path, answers) as recharge:
        assert recharge.sync()["charges"].counts.rejected == 1
        assert sorted(verb for verb, _ in recharge.told()) == [
            "charge_failed", "charge_paid", "charge_paid", "refunded",
        ]  # fmt: skip


def test_subscriptions_meet_their_events(tmp_path: Path) -> None:
    one = {
        "id": 5, "customer_id": 7, "status": "CANCELLED", "price": "12.50", "quantity": 2,
        "presentment_currency": "SEK", "product_title": "Tee", "order_interval_unit": "month",
        "order_interval_frequency": 2, "created_at": "2026-01-01T04:00:00",
        "cancelled_at": "2026-03-01T12:00:00", "updated_at": "2026-03-01T12:00:00",
        "next_charge_scheduled_at": "2026-04-01",
    }  # fmt: skip
    answers = [
        says("/subscriptions", some("subscriptions", one)),
        says("/events", some("events", happened(1, "03-01", "subscription", "cancelled"))),
    ]
    with made_up("recharge", tmp_path, answers) as recharge:
        recharge.sync()
        assert recharge.rows(
            "select plan, status, amount, currency, interval, renews_at from commerce"
        ) == [("Tee", "cancelled", 2500, "SEK", "2 month", None)]
        assert [verb for verb, _ in recharge.told()] == [
            "subscription_started", "subscription_cancelled",
        ]  # fmt: skip
