"""Fields of a customer out of free properties, and when they are news."""

from typing import Any

import pytest

from console.model import FIELDS, Key, Record
from console.sources.objects import reader_of_times
from console.sources.people import People, person_fields
from tests.sources.streams import NOW, UTC, at

WHEN = reader_of_times(UTC, NOW)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"name": "Ada", "first_name": "Augusta"}, {"name": "Ada"}),
        ({"First Name": "Ada", "last_name": "Lovelace"}, {"name": "Ada Lovelace"}),
        ({"lastName": "Lovelace"}, {"name": "Lovelace"}),
        ({"$email": "ADA@example.com"}, {"email": "ada@example.com"}),
        ({"email": "none"}, {}),
        ({"phone": "070 123"}, {"phone": "070 123"}),
        ({"address": {"city": "Malmö", "country": "SE"}, "city": "Lund"},
         {"city": "Lund", "country": "SE"}),
        ({"address": "Main Street 1"}, {}),
        ({"company": "Acme"}, {"account": "Acme"}),
        ({"company": {"id": "c7"}}, {"account": "c7"}),
        ({"company": {"name": {"name": "deep"}}}, {}),
        ({"plan": {"name": "pro"}}, {"plan": "pro"}),
        ({"plan": 3}, {"plan": "3"}),
        ({"plan": True}, {}),
        ({"plan": "  "}, {}),
        ({"tags": "a, b"}, {"tags": ["a", "b"]}),
        ({"tags": ["a", 1, None, {}]}, {"tags": ["a", "1"]}),
        ({"tags": []}, {}),
        ({"created_at": 1772355600}, {"signed_up_at": at("2026-03-01T09:00:00Z")}),
        ({"createdAt": "soon", "created": "2026-03-01T09:00:00Z"},
         {"signed_up_at": at("2026-03-01T09:00:00Z")}),
        ({"createdAt": "2099-01-01T00:00:00Z"}, {}),
        ({"$geoip_city_name": "Madrid", "$initial_referrer": "x"}, {}),
        ({}, {}),
    ],
)  # fmt: skip
def test_fields(said: dict[str, Any], fields: dict[str, Any]) -> None:
    assert person_fields(said, WHEN) == fields
    assert set(fields) <= set(FIELDS["identify"])


def test_only_news_makes_a_record() -> None:
    people, records = People(WHEN), list[Record]()
    ada, bo = (Key("external_id", "ada"),), (Key("external_id", "bo"),)
    for time, who, said in [
        (1, ada, {"plan": "free", "visits": 1}),
        (2, ada, {"plan": "free", "visits": 2}),
        (3, bo, {"plan": "free"}),
        (4, ada, {"visits": 3, "plan": "pro"}),
        (5, ada, {"plan": "pro", "visits": 3}),
        (6, ada, {"plan": "free", "visits": 1}),
        (7, bo, {"visits": 9}),
    ]:
        people.hear(who, said, time, records)
    assert [(record.at, record.id, record.fields["plan"]) for record in records] == [
        (1, "person:external_id:ada", "free"),
        (3, "person:external_id:bo", "free"),
        (4, "person:external_id:ada", "pro"),
        (6, "person:external_id:ada", "free"),
    ]
    assert not any(record.counted for record in records)
