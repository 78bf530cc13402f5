"""Segment: the raw calls of its S3 destination, one JSON object a line.

All six calls of the spec are read: ``track``, ``page`` and ``screen`` are events;
``identify``, ``group`` and ``alias`` say who people are. RudderStack and everything else
that writes the spec is read alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from console.model import Batch, Event, Record, TimeQuality, Who
from console.sources import details
from console.sources.jsonlines import batches
from console.sources.objects import (
    LineIds,
    Said,
    Unreadable,
    members,
    needed_text,
    reader_of_times,
)
from console.sources.people import People, known_at, person_fields, plain_text
from console.sources.source import Lines, LinesKind, NeedsStart, Reading
from console.sources.who import Known, address_of, identities, nobody, phone_of

CALLS = ("identify", "track", "page", "screen", "group", "alias")
# `timestamp` is corrected for the sender's clock; the others stand in where it is missing.
_TIMES = ("timestamp", "originalTimestamp", "sentAt", "receivedAt")
_MOST_GROUPS = 10_000
_new = tuple.__new__


def matches(said: Said) -> bool:
    """Whether an object is a call of the spec."""
    return said.get("type") in CALLS and ("userId" in said or "anonymousId" in said)


def read(lines: Lines, reading: Reading) -> Iterator[Batch]:
    """Read a file of calls into batches, as `reading` says."""
    return batches(lines, reading, Calls(reading), properties="properties")


KINDS = (LinesKind("segment", "segment", matches, read, appendable=True),)


class Calls:
    """Turns calls into events and records."""

    def __init__(self, reading: Reading) -> None:
        self.records: list[Record] = []
        self._when = reader_of_times(reading.zone, reading.now)
        self._details = details.Reader("segment", reading.currency, reading.verbs)
        self._people = People(self._when, rest=reading.rest)
        self._ids = LineIds(rest=reading.rest)
        self._rest = reading.rest
        self._known = Known()
        self._met = self._known.by_claim
        self._groups: dict[str, str] = {}
        self._others: dict[object, Callable[[Said, bytes], Event | None]] = {
            "page": self._view,
            "screen": self._view,
            "identify": self._identify,
            "group": self._group,
            "alias": self._alias,
        }

    def event(self, said: Said, raw: bytes) -> Event | None:
        """Read one call; see `console.sources.jsonlines.ObjectReader`."""
        kind = said.get("type")
        if kind != "track":
            other = self._others.get(kind) if isinstance(kind, str) else None
            if other is None:
                raise Unreadable("type", f"is none of {', '.join(CALLS)}")
            return other(said, raw)
        name = said.get("event")
        if name.__class__ is not str or name[:1] <= " ":
            name = needed_text(said, "event")
        # 2.3 us after 1.1 us of parsing (a call of 535 bytes whose person was met before;
        # 2 us more where not). Doing without helpers here, and without Event's constructor,
        # saves a fifth.
        try:
            at, quality = self._when(said.get("timestamp"))
        except ValueError:
            at, quality = self._time(said)
        received = said.get("receivedAt")
        if received is not None:
            received = self._received(received)
        try:
            context = said.get("context")
            if context is not None and "traits" in context:
                raise KeyError
            who = self._met[said.get("userId"), said.get("anonymousId"), None, None]
        except (KeyError, TypeError):
            who = self._who(said, known_at(at, quality))
        object_, amount, currency, feature = self._details.read(name, said.get("properties"))
        key = said.get("messageId")
        if key.__class__ is not str or not key:
            key = self._ids.key(said)
        return _new(
            Event,
            (
                key, who, name, at, received, None, feature, None,
                object_, amount, currency, quality, raw,
            ),
        )  # fmt: skip

    def _view(self, said: Said, raw: bytes) -> Event:
        kind = said["type"]
        at, quality = self._time(said)
        view = {"name": said.get("name"), **members(said.get("properties"))}
        object_ = self._details.read(kind, view)[0]
        who = self._who(said, known_at(at, quality))
        return Event(
            self._key(said), who, kind, at, self._received(said.get("receivedAt")),
            "page_viewed", object=object_, quality=quality, raw=raw,
        )  # fmt: skip

    def _identify(self, said: Said, raw: bytes) -> None:
        context = members(said.get("context"))
        traits = {**members(context.get("traits")), **members(said.get("traits"))}
        fields = person_fields(traits, self._when)
        if "timezone" not in fields and (zone := plain_text(context.get("timezone"))):
            fields["timezone"] = zone
        who = identities(
            (
                ("external_id", said.get("userId")),
                ("email", fields.get("email")),
                ("phone", fields.get("phone")),
                ("anonymous_id", said.get("anonymousId")),
            )
        )
        self._keep(said, raw, who, fields)

    def _group(self, said: Said, raw: bytes) -> None:
        group = plain_text(said.get("groupId"))
        if group is None:
            raise Unreadable("groupId", "there is no groupId")
        traits = members(said.get("traits"))
        name = plain_text(traits.get("name"))
        if name:
            if len(self._groups) >= _MOST_GROUPS:
                self._groups.clear()
            self._groups[group] = name
        elif self._rest and group not in self._groups:
            raise NeedsStart("what this group is called may stand before it in the file")
        # Most calls name the group by its id alone.
        account = name or self._groups.get(group, group)
        at = self._keep(said, raw, self._who(said), {"account": account})
        about = {"name": account}
        if domain := plain_text(traits.get("domain") or traits.get("website")):
            about["domain"] = domain
        self.records.append(Record("account", group, (), about, raw, at, counted=False))

    def _alias(self, said: Said, raw: bytes) -> None:
        previous = said.get("previousId")
        before = identities((("external_id", previous), ("anonymous_id", previous)))
        if not before:
            raise nobody(said, "previousId")
        who = identities(
            (
                ("external_id", said.get("userId")),
                *before,
                ("anonymous_id", said.get("anonymousId")),
            )
        )
        self._keep(said, raw, who, {})

    def _keep(self, said: Said, raw: bytes, who: Who, fields: dict[str, object]) -> int:
        """Keep a call that says who people are. Returns its time."""
        if not who:
            raise nobody(said, "userId", "anonymousId")
        at, quality = self._time(said)
        at = known_at(at, quality)
        self.records.append(Record("identify", self._key(said), who, fields, raw, at))
        return at

    def _key(self, said: Said) -> str:
        key = said.get("messageId")
        return key if key.__class__ is str and key else self._ids.key(said)

    def _who(self, said: Said, at: int | None = None) -> Who:
        """Who made a call. at: its time, when what it says of them is to be kept as well."""
        user, anonymous, address, number = said.get("userId"), said.get("anonymousId"), None, None
        if user.__class__ is int:
            user = str(user)
        context = said.get("context")
        traits = context.get("traits") if context.__class__ is dict else None
        if traits.__class__ is dict and traits:
            address, number = address_of(traits), phone_of(traits)
        claim = (user, anonymous, address, number)
        who = self._known.get(claim)
        if who is None:
            who = self._known.keep(
                claim,
                identities(
                    (
                        ("external_id", user),
                        ("email", address),
                        ("phone", number),
                        ("anonymous_id", anonymous),
                    )
                ),
            )
        if not who:
            raise nobody(said, "userId", "anonymousId")
        if traits.__class__ is dict and traits and at is not None:
            self._people.hear(who, traits, at, self.records)
        return who

    def _time(self, said: Said) -> tuple[int, TimeQuality]:
        member = "timestamp"
        value = said.get(member)
        if value is None:
            member = next((name for name in _TIMES if said.get(name) is not None), member)
            value = said.get(member)
        try:
            return self._when(value)
        except ValueError as error:
            raise Unreadable(member, str(error)) from None

    def _received(self, value: object) -> int | None:
        if value is None:
            return None
        try:
            return self._when(value)[0]
        except ValueError:
            return None
