"""Amplitude's export."""

from typing import Any

import pytest

from console.sources import amplitude
from tests.shared import needs_shared
from tests.sources.streams import at, costs_that_line, sample, stream

(KIND,) = amplitude.KINDS


def exported(event_type: str = "Viewed Report", **members: Any) -> dict[str, Any]:
    return {
        "event_type": event_type, "event_time": "2026-03-01 09:00:00.123000", "uuid": "e1",
        "user_id": "u1", "device_id": "d1", "amplitude_id": 9000, **members,
    }  # fmt: skip


@needs_shared
def test_the_sample_goes_in() -> None:
    got = sample(KIND, "amplitude_export_hour.json.gz")
    assert len(got.records) == 8
    assert not any(record.counted for record in got.records)


def test_an_event() -> None:
    from zoneinfo import ZoneInfo

    said = exported(
        "Order Completed",
        server_upload_time="2026-03-03 11:00:07.000000",
        event_properties={"$revenue": 20, "currency": "JPY"},
        user_properties={"email": "Ada@example.com", "Plan Name": "pro", "Company": "Acme"},
    )
    got = stream(KIND, [said], zone=ZoneInfo("Asia/Tokyo"))
    event = got.event
    assert event.key == "e1"
    assert event.who == (
        ("source_id", "9000"), ("external_id", "u1"), ("email", "ada@example.com"),
        ("anonymous_id", "d1"),
    )  # fmt: skip
    assert (event.at, event.quality) == (at("2026-03-01T09:00:00.123Z"), "exact")
    assert event.received_at == at("2026-03-03T11:00:07Z")
    assert (event.amount, event.currency) == (20, "JPY")
    (person,) = got.records
    assert person.fields == {"email": "ada@example.com", "plan": "pro", "account": "Acme"}


def test_what_the_library_sends_by_itself_is_noise() -> None:
    names = ["[Amplitude] Element Clicked", "[Amplitude] Page Viewed", "session_start", "Paid"]
    got = stream(KIND, [exported(name, uuid=name) for name in names])
    assert [event.level for event in got.events] == ["noise", None, None, None]


def test_where_a_device_was_is_not_where_a_customer_lives() -> None:
    assert stream(KIND, [exported(city="Madrid", country="Spain")]).records == []


def test_the_time_of_the_client_stands_in() -> None:
    said = exported(event_time=None, client_event_time="2026-03-01 09:00:00")
    assert stream(KIND, [said]).event.at == at("2026-03-01T09:00:00Z")


@pytest.mark.parametrize(
    ("members", "column", "reason"),
    [
        ({"event_time": "noon"}, "event_time", "is not a time"),
        ({"event_time": None}, "event_time", "there is no time"),
        ({"event_type": None}, "event_type", "there is no event_type"),
        ({"user_id": None, "device_id": "", "amplitude_id": 0}, "amplitude_id",
         "'0' is no one's id"),
        ({"user_id": None, "device_id": None, "amplitude_id": None}, "user_id",
         "there is no user_id or device_id or amplitude_id"),
    ],
)  # fmt: skip
def test_a_broken_line_costs_that_line(members: dict[str, Any], column: str, reason: str) -> None:
    costs_that_line(KIND, exported(), exported(**members), column, reason)


def test_how_it_is_recognised() -> None:
    assert KIND.matches(exported())
    assert not KIND.matches({"event_type": "x"})
