"""HubSpot, made up: searches in the order of ids, deleted things in lists of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.sources.books.book import NOT_THERE, Answered, Book, iso, parsed
from tests.sources.books.world import NOW, Person, Ticket
from tests.sources.replay import Asked

DELETED = 9_001


class HubSpot(Book):
    kind = "hubspot"

    def answer(self, asked: Asked, url: str) -> Answered:
        parts = asked.path.split("/")
        if parts[:4] != ["", "crm", "objects", "2026-09"]:
            return NOT_THERE
        if asked.method == "GET":
            if asked.query.get("archived") != "true":
                return Answered({"results": [{"id": str(100 + n)} for n in self.world.people]})
            at = iso(NOW - timedelta(days=5))
            gone = [{"id": str(DELETED), "archived": True, "archivedAt": at}]
            return Answered({"results": gone})
        world = self.world
        told = {
            "contacts": [_contact(one) for one in world.people.values()],
            "companies": [_company()],
            "tickets": [_ticket(one) for one in world.tickets.values()],
        }[parts[4]]
        for group in asked.body["filterGroups"]:
            for one in group["filters"]:
                told = [thing for thing in told if _matches(thing, one)]
        told.sort(key=lambda thing: int(thing["id"]))
        start = int(asked.body.get("after", "0"))
        size = min(self.page, asked.body["limit"])
        rows = told[start : start + size]
        body: dict[str, Any] = {"total": len(told), "results": rows}
        if start + size < len(told):
            body["paging"] = {"next": {"after": str(start + size)}}

        def again() -> None:
            body["paging"] = {"next": {"after": str(start)}}

        return Answered(body, rows=rows, again=again)


def _matches(thing: dict[str, Any], one: dict[str, str]) -> bool:
    if one["propertyName"] == "hs_object_id":
        return int(thing["id"]) > int(one["value"])
    changed = parsed(thing["properties"][one["propertyName"]])
    return changed.timestamp() * 1000 >= int(one["value"])


def _contact(one: Person) -> dict[str, Any]:
    told = {
        "email": one.email, "firstname": one.first, "lastname": one.last, "city": one.city,
        "lastmodifieddate": iso(one.updated), "createdate": iso(one.created), "phone": None,
        "hs_merged_object_ids": "9002;9003" if one.n == 0 else None,
    }  # fmt: skip
    return {"id": str(100 + one.n), "properties": told, "archived": False}


def _company() -> dict[str, Any]:
    told = {"name": "Acme", "domain": "acme.example", "hs_lastmodifieddate": iso(NOW),
            "createdate": iso(NOW - timedelta(days=90))}  # fmt: skip
    return {"id": "50", "properties": told, "archived": False}


def _ticket(one: Ticket) -> dict[str, Any]:
    told = {
        "subject": one.subject, "hs_pipeline_stage": "1" if one.is_open else "4",
        "hs_ticket_priority": "LOW", "source_type": "EMAIL", "createdate": iso(one.created),
        "closed_date": None if one.is_open else iso(one.messages[-1][0]),
        "hs_lastmodifieddate": iso(one.updated), "hs_primary_contact_id": str(100 + one.person),
    }  # fmt: skip
    return {"id": str(7000 + one.n), "properties": told, "archived": False}
