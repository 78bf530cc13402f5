"""Mixpanel: its raw event export, one event a line, all there is to say in `properties`.

The export may cut lines in two, and says ``terminated early`` where it broke off; both are
seen to in `console.sources.jsonlines`. Old projects count `time` in their own zone; the file
does not say so, and it is read as UTC.
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
)
from console.sources.people import known_at
from console.sources.source import Lines, LinesKind, Reading
from console.sources.who import Claim, either, identities, looks_random, nobody

_CUT_SHORT = {
    b"terminated early": "Mixpanel broke the export off here (“terminated early”): "
    "what came before is in; fetch the export again for the rest"
}
_DEVICE = "$device:"
_WHO = ("distinct_id", "$user_id", "$device_id")
_RECEIVED = ("$mp_api_timestamp_ms", "mp_processing_time_ms")
# Properties with these names describe the person; `email` without a $ may be a friend's.
_PERSON = ("$email", "$name", "$first_name", "$last_name", "$phone", "$created")
# Events that say two ids are one person, and where the ids are.
_JOINS = {
    "$identify": ("$identified_id", "$anon_id"),
    "$create_alias": ("alias", "distinct_id"),
    "$merge": ("$distinct_ids",),
}


def matches(said: Said) -> bool:
    """Whether an object is an event of the raw export."""
    properties = said.get("properties")
    return (
        "event" in said
        and isinstance(properties, dict)
        and "time" in properties
        and "distinct_id" not in said
    )


def read(lines: Lines, reading: Reading) -> Iterator[Batch]:
    """Read an export file into batches, as `reading` says."""
    return batches(lines, reading, Exported(reading), properties="properties", endings=_CUT_SHORT)


KINDS = (LinesKind("mixpanel", "mixpanel", matches, read),)


class Exported(ExportReader):
    """Turns exported events into ours."""

    def __init__(self, reading: Reading) -> None:
        super().__init__("mixpanel", reading)

    def event(self, said: Said, raw: bytes) -> Event:
        """Read one event; see `console.sources.jsonlines.ObjectReader`."""
        name = needed_text(said, "event")
        properties = said.get("properties")
        if not isinstance(properties, dict):
            raise Unreadable("properties", "there are no properties")
        try:
            at, quality = self._when(properties.get("time"))
        except ValueError as error:
            raise Unreadable("properties.time", str(error)) from None
        who = self._who(name, properties)
        person = {key: properties[key] for key in _PERSON if properties.get(key)}
        if person:
            self._people.hear(who, person, known_at(at, quality), self.records)
        object_, amount, currency, feature = self._details.read(name, properties)
        return Event(
            self._key(said, properties),
            who, name, at, instant_or_none(properties, _RECEIVED, self._when), None, feature,
            "noise" if self._details.is_chatter(name) else None,
            object_, amount, currency, quality, raw,
        )  # fmt: skip

    def _key(self, said: Said, properties: Said) -> str:
        insert = properties.get("$insert_id")
        if not isinstance(insert, str | int) or not insert:
            return self._ids.key(said)
        # An insert id is unique only together with these.
        return f"{insert}:{properties.get('distinct_id')}:{properties.get('time')}"

    def _who(self, name: str, properties: Said) -> Who:
        distinct, user, device = (properties.get(key) for key in _WHO)
        before = properties.get("$distinct_id_before_identity")
        address, number = properties.get("$email"), properties.get("$phone")
        claim = (distinct, user, device, before, address, number)
        who = self._known.get(claim) if name not in _JOINS else None
        if who is None:
            claims = _claims(distinct, user, device, before)
            claims += [("email", address), ("phone", number)]
            if name in _JOINS:
                who = identities(claims + _joined(name, properties))
            else:
                who = self._known.keep(claim, identities(claims))
        if not who:
            raise nobody(properties, *_WHO)
        return who


def _claims(distinct: object, user: object, device: object, before: object) -> list[Claim]:
    """Which ids are of what kind.

    distinct: who the event is of, after all joins. user: the company's own id. device: the
    browser's or phone's. before: the distinct id the event was sent with.
    """
    claims: list[Claim] = [("external_id", user), ("anonymous_id", _bare(device))]
    for ident in (distinct, before):
        if _is_device(ident) or ident == device:
            claims.append(("anonymous_id", _bare(ident)))
        elif user and ident != user:
            # With a user known, another distinct id is the name of the joined group of ids.
            claims.append(("anonymous_id" if looks_random(ident) else "source_id", ident))
        else:
            claims.append(("external_id", ident))
    return claims


def _joined(name: str, properties: Said) -> list[Claim]:
    """The ids that an event joins."""
    claims: list[Claim] = []
    for member in _JOINS[name]:
        value = properties.get(member)
        for ident in value if isinstance(value, list) else [value]:
            if _is_device(ident) or member == "$anon_id":
                claims.append(("anonymous_id", _bare(ident)))
            elif member == "$identified_id":
                claims.append(("external_id", ident))
            else:
                claims += either(ident)
    return claims


def _is_device(ident: object) -> bool:
    return isinstance(ident, str) and ident.startswith(_DEVICE)


def _bare(ident: object) -> object:
    return ident.removeprefix(_DEVICE) if isinstance(ident, str) else ident
