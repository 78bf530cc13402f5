"""Mixpanel's raw export: cut lines, early ends, and who an event is of."""

import json
from typing import Any

import pytest

from console.sources import mixpanel
from tests.shared import needs_shared
from tests.sources.streams import at, costs_that_line, line, sample, stream

(KIND,) = mixpanel.KINDS
RANDOM = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"


def exported(event: str = "Viewed Report", **properties: Any) -> dict[str, Any]:
    return {
        "event": event,
        "properties": {
            "time": 1772355600, "distinct_id": "u1", "$insert_id": "i1", **properties,
        },
    }  # fmt: skip


@needs_shared
def test_the_sample_goes_in() -> None:
    got = sample(KIND, "mixpanel_raw_export.jsonl")
    assert any("\u2028".encode() in event.raw for event in got.events)
    assert got.events[0].who == (("email", "ana.perez@example.com"), ("anonymous_id", "anon-0"))


def test_an_event() -> None:
    said = exported(**{"$mp_api_timestamp_ms": 1772535602000, "$email": "Ada@example.com"})
    got = stream(KIND, [said])
    assert got.event.key == "i1:u1:1772355600"
    assert got.event.at == at("2026-03-01T09:00:00Z")
    assert got.event.received_at == at("2026-03-03T11:00:02Z")
    assert got.event.who == (("external_id", "u1"), ("email", "ada@example.com"))
    assert [record.fields for record in got.records] == [{"email": "ada@example.com"}]


@pytest.mark.parametrize(
    ("time", "instant"),
    [
        (1772355600, "2026-03-01T09:00:00Z"),
        (1772355600123, "2026-03-01T09:00:00.123Z"),
        (1772355600.5, "2026-03-01T09:00:00.5Z"),
        ("1772355600", "2026-03-01T09:00:00Z"),
    ],
)
def test_times_in_seconds_and_milliseconds(time: Any, instant: str) -> None:
    assert stream(KIND, [exported(time=time)]).event.at == at(instant)


@pytest.mark.parametrize(
    ("properties", "who"),
    [
        ({"distinct_id": "$device:d1", "$device_id": "d1"}, [("anonymous_id", "d1")]),
        ({"distinct_id": "d1", "$device_id": "d1"}, [("anonymous_id", "d1")]),
        ({"$user_id": "u1", "$device_id": "d1"}, [("external_id", "u1"), ("anonymous_id", "d1")]),
        ({"distinct_id": "joined", "$user_id": "u1"},
         [("source_id", "joined"), ("external_id", "u1")]),
        ({"distinct_id": RANDOM, "$user_id": "u1"},
         [("external_id", "u1"), ("anonymous_id", RANDOM)]),
        ({"$distinct_id_before_identity": "$device:d1"},
         [("external_id", "u1"), ("anonymous_id", "d1")]),
        ({"distinct_id": 17}, [("external_id", "17")]),
        ({"email": "friend@example.com"}, [("external_id", "u1")]),
    ],
)  # fmt: skip
def test_who_it_was(properties: dict[str, Any], who: list[tuple[str, str]]) -> None:
    assert list(stream(KIND, [exported(**properties)]).event.who) == who


@pytest.mark.parametrize(
    ("event", "properties", "also"),
    [
        ("$identify", {"$identified_id": "u1", "$anon_id": RANDOM}, [("anonymous_id", RANDOM)]),
        ("$create_alias", {"alias": "u2"},
         [("external_id", "u2"), ("anonymous_id", "u2"), ("anonymous_id", "u1")]),
        ("$merge", {"$distinct_ids": ["u1", "$device:d9"]},
         [("anonymous_id", "d9"), ("anonymous_id", "u1")]),
    ],
)  # fmt: skip
def test_events_that_join_people(
    event: str, properties: dict[str, Any], also: list[tuple[str, str]]
) -> None:
    got = stream(KIND, [exported(event, **properties)]).event
    assert set(got.who) == {("external_id", "u1"), *also}


def test_an_export_that_broke_off_is_taken_as_far_as_it_goes() -> None:
    whole = line(exported())
    got = stream(KIND, [whole, whole[:40], "terminated early"])
    assert len(got.events) == 1
    assert got.read == 3
    assert [reject.line for reject in got.rejects] == [2, 3]
    assert "fetch the export again" in got.rejects[1].reason
    assert got.rejects[1].raw == "terminated early"


@pytest.mark.parametrize("cut", [1, 9, 40, 70, -1])
def test_a_line_cut_in_two_is_put_together(cut: int) -> None:
    whole = line(exported(note="one\u2028two"))
    got = stream(KIND, [exported(**{"$insert_id": "i0"}), whole[:cut], whole[cut:], exported()])
    assert got.rejects == []
    assert got.read == 3
    assert got.events[1].raw == whole


def test_a_line_cut_in_three_after_damage() -> None:
    whole = line(exported())
    got = stream(KIND, ["damage", whole[:20], whole[20:50], whole[50:], "{", exported()])
    assert [event.key for event in got.events] == ["i1:u1:1772355600"] * 2
    assert [reject.line for reject in got.rejects] == [1, 5]
    assert got.read == 4


def test_half_a_character_does_not_cost_the_line() -> None:
    said = json.dumps(exported("Order \ud83e Completed", note="\\ud83e"))
    got = stream(KIND, [said]).event
    assert got.name == "Order \ufffd Completed"
    assert got.raw == said.encode()


@pytest.mark.parametrize(
    ("said", "column", "reason"),
    [
        (exported(time=None), "properties.time", "there is no time"),
        (exported(time="x"), "properties.time", "is not a time"),
        (exported(time=-5), "properties.time", "is not a time"),
        (exported(time=10**18), "properties.time", "is not a time"),
        (exported(time=True), "properties.time", "is not a time"),
        (exported(distinct_id=""), "distinct_id", "there is no distinct_id"),
        ({"event": "x"}, "properties", "there are no properties"),
        ({"event": "", "properties": {}}, "event", "there is no event"),
    ],
)
def test_a_broken_line_costs_that_line(said: dict[str, Any], column: str, reason: str) -> None:
    costs_that_line(KIND, exported(), said, column, reason)


def test_a_line_without_an_insert_id_has_a_key_all_the_same() -> None:
    said = exported(**{"$insert_id": None})
    one, two = stream(KIND, [said, said]).events
    assert one.key != two.key


def test_how_it_is_recognised() -> None:
    assert KIND.matches(exported())
    assert not KIND.matches({"event": "x", "distinct_id": "u", "properties": {"time": 1}})
    assert not KIND.matches({"event": "x", "properties": []})
