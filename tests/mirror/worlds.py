"""Small mirrors for tests, filled through the one way in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from console.clock import Clock, to_instant
from console.config import EventRule
from console.mirror.store import Writer
from console.model import Batch, Counts, Event, Key, Record, Who
from console.sources.names import verb_of

UTC = ZoneInfo("UTC")


def at(text: str) -> int:
    """An ISO time, UTC unless it says otherwise, as an instant."""
    moment = datetime.fromisoformat(text)
    return to_instant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def who(**keys: str) -> Who:
    """``who(external_id="u1", email="a@example.com")``."""
    return tuple(Key(kind, value) for kind, value in keys.items())  # type: ignore[arg-type]


def event(key: str, person: Who, name: str, when: str, /, **given: object) -> Event:
    """An event whose properties are kept raw, as from a Segment file."""
    properties = given.pop("properties", {})
    raw = json.dumps({"properties": properties}).encode()
    received = given.pop("received", None)
    return Event(
        key,
        person,
        name,
        at(when),
        at(received) if received else None,
        raw=raw,
        **given,  # type: ignore[arg-type]
    )


def person(id: str, keys: Who, /, changed: str | None = None, **fields: object) -> Record:
    """A customer record of a source."""
    raw = json.dumps({"id": id, **fields}, default=str).encode()
    return Record("customer", id, keys, fields, raw, at=at(changed) if changed else 0)


class World:
    """A mirror in a folder."""

    def __init__(
        self,
        folder: Path,
        now: str = "2026-06-30T12:00",
        zone: str = "UTC",
        rules: Mapping[str, EventRule] | None = None,
    ) -> None:
        self.path = folder / "mirror.db"
        self.clock = Clock(at(now), ZoneInfo(zone))
        self.rules = rules or {}

    def save(
        self, *things: Event | Record, source: str = "segment", kind: str | None = None
    ) -> Counts:
        """Save events and records as one batch of a source."""
        batch = Batch(source, properties="properties")
        batch.events += [one for one in things if isinstance(one, Event)]
        batch.records += [one for one in things if isinstance(one, Record)]
        return self.save_batch(batch, kind or source)

    def save_batch(self, batch: Batch, kind: str) -> Counts:
        """Save one batch in a transaction of its own."""
        writer = Writer(self.path, self.clock, self.rules, verb_of)
        try:
            writer.begin()
            counts = writer.save(batch, kind)
            writer.commit()
        finally:
            writer.close()
        return counts
