"""Klaviyo's profiles, events and campaigns, as its API gives them, in our words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from console.model import Event, Key, Record
from console.sources.answers import Answer, find
from console.sources.api import Asking
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
from console.sources.objects import Said, Unreadable, When, members, reader_of_times
from console.sources.parts import (
    changed_at,
    country_field,
    email_field,
    keys,
    phone_field,
    to_json,
)
from console.sources.requests import NextUrl, Request
from console.sources.walks import Found, walk

NEXT = NextUrl(("links", "next"))
_PERSON: Paths = {
    "email": ("email", email_field),
    "phone": ("phone_number", phone_field),
    "account": ("organization", None),
    "city": (("location", "city"), None),
    "region": (("location", "region"), None),
    "country": (("location", "country"), country_field),
    "timezone": (("location", "timezone"), None),
}


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
            told, "datetime" if told.get("datetime") else "timestamp", self._when
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
            for answer, _ in walk(self._asking.client, NEXT, Request("/api/metrics")):
                for one in answer.list("data"):
                    self._metrics[str(find(one, "id"))] = str(find(one, "attributes", "name"))
        return self._metrics.get(metric, f"metric {metric}")


def subjects_of(answer: Answer) -> Mapping[str, str]:
    """The subjects of campaign messages that an answer includes, by the message's id."""
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
