"""Zendesk's tickets, users and comments, as its API gives them, in our words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from console.model import Event, Record, Removal, Who
from console.sources.answers import Answer, Refused, find
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
    changed_by,
    derived,
    email_field,
    keys,
    phone_field,
    present,
    to_json,
)
from console.sources.people import plain_text
from console.sources.requests import Request
from console.sources.walks import Found, each
from console.sources.zendesk import ticket_record

_MOST_REMEMBERED = 200_000
_AT_ONCE = 100
_STAFF = frozenset({"agent", "admin"})
_TICKET: Paths = {
    "subject": ("subject", None),
    "status": ("status", str.lower),
    "priority": ("priority", str.lower),
    "channel": (("via", "channel"), None),
}
_NEEDS = {
    "rating": ("satisfaction_rating",),
    "created_at": ("created_at",),
    "closed_at": ("status",),
}
_PERSON: Paths = {
    "name": ("name", None),
    "email": ("email", email_field),
    "phone": ("phone", phone_field),
    "timezone": ("iana_time_zone", None),
}


class Tickets:
    """Reads tickets, and remembers who asked."""

    def __init__(self, asking: Asking) -> None:
        self._now = asking.now
        self._when = reader_of_times(asking.reading.zone, asking.now)
        self._requesters: dict[str, str] = asking.shared.setdefault("requesters", {})
        self._solved: dict[str, Said] = {}

    def learn(self, answer: Answer) -> None:
        """Take the tickets' metrics from where they stand beside them."""
        listed = find(answer.json, "metric_sets")
        for one in listed if isinstance(listed, list) else ():
            self._solved[str(find(one, "ticket_id"))] = members(one)

    def generated(self, said: object) -> int | None:
        """When Zendesk last wrote a ticket down, which is what it compares."""
        at = find(said, "generated_timestamp")
        return at * 1_000_000 if isinstance(at, int) else None

    def __call__(self, said: Said) -> Iterator[Found]:
        """One ticket; a removal where it was deleted."""
        id = text_id(said)
        updated = time_or_none(said, "updated_at", self._when)
        if said.get("status") == "deleted":
            at = max(self.generated(said) or 0, changed_by(updated, self._now))
            yield Removal("thread", id, "deleted", at=at)
            return
        requester = said.get("requester_id")
        if requester:
            if len(self._requesters) >= _MOST_REMEMBERED:
                self._requesters.clear()
            self._requesters[id] = str(requester)
        created = time_or_none(said, "created_at", self._when)
        fields = {"kind": "ticket", **said_fields(said, _TICKET)}
        score = str(find(said, "satisfaction_rating", "score") or "").lower()
        # Offered, not offered and unoffered are no ratings.
        rating = next((word for word in ("good", "bad") if score.startswith(word)), None)
        is_open = fields.get("status") not in ("solved", "closed")
        solved = self._solved_at(id, said)
        if solved is None and not is_open and updated:
            solved = about(updated)
        around = solved or updated or created
        times = present(created=created, solved=solved, rated=about(around) if around else None)
        fields |= {
            "rating": rating,
            "created_at": created[0] if created else None,
            "closed_at": None if is_open or solved is None else solved[0],
        }
        who = keys(str(requester) if requester else None)
        fields = as_said(said, fields, _NEEDS)
        yield ticket_record(
            id, who, fields, times, to_json(said), at=changed_by(updated, self._now)
        )
        for old in said.get("merged_ticket_ids") or ():
            if (name := plain_text(old)) and name != id:
                yield Removal("thread", name, "merged", changed_by(updated, self._now), id)

    def _solved_at(self, id: str, said: Said) -> When | None:
        metrics = members(said.get("metric_set")) or self._solved.get(id, {})
        return time_or_none(metrics, "solved_at", self._when)


class Users:
    """Reads users who ask; those who answer are remembered as staff. staff: their ids."""

    def __init__(self, asking: Asking, staff: set[str]) -> None:
        self._asking = asking
        self._staff = staff
        self._when = reader_of_times(asking.reading.zone, asking.now)
        self._organisations: dict[str, str | None] = {}

    def learn(self, told: Iterable[Any]) -> None:
        """Ask for the names of the organisations that users are of, as far as we may."""
        ids = dict.fromkeys(str(id) for one in told if (id := find(one, "organization_id")))
        wanted = [id for id in ids if id not in self._organisations]
        for begin in range(0, len(wanted), _AT_ONCE):
            some = wanted[begin : begin + _AT_ONCE]
            self._organisations |= dict.fromkeys(some)
            request = Request(
                "/api/v2/organizations/show_many.json", {"ids": ",".join(some)}, allow=(403, 404)
            )
            answer = self._asking.client.ask(request)
            for one in answer.list("organizations") if answer.status == 200 else ():
                self._organisations[str(find(one, "id"))] = plain_text(find(one, "name"))

    def __call__(self, said: Said) -> Iterator[Found]:
        """One user; a removal where they were deleted, or erased."""
        id = text_id(said)
        updated = changed_by(time_or_none(said, "updated_at", self._when), self._asking.now)
        if said.get("permanently_deleted") is True:
            yield Removal("customer", id, "erased", at=updated)
            return
        if said.get("role") in _STAFF:
            self._staff.add(id)
            return
        self._staff.discard(id)
        if said.get("active") is False:
            yield Removal("customer", id, "deleted", at=updated)
            return
        fields = said_fields(said, _PERSON)
        if fields.get("name") and email_field(fields["name"]):
            # Zendesk calls someone without a name by their address.
            del fields["name"]
        if "organization_id" in said:
            name = self._organisations.get(str(said["organization_id"]))
            fields |= {"account": name} if name or not said["organization_id"] else {}
        external = plain_text(said.get("external_id"))
        phone = None if said.get("shared_phone_number") else fields.get("phone")
        who = keys(id, external, fields.get("email"), phone)
        yield Record("customer", id, who, fields, to_json(said), updated)


class Comments:
    """Reads the events of tickets: comments as messages, and tickets opened again."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._when = reader_of_times(asking.reading.zone, asking.now)
        self._requesters: dict[str, str] = asking.shared.setdefault("requesters", {})
        self._staff: set[str] = asking.shared.setdefault("staff", set())

    def __call__(self, said: Said) -> Iterator[Found]:
        """One audit of a ticket, with all that happened in it."""
        ticket = text_id(said, "ticket_id")
        member = "created_at" if said.get("created_at") else "timestamp"
        when = needed_time(said, member, self._when)
        listed = said.get("child_events")
        children = [one for one in listed or () if isinstance(one, dict)]
        opens = any(one.get("event_type") == "Create" for one in children)

        def read(child: Said) -> Iterator[Found]:
            if child.get("event_type") == "Comment":
                yield self._comment(said, child, ticket, when, opens=opens)
            elif child.get("event_type") == "Change" and child.get("status") == "open":
                yield from self._reopened(child, ticket, when)

        yield from each(children, read)

    def _comment(self, said: Said, child: Said, ticket: str, when: When, *, opens: bool) -> Record:
        id = text_id(child)
        author = str(child.get("author_id") or said.get("updater_id") or "")
        theirs = self._is_theirs(author, ticket)
        public = child.get("public") is not False
        fields = {
            "thread": ticket,
            "direction": ("in" if theirs else "out") if public else "note",
            "channel": plain_text(find(child, "via", "channel") or said.get("via")),
            "text": plain_text(child.get("body")),
            "sent_at": when[0],
        }
        who = keys(author) if theirs else self._asker(ticket)
        events: tuple[Event, ...] = ()
        if theirs and public and not opens:
            events = (derived(f"message:{id}", "ticket_replied", "comment", when, who),)
        raw = to_json({"ticket_id": ticket, **child})
        return Record("message", id, who, fields, raw, changed_at(when), events=events)

    def _is_theirs(self, author: str, ticket: str) -> bool:
        """Whether a customer wrote it, and not one of us."""
        if not author or author in self._staff:
            return False
        # Where it is not known who answers, all but the one who asked do.
        return bool(self._staff) or keys(author) == self._asker(ticket)

    def _asker(self, ticket: str) -> Who:
        if ticket not in self._requesters:
            request = Request(f"/api/v2/tickets/{ticket}.json", allow=(404,))
            try:
                answer = self._asking.client.ask(request)
                told = answer.one(ticket, "ticket") if answer.status == 200 else {}
                asked = told.get("requester_id")
            except Refused:
                asked = None
            self._requesters[ticket] = str(asked or "")
        return keys(self._requesters[ticket] or None)

    def _reopened(self, child: Said, ticket: str, when: When) -> Iterator[Event]:
        who = self._asker(ticket) if child.get("previous_value") == "solved" else ()
        if who:
            yield Event(
                f"{text_id(child)}:ticket_reopened", who, "ticket reopened", when[0],
                verb="ticket_reopened", quality=when[1], raw=to_json(child),
            )  # fmt: skip
