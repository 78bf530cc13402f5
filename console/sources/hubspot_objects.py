"""HubSpot's contacts, companies and tickets, as its API gives them, in our words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from console.model import Event, Record, RecordKind, Removal
from console.sources.answers import find
from console.sources.api import Asking
from console.sources.json_fields import (
    Paths,
    as_said,
    said_fields,
    said_name,
    text_id,
    time_or_none,
)
from console.sources.objects import Said, members, reader_of_times
from console.sources.objects import When as Reads
from console.sources.parts import (
    When,
    about,
    changed_at,
    country_field,
    email_field,
    keys,
    phone_field,
    present,
    to_json,
)
from console.sources.people import plain_text
from console.sources.requests import Request
from console.sources.walks import Found
from console.sources.zendesk import ticket_record

VERSION = "2026-09"
_AT_ONCE = 100
CONTACT = (
    "email", "firstname", "lastname", "phone", "mobilephone", "company", "city", "state",
    "country", "hs_timezone", "createdate", "lastmodifieddate", "lifecyclestage",
    "hs_merged_object_ids", "hs_email_optout", "associatedcompanyid",
)  # fmt: skip
COMPANY = ("name", "domain", "createdate", "hs_lastmodifieddate", "hs_merged_object_ids")
TICKET = (
    "subject", "content", "hs_pipeline_stage", "hs_ticket_priority", "hs_ticket_category",
    "source_type", "createdate", "closed_date", "hs_lastmodifieddate", "hs_merged_object_ids",
    "hs_primary_contact_id", "hs_contact_ids", "hs_all_associated_contact_emails",
)  # fmt: skip
_PERSON: Paths = {
    "email": ("email", email_field),
    "account": ("company", None),
    "city": ("city", None),
    "region": ("state", None),
    "country": ("country", country_field),
    "timezone": ("hs_timezone", None),
}
_ACCOUNT: Paths = {"name": ("name", None), "domain": ("domain", None)}
_TICKET: Paths = {
    "subject": ("subject", None),
    "priority": ("hs_ticket_priority", str.lower),
    "channel": ("source_type", str.lower),
}
_NEEDS = {
    "status": ("hs_pipeline_stage", "closed_date"),
    "created_at": ("createdate",),
    "closed_at": ("closed_date",),
}
_STAGES = {"1": "new", "2": "pending", "3": "open", "4": "closed"}
"""The stages that every account has at first."""


def _changed(said: Said, member: str, when: Reads) -> When | None:
    """When a thing last changed: as its properties say, else as HubSpot does."""
    told = time_or_none(members(said.get("properties")), member, when)
    return told or time_or_none(said, "updatedAt", when)


def _first(told: Said, member: str) -> str | None:
    """The first of several values, which stand in one text with semicolons."""
    text = plain_text(told.get(member)) or ""
    return text.replace(",", ";").partition(";")[0].strip() or None


def _company_of(said: Any) -> str:
    """The id of the company that a contact is of; "" for none."""
    return plain_text(find(said, "properties", "associatedcompanyid")) or ""


def gone(said: Said, kind: RecordKind, id: str) -> Iterator[Removal]:
    """Those that have become part of this one, which names them."""
    text = plain_text(find(said, "properties", "hs_merged_object_ids")) or ""
    for old in text.replace(",", ";").split(";"):
        if (name := old.strip()) and name != id:
            yield Removal(kind, name, "merged", into=id)


class Contacts:
    """Reads contacts. external: the property that holds the company's own id of them."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_times(asking.reading.zone, asking.now)
        self._external = asking.settings.get("external_id")
        self._asking = asking
        self._companies: dict[str, str | None] = asking.shared.setdefault("companies", {})

    def learn(self, told: Iterable[Any]) -> None:
        """Ask for the names of companies that contacts are of and do not name, all at once."""
        ids = dict.fromkeys(
            _company_of(one) for one in told if not plain_text(find(one, "properties", "company"))
        )
        wanted = [id for id in ids if id and id not in self._companies]
        for begin in range(0, len(wanted), _AT_ONCE):
            some = wanted[begin : begin + _AT_ONCE]
            self._companies |= dict.fromkeys(some)
            version = self._asking.settings.get("version", VERSION)
            request = Request(
                f"/crm/objects/{version}/companies/batch/read",
                method="POST",
                json={"inputs": [{"id": id} for id in some], "properties": ["name"]},
                allow=(403, 404),
            )
            answer = self._asking.client.ask(request)
            for one in answer.list("results") if answer.status < 300 else ():
                self._companies[str(find(one, "id"))] = plain_text(find(one, "properties", "name"))

    def __call__(self, said: Said) -> Iterator[Found]:
        """One contact, and those that have become part of it. Raises Unreadable without an id."""
        id, told = text_id(said), members(said.get("properties"))
        phone = plain_text(told.get("phone")) or plain_text(told.get("mobilephone"))
        own = plain_text(told.get(str(self._external))) if self._external else None
        who = keys(id, own, plain_text(told.get("email")), phone)
        fields = said_fields(told, _PERSON) | said_name(told, "firstname", "lastname")
        if not fields.get("account") and (name := self._companies.get(_company_of(said))):
            fields["account"] = name
        if "phone" in told or "mobilephone" in told:
            fields["phone"] = phone_field(phone)
        changed = _changed(said, "lastmodifieddate", self._when)
        yield Record("customer", id, who, fields, to_json(said), changed_at(changed))
        if str(told.get("hs_email_optout")).lower() == "true" and changed:
            # Only that they left is said, not when: as it first comes to be known.
            at, quality = about(changed)
            key = f"customer:{id}:unsubscribed"
            yield Event(key, who, "hs_email_optout", at, verb="unsubscribed", quality=quality)
        yield from gone(said, "customer", id)


class Companies:
    """Reads companies."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_times(asking.reading.zone, asking.now)

    def __call__(self, said: Said) -> Iterator[Found]:
        """One company. Raises Unreadable without an id."""
        id, told = text_id(said), members(said.get("properties"))
        changed = _changed(said, "hs_lastmodifieddate", self._when)
        fields = said_fields(told, _ACCOUNT)
        yield Record("account", id, (), fields, to_json(said), changed_at(changed))
        yield from gone(said, "account", id)


class Tickets:
    """Reads tickets."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_times(asking.reading.zone, asking.now)

    def __call__(self, said: Said) -> Iterator[Found]:
        """One ticket. Raises Unreadable without an id."""
        id, told = text_id(said), members(said.get("properties"))
        created = time_or_none(told, "createdate", self._when)
        closed = time_or_none(told, "closed_date", self._when)
        contact = _first(told, "hs_primary_contact_id") or _first(told, "hs_contact_ids")
        who = keys(contact, email=_first(told, "hs_all_associated_contact_emails"))
        stage = plain_text(told.get("hs_pipeline_stage"))
        fields = said_fields(told, _TICKET) | {
            "kind": "ticket",
            # Other stages are the company's own; a ticket that is closed says when.
            "status": "closed" if closed else _STAGES.get(str(stage), "open"),
            "created_at": created[0] if created else None,
            "closed_at": closed[0] if closed else None,
        }
        changed = _changed(said, "hs_lastmodifieddate", self._when)
        fields = as_said(told, fields, _NEEDS)
        times = present(created=created, solved=closed) if who else {}
        yield ticket_record(id, who, fields, times, to_json(said), changed_at(changed))
        yield from gone(said, "thread", id)
