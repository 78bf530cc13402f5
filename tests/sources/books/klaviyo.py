"""Klaviyo, made up: profiles by their last change, events by their own time."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from tests.sources.books.book import (
    NOT_THERE,
    Answered,
    Book,
    Pairs,
    decoded,
    forwards,
    iso,
    parsed,
)
from tests.sources.books.world import DEEDS, NOW, Deed, Person
from tests.sources.replay import Asked

_BOUND = re.compile(r"(greater-than|greater-or-equal|less-than)\((?:updated|datetime),([^)]*)\)")
_CURSOR = "page[cursor]"


class Klaviyo(Book):
    kind = "klaviyo"

    def answer(self, asked: Asked, url: str) -> Answered:
        if asked.path == "/api/profiles":
            pairs = [
                (forwards(one.updated, one.n), _profile(one)) for one in self.world.people.values()
            ]
            return self._page(asked, url, pairs, "updated")
        if asked.path == "/api/events":
            # Events come 200 at a time, or the reader's first look is no look.
            self.page, small = 200, self.page
            pairs = [(forwards(_at(one), one.n), _event(one)) for one in self.world.deeds]
            answered = self._page(asked, url, pairs, "datetime")
            self.page = small
            answered.body["included"] = [
                {"type": "metric", "id": f"m{n}", "attributes": {"name": name}}
                for n, name in enumerate(DEEDS)
            ]
            return answered
        if asked.path in ("/api/campaigns", "/api/lists", "/api/segments"):
            return Answered({"data": [], "links": {"next": None}})
        return NOT_THERE

    def _page(self, asked: Asked, url: str, pairs: Pairs, field: str) -> Answered:
        token = asked.query.get(_CURSOR)
        query = decoded(token)["query"] if token else asked.query
        for how, text in _BOUND.findall(query.get("filter", "")):
            bound = iso(parsed(text))
            pairs = [one for one in pairs if _within(how, one[1]["attributes"][field], bound)]
        answered = self.links(asked, url, sorted(pairs, key=lambda one: one[0]), _CURSOR,
                              "links", "next")  # fmt: skip
        answered.body["data"] = answered.rows
        return answered


def _within(how: str, value: str, bound: str) -> bool:
    if how == "less-than":
        return value < bound
    return value > bound if how == "greater-than" else value >= bound


def _profile(one: Person) -> dict[str, Any]:
    told = {
        "email": one.email, "external_id": one.own, "phone_number": None, "first_name": one.first,
        "last_name": one.last, "organization": None, "updated": iso(one.updated),
        "location": {"city": one.city, "country": "Sweden"},
    }  # fmt: skip
    return {"type": "profile", "id": f"P{one.n:03}", "attributes": told}


def _at(deed: Deed) -> Any:
    """Now and then one is dated ahead of the clock."""
    return NOW + timedelta(days=2, seconds=deed.n) if deed.n % 97 == 5 else deed.at


def _event(one: Deed) -> dict[str, Any]:
    told = {"datetime": iso(_at(one)), "event_properties": {"$value": one.n / 4, "n": one.n}}
    related = {
        "profile": {"data": {"type": "profile", "id": f"P{one.person:03}"}},
        "metric": {"data": {"type": "metric", "id": f"m{DEEDS.index(one.name)}"}},
    }
    return {"type": "event", "id": f"e{one.n:04}", "attributes": told, "relationships": related}
