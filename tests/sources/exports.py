"""Exports written into the tests, and the shared ones, as tables a reader takes."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.model import Event, Record, Reject
from console.settings import parse_now
from console.sources.source import Bad, Reading, Row, Table, TableKind, UnrecognisedFile
from tests.shared import SHARED

UTC = ZoneInfo("UTC")


@dataclass
class Harvested:
    read: int = 0
    records: list[Record] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    @property
    def counted(self) -> list[Record]:
        return [record for record in self.records if record.counted]

    @property
    def by_id(self) -> dict[str, Record]:
        return {record.id: record for record in self.counted}

    @property
    def events(self) -> list[Event]:
        return [event for record in self.records for event in record.events]


def at(text: str) -> int:
    return parse_now(text, UTC)


def header(text: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in next(csv.reader([text.splitlines()[0]])))


def table(text: str, path: str = "export.csv", bad: tuple[Bad, ...] = ()) -> Table:
    rows = _rows(text)
    first = next(rows)
    return Table(path, tuple(first.values), (row for part in (rows, iter(bad)) for row in part))


def reading(source: str = "test", zone: str = "UTC", **more: Any) -> Reading:
    return Reading(source=source, zone=ZoneInfo(zone), **more)


def harvest(kind: TableKind, given: Table | str, **more: Any) -> Harvested:
    gathered = Harvested()
    given = table(given) if isinstance(given, str) else given
    for batch in kind.read(given, reading(**more)):
        assert batch.source == more.get("source", "test")
        assert batch.read == sum(r.counted for r in batch.records) + len(batch.rejects)
        assert batch.events == []
        gathered.read += batch.read
        gathered.records += batch.records
        gathered.rejects += batch.rejects
    return gathered


def harvest_shared(kind: TableKind, name: str) -> Harvested:
    """What comes of one of the shared exports, which is recognised and has nothing amiss."""
    text = shared_export(name)
    assert kind.matches(header(text))
    got = harvest(kind, text)
    assert got.rejects == []
    return got


def refuses_other_tables(kind: TableKind) -> None:
    """A table without its columns is refused by name."""
    with pytest.raises(UnrecognisedFile, match=kind.name):
        list(kind.read(table("One,Two\n1,2\n"), reading()))


def keys(record: Record | Event) -> dict[str, str]:
    return dict(record.who)


def told(record: Record) -> dict[str, Event]:
    by_verb = {event.verb or "": event for event in record.events}
    assert len(by_verb) == len(record.events)
    assert all(event.who == record.who for event in record.events)
    return by_verb


def shared_export(name: str) -> str:
    assert SHARED is not None
    return (SHARED / "data" / "synthetic_exports" / name).read_text(encoding="utf-8-sig")


def expected() -> dict[str, Any]:
    return json.loads(shared_export("expected.json"))


def _rows(text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""))
    line = 1
    for values in reader:
        if values:
            yield Row(line, values)
        line = reader.line_num + 1
