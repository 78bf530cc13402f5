"""Intercom's contacts and conversations, as its API gives them, in our words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any

from console.model import Event, Record, Removal, Who
from console.sources.answers import find
from console.sources.api import Asking
from console.sources.json_fields import (
    Paths,
    as_said,
    needed_time,
    said_fields,
    text_id,
    time_or_none,
)
from console.sources.objects import Said, members, reader_of_times
from console.sources.parts import (
    When,
    about,
    changed_at,
    country_field,
    derived,
    email_field,
    keys,
    phone_field,
    present,
    to_json,
)
from console.sources.people import plain_text
from console.sources.walks import Found, each
from console.sources.zendesk import ticket_record

_PERSON: Paths = {
    "name": ("name", None),
    "email": ("email", email_field),
    "phone": ("phone", phone_field),
    "city": (("location", "city"), None),
    "region": (("location", "region"), None),
    "country": (("location", "country"), country_field),
}
# What is only said to be so, and not since when.
_MARKS = {
    "unsubscribed_from_emails": "unsubscribed",
    "has_hard_bounced": "mail_bounced",
    "marked_email_as_spam": "spam_reported",
}
_LAST = {"last_seen_at": "logged_in", "last_email_opened_at": "mail_opened"}
PEOPLE = ("user", "lead", "contact")
"""The types of those who are customers and not of the company."""
_NEEDS = {
    "status": ("state",),
    "priority": ("priority",),
    "closed_at": ("state",),
    "rating": ("conversation_rating",),
    "created_at": ("created_at",),
    "channel": ("source",),
    "subject": ("title", "source"),
}
_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"(?i)<(?:br|/p|/div|/li)\b[^>]*>")
_LONGEST_SUBJECT = 120


def who_of(said: Said) -> Who:
    """How a contact, or one who wrote something, is known."""
    email, phone = said.get("email"), said.get("phone")
    return keys(
        plain_text(said.get("id")),
        plain_text(said.get("external_id")),
        email if isinstance(email, str) else None,
        phone if isinstance(phone, str) else None,
    )


class Contacts:
    """Reads contacts, and those that have become part of them."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_times(asking.reading.zone, asking.now)

    def __call__(self, said: Said) -> Iterable[Found]:
        """One contact. Raises Unreadable without an id."""
        id, who, raw = text_id(said), who_of(said), to_json(said)
        fields = said_fields(said, _PERSON)
        signed_up = time_or_none(said, "signed_up_at", self._when)
        events: tuple[Event, ...] = ()
        if said.get("role") == "user":
            signed_up = signed_up or time_or_none(said, "created_at", self._when)
            if signed_up:
                fields["signed_up_at"] = signed_up[0]
                record = f"customer:{id}"
                events = (derived(record, "signed_up", "contact created", signed_up, who),)
        updated = time_or_none(said, "updated_at", self._when)
        yield Record("customer", id, who, fields, raw, changed_at(updated), events)
        yield from self._done(id, who, said, updated)
        for gone in said.get("merge_history") or ():
            old = plain_text(find(gone, "source_contact_id") or find(gone, "id"))
            if old and old != id:
                merged = time_or_none(gone, "merged_at", self._when)
                yield Removal("customer", old, "merged", changed_at(merged), id)

    def _done(self, id: str, who: Who, said: Said, updated: When | None) -> Iterator[Event]:
        """What they did last, and what became of mails to them, as it first comes to be known."""
        for name, verb in _LAST.items():
            if when := time_or_none(said, name, self._when):
                key = f"customer:{id}:{verb}:{when[0] // 1_000_000}"
                yield Event(key, who, name, when[0], verb=verb, quality=when[1])
        for name, verb in _MARKS.items():
            if said.get(name) is True and updated:
                at, quality = about(updated)
                yield Event(f"customer:{id}:{verb}", who, name, at, verb=verb, quality=quality)


def text_of(body: Any) -> str | None:
    """What a body of HTML says, as plain text."""
    if not isinstance(body, str):
        return None
    lines = html.unescape(_TAG.sub("", _BREAK.sub("\n", body))).splitlines()
    return "\n".join(line.strip() for line in lines).strip() or None


def is_whole(said: Said) -> bool:
    """Whether all parts of a conversation came with it: Intercom gives the newest 500."""
    total = find(said, "conversation_parts", "total_count")
    return not isinstance(total, int) or total <= len(parts_of(said))


def parts_of(said: Said) -> list[Said]:
    """The parts of a conversation."""
    found = find(said, "conversation_parts", "conversation_parts")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


class Conversations:
    """Reads conversations with their parts."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_times(asking.reading.zone, asking.now)

    def __call__(self, said: Said) -> Iterator[Found]:
        """One conversation and its messages. Raises Unreadable without an id."""
        id, source = text_id(said), members(said.get("source"))
        contact = next(iter(find(said, "contacts", "contacts") or ()), None)
        author = members(source.get("author"))
        by_customer = author.get("type") in PEOPLE
        who = who_of(members(contact)) or (who_of(author) if by_customer else ())
        first = text_of(source.get("body"))
        subject = text_of(said.get("title")) or text_of(source.get("subject"))
        subject = subject or (first.split("\n")[0][:_LONGEST_SUBJECT] if first else None)
        created = time_or_none(said, "created_at", self._when)
        fields, times = self._state(said, created if by_customer else None)
        fields = {
            "kind": "conversation", "subject": subject, "channel": plain_text(source.get("type")),
            "created_at": created[0] if created else None, **fields,
        }  # fmt: skip
        fields = as_said(said, fields, _NEEDS)
        # The parts stand beside it, as messages.
        told = {name: value for name, value in said.items() if name != "conversation_parts"}
        raw = to_json({**told, "complete": is_whole(said)})
        at = changed_at(time_or_none(said, "updated_at", self._when))
        yield ticket_record(id, who, fields, times, raw, at)
        if source and created:
            begun = {**source, "id": source.get("id") or id, "created_at": said["created_at"]}
            yield from self._message(begun, id, who, fields, "begun")
        yield from each(
            parts_of(said),
            lambda part: self._message(part, id, who, fields, str(part.get("part_type"))),
        )

    def _state(self, said: Said, created: When | None) -> tuple[dict[str, Any], dict[str, When]]:
        """How a conversation stands, and when it came to."""
        state, told = plain_text(said.get("state")), members(said.get("statistics"))
        closed = time_or_none(told, "last_close_at", self._when) if state == "closed" else None
        if state == "closed" and closed is None:
            updated = time_or_none(said, "updated_at", self._when)
            closed = about(updated) if updated else None
        rated, rating = members(said.get("conversation_rating")), None
        if isinstance(score := rated.get("rating"), int):
            rating = "bad" if score <= 2 else "good" if score >= 4 else "neutral"
        fields = {
            "status": state,
            "priority": plain_text(said.get("priority")),
            "closed_at": closed[0] if closed else None,
            "rating": rating,
        }
        times = present(
            created=created,
            solved=closed,
            rated=time_or_none(rated, "updated_at", self._when)
            or time_or_none(rated, "created_at", self._when),
        )
        return fields, times

    def _message(
        self, said: Said, thread: str, who: Who, about_it: dict[str, Any], what: str
    ) -> Iterator[Record]:
        """What somebody wrote in a conversation; nothing for what only happened to it."""
        text = text_of(said.get("body"))
        by_customer = find(said, "author", "type") in PEOPLE
        if text is None and not (by_customer and what in ("comment", "open")):
            return
        id, when = text_id(said), needed_time(said, "created_at", self._when)
        fields = {
            "thread": thread,
            "channel": about_it.get("channel"), "subject": about_it.get("subject"),
            "direction": "note" if what == "note" else "in" if by_customer else "out",
            "text": text, "sent_at": when[0],
        }  # fmt: skip
        events: tuple[Event, ...] = ()
        verb = {"comment": "ticket_replied", "open": "ticket_reopened"}.get(what)
        if by_customer and verb and who:
            subject = about_it.get("subject")
            events = (derived(f"message:{id}", verb, what, when, who, object=subject),)
        at = changed_at(time_or_none(said, "updated_at", self._when) or when)
        yield Record("message", id, who, fields, to_json(said), at, events, counted=False)
