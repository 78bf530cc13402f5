"""Klaviyo by its API: profiles, events with their metrics, lists, segments, campaigns.

JSON:API, revision 2026-07-15. The next page is a whole URL that carries the filter. An event's
time is its own, not that of its arrival, and may lie in the future: the cursor never passes
now, and a window is asked from the newest seen less a day. A profile that was merged or
erased is simply gone; the weekly look at all ids finds that out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from console.clock import DAY, HOUR, MINUTE, from_instant
from console.model import Event, Key, Record
from console.sources import waits
from console.sources.answers import Answer, find
from console.sources.api import Api, Asking, Page, Stream
from console.sources.details import Reader as Details
from console.sources.json_fields import (
    Paths,
    needed_time,
    said_fields,
    said_name,
    text_id,
    time_or_none,
)
from console.sources.klaviyo import profile_record
from console.sources.klaviyo_looks import LOOKS
from console.sources.objects import Said, Unreadable, When, members, reader_of_times
from console.sources.parts import (
    changed_at,
    country_field,
    email_field,
    keys,
    phone_field,
    to_json,
)
from console.sources.requests import NextUrl, Request, smaller
from console.sources.walks import Found, Spans, asked, gather, newest, page, walk

REVISION = "2026-07-15"
_NEXT = NextUrl(("links", "next"))
_SHRINK = smaller("page[size]")
_ITEMS = ("data",)
# `updated` only knows "greater than", and has whole seconds.
_PROFILES_OVERLAP = 10 * MINUTE
# Events are written with their own time: what arrives late lies behind the newest.
_EVENTS_OVERLAP = DAY
_FULL_PAGE = 200
_PERSON: Paths = {
    "email": ("email", email_field),
    "phone": ("phone_number", phone_field),
    "account": ("organization", None),
    "city": (("location", "city"), None),
    "region": (("location", "region"), None),
    "country": (("location", "country"), country_field),
    "timezone": (("location", "timezone"), None),
}


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
    for answer, follow in walk(asking.client, _NEXT, first, token, items=_ITEMS, shrink=_SHRINK):
        made = gather(asking, "profiles", answer.list("data"), read)
        seen = newest(seen, (record.at for record in made.batch.records), asking.now)
        state = {"seen": seen, "page": follow, "since": since}
        yield page(made, state, span=asked(since, None, asking.now))


class Profiles:
    """Reads profiles."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_times(asking.reading.zone, asking.now)

    def __call__(self, said: Said) -> Iterable[Found]:
        """One profile. Raises Unreadable without an id."""
        id, told = text_id(said), members(said.get("attributes"))
        fields = said_fields(told, _PERSON) | said_name(told, "first_name", "last_name")
        who = keys(
            id,
            told.get("external_id") or None,
            told.get("email"),
            told.get("phone_number"),
        )
        left = None
        consent = members(find(told, "subscriptions", "email", "marketing"))
        if str(consent.get("consent")).upper() == "UNSUBSCRIBED":
            left = time_or_none(consent, "consent_timestamp", self._when)
        at = changed_at(time_or_none(told, "updated", self._when))
        yield profile_record(id, who, fields, left, to_json(said), at)


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
            asking.client, _NEXT, _events_request(start, until), token,
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


class Events:
    """Reads events, under the names of their metrics."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._when = reader_of_times(asking.reading.zone, asking.now)
        self._details = Details("klaviyo", asking.reading.currency, asking.reading.verbs)
        self._metrics: dict[str, str] = asking.shared.setdefault("metrics", {})
        self._asked = False

    def learn(self, answer: Answer) -> None:
        """Take the metrics' names from what an answer includes."""
        included = find(answer.json, "included")
        for one in included if isinstance(included, list) else ():
            name = find(one, "attributes", "name")
            if find(one, "type") == "metric" and isinstance(name, str):
                self._metrics[str(find(one, "id"))] = name

    def __call__(self, said: Said) -> Iterable[Found]:
        """One event. Raises Unreadable without id, profile, metric or time."""
        id, told = text_id(said), members(said.get("attributes"))
        profile = find(said, "relationships", "profile", "data", "id")
        metric = find(said, "relationships", "metric", "data", "id")
        if not isinstance(profile, str) or not profile:
            raise Unreadable("relationships.profile", "there is no profile")
        if not isinstance(metric, str) or not metric:
            raise Unreadable("relationships.metric", "there is no metric")
        name = self._name(metric)
        at, quality = needed_time(
            told, "datetime" if "datetime" in told else "timestamp", self._when
        )
        object, amount, currency, feature = self._details.read(name, told.get("event_properties"))
        raw = to_json({"id": id, "metric": name, "profile": profile, **told})
        yield Event(
            id, (Key("source_id", profile),), name, at, feature=feature, object=object,
            amount=amount, currency=currency, quality=quality, raw=raw,
        )  # fmt: skip

    def _name(self, metric: str) -> str:
        if metric not in self._metrics and not self._asked:
            self._asked = True
            for answer, _ in walk(self._asking.client, _NEXT, Request("/api/metrics")):
                for one in answer.list("data"):
                    self._metrics[str(find(one, "id"))] = str(find(one, "attributes", "name"))
        return self._metrics.get(metric, f"metric {metric}")


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
        for answer, _ in walk(
            asking.client, _NEXT, Request("/api/campaigns", params), items=_ITEMS
        ):
            subjects = _subjects(answer)
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


def _subjects(answer: Answer) -> Mapping[str, str]:
    included = find(answer.json, "included")
    return {
        str(find(one, "id")): subject
        for one in (included if isinstance(included, list) else ())
        if isinstance(subject := find(one, "attributes", "definition", "content", "subject"), str)
    }


@dataclass(frozen=True, slots=True)
class Campaigns:
    """Reads campaigns. subjects: of messages, by id."""

    channel: str
    subjects: Mapping[str, str]
    when: When

    def __call__(self, said: Said) -> Iterator[Found]:
        """One campaign."""
        id, told = text_id(said), members(said.get("attributes"))
        messages = find(said, "relationships", "campaign-messages", "data") or [{}]
        subject = self.subjects.get(str(find(messages[0], "id")))
        sent = time_or_none(told, "send_time", self.when)
        fields = {
            "name": told.get("name"),
            "channel": self.channel,
            "sent_at": sent[0] if sent else None,
        }
        if subject is not None:
            fields["subject"] = subject
        at = changed_at(time_or_none(told, "updated_at", self.when))
        yield Record("campaign", id, (), fields, to_json(said), at)


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
