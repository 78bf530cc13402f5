"""Segment's calls: what becomes of each, and of calls that are broken."""

import json
from typing import Any

import pytest

from console.model import Key
from console.sources import segment
from tests.shared import needs_shared
from tests.sources.streams import DAY, at, line, sample, stream

(KIND,) = segment.KINDS
TIME = "2026-03-01T09:00:00.123Z"


def call(type: str = "track", **members: Any) -> dict[str, Any]:
    said = {"type": type, "messageId": "m1", "userId": "u1", "timestamp": TIME}
    if type == "track":
        said["event"] = "Viewed Report"
    return {**said, **members}


@needs_shared
def test_the_sample_goes_in() -> None:
    got = sample(KIND, "segment_s3_raw.json.gz")
    assert got.records == []
    late = [e for e in got.events if e.received_at and e.received_at - e.at > 2 * DAY]
    assert len(late) == 7
    first = got.events[0]
    assert first.at == at("2026-03-01T09:00:00Z")
    assert first.who == (("anonymous_id", "anon-0"),)
    # The email among a track's properties may be anyone's.
    assert not any(key.kind == "email" for event in got.events for key in event.who)


def test_a_track_call() -> None:
    said = call(
        event="Order Completed", anonymousId="a1", receivedAt="2026-03-03T11:00:02Z",
        properties={"total": 84.5, "currency": "usd", "order_id": 17},
    )  # fmt: skip
    got = stream(KIND, [said]).event
    assert got.key == "m1"
    assert got.who == (Key("external_id", "u1"), Key("anonymous_id", "a1"))
    assert (got.name, got.verb, got.object) == ("Order Completed", None, "17")
    assert (got.amount, got.currency) == (8450, "USD")
    assert got.at == at("2026-03-01T09:00:00.123Z")
    assert got.received_at == at("2026-03-03T11:00:02Z")
    assert got.quality == "exact"
    assert got.raw == line(said)


@pytest.mark.parametrize("type", ["page", "screen"])
@pytest.mark.parametrize(
    ("members", "seen"),
    [
        ({"properties": {"title": "Pricing", "path": "/p"}}, "Pricing"),
        ({"name": "Home", "properties": {"path": "/"}}, "Home"),
        ({"properties": {"url": "https://example.com/x"}}, "https://example.com/x"),
        ({}, None),
    ],
)
def test_a_view(type: str, members: dict[str, Any], seen: str | None) -> None:
    got = stream(KIND, [call(type, **members)]).event
    assert (got.name, got.verb, got.object) == (type, "page_viewed", seen)


def test_an_identify_call() -> None:
    got = stream(
        KIND,
        [
            call(
                "identify",
                anonymousId="a1",
                context={"timezone": "Europe/Stockholm", "traits": {"plan": "free"}},
                traits={
                    "firstName": "Ada", "lastName": "Lovelace", "email": " Ada@Example.com ",
                    "phone": "+46 70 123 45 67", "plan": "pro", "tags": ["vip", "beta"],
                    "address": {"city": "Malmö", "state": "Skåne", "country": "Sweden"},
                    "company": {"id": 7, "name": "Analytical Engines"},
                    "createdAt": "2026-02-01T00:00:00Z", "age": 36, "title": None,
                },
            )
        ],
    ).record  # fmt: skip
    assert (got.kind, got.id, got.at) == ("identify", "m1", at(TIME))
    assert got.who == (
        ("external_id", "u1"),
        ("email", "ada@example.com"),
        ("phone", "+46701234567"),
        ("anonymous_id", "a1"),
    )
    assert got.fields == {
        "name": "Ada Lovelace", "email": "ada@example.com", "phone": "+46701234567",
        "plan": "pro", "tags": ["vip", "beta"], "city": "Malmö", "region": "Skåne",
        "country": "SE", "account": "Analytical Engines", "timezone": "Europe/Stockholm",
        "signed_up_at": at("2026-02-01T00:00:00Z"),
    }  # fmt: skip


def test_an_absent_trait_clears_nothing() -> None:
    got = stream(KIND, [call("identify", traits={"name": None, "email": "", "plan": "pro"})])
    assert got.record.fields == {"plan": "pro"}


def test_a_group_call_names_the_account_and_later_calls_know_it() -> None:
    named = call("group", groupId="g1", traits={"name": "Acme", "domain": "acme.example"})
    bare = call("group", groupId="g1", messageId="m2", userId="u2")
    got = stream(KIND, [named, bare, call("group", groupId=9, messageId="m3")])
    joined = [record for record in got.records if record.kind == "identify"]
    assert [record.fields["account"] for record in joined] == ["Acme", "Acme", "9"]
    accounts = [record for record in got.records if record.kind == "account"]
    assert [(one.id, one.counted) for one in accounts] == [
        ("g1", False), ("g1", False), ("9", False),
    ]  # fmt: skip
    assert accounts[0].fields == {"name": "Acme", "domain": "acme.example"}
    assert got.read == 3


def test_an_alias_joins_both_ids() -> None:
    got = stream(KIND, [call("alias", previousId="old")]).record
    assert got.who == (
        ("external_id", "u1"), ("external_id", "old"), ("anonymous_id", "old"),
    )  # fmt: skip


def test_traits_in_the_context_name_the_person_once() -> None:
    calls = [
        call(messageId=f"m{n}", context={"traits": {"email": "ada@example.com", "plan": plan}})
        for n, plan in enumerate(["free", "free", "pro", "pro"])
    ]
    got = stream(KIND, calls)
    assert got.read == 4
    assert got.events[0].who == (("external_id", "u1"), ("email", "ada@example.com"))
    assert [record.fields["plan"] for record in got.records] == ["free", "pro"]
    assert {(r.kind, r.id, r.counted) for r in got.records} == {
        ("identify", "person:external_id:u1", False)
    }


def test_people_met_before_share_their_keys() -> None:
    one, two = stream(KIND, [call(), call(messageId="m2")]).events
    assert one.who is two.who


def test_an_id_that_is_an_address_is_an_email_too() -> None:
    got = stream(KIND, [call(userId="Ada@Example.com")]).event
    assert got.who == (("external_id", "Ada@Example.com"), ("email", "ada@example.com"))


@pytest.mark.parametrize(("given", "known"), [(17, "17"), (17.0, "17"), (2**63, str(2**63))])
def test_ids_that_are_numbers(given: float, known: str) -> None:
    assert stream(KIND, [call(userId=given)]).event.who == (("external_id", known),)


@pytest.mark.parametrize("nobody", [None, "", "null", "undefined", True, {}, [1], 1.5, 1e300])
def test_what_is_no_ones_id(nobody: Any) -> None:
    assert stream(KIND, [call(userId=nobody, anonymousId="a1")]).event.who == (
        ("anonymous_id", "a1"),
    )
    refused = stream(KIND, [call(userId=nobody)]).reject
    assert refused.column == "userId"
    assert refused.line == 1


def test_a_missing_timestamp_is_taken_from_its_stand_ins() -> None:
    said = call(timestamp=None, originalTimestamp=TIME, receivedAt="2026-03-02T00:00:00Z")
    assert stream(KIND, [said]).event.at == at(TIME)


def test_times_without_an_offset_and_in_the_future() -> None:
    from zoneinfo import ZoneInfo

    said = [
        call(timestamp="2026-03-01T09:00:00"),
        call(timestamp="2026-03-01"),
        call(timestamp="2027-01-01T00:00:00Z"),
        call(timestamp="2026-03-01T10:00:00+01:00"),
        call(timestamp=1772355600),
        call(timestamp=1772355600000),
    ]
    got = stream(KIND, said, zone=ZoneInfo("Europe/Stockholm")).events
    nine = at("2026-03-01T09:00:00Z")
    assert [(event.at, event.quality) for event in got] == [
        (at("2026-03-01T08:00:00Z"), "naive"),
        (at("2026-02-28T23:00:00Z"), "day"),
        (at("2027-01-01T00:00:00Z"), "future"),
        (nine, "exact"), (nine, "exact"), (nine, "exact"),
    ]  # fmt: skip


def test_what_is_said_in_the_future_does_not_outweigh_the_present() -> None:
    said = call("identify", timestamp="2099-01-01T00:00:00Z")
    assert stream(KIND, [said]).record.at == 0
    said = call(timestamp="2099-01-01T00:00:00Z", context={"traits": {"plan": "pro"}})
    got = stream(KIND, [said])
    assert (got.event.at, got.event.quality) == (at("2099-01-01T00:00:00Z"), "future")
    assert [record.at for record in got.records] == [0]


@pytest.mark.parametrize(
    ("said", "column", "reason"),
    [
        (call(timestamp="soon"), "timestamp", "'soon' is not a time"),
        (call(timestamp=None), "timestamp", "there is no time"),
        (call(timestamp={}), "timestamp", "'{}' is not a time"),
        (call(timestamp="0001-01-01T00:00:00Z"), "timestamp", "outside the years"),
        (call(event=None), "event", "there is no event"),
        (call(event=5), "event", "'5' is no event"),
        (call(event="  "), "event", "is no event"),
        (call("wave"), "type", "is none of identify, track"),
        (call("group"), "groupId", "there is no groupId"),
        (call("alias"), "previousId", "there is no previousId"),
        (call("identify", userId=None), "userId", "there is no userId or anonymousId"),
        ("[1, 2]", None, "is not a JSON object"),
        ("12", None, "is not a JSON object"),
        ('{"type": "track"', None, "is not JSON"),
        ('{"type": NaN}', None, "is not JSON"),
        pytest.param("[" * 100_000, None, "is not JSON", id="deep"),
        (b'{"type": "\xff"}', None, "is not JSON"),
        pytest.param(b'{"a": "' + b"x" * (5 << 20) + b'"}', None, "is 5 MB long", id="long"),
    ],
)
def test_a_broken_line_costs_that_line(said: Any, column: str | None, reason: str) -> None:
    got = stream(KIND, [call(messageId="before"), said, call(messageId="after")])
    assert [event.key for event in got.events] == ["before", "after"]
    assert got.read == 3
    assert got.reject.line == 2
    assert got.reject.column == column
    assert reason in got.reject.reason
    assert line(said).decode("utf-8", "replace").startswith(got.reject.raw)


def test_a_line_without_an_id_is_the_same_line_when_read_again() -> None:
    said = call(messageId=None)
    first = [event.key for event in stream(KIND, [said, call(), said]).events]
    assert len(set(first)) == 3
    assert [event.key for event in stream(KIND, [said, call(), said]).events] == first
    reordered = json.dumps(dict(reversed(said.items())))
    assert stream(KIND, [reordered]).event.key == first[0]


def test_the_source_is_the_one_it_is_kept_under() -> None:
    assert stream(KIND, [call()], source="web").read == 1


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ({"type": "track", "userId": None}, True),
        ({"type": "alias", "previousId": "a", "userId": "b"}, True),
        ({"type": "identify", "anonymousId": "a"}, True),
        ({"type": "track"}, False),
        ({"type": ["track"], "userId": "a"}, False),
        ({"event": "x", "properties": {"time": 1}}, False),
    ],
)
def test_how_it_is_recognised(said: dict[str, Any], ours: bool) -> None:
    assert KIND.matches(said) is ours
