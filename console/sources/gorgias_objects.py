"""Gorgias's tickets, customers, messages, events and surveys in our words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from console.clock import MINUTE
from console.model import Event, Record, Removal, Who
from console.sources.api import Asking
from console.sources.json_fields import (
    Paths,
    as_said,
    needed_time,
    said_fields,
    text_id,
    time_or_none,
)
from console.sources.objects import Said, When, members, reader_of_times
from console.sources.parts import (
    OUTRANKED,
    changed_at,
    email_field,
    keys,
    present,
    to_json,
)
from console.sources.people import plain_text
from console.sources.requests import Request
from console.sources.walks import Found
from console.sources.zendesk import requester_record, ticket_record

_MOST_REMEMBERED = 100_000
_TICKET: Paths = {
    "subject": ("subject", None),
    "status": ("status", str.lower),
    "priority": ("priority", str.lower),
    "channel": ("channel", None),
}
_NEEDS = {"created_at": ("created_datetime",), "closed_at": ("closed_datetime",)}
_PERSON: Paths = {
    "name": ("name", None),
    "email": ("email", email_field),
    "timezone": ("timezone", None),
}
_LOW, _HIGH = 2, 5


def reader_of_naive(asking: Asking) -> When:
    """Reads times; those without an offset, which the documents do not explain, as UTC."""
    return reader_of_times(UTC, asking.now)


@dataclass(frozen=True, slots=True)
class Known:
    """What other streams need of a ticket."""

    who: Who
    created: int
    hidden: bool = False


class Tickets:
    """Reads tickets, and who they are from."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._when = reader_of_naive(asking)
        self._known: dict[str, Known] = asking.shared.setdefault("tickets", {})

    def __call__(self, said: Said) -> Iterator[Found]:
        """One ticket and its customer; a removal where it is spam or in the trash."""
        id, known = text_id(said), self._remember(said)
        updated = changed_at(time_or_none(said, "updated_datetime", self._when))
        if known.hidden:
            yield Removal("thread", id, "deleted", at=updated)
            return
        created = time_or_none(said, "created_datetime", self._when)
        closed = time_or_none(said, "closed_datetime", self._when)
        fields = {
            "kind": "ticket",
            **said_fields(said, _TICKET),
            "created_at": created[0] if created else None,
            "closed_at": closed[0] if closed and said.get("status") == "closed" else None,
        }
        fields = as_said(said, fields, _NEEDS)
        times = present(created=created, solved=closed)
        yield ticket_record(id, known.who, fields, times, to_json(said), at=updated)
        customer = members(said.get("customer"))
        if known.who and customer.get("id"):
            person = present(**said_fields(customer, _PERSON))
            record = requester_record(text_id(customer), known.who, person, to_json(customer))
            # The customers themselves know better.
            yield Record(
                record.kind, record.id, record.who, record.fields, record.raw, OUTRANKED,
                counted=False,
            )  # fmt: skip

    def _remember(self, said: Said) -> Known:
        created = time_or_none(said, "created_datetime", self._when)
        hidden = bool(said.get("spam") or said.get("trashed_datetime"))
        known = Known(_customer_keys(members(said.get("customer"))), created[0] if created else 0,
                      hidden)  # fmt: skip
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[text_id(said)] = known
        return known

    def find(self, id: str) -> Known | None:
        """What is known of a ticket, asked for where it did not come; None when it is gone."""
        if id not in self._known:
            answer = self._asking.client.ask(Request(f"/api/tickets/{id}", allow=(404,)))
            if answer.status == 404:
                return None
            self._remember(answer.one(id))
        return self._known[id]


def _customer_keys(customer: Said) -> Who:
    id, external = plain_text(customer.get("id")), plain_text(customer.get("external_id"))
    return keys(id, external, customer.get("email"))


class Customers:
    """Reads customers."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_naive(asking)

    def __call__(self, said: Said) -> Iterator[Found]:
        """One customer."""
        updated = changed_at(time_or_none(said, "updated_datetime", self._when))
        fields = said_fields(said, _PERSON)
        yield Record(
            "customer", text_id(said), _customer_keys(said), fields, to_json(said), updated
        )


class Messages:
    """Reads messages, and the customers' replies."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_naive(asking)
        self._tickets = Tickets(asking)

    def __call__(self, said: Said) -> Iterator[Found]:
        """One message; nothing of a ticket that is hidden."""
        id, ticket = text_id(said), text_id(said, "ticket_id")
        known = self._tickets.find(ticket)
        if known is None:
            yield Removal("thread", ticket)
        if known is None or known.hidden:
            return
        sent = time_or_none(said, "sent_datetime", self._when) or needed_time(
            said, "created_datetime", self._when
        )
        ours = said.get("from_agent") is True
        fields = {
            "thread": ticket,
            "direction": "note" if said.get("public") is False else "out" if ours else "in",
            "channel": plain_text(said.get("channel")),
            "subject": plain_text(said.get("subject")),
            "text": plain_text(said.get("stripped_text") or said.get("body_text")),
            "sent_at": sent[0],
            "opened_at": (time_or_none(said, "opened_datetime", self._when) or (None,))[0],
        }
        who = known.who if ours else _customer_keys(members(said.get("sender"))) or known.who
        yield Record("message", id, who, fields, to_json(said), changed_at(sent))
        if fields["direction"] == "in":
            created = needed_time(said, "created_datetime", self._when)
            yield from reply(id, known, created)


def reply(message: str, known: Known, when: tuple[int, Any]) -> Iterator[Event]:
    """A customer's answer; none for the message with which the ticket began."""
    if when[0] - known.created > MINUTE and known.who:
        yield Event(
            f"message:{message}:ticket_replied", known.who, "ticket-message-created", when[0],
            verb="ticket_replied", quality=when[1],
        )  # fmt: skip


class Happenings:
    """Reads Gorgias's events: replies, and tickets opened again."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_naive(asking)
        self._tickets = Tickets(asking)

    def __call__(self, said: Said) -> Iterator[Found]:
        """One event; nothing where it is our own doing, or tickets tell it themselves."""
        id, name, about = text_id(said), said.get("type"), members(said.get("data"))
        when = needed_time(said, "created_datetime", self._when)
        if said.get("user_id") is not None:
            return
        if name == "ticket-message-created":
            known = self._tickets.find(text_id(about, "ticket_id"))
            if known and not known.hidden:
                yield from reply(text_id(said, "object_id"), known, when)
        elif name == "ticket-reopened":
            known = self._tickets.find(text_id(said, "object_id"))
            if known and known.who and not known.hidden:
                yield Event(
                    f"{id}:ticket_reopened", known.who, name, when[0], verb="ticket_reopened",
                    quality=when[1], raw=to_json(said),
                )  # fmt: skip


class Surveys:
    """Reads satisfaction surveys."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_naive(asking)

    def __call__(self, said: Said) -> Iterator[Found]:
        """One survey, where it was answered."""
        score, customer = said.get("score"), plain_text(said.get("customer_id"))
        scored = time_or_none(said, "scored_datetime", self._when)
        if scored is None or not isinstance(score, int) or not customer:
            return
        yield Event(
            f"survey:{text_id(said)}:rated", keys(customer), "survey score", scored[0],
            verb="rated", level="urgent" if score <= _LOW else None,
            object=f"{score} of {_HIGH}", quality=scored[1], raw=to_json(said),
        )  # fmt: skip
