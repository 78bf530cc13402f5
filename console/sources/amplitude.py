"""Amplitude: the hourly files of its export, one event a line.

The export is a zip of gzipped files. Its times are UTC without saying so. An event that was
taken in late lies in the file of the hour it was taken in, with its own time.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.model import Batch, Event, TimeQuality, Who
from console.sources.exported import ExportReader
from console.sources.jsonlines import batches
from console.sources.objects import (
    Said,
    Unreadable,
    instant_or_none,
    members,
    needed_text,
)
from console.sources.people import known_at
from console.sources.source import Lines, LinesKind, Reading
from console.sources.who import address_of, identities, nobody, phone_of

_WHO = ("user_id", "device_id", "amplitude_id")
_TIMES = ("event_time", "client_event_time", "server_received_time")
_RECEIVED = ("server_upload_time", "server_received_time", "processed_time")


def matches(said: Said) -> bool:
    """Whether an object is an event of the export."""
    return "event_type" in said and "event_time" in said and any(name in said for name in _WHO)


def read(lines: Lines, reading: Reading) -> Iterator[Batch]:
    """Read an export file into batches, as `reading` says."""
    return batches(lines, reading, Exported(reading), properties="event_properties")


KINDS = (LinesKind("amplitude", "amplitude", matches, read),)


class Exported(ExportReader):
    """Turns exported events into ours.

    Where Amplitude saw a device (`city`, `country`: places of IP addresses) is not where a
    customer lives and is left in the raw line.
    """

    def __init__(self, reading: Reading) -> None:
        super().__init__("amplitude", reading)

    def event(self, said: Said, raw: bytes) -> Event:
        """Read one event; see `console.sources.jsonlines.ObjectReader`."""
        name = needed_text(said, "event_type")
        at, quality = self._time(said)
        person = members(said.get("user_properties"))
        who = self._who(said, person)
        if person:
            self._people.hear(who, person, known_at(at, quality), self.records)
        properties = said.get("event_properties")
        object_, amount, currency, feature = self._details.read(name, properties)
        key = said.get("uuid")
        return Event(
            key if isinstance(key, str) and key else self._ids.key(said),
            who, name, at, instant_or_none(said, _RECEIVED, self._when), None, feature,
            "noise" if self._details.is_chatter(name) else None,
            object_, amount, currency, quality, raw,
        )  # fmt: skip

    def _who(self, said: Said, person: Said) -> Who:
        user, device, vendor = (said.get(name) for name in _WHO)
        address, number = address_of(person), phone_of(person)
        vendor = str(vendor) if vendor.__class__ is int else vendor
        claim = (vendor, user, address, number, device)
        who = self._known.get(claim)
        if who is None:
            who = self._known.keep(
                claim,
                identities(
                    (
                        ("source_id", vendor),
                        ("external_id", user),
                        ("email", address),
                        ("phone", number),
                        ("anonymous_id", device),
                    )
                ),
            )
        if not who:
            raise nobody(said, *_WHO)
        return who

    def _time(self, said: Said) -> tuple[int, TimeQuality]:
        member = next((name for name in _TIMES if said.get(name) is not None), _TIMES[0])
        try:
            return self._when(said.get(member))
        except ValueError as error:
            raise Unreadable(member, str(error)) from None
