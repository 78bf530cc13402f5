"""PostHog: events of its batch exports and file downloads, one JSON object a line.

`properties` and `person_properties` come as objects or as JSON in a text, depending on where
the export went. Times without an offset are UTC.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.model import Batch, Event, Who
from console.sources.exported import ExportReader
from console.sources.jsonlines import batches
from console.sources.objects import (
    Said,
    Unreadable,
    instant_or_none,
    needed_text,
    parsed,
    parsed_without_halves,
)
from console.sources.people import known_at
from console.sources.source import Lines, LinesKind, Reading
from console.sources.who import (
    Claim,
    address_of,
    either,
    identities,
    looks_random,
    nobody,
    phone_of,
)

_RECEIVED = ("created_at", "inserted_at", "_inserted_at")
_JOINS = frozenset({"$identify", "$create_alias", "$merge_dangerously"})


def matches(said: Said) -> bool:
    """Whether an object is an exported event."""
    return (
        "event" in said
        and "distinct_id" in said
        and "timestamp" in said
        and ("properties" in said or "person_id" in said)
    )


def read(lines: Lines, reading: Reading) -> Iterator[Batch]:
    """Read an export file into batches, as `reading` says."""
    return batches(lines, reading, Exported(reading), properties="properties")


KINDS = (LinesKind("posthog", "posthog", matches, read),)


class Exported(ExportReader):
    """Turns exported events into ours."""

    def __init__(self, reading: Reading) -> None:
        super().__init__("posthog", reading)

    def event(self, said: Said, raw: bytes) -> Event:
        """Read one event; see `console.sources.jsonlines.ObjectReader`."""
        name = needed_text(said, "event")
        try:
            at, quality = self._when(said.get("timestamp"))
        except ValueError as error:
            raise Unreadable("timestamp", str(error)) from None
        properties = _unpacked(said, "properties")
        person = _person(said, properties)
        who = self._who(name, said, properties, person)
        if person:
            self._people.hear(who, person, known_at(at, quality), self.records)
        object_, amount, currency, feature = self._details.read(name, properties)
        key = said.get("uuid")
        return Event(
            key if isinstance(key, str) and key else self._ids.key(said),
            who, name, at, instant_or_none(said, _RECEIVED, self._when), None, feature,
            "noise" if self._details.is_chatter(name) else None,
            object_, amount, currency, quality, raw,
        )  # fmt: skip

    def _who(self, name: str, said: Said, properties: Said, person: Said) -> Who:
        distinct, person_id = said.get("distinct_id"), said.get("person_id")
        user, device = properties.get("$user_id"), properties.get("$device_id")
        address, number = address_of(person), phone_of(person)
        nameless = distinct == device or (
            properties.get("$is_identified") is False and looks_random(distinct)
        )
        claim = (person_id, distinct, user, device, address, number, "a" if nameless else None)
        who = self._known.get(claim) if name not in _JOINS else None
        if who is None:
            claims: list[Claim] = [
                ("source_id", person_id),
                ("anonymous_id" if nameless else "external_id", distinct),
                ("external_id", user),
                ("email", address),
                ("phone", number),
                ("anonymous_id", device),
            ]
            if name in _JOINS:
                claims.append(("anonymous_id", properties.get("$anon_distinct_id")))
                claims += either(properties.get("alias"))
                who = identities(claims)
            else:
                who = self._known.keep(claim, identities(claims))
        if not who:
            raise nobody(said, "distinct_id", "person_id")
        return who


def _unpacked(said: Said, member: str) -> Said:
    """A member that is an object, or a text that holds one; absent is empty."""
    value = said.get(member)
    if isinstance(value, str) and value:
        inner = value.encode()
        value = parsed(inner) or parsed_without_halves(inner)
        if value is None and inner != b"null":
            raise Unreadable(member, "is a text, and not one that holds a JSON object")
    return value if isinstance(value, dict) else {}


def _person(said: Said, properties: Said) -> Said:
    """What is known of the person at this event.

    The export's own column holds it all; exports without that column have what the event set.
    """
    known = _unpacked(said, "person_properties")
    if known:
        return known
    parts = [
        part
        for source, member in (
            (said, "set_once"), (properties, "$set_once"), (said, "set"), (properties, "$set"),
        )
        if source.get(member) and (part := _unpacked(source, member))
    ]  # fmt: skip
    return {name: value for part in parts for name, value in part.items()}
