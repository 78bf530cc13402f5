"""PostHog's exports: who an event is of, and what is known of them."""

import json
from typing import Any

import pytest

from console.sources import posthog
from tests.shared import needs_shared
from tests.sources.streams import at, costs_that_line, sample, stream

(KIND,) = posthog.KINDS
DEVICE = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"


def exported(event: str = "Viewed Report", **members: Any) -> dict[str, Any]:
    return {
        "uuid": "e1", "event": event, "distinct_id": "u1", "person_id": "p1",
        "properties": {}, "timestamp": "2026-03-01T09:00:00Z", **members,
    }  # fmt: skip


@needs_shared
def test_the_sample_goes_in() -> None:
    got = sample(KIND, "posthog_batch_export.jsonl")
    # A person's properties are on every line, and a record only where they change.
    assert len(got.records) == 8
    assert not any(record.counted for record in got.records)
    assert {record.fields["email"] for record in got.records} >= {"ana.perez@example.com"}


def test_an_event_of_someone_identified() -> None:
    got = stream(
        KIND,
        [
            exported(
                created_at="2026-03-01 11:00:00.5",
                properties={"$device_id": DEVICE, "$user_id": "u1", "$is_identified": True},
                person_properties={"email": "Ada@example.com", "name": "Ada", "plan": "pro"},
            )
        ],
    )
    assert got.event.key == "e1"
    assert got.event.who == (
        ("source_id", "p1"), ("external_id", "u1"), ("email", "ada@example.com"),
        ("anonymous_id", DEVICE),
    )  # fmt: skip
    assert got.event.received_at == at("2026-03-01T11:00:00.5Z")
    (person,) = got.records
    assert person.fields == {"email": "ada@example.com", "name": "Ada", "plan": "pro"}
    assert (person.id, person.at) == ("person:source_id:p1", got.event.at)


@pytest.mark.parametrize(
    ("distinct", "properties", "kind"),
    [
        (DEVICE, {"$device_id": DEVICE}, "anonymous_id"),
        (DEVICE, {"$is_identified": False}, "anonymous_id"),
        ("17a3c1b2d3e4f0-0c5d6e7f8a-1234567a-1fa400-17a3c1b2d3e5a1", {"$is_identified": False},
         "anonymous_id"),
        (DEVICE, {"$is_identified": True}, "external_id"),
        (DEVICE, {}, "external_id"),
        ("ada", {"$is_identified": False}, "external_id"),
    ],
)  # fmt: skip
def test_whose_a_distinct_id_is(distinct: str, properties: dict[str, Any], kind: str) -> None:
    got = stream(KIND, [exported(distinct_id=distinct, properties=properties)]).event
    assert (kind, distinct) in got.who


@pytest.mark.parametrize(
    ("event", "properties", "also"),
    [
        ("$identify", {"$anon_distinct_id": DEVICE}, [("anonymous_id", DEVICE)]),
        ("$create_alias", {"alias": "old"}, [("external_id", "old"), ("anonymous_id", "old")]),
        ("$merge_dangerously", {"alias": "u2"}, [("external_id", "u2"), ("anonymous_id", "u2")]),
        ("Viewed Report", {"alias": "u2"}, []),
    ],
)
def test_events_that_join_people(
    event: str, properties: dict[str, Any], also: list[tuple[str, str]]
) -> None:
    got = stream(KIND, [exported(event, properties=properties)]).event
    assert set(got.who) == {("source_id", "p1"), ("external_id", "u1"), *also}


def test_pages_and_what_the_library_sends_by_itself() -> None:
    names = [
        "$pageview", "$screen", "$autocapture", "$pageleave", "$feature_flag_called",
        "$exception", "Viewed Report",
    ]  # fmt: skip
    properties = {"$current_url": "https://example.com/pricing?token=1", "$pathname": "/pricing"}
    got = stream(KIND, [exported(name, uuid=name, properties=properties) for name in names])
    levels = {event.name: event.level for event in got.events}
    assert levels == {
        "$pageview": None, "$screen": None, "$autocapture": "noise", "$pageleave": "noise",
        "$feature_flag_called": "noise", "$exception": None, "Viewed Report": None,
    }  # fmt: skip
    assert got.events[0].object == "/pricing"


def test_properties_may_be_json_in_a_text() -> None:
    got = stream(
        KIND,
        [
            exported(
                "Order Completed",
                properties=json.dumps({"revenue": "12.50", "currency": "EUR"}),
                person_properties=json.dumps({"email": "ada@example.com"}),
            )
        ],
    )
    assert (got.event.amount, got.event.currency) == (1250, "EUR")
    assert ("email", "ada@example.com") in got.event.who


@pytest.mark.parametrize(
    ("members", "fields"),
    [
        ({"properties": {"$set": {"plan": "pro"}, "$set_once": {"plan": "free", "tz": "UTC"}}},
         {"plan": "pro", "timezone": "UTC"}),
        ({"set": '{"plan": "pro"}', "set_once": None}, {"plan": "pro"}),
        ({"properties": {"$set": {"plan": "old"}}, "person_properties": {"plan": "new"}},
         {"plan": "new"}),
    ],
)  # fmt: skip
def test_what_an_event_sets(members: dict[str, Any], fields: dict[str, Any]) -> None:
    (person,) = stream(KIND, [exported(**members)]).records
    assert person.fields == fields


def test_times_are_utc_wherever_the_workspace_is() -> None:
    from zoneinfo import ZoneInfo

    said = exported(timestamp="2026-03-01 09:00:00.123456")
    got = stream(KIND, [said], zone=ZoneInfo("Asia/Tokyo")).event
    assert (got.at, got.quality) == (at("2026-03-01T09:00:00.123456Z"), "exact")


@pytest.mark.parametrize(
    ("members", "column", "reason"),
    [
        ({"timestamp": "later"}, "timestamp", "is not a time"),
        ({"event": None}, "event", "there is no event"),
        ({"distinct_id": None, "person_id": None}, "distinct_id", "there is no distinct_id"),
        ({"distinct_id": "guest", "person_id": ""}, "distinct_id", "'guest' is no one's id"),
        ({"properties": "{"}, "properties", "is a text, and not one that holds a JSON object"),
        ({"person_properties": "[]"}, "person_properties", "is a text"),
    ],
)
def test_a_broken_line_costs_that_line(members: dict[str, Any], column: str, reason: str) -> None:
    costs_that_line(KIND, exported(), exported(**members), column, reason)


def test_how_it_is_recognised() -> None:
    assert KIND.matches(exported())
    assert not KIND.matches({"event": "x", "properties": {"time": 1, "distinct_id": "u"}})
    assert not KIND.matches({"type": "track", "userId": "u", "event": "x"})
