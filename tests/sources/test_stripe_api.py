"""Stripe by its API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from console.clock import DAY
from tests.shared import needs_shared
from tests.sources.playing import NOW, made_up, recorded, says

BORN = 1_772_300_000
MICROS = 1_000_000
NOTHING = {"object": "list", "has_more": False, "data": []}


def listed(*data: Any) -> dict[str, Any]:
    return {"object": "list", "has_more": False, "data": list(data)}


def customer(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "object": "customer", "created": BORN, "email": f"{id}@x.example", **more}


def event(id: str, name: str, at: int, about: dict[str, Any], **data: Any) -> dict[str, Any]:
    return {
        "id": id, "object": "event", "created": at, "type": name,
        "data": {"object": about, **data},
    }  # fmt: skip


def lists(*customers: Any, subscriptions: Any = NOTHING, charges: Any = NOTHING) -> list[Any]:
    return [
        says("/v1/customers", listed(*customers), limit="100"),
        says("/v1/subscriptions", subscriptions, status="all"),
        says("/v1/charges", charges),
    ]


@needs_shared
def test_the_recorded_conversation(tmp_path: Path) -> None:
    with recorded("stripe", tmp_path) as stripe:
        runs = stripe.sync()
        assert not stripe.vendor.complaints
        assert not stripe.vendor.unplayed
        assert stripe.waits[0] >= 2
        assert not any(run.error or run.counts.rejected for run in runs.values())
        assert stripe.rows("select ext_id, what from removal") == [("cus_B", "deleted")]
        assert stripe.rows("select name from customer where merged_into is null") == ["Ana Pérez"]
        assert stripe.rows(
            "select status, amount, interval, renews_at from commerce where kind = 'subscription'"
        ) == [("past_due", 4900, "month", 1_774_943_000 * MICROS)]
        assert stripe.rows(
            "select amount, refunded, currency, status from commerce where kind = 'charge'"
        ) == [(4900, 4900, "JPY", "refunded")]
        assert ("refunded", "urgent") in stripe.told()
        assert "30 days" in str(runs["events"].warning)
        stripe.again()
        assert not stripe.vendor.complaints


def test_what_changed_is_read_anew(tmp_path: Path) -> None:
    changed = customer("cus_1", name="New Name")
    answers = [
        *lists(customer("cus_1", name="Old Name")),
        says("/v1/events", NOTHING),
        says("/v1/events", listed(event("evt_1", "customer.updated", 1_772_500_000,
                                        customer("cus_1", name="Of another version")))),
        says("/v1/customers/cus_1", changed),
    ]  # fmt: skip
    with made_up("stripe", tmp_path, answers) as stripe:
        stripe.sync()
        stripe.sync(NOW + 2 * DAY)
        assert stripe.rows("select name from customer") == ["New Name"]
        assert not stripe.vendor.unplayed


def test_lists_are_resumed_and_not_read_twice(tmp_path: Path) -> None:
    first = {"object": "list", "has_more": True, "data": [customer("cus_2")]}
    answers = [
        says("/v1/customers", first),
        says("/v1/customers", {}, 402, starting_after="cus_2"),
    ]
    with made_up("stripe", tmp_path, answers) as stripe:
        assert stripe.sync()["customers"].error
        more = [says("/v1/customers", listed(customer("cus_1")), starting_after="cus_2")]
        stripe.vendor.exchanges[:] = more
        stripe.vendor.rewind()
        assert stripe.sync()["customers"].error is None
        assert stripe.rows("select count(*) from customer") == [2]
        stripe.sync()
        assert len(stripe.asked("/v1/customers")) == 3


def test_after_a_month_everything_is_read_anew_and_that_is_said(tmp_path: Path) -> None:
    deleted = {"id": "cus_1", "object": "customer", "deleted": True}
    answers = [
        *lists(customer("cus_1"), customer("cus_2", name="Old"), customer("cus_3", name="Gone")),
        says("/v1/events", listed(event("evt_1", "customer.deleted", BORN + 5, deleted))),
        *lists(customer("cus_2", name="New")),
        says(
            "/v1/events",
            listed(
                event("evt_2", "customer.updated", 1_775_000_000, customer("cus_2", name="Before"))
            ),
        ),
    ]
    with made_up("stripe", tmp_path, answers) as stripe:
        stripe.sync()
        runs = stripe.sync(NOW + 40 * DAY)
        assert "more than 30 days" in str(runs["events"].warning)
        # Nothing told of it, but the list has them no more.
        assert runs["events"].deleted == 1
        assert stripe.rows("select name from customer where merged_into is null") == ["New"]
        assert not stripe.asked("/v1/customers/cus_2")
        assert not stripe.vendor.unplayed
        assert not stripe.vendor.complaints


def test_what_the_lists_have_is_not_read_again_on_the_first_run(tmp_path: Path) -> None:
    answers = [
        *lists(customer("cus_1", name="Now")),
        says("/v1/events", listed(event("e", "customer.updated", BORN + 9, customer("cus_1")))),
    ]
    with made_up("stripe", tmp_path, answers) as stripe:
        stripe.sync()
        assert stripe.rows("select name from customer") == ["Now"]
        assert not stripe.asked("/v1/customers/cus_1")


def charge(id: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "object": "charge", "created": BORN, "customer": "cus_1", "amount": 1000,
        "amount_refunded": 0, "currency": "eur", "status": "succeeded", "captured": True, **more,
    }  # fmt: skip


def test_money_is_in_the_units_of_its_currency(tmp_path: Path) -> None:
    charges = listed(
        charge("eur"), charge("kwd", currency="kwd"), charge("jpy", currency="jpy"),
        charge("isk", currency="isk"), charge("mga", currency="mga"),
    )  # fmt: skip
    with made_up("stripe", tmp_path, lists(charges=charges)) as stripe:
        stripe.sync()
        amounts = dict(stripe.rows("select currency, amount from commerce"))
        assert amounts == {"EUR": 1000, "KWD": 1000, "JPY": 1000, "ISK": 10, "MGA": 100_000}


def test_refunds_are_dated_by_themselves(tmp_path: Path) -> None:
    refunds = {"data": [{"id": "re_1", "created": BORN + 500}]}
    charges = listed(charge("ch_1", amount_refunded=400, refunds=refunds))
    with made_up("stripe", tmp_path, lists(charges=charges)) as stripe:
        stripe.sync()
        assert stripe.told() == [("charge_paid", "notable"), ("refunded", "notable")]
        assert stripe.rows("select max(at), quality from event") == [((BORN + 500) * MICROS, 0)]


def test_disputes_failures_and_left_checkouts(tmp_path: Path) -> None:
    dispute = {"id": "dp", "object": "dispute", "charge": "ch_1", "amount": 500, "currency": "eur"}
    intent = {
        "id": "pi_1", "object": "payment_intent", "customer": "cus_1", "amount": 700,
        "currency": "eur", "latest_charge": None,
    }  # fmt: skip
    session = {
        "id": "cs_1", "object": "checkout.session", "amount_total": 900, "currency": "eur",
        "customer_details": {"email": "new@x.example"},
    }  # fmt: skip
    told = listed(
        event("e4", "checkout.session.expired", BORN + 4, session),
        event("e3", "payment_intent.payment_failed", BORN + 3, intent),
        event("e2", "charge.dispute.created", BORN + 2, dispute),
        event("e1", "payment_intent.payment_failed", BORN + 1, {**intent, "latest_charge": "ch"}),
    )
    answers = [
        *lists(charges=listed(charge("ch_1"))),
        says("/v1/events", told),
        says("/v1/charges/ch_1", charge("ch_1")),
    ]
    with made_up("stripe", tmp_path, answers) as stripe:
        runs = stripe.sync()
        assert runs["events"].counts.rejected == 0
        assert stripe.told() == [
            ("charge_paid", "notable"),
            ("charge_disputed", "urgent"),
            ("charge_failed", "urgent"),
            ("checkout_abandoned", "notable"),
        ]


def test_subscriptions_end_renew_and_change_plan(tmp_path: Path) -> None:
    price = {"id": "price_1", "product": "prod_1", "unit_amount": 500, "currency": "eur",
             "recurring": {"interval": "month"}}  # fmt: skip
    items = {"data": [{"price": price, "quantity": 3, "current_period_end": BORN + DAY // MICROS}]}
    one = {"id": "sub_1", "object": "subscription", "customer": "cus_1", "created": BORN,
           "status": "active", "items": items, "cancel_at_period_end": True,
           "canceled_at": BORN + 60}  # fmt: skip
    changed = event("evt", "customer.subscription.updated", BORN + 90, one,
                    previous_attributes={"items": {}})  # fmt: skip
    answers = [
        *lists(subscriptions=listed(one)),
        says("/v1/products", listed({"id": "prod_1", "name": "Pro"})),
        says("/v1/events", listed(changed)),
    ]
    with made_up("stripe", tmp_path, answers) as stripe:
        stripe.sync()
        assert stripe.rows("select plan, amount, ends_at, renews_at from commerce") == [
            ("Pro", 1500, BORN * MICROS + DAY, None)
        ]
        # All names of a page at once, and each once.
        assert stripe.asked("/v1/products") == [{"limit": "100", "ids[0]": "prod_1"}]
        assert stripe.told() == [
            ("subscription_started", "notable"),
            ("subscription_cancelled", "urgent"),
            ("subscription_changed", "notable"),
        ]


def test_one_bad_object_costs_itself_alone(tmp_path: Path) -> None:
    charges = listed(charge("ch_1", amount="ten"), charge("ch_2"), "odd", charge("", amount=3))
    with made_up("stripe", tmp_path, lists(charges=charges)) as stripe:
        counts = stripe.sync()["charges"].counts
        assert (counts.read, counts.new, counts.rejected) == (4, 1, 3)


def test_your_own_id_in_metadata(tmp_path: Path) -> None:
    answers = lists(customer("cus_1", metadata={"shopify_id": 721}))
    with made_up("stripe", tmp_path, answers, metadata_id="shopify_id") as stripe:
        stripe.sync()
        kinds = stripe.rows("select kind, value from identity")
        assert ("external_id", "721") in kinds
