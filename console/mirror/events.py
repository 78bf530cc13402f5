"""Events on their way into the mirror: known or new, how loud, kept raw, counted by day."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

import zstandard

from console.clock import DAY, Clock
from console.mirror.database import Connection
from console.mirror.names import Kind, Names
from console.mirror.rollup import Rollup
from console.mirror.schema import QUALITIES, RAW_LINES
from console.model import LEVELS, Event, Level, Who

ROUTINE = LEVELS.index("routine")
NOTABLE = LEVELS.index("notable")
MILESTONES = frozenset({"signed_up", "activated"})

_LATE_SECONDS = DAY // 1_000_000
_NEVER = 1 << 63
_QUALITY = {name: place for place, name in enumerate(QUALITIES)}
_BLOCK_LINES = 256
_HASH_BITS = 47
_HASH_MASK = (1 << _HASH_BITS) - 1
_DAY_MASK = (1 << 17) - 1
_INSERT = (
    "insert into event(id, at, customer, kind, level, identity, key, raw, lag, amount, currency,"
    " object, quality) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Keyed(NamedTuple):
    """An event with its 64-bit key and local day."""

    key: int
    day: int
    event: Event


@dataclass(slots=True)
class Seen:
    """What new events mean for customers' rows."""

    first: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    """First and last own act by customer, not those dated in the future."""
    milestones: set[int] = field(default_factory=set)
    """Who did something whose time the row names: signed up, activated."""

    def move(self, kept: int, gone: int) -> None:
        """What `gone` did, `kept` did."""
        if gone in self.first:
            first, last = self.first.pop(gone), self.last.pop(gone)
            self.first[kept] = min(first, self.first.get(kept, first))
            self.last[kept] = max(last, self.last.get(kept, last))


class Events:
    """Writes events for one writer."""

    def __init__(self, db: Connection, clock: Clock, names: Names, rollup: Rollup) -> None:
        self._db = db
        self._clock = clock
        self._names = names
        self._rollup = rollup
        self._compress = zstandard.ZstdCompressor(level=3).compress
        self._next_id = 0

    def begin(self) -> None:
        """Call when a transaction starts."""
        row = self._db.execute("select coalesce(max(id), 0) + 1 from event").fetchone()
        self._next_id = row[0]

    def keyed(self, source: int, events: Iterable[Event]) -> list[Keyed]:
        """Each event with its key, in order of time."""
        salt = b"%d " % source
        day_of = self._clock.day
        blake = hashlib.blake2b
        number = int.from_bytes
        made = []
        for event in events:
            at = event.at
            digest = blake(salt + event.key.encode("utf-8", "replace"), digest_size=8).digest()
            # The day in UTC: a key must outlive a change of the workspace's zone.
            key = (at // DAY & _DAY_MASK) << _HASH_BITS | number(digest, "big") & _HASH_MASK
            made.append((at, key if key < 1 << 63 else key - (1 << 64), day_of(at), event))
        made.sort(key=itemgetter(0))
        return [Keyed(key, day, event) for _, key, day, event in made]

    def unknown(self, keyed: Sequence[Keyed]) -> list[Keyed]:
        """Those the mirror does not have, each once."""
        rows = self._db.execute(
            "select key from event where key in (select value from json_each(?))",
            (json.dumps([one.key for one in keyed]),),
        ).fetchall()
        seen = {key for (key,) in rows}
        fresh = []
        for one in keyed:
            if one.key not in seen:
                seen.add(one.key)
                fresh.append(one)
        return fresh

    def save(
        self,
        source: tuple[int, str, str],
        fresh: Sequence[Keyed],
        people: Mapping[Who, tuple[int, int]],
        root: Callable[[int], int],
        *,
        properties: str | None = None,
        record: int | None = None,
        seen: Seen,
    ) -> None:
        """Insert events that are not there yet.

        source: id, name and kind. people: who to (identity, customer). root: what a merged
        customer has become. record: the record they derive from, instead of raw lines.
        seen: widened by what these events mean for customers' rows.
        """
        if not fresh:
            return
        _, name, source_kind = source
        raws = self._keep_raw(source[0], fresh, properties) if record is None else None
        kinds: dict[int, Kind] = {}
        done: dict[tuple[int, int, int], int] = defaultdict(int)
        rows = []
        now, kind_of, level_of = self._clock.now, self._names.kind, self._level
        first, last = seen.first, seen.last
        id = self._next_id
        for place, (key, day, event) in enumerate(fresh):
            kind = kind_of(name, source_kind, event)
            kinds[kind.id] = kind
            identity, customer = people[event.who]
            customer = root(customer)
            done[day, kind.id, customer] += 1
            at, received = event.at, event.received_at
            lag = None if received is None else (received - at) // 1_000_000
            level = level_of(kind, event.level, customer, lag)
            currency = self._names.word(event.currency) if event.currency else None
            raw = -(record or 0) if raws is None else raws[place]
            rows.append(
                (id, at, customer, kind.id, level, identity, key, raw, lag, event.amount,
                 currency, event.object, _QUALITY[event.quality])
            )  # fmt: skip
            id += 1
            if kind.own and at <= now:
                if at < first.get(customer, _NEVER):
                    first[customer] = at
                if at > last.get(customer, -_NEVER):
                    last[customer] = at
                if kind.verb in MILESTONES:
                    seen.milestones.add(customer)
        self._next_id = id
        self._db.executemany(_INSERT, rows)
        self._rollup.add(done, kinds)

    def replace_derived(
        self,
        source: tuple[int, str, str],
        record: int,
        customers: set[int],
        events: Sequence[Event],
    ) -> list[Keyed]:
        """Make a record's events what they are now; returns those still to be inserted.

        Events that stay keep their id, so that an unchanged order does not arrive again.
        customers: those under whom its events may stand.
        """
        wanted = {one.key: one for one in self.keyed(source[0], events)}
        for customer in customers:
            for id, key in self._db.execute(
                "select id, key from event where customer = ? and raw = ?", (customer, -record)
            ).fetchall():
                kept = wanted.pop(key, None)
                if kept is None:
                    self.delete([id])
                else:
                    event = kept.event
                    self._db.execute(
                        "update event set at = ?, amount = ?, object = ? where id = ?",
                        (event.at, event.amount, event.object, id),
                    )
        return sorted(wanted.values(), key=lambda one: one.event.at)

    def delete(self, ids: Sequence[int]) -> None:
        """Remove events, from counts and sets too."""
        done: dict[tuple[int, int, int], int] = defaultdict(int)
        for id in ids:
            at, kind, customer = self._db.execute(
                "select at, kind, customer from event where id = ?", (id,)
            ).fetchone()
            done[self._clock.day(at), kind, customer] += 1
            self._db.execute("delete from event where id = ?", (id,))
        self._rollup.take_out(done, self._kinds({kind for _, kind, _ in done}))

    def move(self, kept: int, gone: int) -> None:
        """Everything `gone` did becomes what `kept` did."""
        rows = self._db.execute("select at, kind from event where customer = ?", (gone,)).fetchall()
        if rows:
            kinds = self._kinds({kind for _, kind in rows})
            self._rollup.move(kept, gone, kinds, (self._clock.day(at) for at, _ in rows))
            self._db.execute("update event set customer = ? where customer = ?", (kept, gone))

    def relevel(self, ids: set[int], kinds: Mapping[int, Kind]) -> None:
        """Give the events of kinds whose reading changed the level they now have."""
        for id in ids:
            level = kinds[id].level
            self._db.execute("update event set level = ? where kind = ?", (level, id))
            self._db.execute(
                "update event set level = ? where id in (select first from (select id as first,"
                " min(at) from event where kind = ? group by customer))",
                (max(level, min(level + 1, NOTABLE)), id),
            )
            self._db.execute(
                "update event set level = min(level, ?) where kind = ? and lag > ?",
                (ROUTINE, id, _LATE_SECONDS),
            )

    def _kinds(self, ids: set[int]) -> dict[int, Kind]:
        rows = self._db.execute(
            "select id, verb, feature, level, own from event_kind"
            " where id in (select value from json_each(?))",
            (json.dumps(list(ids)),),
        ).fetchall()
        return {row[0]: self._names.as_kind(*row) for row in rows}

    def _level(self, kind: Kind, given: Level | None, customer: int, lag: int | None) -> int:
        level = kind.level if given is None else LEVELS.index(given)
        ever = self._rollup.ever(kind)
        if customer not in ever:
            ever.add(customer)
            # A first time is news, but never an alarm of its own.
            level = max(level, min(level + 1, NOTABLE))
        if lag is not None and lag > _LATE_SECONDS:
            level = min(level, ROUTINE)
        return level

    def _keep_raw(self, source: int, fresh: Sequence[Keyed], properties: str | None) -> list[int]:
        places: list[int] = []
        for start in range(0, len(fresh), _BLOCK_LINES):
            lines = [one.event.raw for one in fresh[start : start + _BLOCK_LINES]]
            block = self._db.execute(
                "insert into raw_block(source, properties, lines, data) values (?, ?, ?, ?)",
                (source, properties, len(lines), self._compress(b"\n".join(lines))),
            ).lastrowid
            places += [(block or 0) * RAW_LINES + line for line in range(len(lines))]
        return places
