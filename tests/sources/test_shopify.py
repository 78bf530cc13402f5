import json

import pytest

from console.clock import DAY
from console.sources import shopify
from console.sources.source import Bad
from tests.shared import needs_shared
from tests.sources.exports import (
    at,
    expected,
    harvest,
    harvest_shared,
    header,
    keys,
    reading,
    refuses_other_tables,
    table,
    told,
)

CUSTOMERS, ORDERS = shopify.KINDS
COLUMNS = (
    "Name,Email,Financial Status,Paid at,Currency,Subtotal,Total,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Notes,Cancelled at,Refunded Amount,Id,Phone\n"
)
FIRST = (
    '#1,Ann@Example.com ,paid,2026-02-01 10:00:30 +0100,EUR,20.00,"1,024.50",'
    '2026-02-01 10:00:00 +0100,2,Tee - S,10.00,"by\nthe door",,0.00,61,\'+46701234567\n'
)
MORE = '#1,,,,,,,2026-02-01 10:00:00 +0100,1,"Mug, big",4.5,,,,,\n'
OTHER = "#2,,pending,,EUR,5.00,5.00,2026-02-02 10:00:00 +0100,1,Pin,5.00,,,0.00,62,\n"


def order(status: str, **cells: str) -> str:
    named = {
        "Name": "#1", "Email": "a@b.example", "Financial Status": status, "Currency": "EUR",
        "Total": "10.00", "Created at": "2026-02-01 10:00:00 +0000", "Id": "61",
    } | {name.replace("_", " "): text for name, text in cells.items()}  # fmt: skip
    return f"{','.join([*named, 'Lineitem name'])}\n{','.join([*named.values(), 'Tee'])}\n"


def test_line_items_of_an_order_are_one_order():
    got = harvest(ORDERS, COLUMNS + FIRST + MORE + OTHER)
    assert got.read == 2
    one = got.by_id["61"]
    assert one.fields == {
        "name": "#1", "status": "paid", "amount": 102450, "refunded": 0, "currency": "EUR",
        "at": at("2026-02-01T09:00:00Z"),
        "items": [
            {"name": "Tee - S", "quantity": 2, "price": "10.00"},
            {"name": "Mug, big", "quantity": 1, "price": "4.50"},
        ],
    }  # fmt: skip
    assert keys(one) == {"email": "ann@example.com", "phone": "+46701234567"}
    # There is no time of the last change; how far it has come stands in for it, in 1970.
    assert 0 < one.at < 365 * DAY
    raw = json.loads(one.raw)
    assert [row["Lineitem name"] for row in raw] == ["Tee - S", "Mug, big"]
    assert raw[0]["Notes"] == "by\nthe door"
    assert raw[0]["Cancelled at"] == ""
    assert "Notes" not in raw[1]


def test_an_order_paid_at_once_is_one_line_in_the_feed():
    events = told(harvest(ORDERS, COLUMNS + FIRST).by_id["61"])
    assert set(events) == {"order_placed", "order_paid"}
    placed, paid = events["order_placed"], events["order_paid"]
    assert (placed.key, placed.level, placed.at) == (
        "order:61:order_placed", "noise", at("2026-02-01T09:00:00Z"),
    )  # fmt: skip
    assert (paid.key, paid.level, paid.at) == (
        "order:61:order_paid", None, at("2026-02-01T09:00:30Z"),
    )  # fmt: skip
    assert (paid.object, paid.amount, paid.currency, paid.quality) == ("#1", 102450, "EUR", "exact")


def test_an_order_paid_later_is_two_lines():
    events = told(harvest(ORDERS, order("paid", Paid_at="2026-02-03 10:00:00 +0000")).by_id["61"])
    assert events["order_placed"].level is None
    assert events["order_paid"].at == at("2026-02-03T10:00Z")


@pytest.mark.parametrize("status", ["pending", "voided", "authorized", "expired", "partially_paid"])
def test_what_is_not_paid_is_not_paid_whatever_its_dates_say(status):
    text = order(status, Paid_at="2026-02-03 10:00:00 +0000")
    assert set(told(harvest(ORDERS, text).by_id["61"])) == {"order_placed"}


def test_an_order_marked_paid_by_hand_was_paid_when_made():
    events = told(harvest(ORDERS, order("paid")).by_id["61"])
    assert events["order_paid"].at == at("2026-02-01T10:00Z")


def test_refunds_are_dated_to_a_day_and_urgent_only_when_full():
    paid = "2026-02-03 10:00:00 +0000"
    text = order("refunded", Paid_at=paid, Refunded_Amount="10.00")
    full = told(harvest(ORDERS, text).by_id["61"])["refunded"]
    assert (full.amount, full.level, full.quality) == (1000, None, "day")
    assert full.at == at("2026-02-03T10:00Z")
    text = order("partially_refunded", Paid_at=paid, Refunded_Amount="4.00")
    part = told(harvest(ORDERS, text).by_id["61"])["refunded"]
    assert (part.amount, part.level) == (400, "notable")


def test_a_refunded_order_without_the_column_was_refunded_whole():
    record = harvest(ORDERS, order("refunded")).by_id["61"]
    assert record.fields["refunded"] == 1000
    assert told(record)["refunded"].amount == 1000


def test_a_cancelled_order():
    text = order("voided", Cancelled_at="2026-02-04 10:00:00 +0000")
    events = told(harvest(ORDERS, text).by_id["61"])
    assert set(events) == {"order_placed", "order_cancelled"}
    assert events["order_cancelled"].object == "#1"
    assert events["order_cancelled"].at == at("2026-02-04T10:00Z")


def test_an_order_to_come_is_marked():
    got = harvest(ORDERS, order("pending"), now=at("2026-01-01"))
    assert told(got.by_id["61"])["order_placed"].quality == "future"


def test_rows_of_an_order_need_not_follow_each_other():
    got = harvest(ORDERS, COLUMNS + MORE + OTHER + FIRST)
    assert [record.id for record in got.records] == ["61", "62"]
    assert [item["name"] for item in got.by_id["61"].fields["items"]] == ["Mug, big", "Tee - S"]


def test_a_blank_name_belongs_to_the_row_above():
    got = harvest(ORDERS, COLUMNS + FIRST + MORE.replace("#1", "") + OTHER)
    assert len(got.by_id["61"].fields["items"]) == 2


def test_the_same_name_in_two_shops_is_two_orders():
    got = harvest(ORDERS, COLUMNS + FIRST + MORE + FIRST.replace(",61,", ",71,"))
    assert [len(record.fields["items"]) for record in got.records] == [2, 1]
    assert set(got.by_id) == {"61", "71"}


def test_an_order_listed_twice_does_not_double_its_items():
    got = harvest(ORDERS, COLUMNS + FIRST + MORE + COLUMNS + FIRST + MORE)
    assert got.read == 2
    assert got.records[0] == got.records[1]


def test_without_an_id_the_name_is_the_key():
    text = order("paid").replace(",Id,", ",Ignored,")
    assert harvest(ORDERS, text).counted[0].id == "#1"


def test_a_bad_line_item_costs_that_item():
    got = harvest(ORDERS, COLUMNS + FIRST + MORE.replace(",1,", ",one,") + MORE)
    assert got.read == 2
    assert len(got.by_id["61"].fields["items"]) == 2
    assert [(r.line, r.column) for r in got.rejects] == [(4, "Lineitem quantity")]
    assert "Mug" in got.rejects[0].raw


@pytest.mark.parametrize("text", ["9" * 5000, "-1", "1.5", "1e3"])
def test_quantities_that_are_none(text):
    got = harvest(ORDERS, COLUMNS + FIRST + MORE.replace(",1,", f",{text},"))
    assert got.rejects[0].column == "Lineitem quantity"
    assert len(got.rejects[0].reason) < 120


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("\"1,024.50\"", "lots", "Total"),
        ("2026-02-01 10:00:30 +0100", "02/01/2026", "Paid at"),
        (",61,", ",6.1E+12,", "Id"),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_read_costs_that_order(old, new, column):
    got = harvest(ORDERS, COLUMNS + FIRST.replace(old, new) + MORE + OTHER)
    assert got.read == 2
    assert set(got.by_id) == {"62"}
    assert [(r.line, r.column) for r in got.rejects] == [(2, column)]
    assert "Mug" in got.rejects[0].raw


def test_line_items_without_their_order_are_rejected():
    got = harvest(ORDERS, table(COLUMNS + MORE + OTHER, bad=(Bad(9, "too few", "#1"),)))
    assert got.read == 3
    assert sorted((r.line, r.column) for r in got.rejects) == [(2, None), (9, None)]


def test_many_orders_come_in_batches_and_each_once():
    text = COLUMNS + "".join(
        f"#{n},,paid,,EUR,1,1,2026-02-01 10:00:00 +0000,1,Tee,1,,,,{n},\n#{n},,,,,,,,1,Mug,1,,,,,\n"
        for n in range(4500)
    )
    batches = list(ORDERS.read(table(text), reading()))
    assert [batch.read for batch in batches] == [2000, 2000, 500]
    assert all(len(r.fields["items"]) == 2 for batch in batches for r in batch.records)


def test_a_file_of_one_endless_order_is_not_held():
    text = COLUMNS + FIRST + MORE * 6000
    got = harvest(ORDERS, text)
    assert len(got.by_id["61"].fields["items"]) == 5000
    assert len(got.rejects) == 1001


def test_yen_have_no_cents():
    text = order("paid", Currency="JPY", Total="1200", Lineitem_price="1200")
    fields = harvest(ORDERS, text).by_id["61"].fields
    assert (fields["amount"], fields["items"][0]["price"]) == (1200, "1200")


NEW = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
    "Default Address City,Default Address Province Code,Default Address Country Code,"
    "Default Address Zip,Default Address Phone,Phone,Total Spent,Total Orders,Note,Tags\n"
)
OLD = (
    "First Name,Last Name,Email,Accepts Email Marketing,Company,City,Province,Country,Zip,Phone,"
    "Total Spent,Total Orders,Tags,Note,Tax Exempt\n"
)


def test_a_customer():
    row = (
        "'7210448301122,Femi,O'Ade, FEMI@example.org,no,\"Diaz, Inc.\",Lagos,LA,NG,'100001,"
        '\'+234 801 234 5678,\'+2348012345678,202.50,5,"one\ntwo","vip, horeca ,,"\n'
    )
    got = harvest(CUSTOMERS, NEW + row)
    one = got.by_id["7210448301122"]
    assert one.fields == {
        "name": "Femi O'Ade", "email": "femi@example.org", "phone": "+2348012345678",
        "city": "Lagos", "region": "LA", "country": "NG", "account": "Diaz, Inc.",
        "tags": ["vip", "horeca"],
    }  # fmt: skip
    assert keys(one) == {
        "source_id": "7210448301122", "external_id": "7210448301122",
        "email": "femi@example.org", "phone": "+2348012345678",
    }  # fmt: skip
    assert one.events == ()
    assert json.loads(one.raw)["Total Spent"] == "202.50"


def test_the_number_of_an_address_joins_nobody():
    row = "'72,Al,,,no,,,,,,'+4670 123 45 67,,0.00,0,,\n"
    one = harvest(CUSTOMERS, NEW + row).by_id["72"]
    assert one.fields == {"name": "Al", "phone": "+46701234567"}
    assert set(keys(one)) == {"source_id", "external_id"}


def test_the_older_columns_know_people_by_their_address():
    got = harvest(
        CUSTOMERS,
        OLD
        + "Bo,Kim,BO@example.org,no,,Oslo,,Norway,,070-1,1.00,1,,,no\n"
        + "No,Body,,no,,,,,,070-1,1.00,1,,,no\n",
    )
    one = got.by_id["bo@example.org"]
    assert one.fields["country"] == "NO"
    assert one.fields["phone"] == "070-1"
    assert keys(one) == {"email": "bo@example.org"}
    assert [(r.line, r.column) for r in got.rejects] == [(3, "Customer ID")]


def test_an_id_that_excel_rounded_is_refused():
    got = harvest(CUSTOMERS, NEW + "7.21E+12,Al,,al@example.org,no,,,,,,,,0.00,0,,\n")
    assert got.read == 1
    assert got.rejects[0].column == "Customer ID"


def test_files_are_told_by_their_columns():
    assert ORDERS.matches(header(COLUMNS))
    assert CUSTOMERS.matches(header(NEW))
    assert CUSTOMERS.matches(header(OLD))
    assert not CUSTOMERS.matches(header(COLUMNS))
    assert not ORDERS.matches(header(NEW))
    for kind in shopify.KINDS:
        refuses_other_tables(kind)


@needs_shared
def test_the_shared_orders():
    got = harvest_shared(ORDERS, "shopify_orders_export.csv")
    wanted = expected()["shopify_orders"]
    assert got.read == len(wanted) == len(got.by_id)
    for order in wanted:
        record = got.by_id[str(order["id"])]
        fields = record.fields
        created = at(order["created_at_utc"])
        assert fields["name"] == order["name"]
        assert fields["status"] == order["financial_status"]
        assert fields["amount"] == round(order["total"] * 100)
        assert fields["refunded"] == round(order["refunded"] * 100)
        assert fields["at"] == created
        assert len(fields["items"]) == order["line_items"]
        assert keys(record)["email"] == order["email"]
        events = told(record)
        assert events["order_placed"].at == created
        unpaid = order["financial_status"] in ("voided", "pending")
        assert ("order_paid" in events) != unpaid
        assert ("refunded" in events) == (order["refunded"] > 0)
        assert ("order_cancelled" in events) == (order["financial_status"] == "voided")


@needs_shared
def test_the_shared_customers():
    got = harvest_shared(CUSTOMERS, "shopify_customers_export.csv")
    people = expected()["people"]
    assert got.read == len(got.by_id) == len(people)
    for person in people:
        record = got.by_id[str(person["shopify_id"])]
        assert keys(record).get("email") in (person["key"], None)
    dmitri = got.by_id["7210448301103"]
    assert set(keys(dmitri)) == {"source_id", "external_id"}
    assert got.by_id["7210448301104"].fields["name"] == 'Eve "E" Lo'
    assert got.by_id["7210448301105"].fields["account"] == "Diaz, Inc."
    assert json.loads(got.by_id["7210448301104"].raw)["Note"] == "line one\nline two"
    assert got.by_id["7210448301100"].fields["tags"] == ["vip", "horeca"]
