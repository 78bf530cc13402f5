"""Intercom, made up: searches by whole days, conversations one by one."""

from __future__ import annotations

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
    unix,
)
from tests.sources.books.world import Person, Ticket
from tests.sources.replay import Asked

_DAY = 86_400
MERGED = "lead-9"


class Intercom(Book):
    kind = "intercom"

    def answer(self, asked: Asked, url: str) -> Answered:
        people, tickets = self.world.people.values(), self.world.tickets
        if asked.path == "/contacts/search":
            told = [(p.updated, p.n, _contact(p)) for p in people]
            return self._search(asked, "data", told)
        if asked.path == "/conversations/search":
            found = [(t.updated, t.n, _brief(t)) for t in tickets.values()]
            return self._search(asked, "conversations", found)
        if asked.path.startswith("/conversations/c"):
            ticket = tickets.get(int(asked.path.rpartition("/c")[2]))
            return Answered(_whole(ticket)) if ticket else NOT_THERE
        return NOT_THERE

    def _search(self, asked: Asked, items: str, told: list[tuple[Any, int, Any]]) -> Answered:
        asks, paging = asked.body["query"], asked.body["pagination"]
        if asks["field"] == "updated_at":
            # It begins with the day after.
            least = (int(asks["value"]) // _DAY + 1) * _DAY
            told = [one for one in told if unix(one[0]) >= least]
        pairs: Pairs = sorted(
            ((backwards(at, n), row) for at, n, row in told), key=lambda one: one[0]
        )
        token = paging.get("starting_after")
        rows, last = cut(pairs, decoded(token)["after"] if token else None, self.page)
        pages: dict[str, Any] = {"type": "pages", "per_page": paging["per_page"]}
        if last is not None:
            pages["next"] = {"starting_after": encoded({"after": last})}
        body = {"type": "list", items: rows, "total_count": len(told), "pages": pages}

        def again() -> None:
            pages["next"] = {"starting_after": token or BEGIN}

        return Answered(body, rows=rows, again=again)


def _contact(one: Person) -> dict[str, Any]:
    told = {
        "type": "contact", "id": f"i{one.n}", "external_id": one.own, "role": "user",
        "email": one.email, "phone": None, "name": one.first, "created_at": unix(one.created),
        "updated_at": unix(one.updated), "signed_up_at": unix(one.created),
    }  # fmt: skip
    if one.n == 0:
        at = unix(one.created)
        told["merge_history"] = [{"source_contact_id": MERGED, "merged_at": at}]
    return told


def _brief(one: Ticket) -> dict[str, Any]:
    at, _, text = one.messages[0]
    author = {"type": "user", "id": f"i{one.person}"}
    return {
        "type": "conversation", "id": f"c{one.n}", "created_at": unix(at), "title": one.subject,
        "updated_at": unix(one.updated), "state": "open" if one.is_open else "closed",
        "open": one.is_open, "priority": "not_priority",
        "statistics": {"last_close_at": None if one.is_open else unix(one.messages[-1][0])},
        "source": {"type": "email", "id": f"s{one.n}", "body": f"<p>{text}</p>", "author": author},
        "contacts": {"contacts": [{"type": "contact", "id": f"i{one.person}"}]},
    }  # fmt: skip


def _whole(one: Ticket) -> dict[str, Any]:
    parts = [
        {
            "type": "conversation_part", "id": f"p{one.n}-{n}", "part_type": "comment",
            "body": f"<p>{text}</p>", "created_at": unix(at), "updated_at": unix(at),
            "author": {"type": "user", "id": f"i{one.person}"} if theirs else
            {"type": "admin", "id": "1"},
        }
        for n, (at, theirs, text) in enumerate(one.messages)
        if n
    ]  # fmt: skip
    listed = {"conversation_parts": parts, "total_count": len(parts)}
    return {**_brief(one), "conversation_parts": listed}
