"""Gorgias by its API: tickets, customers, messages, events, surveys.

Nothing can be asked for what changed since: lists are read newest first until the time that
an earlier run had come to. While they are read things move to their top, so each run goes a
little beyond. Spam and what lies in the trash is hidden.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from console.clock import DAY, HOUR, MINUTE, from_instant
from console.sources import waits
from console.sources.answers import find
from console.sources.api import Api, Asking, Page, Setting, State, Stream
from console.sources.gorgias_objects import (
    Customers,
    Happenings,
    Messages,
    Surveys,
    Tickets,
    reader_of_naive,
)
from console.sources.looks import look, walked
from console.sources.requests import BodyCursor, Request, smaller
from console.sources.walks import Reader, asked, gather, newest, page, walk

_NEXT = BodyCursor(("meta", "next_cursor"))
_SHRINK = smaller("limit")
_ITEMS = ("data",)
_OVERLAP = 5 * MINUTE
_FIRST_EVENTS = 30 * DAY
# Surveys are listed by when they were sent out; people answer days later.
_ANSWERED = 14 * DAY


@dataclass(frozen=True, slots=True)
class _List:
    """A list, and by what time it is in order."""

    name: str
    path: str
    by: str
    overlap: int = _OVERLAP
    first: int | None = None
    """How far back the first run goes, in microseconds; None for everything."""
    bounded: bool = False
    """Whether Gorgias can be told where to stop."""

    def pages(self, asking: Asking, read: Reader) -> Iterator[Page]:
        """The list from its newest to where an earlier run began."""
        seen, walked = asking.state.get("seen"), asking.state.get("walk")
        if walked is None:
            since = asking.now - self.first if self.first else None
            walked = {"since": since if seen is None else seen - self.overlap, "top": seen}
        since, top = walked["since"], walked["top"]
        first = self._request(since)
        for answer, follow in walk(
            asking.client, _NEXT, first, walked.get("page"), items=_ITEMS, shrink=_SHRINK
        ):
            told = answer.list("data")
            made = gather(asking, self.name, told, read)
            times = self._times(asking, told)
            top = newest(top, times, asking.now)
            through = follow is None or (since is not None and bool(times) and min(times) < since)
            state: State = {"seen": top}
            if not through:
                # What lies between is still to be read: the newest is no place to go on from.
                state = {"seen": seen, "walk": {"since": since, "top": top, "page": follow}}
            yield page(made, state, span=asked(since, None, asking.now))
            if through:
                return

    def _request(self, since: int | None) -> Request:
        params = {"limit": "100", "order_by": f"{self.by}:desc"}
        if self.bounded and since is not None:
            params[f"{self.by}[gte]"] = from_instant(since).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Request(self.path, params)

    def _times(self, asking: Asking, told: list[Any]) -> list[int]:
        when = reader_of_naive(asking)
        times = []
        for one in told:
            try:
                times.append(when(find(one, self.by))[0])
            except ValueError:
                continue
        return times


def tickets(asking: Asking) -> Iterator[Page]:
    """Tickets by the time of their last change."""
    yield from _List("tickets", "/api/tickets", "updated_datetime").pages(asking, Tickets(asking))


def customers(asking: Asking) -> Iterator[Page]:
    """Customers by the time of their last change."""
    known = _List("customers", "/api/customers", "updated_datetime")
    yield from known.pages(asking, Customers(asking))


def messages(asking: Asking) -> Iterator[Page]:
    """Messages by when they were written."""
    known = _List("messages", "/api/messages", "created_datetime")
    yield from known.pages(asking, Messages(asking))


def events(asking: Asking) -> Iterator[Page]:
    """What happened to tickets: at first in the last 30 days."""
    known = _List(
        "events", "/api/events", "created_datetime", first=_FIRST_EVENTS, bounded=True
    )  # fmt: skip
    yield from known.pages(asking, Happenings(asking))


def surveys(asking: Asking) -> Iterator[Page]:
    """Satisfaction surveys that were answered."""
    known = _List("surveys", "/api/satisfaction-surveys", "created_datetime", overlap=_ANSWERED)
    yield from known.pages(asking, Surveys(asking))


_GONE = walked(
    _NEXT, lambda asking: Request("/api/customers", {"limit": "100"}), _ITEMS, shrink=_SHRINK
)


def _headers(key: str, settings: Mapping[str, Any]) -> Mapping[str, str]:
    email = settings.get("email")
    pair = f"{email}:{key}" if email else key
    if ":" not in pair:
        return {"Authorization": f"Bearer {key}"}
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


API = Api(
    kind="gorgias",
    title="Gorgias",
    base_url="https://{domain}.gorgias.com",
    hosts=(".gorgias.com",),
    headers=_headers,
    check=lambda settings: Request("/api/account"),
    streams=(
        Stream("tickets", tickets),
        Stream("customers", customers, optional=True),
        Stream("messages", messages, optional=True, after="tickets"),
        Stream("events", events, optional=True, after="messages"),
        look("gone", ("customer",), _GONE, after="customers"),
        Stream("surveys", surveys, optional=True, echoes=False, every=HOUR, after="tickets"),
    ),
    key_is="a REST API key (Settings → REST API)",
    settings=(
        Setting("domain", "The account's name, as in NAME.gorgias.com"),
        Setting("email", "The email address the key belongs to (nothing for OAuth)", ""),
    ),
    pace=waits.bucket("x-gorgias-account-api-call-limit", 2.0),
    patience=5.0,
)
