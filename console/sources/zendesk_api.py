"""Zendesk by its incremental exports: tickets, users, and the events of tickets.

A start time is only ever given at the very first call, after which Zendesk's own cursor says
where to go on; "now" as a start would skip what it holds back for a minute. It compares the
time at which it wrote a thing down, which is later than the thing's own last change. Deleted
tickets and users keep coming, marked as such; erased users too.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from console.clock import HOUR, MINUTE
from console.sources import waits
from console.sources.answers import Answer, find
from console.sources.api import Api, Asking, Page, Setting, Stream
from console.sources.begins import begin
from console.sources.requests import NextUrl, Request, smaller
from console.sources.walks import asked, gather, newest, page, seconds, walk
from console.sources.zendesk_objects import Comments, Tickets, Users


@dataclass(frozen=True, slots=True)
class _ByCursor:
    """The next page by its URL, else by its cursor, which says the same."""

    url: NextUrl = field(default=NextUrl(("after_url",), done=("end_of_stream",)))

    def token(self, answer: Answer, request: Request) -> str | None:
        """See `console.sources.requests.Pager`."""
        cursor = find(answer.json, "after_cursor")
        if find(answer.json, "end_of_stream") or find(answer.json, "after_url") or not cursor:
            return self.url.token(answer, request)
        return f"{request.path}?{urlencode({'cursor': cursor})}"

    def follow(self, first: Request, token: str) -> Request:
        """See `console.sources.requests.Pager`."""
        return self.url.follow(first, token)


_BY_CURSOR = _ByCursor()
_BY_TIME = NextUrl(("next_page",), done=("end_of_stream",))
_SHRINK = smaller("per_page")
_OVERLAP = HOUR


def _first(asking: Asking, path: str, params: Mapping[str, str]) -> Request:
    """The request without a cursor: from the newest seen, less an overlap."""
    seen = asking.state.get("seen")
    start = (begin(asking) or 0) if seen is None else seen - _OVERLAP
    # Zendesk refuses starts within the last minute.
    start = max(0, min(start, asking.now - 2 * MINUTE))
    return Request(path, {"start_time": seconds(start), **params})


def _token(asking: Asking, path: str, params: Mapping[str, str]) -> str | None:
    cursor = asking.state.get("after_cursor")
    return f"{path}?{urlencode({**params, 'cursor': cursor})}" if cursor else None


def tickets(asking: Asking) -> Iterator[Page]:
    """Tickets in the order in which Zendesk wrote them down."""
    path = "/api/v2/incremental/tickets/cursor.json"
    params = {"include": "metric_sets", "per_page": "1000"}
    cursor, seen = asking.state.get("after_cursor"), asking.state.get("seen")
    read = Tickets(asking)
    for answer, _ in walk(
        asking.client, _BY_CURSOR, _first(asking, path, params), _token(asking, path, params),
        shrink=_SHRINK,
    ):  # fmt: skip
        read.learn(answer)
        told = answer.list("tickets")
        made = gather(asking, "tickets", told, read)
        times = [at for one in told if (at := read.generated(one)) is not None]
        since, seen = seen, newest(seen, times, asking.now)
        cursor = find(answer.json, "after_cursor") or cursor
        state = {"after_cursor": cursor, "seen": seen}
        yield page(made, state, span=asked(since, None, asking.now))


def users(asking: Asking) -> Iterator[Page]:
    """Users in the order in which Zendesk wrote them down."""
    path, params = "/api/v2/incremental/users/cursor.json", {"per_page": "500"}
    cursor, seen = asking.state.get("after_cursor"), asking.state.get("seen")
    staff: set[str] = asking.shared.setdefault("staff", set())
    staff |= set(asking.state.get("staff", ()))
    read = Users(asking, staff)
    for answer, _ in walk(
        asking.client, _BY_CURSOR, _first(asking, path, params), _token(asking, path, params),
        shrink=_SHRINK,
    ):  # fmt: skip
        told = answer.list("users")
        read.learn(told)
        made = gather(asking, "users", told, read)
        times = [record.at for record in made.batch.records]
        since, seen = seen, newest(seen, times, asking.now)
        cursor = find(answer.json, "after_cursor") or cursor
        state = {"after_cursor": cursor, "seen": seen, "staff": sorted(staff)}
        yield page(made, state, span=asked(since, None, asking.now))


def ticket_events(asking: Asking) -> Iterator[Page]:
    """What happened to tickets, with the comments: by time, an hour of it again."""
    params = {"include": "comment_events"}
    first = _first(asking, "/api/v2/incremental/ticket_events.json", params)
    seen = asking.state.get("seen")
    since = None if seen is None else seen - _OVERLAP
    read = Comments(asking)
    for answer, follow in walk(
        asking.client, _BY_TIME, first, asking.state.get("page"), items=("ticket_events",)
    ):
        made = gather(asking, "ticket events", answer.list("ticket_events"), read)
        end = find(answer.json, "end_time")
        times = [end * 1_000_000] if isinstance(end, int) else []
        seen = newest(seen, times, asking.now)
        yield page(made, {"seen": seen, "page": follow}, span=asked(since, None, asking.now))


def _headers(key: str, settings: Mapping[str, Any]) -> Mapping[str, str]:
    email = settings.get("email")
    if not email:
        return {"Authorization": f"Bearer {key}"}
    pair = base64.b64encode(f"{email}/token:{key}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


API = Api(
    kind="zendesk",
    title="Zendesk",
    base_url="https://{subdomain}.zendesk.com",
    hosts=(".zendesk.com",),
    headers=_headers,
    check=lambda settings: Request("/api/v2/users/me.json"),
    streams=(
        Stream("tickets", tickets, echoes=False),
        Stream("users", users, echoes=False, optional=True, after="tickets"),
        Stream("ticket events", ticket_events, echoes=False, after="users"),
    ),
    key_is="an API token (Admin Center → Apps and integrations → Zendesk API) of an admin, who "
    "alone may read the incremental exports",
    settings=(
        Setting("subdomain", "The subdomain, as in SUBDOMAIN.zendesk.com"),
        Setting("email", "The admin's email address (nothing for an OAuth token)", ""),
        Setting("since", "Read tickets since when (nothing for all of them)", ""),
    ),
    # The exports may be asked ten times a minute.
    pace=waits.remaining("ratelimit-remaining", "ratelimit-reset"),
    patience=30.0,
    every=2 * MINUTE,
)
