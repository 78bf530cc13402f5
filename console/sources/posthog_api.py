"""PostHog by its API: events, asked for in HogQL.

Pages go by the last event's time and uuid, so that nothing is lost or told twice while events
come in. An event's time is its own: what a phone sends late lies behind the newest, and a day
is asked for again. Times come in the project's zone, with its offset, and are asked in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any

from console.clock import DAY, from_instant
from console.model import Record
from console.sources import posthog
from console.sources.answers import Answer, ApiError, find
from console.sources.api import Api, Asking, Page, Setting, Stream
from console.sources.objects import Said, reader_of_times
from console.sources.parts import to_json
from console.sources.requests import Request
from console.sources.walks import Found, Spans, asked, gather, page, walk

_OVERLAP = DAY
_FULL = 1000
_LEAST = 10
_COLUMNS = (
    "uuid", "event", "distinct_id", "person_id", "properties", "person_properties",
    "timestamp", "created_at",
)  # fmt: skip
_SELECT = (
    "select uuid, event, distinct_id, person_id, properties, person.properties, timestamp, "
    "created_at from events where {bounds} order by timestamp, toString(uuid) limit {limit}"
)
_LIMIT = re.compile(r"limit (\d+)$")
_UUID = re.compile(r"[0-9A-Za-z-]{1,64}")
_when = reader_of_times(UTC, 0, sure=True)


def _hogql(at: int) -> str:
    return f"toDateTime64('{from_instant(at).strftime('%Y-%m-%d %H:%M:%S.%f')}', 6, 'UTC')"


@dataclass(frozen=True, slots=True)
class Keyset:
    """Pages by the time and uuid of the last event; its token is "microseconds|uuid"."""

    def token(self, answer: Answer, request: Request) -> str | None:
        """See `console.sources.requests.Pager`."""
        rows = answer.list("results")
        if not rows or len(rows) < _limit(request):
            return None
        last = _said(rows[-1])
        try:
            at, uuid = _when(last.get("timestamp"))[0], str(last.get("uuid"))
        except ValueError as error:
            raise ApiError(f"the last event of a page: {error}") from None
        if not _UUID.fullmatch(uuid):
            raise ApiError("the last event of a page has no uuid, so there is no way on")
        return f"{at}|{uuid}"

    def follow(self, first: Request, token: str) -> Request:
        """See `console.sources.requests.Pager`."""
        at, _, uuid = token.partition("|")
        time = _hogql(int(at))
        after = f" and (timestamp > {time} or (timestamp = {time} and toString(uuid) > '{uuid}'))"
        return _with_query(first, _query(first).replace(" order by", f"{after} order by", 1))


def _query(request: Request) -> str:
    return str(find(request.json, "query", "query"))


def _with_query(request: Request, query: str) -> Request:
    return replace(request, json={"query": {"kind": "HogQLQuery", "query": query}})


def _limit(request: Request) -> int:
    found = _LIMIT.search(_query(request))
    return int(found[1]) if found else _FULL


def _smaller(request: Request) -> Request | None:
    half = _limit(request) // 2
    if half < _LEAST:
        return None
    return _with_query(request, _LIMIT.sub(f"limit {half}", _query(request)))


def _said(row: Any) -> Said:
    """A row as the object that a file has of it. Raises ValueError for another shape."""
    if not isinstance(row, list) or len(row) != len(_COLUMNS):
        raise ValueError(f"has not the {len(_COLUMNS)} columns that were asked for")
    return dict(zip(_COLUMNS, row, strict=True))


def events(asking: Asking) -> Iterator[Page]:
    """Events by their own time, in spans, the newest first.

    The first request asks for the very oldest: when its page is not full it is everything;
    else it has told where history begins, which the spans then go back to.
    """
    spans = Spans(asking, _OVERLAP)
    read = Events(asking)
    if spans.is_first:
        spans.begin(None)
    probing = spans.is_first
    while (span := spans.current) is not None:
        start, until, token = span
        first = _request(asking.settings, start, until)
        for answer, follow in walk(
            asking.client, Keyset(), first, token, items=("results",), shrink=_smaller
        ):
            rows = [{"row": row} for row in answer.list("results")]
            made = gather(asking, "events", rows, read, properties="properties")
            times = [event.at for event in made.batch.events]
            if probing and follow and times:
                spans.begin(min(times))
                yield page(made, spans.state())
                break
            yield page(made, spans.after(follow, times), span=asked(start, until, asking.now))
        probing = False


class Events:
    """Reads events, as the reader of files does."""

    def __init__(self, asking: Asking) -> None:
        self._exported = posthog.Exported(asking.reading)

    def __call__(self, said: Said) -> Iterable[Found]:
        """One event, and what it tells of the person."""
        told = _said(said["row"])
        records: list[Record] = []
        self._exported.records = records
        event = self._exported.event(told, to_json(told))
        return [event, *records]


def _path(settings: Mapping[str, Any]) -> str:
    project = str(settings.get("project_id") or "@current")
    return f"/api/projects/{project}/query/"


def _request(settings: Mapping[str, Any], start: int | None, until: int | None) -> Request:
    bounds = ["1 = 1"]
    if start is not None:
        bounds.append(f"timestamp >= {_hogql(start)}")
    if until is not None:
        bounds.append(f"timestamp < {_hogql(until)}")
    query = _SELECT.format(bounds=" and ".join(bounds), limit=_FULL)
    return _with_query(Request(_path(settings), method="POST", json={}), query)


def _check(settings: Mapping[str, Any]) -> Request:
    return _with_query(Request(_path(settings), method="POST", json={}), "select 1")


API = Api(
    kind="posthog",
    title="PostHog",
    base_url="https://us.posthog.com",
    hosts=(".posthog.com",),
    headers=lambda key, settings: {"Authorization": f"Bearer {key}"},
    check=_check,
    streams=(Stream("events", events),),
    key_is="a personal API key (phx_…, Settings → Personal API keys) with the scope query:read; "
    "projects in Europe need base_url https://eu.posthog.com, your own server its address",
    settings=(Setting("project_id", "The project's number (Settings → Project ID)"),),
    patience=30.0,
)
