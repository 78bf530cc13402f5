"""Zendesk, made up: exports in the order in which things were written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.sources.books.book import NOT_THERE, Answered, Book, cut, decoded, encoded, unix, zulu
from tests.sources.books.world import NOW, Person, Ticket
from tests.sources.replay import Asked

_AGENT = 1
DELETED, ERASED = 9_001, 9_002


class Zendesk(Book):
    kind = "zendesk"

    def answer(self, asked: Asked, url: str) -> Answered:
        if asked.path == "/api/v2/incremental/tickets/cursor.json":
            return self._export(asked, url, "tickets", self._tickets())
        if asked.path == "/api/v2/incremental/users/cursor.json":
            return self._export(asked, url, "users", self._users())
        if asked.path == "/api/v2/incremental/ticket_events.json":
            return self._by_time(asked, url)
        if asked.path.startswith("/api/v2/tickets/"):
            number = int(asked.path.rpartition("/")[2].removesuffix(".json"))
            ticket = self.world.tickets.get(number)
            return Answered({"ticket": _ticket(ticket)}) if ticket else NOT_THERE
        return NOT_THERE

    def _tickets(self) -> list[tuple[Any, int, Any]]:
        at = NOW - timedelta(days=1)
        gone = {"id": DELETED, "status": "deleted", "subject": "SCRUBBED", "updated_at": zulu(at),
                "created_at": zulu(at), "generated_timestamp": unix(at)}  # fmt: skip
        told = [(t.updated, t.n, _ticket(t)) for t in self.world.tickets.values()]
        return [*told, (at, DELETED, gone)]

    def _users(self) -> list[tuple[Any, int, Any]]:
        at = NOW - timedelta(days=2)
        agent = {"id": _AGENT, "role": "agent", "name": "Agent", "updated_at": zulu(at)}
        gone = {"id": ERASED, "role": "end-user", "permanently_deleted": True, "active": False,
                "name": "Permanently deleted user", "updated_at": zulu(at)}  # fmt: skip
        told = [(p.updated, 100 + p.n, _user(p)) for p in self.world.people.values()]
        return [*told, (at, _AGENT, agent), (at, ERASED, gone)]

    def _export(
        self, asked: Asked, url: str, name: str, told: list[tuple[Any, int, Any]]
    ) -> Answered:
        token = asked.query.get("cursor")
        last = decoded(token)["after"] if token else [int(asked.query["start_time"]) - 1, 0]
        pairs = sorted((([unix(at), n], row) for at, n, row in told), key=lambda one: one[0])
        rows, more = cut(pairs, last, self.page)
        reached = [key for key, _ in pairs if key > last][: len(rows)]
        follow = encoded({"after": reached[-1] if reached else last})

        def lead(cursor: str, at: str = url) -> None:
            body.update(after_url=f"{at}{asked.path}?cursor={cursor}", end_of_stream=False)

        body: dict[str, Any] = {name: rows}
        lead(follow)
        body.update(after_cursor=follow, end_of_stream=more is None)
        return Answered(
            body, rows=rows, again=lambda: lead(token or encoded({"after": last})),
            away=lambda other: lead(follow, other),
        )  # fmt: skip

    def _by_time(self, asked: Asked, url: str) -> Answered:
        pairs = sorted(
            ([unix(at), t.n * 10 + n], _audit(t, n))
            for t in self.world.tickets.values()
            for n, (at, _, _) in enumerate(t.messages)
        )
        start = int(asked.query["start_time"])
        left = [one for one in pairs if one[0][0] >= start]
        # A page ends where a second does.
        end = left[min(self.page, len(left)) - 1][0][0] if left else start
        rows = [row for key, row in left if key[0] <= end]
        done = len(rows) == len(left)
        here = f"{asked.path}?include=comment_events&start_time="
        body = {"ticket_events": rows, "count": len(rows), "end_time": end, "end_of_stream": done,
                "next_page": None if done else f"{url}{here}{end + 1}"}  # fmt: skip

        def lead(to: str) -> None:
            body.update(next_page=to, end_of_stream=False)

        return Answered(
            body, rows=rows, again=lambda: lead(f"{url}{here}{start}"),
            away=lambda other: lead(f"{other}{here}{end + 1}"),
        )  # fmt: skip


def _ticket(one: Ticket) -> dict[str, Any]:
    return {
        "id": one.n, "status": "open" if one.is_open else "solved", "priority": "normal",
        "subject": one.subject, "requester_id": 100 + one.person, "created_at": zulu(one.created),
        "updated_at": zulu(one.updated), "generated_timestamp": unix(one.updated),
        "via": {"channel": "email"}, "satisfaction_rating": {"score": "unoffered"},
        # When it was solved is said: the time of the last change may be that of a new name.
        "metric_set": {"solved_at": None if one.is_open else zulu(one.messages[-1][0])},
    }  # fmt: skip


def _user(one: Person) -> dict[str, Any]:
    return {
        "id": 100 + one.n, "role": "end-user", "active": True, "name": one.first,
        "email": one.email, "phone": None, "external_id": one.own, "organization_id": None,
        "iana_time_zone": "Europe/Stockholm", "updated_at": zulu(one.updated),
    }  # fmt: skip


def _audit(one: Ticket, n: int) -> dict[str, Any]:
    at, theirs, text = one.messages[n]
    author = 100 + one.person if theirs else _AGENT
    id = one.n * 10 + n
    comment = {"id": 5000 + id, "event_type": "Comment", "author_id": author, "body": text,
               "public": True}  # fmt: skip
    first = [{"id": 7000 + id, "event_type": "Create"}] if n == 0 else []
    return {
        "id": 3000 + id, "ticket_id": one.n, "timestamp": unix(at), "created_at": zulu(at),
        "updater_id": author, "via": "Mail", "event_type": "Audit",
        "child_events": [*first, comment],
    }  # fmt: skip
