import pytest

from console.sources import stripe
from tests.shared import needs_shared
from tests.sources.exports import (
    at,
    expected,
    harvest,
    harvest_shared,
    header,
    keys,
    refuses_other_tables,
    told,
)

CUSTOMERS, PAYMENTS, SUBSCRIPTIONS = stripe.KINDS
CUSTOMER = (
    "id,Description,Email,Name,Created (UTC),Delinquent,Plan,Status,Total Spend,Payment Count,"
    "Refunded Volume,Dispute Losses,tag (metadata)\n"
)
OLDEST = (
    "id,Description,Created (UTC),Amount,Amount Refunded,Currency,Converted Amount,Fee,Mode,"
    "Status,Customer ID,Customer Email,Captured,Disputed Amount,Dispute Date (UTC)\n"
)
MIDDLE = OLDEST.replace("Description,", "Description,Seller Message,", 1)
NEWEST = (
    "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Is Link,Mode,"
    "Payment Source Type,Refunded date (UTC),Status,Description,Customer ID,Customer Email\n"
)


def newest(status: str, amount="1,234.50", refunded="0.00", currency="usd", **more: str) -> str:
    cells = {
        "id": "ch_1", "Created date (UTC)": "2026-03-01 09:00:00", "Amount": f'"{amount}"',
        "Amount Refunded": refunded, "Currency": currency, "Status": status,
        "Description": "Pro plan", "Customer ID": "cus_1", "Customer Email": "A@b.example",
    } | {name.replace("_", " "): text for name, text in more.items()}  # fmt: skip
    return f"{','.join(cells)}\n{','.join(cells.values())}\n"


def test_a_customer_signs_up_when_stripe_first_has_them():
    row = 'cus_1,,Bo@example.org,Bo Kim,2025-11-20 09:00,false,Pro,Active,"1,234.50",1,0,0,vip\n'
    one = harvest(CUSTOMERS, CUSTOMER + row, zone="America/New_York").by_id["cus_1"]
    created = at("2025-11-20T09:00Z")
    assert one.fields == {
        "name": "Bo Kim", "email": "bo@example.org", "plan": "Pro", "signed_up_at": created,
    }  # fmt: skip
    assert keys(one) == {"source_id": "cus_1", "email": "bo@example.org"}
    event = told(one)["signed_up"]
    assert (event.key, event.at, event.quality) == ("customer:cus_1:signed_up", created, "exact")


def test_a_customer_without_an_id_or_with_a_bad_time_is_rejected():
    got = harvest(
        CUSTOMERS,
        CUSTOMER + ",,,,,,,,,,,,total\n" + "cus_2,,,,soon,false,,,,,,,\n" + "cus_3,,,,,,,,,,,,x\n",
    )
    assert got.read == 3
    assert [(r.line, r.column) for r in got.rejects] == [(2, "id"), (3, "Created (UTC)")]
    assert got.by_id["cus_3"].fields == {}
    assert got.by_id["cus_3"].events == ()


def test_a_payment():
    got = harvest(PAYMENTS, newest("Paid"), zone="America/New_York")
    one = got.by_id["ch_1"]
    assert one.fields == {
        "name": "Pro plan", "status": "paid", "amount": 123450, "refunded": 0,
        "currency": "USD", "at": at("2026-03-01T09:00Z"),
    }  # fmt: skip
    assert keys(one) == {"source_id": "cus_1", "email": "a@b.example"}
    event = told(one)["charge_paid"]
    assert (event.key, event.amount, event.currency, event.object) == (
        "charge:ch_1:charge_paid", 123450, "USD", "Pro plan",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "verbs"),
    [
        ("Failed", {"charge_failed"}),
        ("Blocked", {"charge_failed"}),
        ("Paid", {"charge_paid"}),
        ("Canceled", set()),
        ("Requires payment method", set()),
        ("Uncaptured", set()),
    ],
)
def test_what_became_of_a_payment(status, verbs):
    assert set(told(harvest(PAYMENTS, newest(status)).by_id["ch_1"])) == verbs


def test_money_only_set_aside_is_not_paid():
    assert harvest(PAYMENTS, newest("Paid", Captured="false")).by_id["ch_1"].events == ()


def test_refunds():
    full = told(harvest(PAYMENTS, newest("Refunded", refunded='"1,234.50"')).by_id["ch_1"])
    assert set(full) == {"charge_paid", "refunded"}
    assert (full["refunded"].amount, full["refunded"].level) == (123450, None)
    assert full["refunded"].quality == "day"
    text = newest("Paid", refunded="4.50", **{"Refunded date (UTC)": "2026-03-04 10:00:00"})
    part = told(harvest(PAYMENTS, text).by_id["ch_1"])["refunded"]
    assert (part.amount, part.level, part.quality) == (450, "notable", "exact")
    assert part.at == at("2026-03-04T10:00Z")


@pytest.mark.parametrize(
    ("currency", "text", "minor"),
    [("jpy", "1,200", 1200), ("kwd", "1.234", 1234), ("eur", "12.5", 1250)],
)
def test_currencies_with_other_minor_units(currency, text, minor):
    fields = harvest(PAYMENTS, newest("Paid", amount=text, currency=currency)).by_id["ch_1"].fields
    assert (fields["amount"], fields["currency"]) == (minor, currency.upper())


def test_test_mode_is_refused_and_said():
    got = harvest(PAYMENTS, newest("Paid", Mode="Test"))
    assert (got.read, got.records) == (1, [])
    assert (got.rejects[0].column, got.rejects[0].reason) == ("Mode", "made in test mode")
    assert harvest(PAYMENTS, newest("Paid", Livemode="false")).rejects[0].column == "Livemode"
    assert harvest(PAYMENTS, newest("Paid", Mode="Live", Livemode="true")).rejects == []


def test_a_dispute():
    row = (
        "ch_1,Pro,2026-03-01 09:00,10.00,0.00,usd,10.00,1,Live,Paid,cus_1,,true,8.00,"
        "2026-03-09 09:00\n"
    )
    events = told(harvest(PAYMENTS, OLDEST + row).by_id["ch_1"])
    assert set(events) == {"charge_paid", "charge_disputed"}
    assert events["charge_disputed"].amount == 800


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"amount": "12.3.4"}, "Amount"),
        ({"Created_date_(UTC)": "03/01/2026 09:00"}, "Created date (UTC)"),
        ({"id": ""}, "id"),
    ],
)
def test_payments_that_cannot_be_read(change, column):
    got = harvest(PAYMENTS, newest("Paid", **change))
    assert (got.read, got.records) == (1, [])
    assert (got.rejects[0].line, got.rejects[0].column) == (2, column)


SUBSCRIPTION = (
    "id,Customer ID,Customer Name,Customer Email,Plan,Product,Quantity,Currency,Interval,Amount,"
    "Status,Created (UTC),Start (UTC),Current Period Start (UTC),Current Period End (UTC),"
    "Trial Start (UTC),Trial End (UTC),Canceled At (UTC),Ended At (UTC)\n"
)


def subscription(status: str, trial: str = ",", cancelled: str = "", ended: str = "", text=None):
    row = (
        f"sub_1,cus_1,Bo Kim,bo@example.org,price_pro,Pro,1,usd,month,49.00,{status},"
        f"2025-11-21 09:00,2025-11-21 09:00,2026-03-01 09:00,2026-03-31 09:00,"
        f"{trial},{cancelled},{ended}\n"
    )
    return harvest(SUBSCRIPTIONS, SUBSCRIPTION + row).by_id["sub_1"]


START, PERIOD_END = at("2025-11-21T09:00Z"), at("2026-03-31T09:00Z")


def test_a_subscription():
    one = subscription("active")
    assert one.fields == {
        "plan": "Pro", "status": "active", "amount": 4900, "currency": "USD",
        "interval": "month", "started_at": START, "renews_at": PERIOD_END, "ends_at": None,
    }  # fmt: skip
    assert keys(one) == {"source_id": "cus_1", "email": "bo@example.org"}
    events = told(one)
    assert set(events) == {"subscription_started"}
    event = events["subscription_started"]
    assert (event.key, event.at) == ("subscription:sub_1:subscription_started", START)
    assert (event.object, event.amount, event.currency) == ("Pro", 4900, "USD")


def test_a_cancelled_subscription_renews_no_more():
    one = subscription("canceled", cancelled="2026-03-01 09:00", ended="2026-03-31 09:00")
    assert one.fields["renews_at"] is None
    assert one.fields["ends_at"] == PERIOD_END
    assert told(one)["subscription_cancelled"].at == at("2026-03-01T09:00Z")


def test_a_subscription_cancelled_for_the_end_of_its_period():
    one = subscription("active", cancelled="2026-03-05 09:00")
    assert (one.fields["renews_at"], one.fields["ends_at"]) == (None, PERIOD_END)
    assert "subscription_cancelled" in told(one)


def test_a_trial_is_no_subscription_until_it_is_over():
    running = told(subscription("trialing"))
    assert set(running) == {"trial_started"}
    assert running["trial_started"].at == START
    over = told(subscription("active", trial="2025-11-21 09:00,2025-12-05 09:00"))
    assert set(over) == {"trial_started", "subscription_started"}
    assert over["subscription_started"].at == at("2025-12-05T09:00Z")
    left = told(
        subscription(
            "canceled", "2025-11-21 09:00,2025-12-05 09:00", "2025-11-30 09:00", "2025-12-05 09:00"
        )
    )
    assert set(left) == {"trial_started", "subscription_cancelled"}


def test_a_subscription_never_paid_for_did_not_happen():
    one = subscription("incomplete_expired", cancelled="2025-11-22 09:00")
    assert one.events == ()
    assert one.fields["status"] == "incomplete_expired"


def test_absent_columns_say_nothing():
    text = "id,Customer ID,Status,Current Period End (UTC)\nsub_1,cus_1,active,\n"
    assert harvest(SUBSCRIPTIONS, text).by_id["sub_1"].fields == {"status": "active"}


@pytest.mark.parametrize(
    ("plan", "product", "said"),
    [
        ("price_1", "Pro", "Pro"),
        ("Pro monthly", "prod_1", "Pro monthly"),
        ("price_1", "", "price_1"),
    ],
)
def test_a_plan_is_called_by_its_name(plan, product, said):
    text = (
        f"id,Customer ID,Status,Plan,Product,Canceled At (UTC)\nsub_1,c,active,{plan},{product},\n"
    )
    assert harvest(SUBSCRIPTIONS, text).by_id["sub_1"].fields["plan"] == said


def test_files_are_told_by_their_columns():
    payments = [header(text) for text in (OLDEST, MIDDLE, NEWEST)]
    for names, right in (
        (header(CUSTOMER), CUSTOMERS),
        *((names, PAYMENTS) for names in payments),
        (header(SUBSCRIPTION), SUBSCRIPTIONS),
    ):
        assert [kind for kind in stripe.KINDS if kind.matches(names)] == [right]
    for kind in stripe.KINDS:
        refuses_other_tables(kind)


@needs_shared
def test_the_shared_customers():
    got = harvest_shared(CUSTOMERS, "stripe_customers.csv")
    people = {person["stripe_id"]: person["key"] for person in expected()["people"]}
    assert {id: keys(record)["email"] for id, record in got.by_id.items()} == people
    assert all(told(record)["signed_up"] for record in got.records)


@needs_shared
def test_the_shared_payments():
    got = harvest_shared(PAYMENTS, "stripe_payments.csv")
    verbs = {id: set(told(record)) for id, record in got.by_id.items()}
    failed, refunded, paid = {"charge_failed"}, {"charge_paid", "refunded"}, {"charge_paid"}
    assert verbs == {
        "ch_d10": failed, "ch_d20": refunded, "ch_d21": paid, "ch_d40": failed,
        "ch_d50": refunded, "ch_d51": paid, "ch_d70": failed,
    }  # fmt: skip
    assert got.by_id["ch_d10"].fields["amount"] == 123550
    assert told(got.by_id["ch_d20"])["refunded"].amount == 123650


@needs_shared
def test_the_shared_subscriptions():
    got = harvest_shared(SUBSCRIPTIONS, "stripe_subscriptions.csv")
    assert {id: record.fields["status"] for id, record in got.by_id.items()} == {
        "sub_d1": "active", "sub_d3": "past_due", "sub_d5": "canceled", "sub_d7": "trialing",
    }  # fmt: skip
    assert {record.fields["amount"] for record in got.records} == {4900}
    assert got.by_id["sub_d5"].fields["renews_at"] is None
    assert got.by_id["sub_d5"].fields["ends_at"] == PERIOD_END
