import io
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.config import TableRule
from console.model import Batch, Event, Record, Reject
from console.sources import registry, table
from console.sources.files import documents, recognise
from console.sources.source import Reading, SourceError, Table, UnrecognisedFile
from tests.shared import SHARED, needs_shared
from tests.sources.exports import at, keys, told

UTC = ZoneInfo("UTC")


class Found:
    """What came of one table."""

    def __init__(self, batches: list[Batch]) -> None:
        self.batches = batches
        self.read = sum(batch.read for batch in batches)
        self.events: list[Event] = [event for batch in batches for event in batch.events]
        self.records: list[Record] = [record for batch in batches for record in batch.records]
        self.rejects: list[Reject] = [reject for batch in batches for reject in batch.rejects]
        assert self.read == len(self.events) + len(self.records) + len(self.rejects)


def read(
    given: str | Path,
    kind: str | None = None,
    *,
    columns: dict[str, str] | None = None,
    constants: dict[str, str] | None = None,
    header: str | None = None,
    delimiter: str | None = None,
    **more,
) -> Found:
    """Read a table as the command line would be told to."""
    stdin = given.encode() if isinstance(given, str) else b""
    path = "-" if isinstance(given, str) else str(given)
    (document,) = documents([path], io.BytesIO(stdin))
    rule = None
    if columns or constants or header or delimiter:
        names = tuple(header.split(",")) if header else None
        rule = TableRule(kind or "events", None, columns or {}, constants or {}, names, delimiter)
    found = recognise(document, registry.KINDS, wanted=kind, rule=rule)
    reading = Reading("csv", more.pop("zone", UTC), table=rule, **more)
    content = document.content()
    assert isinstance(content, Table)
    return Found(list(found.read(content, reading)))


# Events


def test_the_plain_form_is_known_by_its_header():
    found = read(
        "Customer;event ;AT;plan;seats;rate;code;list;note\n"
        'u1;Report Built;2026-03-01T09:00:00Z;pro;10;1.5;007;"[1,{""a"":1.50}]";x\n'
        "ANA@example.com;Logged In;2026-03-01 10:00;;;;;;\n"
    )
    assert (found.read, found.rejects, found.batches[0].properties) == (2, [], "")
    first, second = found.events
    assert first.name == "Report Built"
    assert first.who == (("external_id", "u1"),)
    assert (first.at, first.quality) == (at("2026-03-01T09:00Z"), "exact")
    assert json.loads(first.raw) == {
        "Customer": "u1", "event": "Report Built", "AT": "2026-03-01T09:00:00Z", "plan": "pro",
        "seats": 10, "rate": 1.5, "code": "007", "list": [1, {"a": 1.5}], "note": "x",
    }  # fmt: skip
    assert b'"list":[1,{"a":1.50}]' in first.raw
    assert second.who == (("external_id", "ANA@example.com"), ("email", "ana@example.com"))
    assert second.quality == "naive"
    assert json.loads(second.raw).keys() == {"Customer", "event", "AT"}


def test_every_field_of_an_event():
    found = read(
        "id,customer,email,phone,anonymous_id,event,at,received_at,amount,currency,object,verb,"
        "feature,level\n"
        "e1,'7210448301122,Bo@example.org,'+12125550101,anon-1,Bought,2026-03-01T09:00:00Z,"
        '2026-03-03T09:00:00Z,"1,200.00",jpy,Order 7,order_paid,checkout,urgent\n',
        now=at("2026-03-02T00:00Z"),
    )
    (event,) = found.events
    assert event._replace(raw=b"") == Event(
        key="e1",
        who=(
            ("external_id", "7210448301122"),
            ("email", "bo@example.org"),
            ("phone", "+12125550101"),
            ("anonymous_id", "anon-1"),
        ),
        name="Bought",
        at=at("2026-03-01T09:00Z"),
        received_at=at("2026-03-03T09:00Z"),
        amount=1200,
        currency="JPY",
        object="Order 7",
        verb="order_paid",
        feature="checkout",
        level="urgent",
    )


def test_a_column_map_constants_and_columns_not_to_be_taken():
    found = read(
        "user,what,when,id,level,amount\nu1,signup,1772355600,7,3,n/a\nu2,signup,1772355601,7,4,\n",
        columns={"customer": "User", "at": " when ", "id": "", "amount": ""},
        constants={"event": "Signed Up", "currency": "SEK"},
    )
    assert [event.name for event in found.events] == ["Signed Up"] * 2
    assert len({event.key for event in found.events}) == 2
    # A column that only happens to be called level is a property.
    assert [event.level for event in found.events] == [None, None]
    assert json.loads(found.events[0].raw) == {
        "user": "u1", "what": "signup", "when": 1772355600, "id": 7, "level": 3, "amount": "n/a",
    }  # fmt: skip


def test_repeated_and_nameless_columns_are_all_kept():
    (event,) = read("customer,event,at,tag,tag,\nu1,E,2026-03-01,a,b,c\n").events
    assert json.loads(event.raw) == {
        "customer": "u1", "event": "E", "at": "2026-03-01", "tag": "a", "tag (2)": "b",
        "column 6": "c",
    }  # fmt: skip


EVENTS = "customer,event,at,amount,email\n"


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",E,2026-03-01,,", "customer", "does not say who it was"),
        ("null,E,2026-03-01,,", "customer", "does not say who it was"),
        (",E,2026-03-01,,not-an-address", "customer", "does not say who it was"),
        ("7.21045E+12,E,2026-03-01,,", "customer", "Excel shortened it: the id is lost"),
        ("u1,,2026-03-01,,", "event", "the cell is empty"),
        ("u1,E,,,", "at", "the cell is empty"),
        ("u1,E,01/02/2026,,", "at", "does not say whether day or month comes first"),
        ("u1,E,soon,,", "at", "'soon' is not a time"),
        ("u1,E,2026-03-01,ten,", "amount", "'ten' is not an amount"),
        ("u1,E,2026-03-01,1.234,", "amount", "thousands or a fraction"),
        ("u1,E", None, "2 cells where the header has 5"),
        ('u1,"E,2026-03-01,,', None, "a quote opened on line 3 is not closed"),
    ],
)
def test_a_row_that_cannot_be_read_is_kept_with_its_reason(row, column, reason):
    found = read(f"{EVENTS}u0,E,2026-03-01,,\n{row}\nu2,E,2026-03-01,,\n")
    assert [event.who[0].value for event in found.events] == ["u0", "u2"]
    (reject,) = found.rejects
    assert (reject.path, reject.line, reject.column) == ("standard input", 3, column)
    assert reason in reject.reason
    assert reject.raw == row


def test_a_row_may_be_known_by_its_email_alone():
    (event,) = read(f"{EVENTS},E,2026-03-01,,A@b.example\n").events
    assert event.who == (("email", "a@b.example"),)


def test_days_first_and_the_zone_are_as_the_source_is_configured():
    (event,) = read(
        f"{EVENTS}u1,E,03/04/2026 10:00,5,\n",
        zone=ZoneInfo("Europe/Madrid"), day_first=True, currency="KWD",
    ).events  # fmt: skip
    assert (event.at, event.quality) == (at("2026-04-03T08:00Z"), "naive")
    assert (event.amount, event.currency) == (5000, "KWD")


def test_a_word_that_is_mapped_must_be_one_we_know():
    text = "customer,event,at,how\nu1,E,2026-03-01,loud\nu1,E,2026-03-01,urgent\n"
    found = read(text, columns={"level": "how"})
    assert [event.level for event in found.events] == ["urgent"]
    assert "'loud' is none of noise, routine, notable, urgent" in found.rejects[0].reason
    assert found.rejects[0].column == "how"


def test_equal_rows_are_two_occurrences_with_keys_that_last():
    row = "u1,E,2026-03-01,,\n"
    first = read(EVENTS + row + "u2,E,2026-03-01,,\n" + row)
    keys = [event.key for event in first.events]
    assert len(set(keys)) == 3
    assert keys[2] == f"{keys[0]}-1"
    assert [event.key for event in read(EVENTS + row + row + row).events][:2] == [keys[0], keys[2]]
    # The delimiter and the line ends are not part of what a row says.
    again = (EVENTS + row).replace(",", ";").replace("\n", "\r\n")
    assert read(again).events[0].key == keys[0]


def test_telling_equal_rows_apart_takes_bounded_memory(monkeypatch):
    monkeypatch.setattr(table, "_MOST_ORDINALS", 100)
    ordinals = table._Ordinals()
    assert ordinals.key(b"a") == ordinals.key(b"a").removesuffix("-1")
    for n in range(1000):
        ordinals.key(b"%d" % n)
    assert len(ordinals._new) + len(ordinals._old) <= 201
    assert not ordinals.key(b"a").endswith("-2")


def test_batches_are_bounded(monkeypatch):
    monkeypatch.setattr(table, "_MOST_EVENTS", 3)
    found = read(EVENTS + "".join(f"u{n},E,{n or 'x'},,\n" for n in range(7)), constants={"at": ""})
    assert [batch.read for batch in found.batches] == [3, 3, 1]


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)
        | st.integers().map(str)
        | st.floats().map(str)
        | st.sampled_from(["[1,\n2]", "{}", '[" "]', "[", "-0", "1_000", "0x10", "1e5", "+1"]),
        min_size=1,
        max_size=5,
    )
)
def test_no_cell_loses_anything_as_a_property(cells):
    labels = [f"c{n}" for n in range(len(cells))]
    raw = table.orjson.dumps(table._properties(labels, cells))
    assert b"\n" not in raw
    said = json.loads(raw)
    for label, cell in zip(labels, cells, strict=True):
        value = said.get(label, "")
        if isinstance(value, list | dict):
            assert json.loads(cell) == value
            assert cell.encode() in raw
        else:
            assert cell == (value if isinstance(value, str) else repr(value))


# What the table must have


@pytest.mark.parametrize(
    ("kind", "text", "rule", "reason"),
    [
        ("events", "event,at\n", {}, "events need a column customer or email or phone or anon"),
        ("events", "customer,at\n", {}, "need a column event; the columns are customer, at; say"),
        ("events", "customer,event\n", {}, "which it is with --column at=…"),
        ("events", "a,b\n", {"columns": {"customer": "c"}}, "no column 'c' for customer; the col"),
        ("events", "a,b\n", {"columns": {"colour": "a"}}, "events have no field 'colour'; they h"),
        ("events", "a,b\n", {"constants": {"name": "a"}}, "events have no field 'name'"),
        ("orders", "id,customer\n", {}, "orders need a column at"),
        ("orders", "id,at\n", {}, "orders need a column customer or email or phone"),
        ("customers", "name\n", {}, "customers need a column id or email or phone"),
        ("customers", "id\n", {"constants": {"unit": "cents"}}, "unit is one of major, minor"),
        ("customers", "id\n", {"constants": {"identity": "x"}}, "one of external_id, source_id"),
        ("tickets", "subject\n", {}, "tickets need a column id"),
        ("events", "a b\n", {"delimiter": "two"}, "neither one character nor whitespace"),
    ],
)
def test_a_table_that_lacks_what_it_needs_is_refused(kind, text, rule, reason):
    with pytest.raises(SourceError, match=reason):
        read(text, kind, **rule)


def test_things_other_than_events_are_only_read_when_told():
    with pytest.raises(UnrecognisedFile, match="--as events"):
        read("id,email,signed_up_at\n")
    assert read("customer,event,at\nu1,E,1772355600\n", "csv").read == 1
    assert read("customer,event,at\nu1,E,1772355600\n", "csv", constants={"feature": "x"}).read == 1


# Customers, orders and the like


def test_customers():
    found = read(
        "id,first_name,last_name,email,phone,country,tags,signed_up_at,plan,updated_at,x\n"
        '7,Ana,(empty), ANA@example.com ,070-1,Spain,"[""vip"",""a b""]",2026-01-05,Pro,'
        "2026-02-01T00:00:00Z,y\n"
        ",,,bo@example.org,,,a|b,,,,\n"
        ",,,nobody,,,,,,,\n",
        "customers",
    )
    ana, bo = found.records
    assert ana.fields == {
        "name": "Ana", "email": "ana@example.com", "phone": "070-1", "country": "ES",
        "tags": ["vip", "a b"], "signed_up_at": at("2026-01-05T00:00Z"), "plan": "Pro",
    }  # fmt: skip
    assert (ana.id, ana.at) == ("7", at("2026-02-01T00:00Z"))
    assert keys(ana) == {"external_id": "7", "email": "ana@example.com"}
    signed_up = told(ana)["signed_up"]
    assert (signed_up.key, signed_up.quality) == ("customer:7:signed_up", "day")
    assert json.loads(ana.raw)["x"] == "y"
    assert (bo.id, bo.fields["tags"], bo.events) == ("bo@example.org", ["a", "b"], ())
    assert "neither an id nor an email" in found.rejects[0].reason


def test_ids_of_one_system_are_not_taken_for_the_companys():
    text = "id,external_id,email\n1111,u7,a@b.example\n"
    (record,) = read(text, "customers", constants={"identity": "source_id"}).records
    assert record.who == (
        ("source_id", "1111"), ("external_id", "u7"), ("email", "a@b.example"),
    )  # fmt: skip


def test_orders():
    found = read(
        "id,customer,name,status,total,refunded,currency,at,cancelled_at\n"
        "1,u1,#1,Partially Refunded,29.40,5,EUR,2026-03-01T09:00:00Z,\n"
        "2,u1,#2,pending,10,,EUR,2026-03-01T09:00:00Z,2026-03-02T09:00:00Z\n"
        "3,u1,#3,,10,,EUR,2026-03-01T09:00:00Z,\n",
        "orders", columns={"amount": "total"},
    )  # fmt: skip
    first, second, third = found.records
    assert first.fields == {
        "name": "#1", "status": "partially_refunded", "amount": 2940, "refunded": 500,
        "currency": "EUR", "at": at("2026-03-01T09:00Z"),
    }  # fmt: skip
    events = told(first)
    assert set(events) == {"order_placed", "order_paid", "refunded"}
    assert (events["refunded"].amount, events["refunded"].key) == (500, "order:1:refunded")
    assert set(told(second)) == {"order_placed", "order_cancelled"}
    # Nothing says that it was paid.
    assert set(told(third)) == {"order_placed"}


def test_a_thing_without_its_id_is_rejected_by_the_column_that_should_hold_it():
    text = "number,customer,at\n,u1,2026-03-01\n1E+12,u1,2026-03-01\n"
    empty, lost = read(text, "orders", columns={"id": "number"}).rejects
    assert (empty.column, empty.reason) == ("number", "the cell is empty")
    assert (lost.column, lost.line) == ("number", 3)
    assert "the id is lost" in lost.reason


def test_charges_in_minor_units():
    found = read(
        "id,customer,status,amount,refunded,currency,at\n"
        "1,c1,failed,3293232,0,usd,1772355600\n"
        "2,c1,succeeded,500,0,jpy,1772355600\n"
        "3,c1,succeeded,5.5,0,usd,1772355600\n",
        "charges", constants={"unit": "minor"},
    )  # fmt: skip
    failed, paid = found.records
    assert told(failed)["charge_failed"].amount == 3293232
    assert (told(paid)["charge_paid"].amount, paid.fields["currency"]) == (500, "JPY")
    assert "whole number of minor units" in found.rejects[0].reason
    assert (found.rejects[0].line, found.rejects[0].column) == (4, "amount")


def test_subscriptions():
    found = read(
        "id,email,plan,status,amount,currency,interval,started_at,ends_at,renews_at\n"
        "1,a@b.example,Pro,active,49,usd,month,2026-01-01,,2026-04-01\n"
        "2,a@b.example,Pro,Cancelled,49,usd,month,2026-01-01,2026-02-01,\n",
        "subscriptions",
    )
    running, ended = found.records
    assert running.fields["renews_at"] == at("2026-04-01T00:00Z")
    assert set(told(running)) == {"subscription_started"}
    assert told(ended)["subscription_cancelled"].at == at("2026-02-01T00:00Z")


def test_tickets():
    found = read(
        "id,customer,subject,status,priority,channel,created_at,closed_at,rating\n"
        "1,u1,Help,Solved,urgent,Web,2026-03-01T09:00:00Z,2026-03-02T09:00:00Z,Bad\n"
        "2,u1,Hm,open,,,2026-03-01T09:00:00Z,,\n",
        "tickets",
    )
    solved, pending = found.records
    assert solved.fields == {
        "kind": "ticket", "subject": "Help", "status": "solved", "priority": "urgent",
        "channel": "web", "created_at": at("2026-03-01T09:00Z"),
        "closed_at": at("2026-03-02T09:00Z"), "rating": "bad",
    }  # fmt: skip
    assert set(told(solved)) == {"ticket_opened", "ticket_solved", "rated"}
    assert set(told(pending)) == {"ticket_opened"}


def test_rows_marked_as_gone_are_left_out_when_the_user_says_so():
    text = "id,email,gone,active\n1,a@b.example,TRUE,x\n2,c@d.example,FALSE,false\n"
    assert [r.id for r in read(text, "customers").records] == ["1", "2"]
    found = read(text, "customers", columns={"deleted": "gone"})
    assert [r.id for r in found.records] == ["2"]
    assert found.read == 1
    assert [r.id for r in read(text, "customers", columns={"active": "active"}).records] == ["1"]


# Real tables

FIVETRAN = {
    "shopify_rest/shopify_customer_data.csv": (
        "customers", 4, {"signed_up_at": "created_at"}, {}),
    "shopify_rest/shopify_order_data.csv": (
        "orders", 8,
        {"customer": "customer_id", "status": "financial_status", "amount": "total_price",
         "at": "created_at"}, {}),
    "stripe/customer_data.csv": ("customers", 12, {"signed_up_at": "created"}, {}),
    "stripe/charge_data.csv": (
        "charges", 16,
        {"customer": "customer_id", "refunded": "amount_refunded", "at": "created"},
        {"unit": "minor", "identity": "source_id"}),
    "stripe/subscription_history_data.csv": (
        "subscriptions", 1,
        {"customer": "customer_id", "started_at": "start_date", "ends_at": "ended_at",
         "renews_at": "current_period_end", "active": "_fivetran_active"}, {}),
    "zendesk/ticket_data.csv": (
        "tickets", 10, {"customer": "requester_id", "channel": "via_channel"},
        {"identity": "source_id"}),
    "zendesk/user_data.csv": (
        "customers", 10, {"timezone": "time_zone", "signed_up_at": "created_at"},
        {"identity": "source_id"}),
    "klaviyo/person.csv": (
        "customers", 2,
        {"phone": "phone_number", "account": "organization", "signed_up_at": "created",
         "updated_at": "updated", "deleted": "_fivetran_deleted"}, {}),
    "klaviyo/event.csv": (
        "events", 4, {"customer": "person_id", "event": "type", "at": "datetime"},
        {"identity": "source_id"}),
    "intercom/contact_history_data.csv": (
        "customers", 9,
        {"city": "location_city", "country": "location_country", "active": "_fivetran_active"},
        {"identity": "source_id"}),
    "recharge/customer_data.csv": (
        "customers", 2,
        {"external_id": "external_customer_id_ecommerce", "signed_up_at": "created_at"}, {}),
    "recharge/orders_data.csv": (
        "orders", 2,
        {"customer": "customer_id", "amount": "total_price", "at": "created_at"},
        {"currency": "USD"}),
    "recharge/subscription_data.csv": (
        "subscriptions", 2,
        {"customer": "customer_id", "plan": "product_title", "amount": "price",
         "interval": "order_interval_unit", "started_at": "created_at",
         "renews_at": "next_charge_scheduled_at"}, {}),
    "mailchimp/member.csv": (
        "customers", 9,
        {"email": "email_address", "first_name": "merge_fname", "last_name": "merge_lname",
         "country": "country_code", "updated_at": "last_changed"}, {}),
}  # fmt: skip


@needs_shared
@pytest.mark.parametrize("name", FIVETRAN)
def test_fivetran_tables_go_in_with_a_column_map(name):
    assert SHARED
    kind, rows, columns, constants = FIVETRAN[name]
    found = read(SHARED / "data" / f"fivetran_{name}", kind, columns=columns, constants=constants)
    assert (found.read, found.rejects) == (rows, [])
    for record in found.records:
        assert record.who
        assert record.id
        assert json.loads(record.raw)
    for event in (*found.events, *(event for record in found.records for event in record.events)):
        assert event.quality in ("naive", "day")
        assert event.who


@needs_shared
def test_fivetran_values_come_out_right():
    assert SHARED
    kind, _, columns, constants = FIVETRAN["stripe/charge_data.csv"]
    path = SHARED / "data" / "fivetran_stripe" / "charge_data.csv"
    charge = read(path, kind, columns=columns, constants=constants).records[0]
    assert (charge.id, charge.fields["amount"]) == ("ch_0IMDAfig6peNXzgDJYQKfT3B", 3293232)
    assert set(told(charge)) == {"charge_failed"}
    kind, _, columns, constants = FIVETRAN["shopify_rest/shopify_customer_data.csv"]
    path = SHARED / "data" / "fivetran_shopify_rest" / "shopify_customer_data.csv"
    first = read(path, kind, columns=columns).records[0]
    assert keys(first) == {"external_id": "3588998496353"}
    assert first.fields["signed_up_at"] == at("2020-09-11T13:26:15Z")
    kind, _, columns, constants = FIVETRAN["klaviyo/event.csv"]
    path = SHARED / "data" / "fivetran_klaviyo" / "event.csv"
    event = read(path, kind, columns=columns, constants=constants).events[2]
    assert (event.key, event.name) == ("3gBNHPJn", "Received Email")
    assert json.loads(event.raw)["property_attribution"] == {"attributed_event_id": "event123"}


@needs_shared
def test_cdnow_goes_in_without_a_header():
    assert SHARED
    found = read(
        SHARED / "data" / "cdnow" / "CDNOW_sample.txt",
        delimiter="whitespace",
        header="customer,sample,at,quantity,amount",
        constants={"event": "order_paid", "currency": "USD"},
    )
    assert (found.read, found.rejects) == (6919, [])
    assert len({event.who for event in found.events}) == 2357
    assert len({event.key for event in found.events}) == 6919
    first = found.events[0]
    assert (first.who[0].value, first.name, first.amount) == ("00004", "order_paid", 2933)
    assert (first.at, first.quality) == (at("1997-01-01T00:00Z"), "day")
    assert json.loads(first.raw) == {
        "customer": "00004", "sample": "0001", "at": 19970101, "quantity": 2, "amount": 29.33,
    }  # fmt: skip


@needs_shared
def test_the_retentioneering_shop_goes_in():
    assert SHARED
    (path,) = (SHARED / "data" / "retentioneering_ecom").glob("*.csv.gz")
    found = read(path, columns={"customer": "user_id", "at": "timestamp"})
    assert (found.read, found.rejects) == (15446, [])
    assert len({event.who for event in found.events}) == 300
    assert len({event.key for event in found.events}) == 15446
    assert sum(event.name == "purchase" for event in found.events) == 233
    assert json.loads(found.events[0].raw)["session_id"] == "sess_000001"
