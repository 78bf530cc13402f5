"""Small mirrors for the analyses, filled through the one way in, and their readers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from console.analytics.grid import Grid
from console.clock import Clock, WeekStart, from_instant, to_instant
from console.config import EventRule
from console.mirror.activity import Activity
from console.mirror.database import open_reader
from console.mirror.store import Writer
from console.model import Batch, Event, Key, Record, Who

FAR = "2031-01-01"


def at(text: str, zone: str = "UTC") -> int:
    """An ISO date or time, in `zone` unless it says otherwise, as an instant."""
    moment = datetime.fromisoformat(text)
    return to_instant(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone)))


def clock(now: str = FAR, zone: str = "UTC", week_start: WeekStart = "monday") -> Clock:
    """A clock that stands at `now`, read in `zone`."""
    return Clock(at(now, zone), ZoneInfo(zone), week_start)


def who(person: str) -> Who:
    """The identity that `person` is known by."""
    return (Key("external_id", person),)


@dataclass
class World:
    """What happened, to be put into a mirror."""

    events: list[tuple[str, str, str, Mapping[str, Any]]] = field(default_factory=list)
    """Person, instant as text, name, properties."""
    same: list[tuple[str, str]] = field(default_factory=list)
    """Two ids of one person."""
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Fields of customers."""
    rules: dict[str, EventRule] = field(default_factory=dict)

    def did(self, person: str, name: str, *times: str, **properties: Any) -> World:
        """Add events."""
        self.events += [(person, time, name, properties) for time in times]
        return self

    def batch(self, zone: str = "UTC") -> Batch:
        """Everything as one batch of a source called "app"."""
        batch = Batch("app", properties="properties")
        for number, (person, time, name, properties) in enumerate(self.events):
            raw = json.dumps({"properties": properties}).encode()
            money = properties.get("amount")
            batch.events.append(
                Event(
                    f"e{number}", who(person), name, at(time, zone), raw=raw,
                    amount=None if money is None else round(money * 100),
                    currency=properties.get("currency"),
                )
            )  # fmt: skip
        for person, fields in self.people.items():
            batch.records.append(Record("customer", person, who(person), fields, b"{}"))
        for one, other in self.same:
            batch.records.append(
                Record("identify", f"{one}={other}", (*who(one), *who(other)), {}, b"{}")
            )
        return batch


@dataclass
class Reader:
    """A mirror being read."""

    activity: Activity
    clock: Clock

    @property
    def names(self) -> dict[int, str]:
        """The first id each customer was known by."""
        rows = self.activity.db.execute(
            "select customer, min(value) from identity group by customer"
        ).fetchall()
        return dict(rows)

    def called(self, ids: Iterable[int]) -> list[str]:
        """Customers' names, in the order given."""
        names = self.names
        return [names[id] for id in ids]


def save(path: Path, clock: Clock, *batches: Batch, rules: Mapping[str, EventRule] = {}) -> None:
    """Save batches, each in a transaction of its own."""
    writer = Writer(path, clock, rules, lambda kind, name: (None, None))
    try:
        for batch in batches:
            writer.begin()
            writer.save(batch, batch.source)
            writer.commit()
    finally:
        writer.close()


@contextmanager
def mirror(folder: Path, world: World, clock: Clock, sets: bool = True) -> Iterator[Reader]:
    """A mirror that holds `world`, open for reading.

    sets: False writes it for another zone, so that every answer comes from the events.
    """
    other = "Pacific/Niue" if clock.zone.key != "Pacific/Niue" else "UTC"
    written = clock if sets else Clock(clock.now, ZoneInfo(other), clock.week_start)
    path = folder / f"{'sets' if sets else 'events'}.db"
    save(path, written, world.batch(clock.zone.key), rules=world.rules)
    db = open_reader(path)
    try:
        yield Reader(Activity(db, clock), clock)
    finally:
        db.close()


def numbers(grid: Grid) -> list[list[int]]:
    """The customers of every cell that has begun."""
    return [[cell.customers for cell in row.cells] for row in grid.rows]


def values(grid: Grid) -> list[list[float | None]]:
    """The values of every cell that has begun."""
    return [[cell.value for cell in row.cells] for row in grid.rows]


def dates(grid: Grid, clock: Clock) -> list[str]:
    """The local dates on which the rows begin."""
    return [from_instant(row.start, clock.zone).date().isoformat() for row in grid.rows]


def rows_by_date(grid: Grid, clock: Clock) -> dict[str, Sequence[int]]:
    """Customers by the local date of the row."""
    return dict(zip(dates(grid, clock), numbers(grid), strict=True))
