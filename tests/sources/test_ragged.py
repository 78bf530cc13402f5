"""R25: what a source leaves out of a later answer never clears what it said before."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.sources.books import BOOKS
from tests.sources.books.book import answering
from tests.sources.books.world import NOW, world
from tests.sources.loopback import Answering, vendor
from tests.sources.replay import Asked
from tests.sources.syncs import Sync

KINDS = ("gorgias", "hubspot", "intercom", "klaviyo", "mailchimp", "recharge", "shopify",
         "stripe", "zendesk")  # fmt: skip
# What may be left out; the parts of a name together, since they make one of our fields.
OPTIONAL = (
    ("first_name", "last_name", "firstName", "lastName", "firstname", "lastname", "FNAME",
     "LNAME"), ("name",), ("email", "email_address", "defaultEmailAddress"),
    ("phone", "phone_number", "defaultPhoneNumber", "PHONE"), ("city",),
    ("country", "country_code"), ("conversation_rating",), ("closed_date",), ("createdate",),
    ("location", "address", "defaultAddress", "merge_fields"), ("external_id",), ("tags",),
    ("subject",), ("priority",), ("state",), ("satisfaction_rating",),
    ("closed_datetime",), ("iana_time_zone", "timezone"),
)  # fmt: skip
WHOLE = (
    "select name, email, phone, city, region, country, timezone, tags from customer"
    " where merged_into is null order by id"
)
TICKETS = "select subject, status, priority, created_at, closed_at from thread order by record"


class Ragged:
    """Leaves members out of things, as drawn."""

    def __init__(self, answer: Answering, seed: int) -> None:
        self._answer = answer
        self._draw = random.Random(seed)
        self.left_out = 0
        self.on = False

    def __call__(self, asked: Asked) -> Any:
        said = self._answer(asked)
        if self.on and isinstance(said[1], dict):
            self._thin(said[1])
        return said

    def _thin(self, value: Any) -> None:
        if isinstance(value, list):
            for one in value:
                self._thin(one)
        elif isinstance(value, dict):
            for names in OPTIONAL:
                if self._draw.random() < 0.5:
                    for name in names:
                        self.left_out += value.pop(name, None) is not None
            for member, one in value.items():
                if member != "included":
                    self._thin(one)


@pytest.mark.parametrize("kind", KINDS)
def test_r25_ragged_records_clear_nothing(tmp_path: Path, kind: str) -> None:
    company = world(8, people=8, all_have_addresses=True)
    company.settle()
    ragged = Ragged(answering(BOOKS[kind](company)), 3)
    with vendor(ragged) as (url, _):
        sync = Sync(tmp_path, kind, url)
        assert sync.run().clean
        before = sync.ask(WHOLE), sync.ask(TICKETS)
        ragged.on = True
        for number in range(5):
            later = NOW - timedelta(seconds=40 - number)
            for n, person in company.people.items():
                company.people[n] = replace(person, updated=later)
            for n, ticket in company.tickets.items():
                company.tickets[n] = replace(ticket, updated=later)
            for run in sync.run().runs:
                assert run.error is None, run
            assert (sync.ask(WHOLE), sync.ask(TICKETS)) == before
    assert ragged.left_out > 20
