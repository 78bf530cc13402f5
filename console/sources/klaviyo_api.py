"""Klaviyo by its API: profiles, events with their metrics, lists, segments, campaigns.

JSON:API, revision 2026-07-15. The next page is a whole URL that carries the filter. An event's
time is its own, not that of its arrival, and may lie in the future: the cursor never passes
now, and a window is asked from the newest seen less a day. A profile that was merged or
erased is simply gone; the weekly look at all ids finds that out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from console.clock import DAY, HOUR, MINUTE, from_instant
from console.sources import waits
from console.sources.api import Api, Asking, Page, Stream
from console.sources.klaviyo_looks import LOOKS
from console.sources.klaviyo_objects import NEXT, Campaigns, Events, Profiles, subjects_of
from console.sources.objects import reader_of_times
from console.sources.requests import Request, smaller
from console.sources.walks import Spans, asked, gather, newest, page, walk

REVISION = "2026-07-15"
_SHRINK = smaller("page[size]")
_ITEMS = ("data",)
# `updated` only knows "greater than", and has whole seconds.
_PROFILES_OVERLAP = 10 * MINUTE
# Events are written with their own time: what arrives late lies behind the newest.
_EVENTS_OVERLAP = DAY
_FULL_PAGE = 200


def _iso(at: int) -> str:
    return from_instant(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def profiles(asking: Asking) -> Iterator[Page]:
    """Profiles in the order in which they were changed, since the newest change seen."""
    state = asking.state
    seen, since = state.get("seen"), state.get("since")
    token = state.get("page")
    if token is None and seen is not None:
        since = seen - _PROFILES_OVERLAP
    params = {
        "page[size]": "100",
        "sort": "updated",
        "additional-fields[profile]": "subscriptions",
    }
    if since is not None:
        params["filter"] = f"greater-than(updated,{_iso(since)})"
    read = Profiles(asking)
    first = Request("/api/profiles", params)
    for answer, follow in walk(asking.client, NEXT, first, token, items=_ITEMS, shrink=_SHRINK):
        made = gather(asking, "profiles", answer.list("data"), read)
        seen = newest(seen, (record.at for record in made.batch.records), asking.now)
        state = {"seen": seen, "page": follow, "since": since}
        yield page(made, state, span=asked(since, None, asking.now))


def events(asking: Asking) -> Iterator[Page]:
    """Events by their own time, in spans, the newest first.

    The first request asks for the very oldest: when its page is not full it is followed to
    the end; else it has told where history begins, which the spans then go back to.
    """
    spans = Spans(asking, _EVENTS_OVERLAP)
    read = Events(asking)
    if spans.is_first:
        spans.begin(None)
    probing = spans.is_first
    while (span := spans.current) is not None:
        start, until, token = span
        for answer, follow in walk(
            asking.client, NEXT, _events_request(start, until), token,
            items=_ITEMS, shrink=_SHRINK,
        ):  # fmt: skip
            read.learn(answer)
            made = gather(
                asking, "events", answer.list("data"), read, properties="event_properties"
            )
            times = [event.at for event in made.batch.events]
            if probing and follow and len(times) >= _FULL_PAGE:
                spans.begin(min(times))
                yield page(made, spans.state())
                break
            yield page(made, spans.after(follow, times), span=asked(start, until, asking.now))
        probing = False


def _events_request(start: int | None, until: int | None) -> Request:
    params = {"sort": "datetime", "include": "metric", "page[size]": str(_FULL_PAGE)}
    bounds = []
    if start is not None:
        bounds.append(f"greater-or-equal(datetime,{_iso(start)})")
    if until is not None:
        bounds.append(f"less-than(datetime,{_iso(until)})")
    if bounds:
        params["filter"] = ",".join(bounds)
    return Request("/api/events", params)


def campaigns(asking: Asking) -> Iterator[Page]:
    """Campaigns by mail and SMS that were changed since the newest change seen."""
    when = reader_of_times(asking.reading.zone, asking.now)
    before = asking.state.get("seen")
    seen = before
    for channel in ("email", "sms"):
        bounds = [f"equals(messages.channel,'{channel}')"]
        if before is not None:
            bounds.append(f"greater-or-equal(updated_at,{_iso(before - HOUR)})")
        params = {
            "filter": ",".join(bounds), "sort": "updated_at", "include": "campaign-messages",
        }  # fmt: skip
        for answer, _ in walk(asking.client, NEXT, Request("/api/campaigns", params), items=_ITEMS):
            subjects = subjects_of(answer)
            made = gather(
                asking,
                "campaigns",
                answer.list("data"),
                Campaigns(channel, subjects, when),
            )
            seen = newest(seen, (record.at for record in made.batch.records), asking.now)
            # Only when both channels are through does the cursor move.
            state = {"seen": before} if channel == "email" else {"seen": seen}
            yield page(made, state, span=asked(before, None, asking.now))


def _headers(key: str, settings: Mapping[str, Any]) -> Mapping[str, str]:
    return {
        "Authorization": f"Klaviyo-API-Key {key}",
        "revision": REVISION,
        "Accept": "application/vnd.api+json",
    }


API = Api(
    kind="klaviyo",
    title="Klaviyo",
    base_url="https://a.klaviyo.com",
    hosts=("a.klaviyo.com",),
    headers=_headers,
    check=lambda settings: Request("/api/accounts"),
    streams=(
        Stream("profiles", profiles),
        Stream("events", events),
        Stream("campaigns", campaigns, optional=True, every=15 * MINUTE),
        *LOOKS,
    ),
    key_is="a private API key (Settings → API keys) that may read profiles, events, metrics, "
    "lists, segments and campaigns",
    pace=waits.remaining("ratelimit-remaining", "ratelimit-reset"),
)
