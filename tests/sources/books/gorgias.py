"""Gorgias, made up: everything newest first, and nothing can be asked for since when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.sources.books.book import (
    BEGIN,
    NOT_THERE,
    Answered,
    Book,
    Pairs,
    backwards,
    cut,
    decoded,
    encoded,
    iso,
)
from tests.sources.books.world import NOW, Person, Ticket
from tests.sources.replay import Asked

SPAM = 9_001


class Gorgias(Book):
    kind = "gorgias"

    def answer(self, asked: Asked, url: str) -> Answered:
        _, _, name, *id = asked.path.split("/")
        world = self.world
        if name == "tickets" and id:
            ticket = world.tickets.get(int(id[0]))
            return Answered(self._ticket(ticket)) if ticket else NOT_THERE
        told: dict[str, list[tuple[Any, int, Any]]] = {
            "tickets": [
                *((t.updated, t.n, self._ticket(t)) for t in world.tickets.values()), _spam(),
            ],
            "customers": [(p.updated, p.n, _customer(p)) for p in world.people.values()],
            "messages": [
                (at, t.n * 10 + n, self._message(t, n))
                for t in world.tickets.values()
                for n, (at, _, _) in enumerate(t.messages)
            ],
            "events": [],
            "satisfaction-surveys": [],
        }  # fmt: skip
        if name not in told or id:
            return NOT_THERE
        pairs: Pairs = sorted(
            ((backwards(at, n), row) for at, n, row in told[name]), key=lambda one: one[0]
        )
        token = asked.query.get("cursor")
        rows, last = cut(pairs, decoded(token)["after"] if token else None, self.page)
        meta = {"prev_cursor": None, "next_cursor": last and encoded({"after": last})}
        return Answered(
            {"data": rows, "object": "list", "meta": meta}, rows=rows,
            again=lambda: meta.update(next_cursor=token or BEGIN),
        )  # fmt: skip

    def _ticket(self, one: Ticket) -> dict[str, Any]:
        closed = None if one.is_open else iso(one.messages[-1][0])
        return {
            "id": one.n, "status": "open" if one.is_open else "closed", "spam": False,
            "priority": "normal", "channel": "email", "subject": one.subject,
            "customer": self._asker(one.person), "created_datetime": iso(one.created),
            # Without an offset, as some are.
            "updated_datetime": f"{one.updated:%Y-%m-%dT%H:%M:%S}", "closed_datetime": closed,
            "trashed_datetime": None,
        }  # fmt: skip

    def _asker(self, n: int) -> dict[str, Any]:
        # Their first name of all: what a ticket says of them gives way to themselves.
        return {"id": 100 + n, "email": self.world.people[n].email, "name": f"Name {n}"}

    def _message(self, one: Ticket, n: int) -> dict[str, Any]:
        at, theirs, text = one.messages[n]
        return {
            "id": 5000 + one.n * 10 + n, "ticket_id": one.n, "from_agent": not theirs,
            "channel": "email", "public": True, "subject": "Hej", "body_text": text,
            "sender": self._asker(one.person) if theirs else {"id": 1, "name": "Agent"},
            "created_datetime": iso(at), "sent_datetime": iso(at),
        }  # fmt: skip


def _spam() -> tuple[Any, int, Any]:
    at = NOW - timedelta(days=4)
    return (
        at, SPAM,
        {"id": SPAM, "status": "closed", "spam": True, "subject": None, "customer": None,
         "created_datetime": iso(at), "updated_datetime": iso(at), "trashed_datetime": iso(at)},
    )  # fmt: skip


def _customer(one: Person) -> dict[str, Any]:
    return {
        "id": 100 + one.n, "email": one.email, "name": one.first, "external_id": one.own,
        "timezone": None, "created_datetime": iso(one.created),
        "updated_datetime": iso(one.updated),
    }  # fmt: skip
