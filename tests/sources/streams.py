"""Event streams written into the tests, and the shared ones, as lines a reader takes."""

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from console.model import Event, Record, Reject
from console.settings import parse_now
from console.sources.source import Lines, LinesKind, Reading
from tests.shared import SHARED

UTC = ZoneInfo("UTC")
NOW = parse_now("2026-03-04T12:00:00Z", UTC)
DAY = 86_400_000_000


@dataclass
class Streamed:
    read: int = 0
    events: list[Event] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    batches: int = 0

    @property
    def event(self) -> Event:
        assert self.rejects == []
        (only,) = self.events
        return only

    @property
    def record(self) -> Record:
        assert self.rejects == []
        (only,) = (record for record in self.records if record.counted)
        return only

    @property
    def reject(self) -> Reject:
        (only,) = self.rejects
        return only


def at(text: str) -> int:
    return parse_now(text, UTC)


def line(given: dict[str, Any] | str | bytes) -> bytes:
    if isinstance(given, dict):
        return json.dumps(given, ensure_ascii=False).encode()
    return given.encode() if isinstance(given, str) else given


def stream(kind: LinesKind, given: Iterable[dict[str, Any] | str | bytes], **more: Any) -> Streamed:
    reading = Reading(**{"source": kind.source, "zone": UTC, "now": NOW, **more})
    lines = Lines("events.jsonl", ((n, line(one)) for n, one in enumerate(given, 1)))
    gathered = Streamed()
    for batch in kind.read(lines, reading):
        assert batch.source == reading.source
        counted = sum(record.counted for record in batch.records)
        assert batch.read == len(batch.events) + len(batch.rejects) + counted
        gathered.read += batch.read
        gathered.events += batch.events
        gathered.records += batch.records
        gathered.rejects += batch.rejects
        gathered.batches += 1
    return gathered


def costs_that_line(kind: LinesKind, good: Any, broken: Any, column: str, reason: str) -> None:
    """A broken line after a good one is refused, by column and reason, and nothing else is."""
    got = stream(kind, [good, broken])
    assert len(got.events) == 1
    assert (got.reject.line, got.reject.column) == (2, column)
    assert reason in got.reject.reason


def shared_lines(name: str) -> list[bytes]:
    assert SHARED is not None
    data = (SHARED / "data" / "synthetic_exports" / name).read_bytes()
    if name.endswith(".gz"):
        data = gzip.decompress(data)
    return [one for one in data.split(b"\n") if one]


def sample(kind: LinesKind, name: str) -> Streamed:
    """What comes of one of the shared streams: of all vendors they tell the same."""
    got = stream(kind, shared_lines(name))
    assert (got.read, len(got.events), got.rejects) == (49, 49, [])
    assert len({event.key for event in got.events}) == 48
    assert any(e.received_at is not None and e.received_at - e.at > 2 * DAY for e in got.events)
    assert len(people(got.events)) == 8
    return got


def people(events: Iterable[Event]) -> list[set[tuple[str, str]]]:
    """The sets of keys that belong together when every line's keys are joined."""
    groups: list[set[tuple[str, str]]] = []
    for event in events:
        mine: set[tuple[str, str]] = set(event.who)
        rest = []
        for group in groups:
            if group & mine:
                mine |= group
            else:
                rest.append(group)
        groups = [*rest, mine]
    return groups
