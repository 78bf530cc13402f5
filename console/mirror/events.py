"""Events on their way into the mirror: known or new, how loud, kept raw, counted by day."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from console.clock import DAY, Clock
from console.mirror.bulk import Insert
from console.mirror.database import Connection
from console.mirror.names import Kind, Names
from console.mirror.objects import note
from console.mirror.prepared import BLOCK_LINES, Columns, Rare, columns
from console.mirror.rollup import Rollup
from console.mirror.schema import RAW_LINES
from console.mirror.seen import MILESTONES, Seen
from console.model import LEVELS, Event

ROUTINE = LEVELS.index("routine")
NOTABLE = LEVELS.index("notable")
# A first time is news, but never an alarm of its own.
_FIRST_TIME = [max(level, min(level + 1, NOTABLE)) for level in range(len(LEVELS))]
_LATE_SECONDS = DAY // 1_000_000
_ORDINARY = Rare(None, None, None, None, 0)
_ORDINARY_COLUMNS = "id, at, customer, kind, level, identity, key, raw, lag"
_INSERT = Insert("event", _ORDINARY_COLUMNS)
# Where fewer have them than one in so many, these columns are set afterwards.
_RARE = 8
_INSERT_RARE = Insert("event", f"{_ORDINARY_COLUMNS}, amount, currency, object, quality")


class Events:
    """Writes events for one writer."""

    def __init__(self, db: Connection, clock: Clock, names: Names, rollup: Rollup) -> None:
        self._db = db
        self._clock = clock
        self._names = names
        self._rollup = rollup
        self._next_id = 0
        self._shrunk: set[int] = set()

    def begin(self) -> None:
        """Call when a transaction starts."""
        self._shrunk.clear()
        row = self._db.execute("select coalesce(max(id), 0) + 1 from event").fetchone()
        self._next_id = row[0]

    def unknown(self, events: Columns) -> Columns:
        """Those the mirror does not have, each once."""
        keys = events.keys
        newest = self._db.execute("select max(key) from event").fetchone()[0]
        # Later days than any that is kept cannot be known.
        asked = [] if newest is None else [key for key in keys if key <= newest]
        rows = self._db.execute(
            "select key from event where key in (select value from json_each(?))",
            (json.dumps(asked),),
        ).fetchall()
        seen = {key for (key,) in rows}
        if not seen and len(set(keys)) == len(keys):
            return events
        places = []
        for place, key in enumerate(keys):
            if key not in seen:
                seen.add(key)
                places.append(place)
        return events.take(places)

    def save(
        self,
        source: tuple[int, str, str],
        events: Columns,
        holders: Sequence[tuple[int, int]],
        root: Callable[[int], int],
        person: Callable[[int], int],
        *,
        raws: Sequence[int],
        seen: Seen,
    ) -> None:
        """Insert events that are not there yet.

        source: id, name and kind. holders: (identity, customer) for each of the events'
        people. root: what a merged customer has become. person: who somebody is by by-hand
        merges. raws: see `keep_raw`; the negative id of the record an event derives from.
        seen: widened by what these events mean for customers' rows.
        """
        n = len(events)
        if not n:
            return
        kinds = [self._names.kind(source[1], source[2], *sort) for sort in events.sorts]
        parts = [root(customer) for _, customer in holders]
        owners = [person(part) for part in parts]
        kind = [kinds[place].id for place in events.sort]
        customer = [owners[place] for place in events.who]
        part = customer if parts == owners else [parts[place] for place in events.who]
        identities = [identity for identity, _ in holders]
        many = len(events.rare) * _RARE > n
        (_INSERT_RARE if many else _INSERT).rows(
            self._db,
            n,
            range(self._next_id, self._next_id + n),
            events.at,
            customer,
            kind,
            self._levels(events, kinds, part),
            [identities[place] for place in events.who],
            events.keys,
            raws,
            events.lags,
            *(self._rare(events) if many else ()),
        )
        if not many:
            self._add_rare(events)
        self._next_id += n
        note(self._db, (one.object for one in events.rare.values()))
        by_id = {one.id: one for one in kinds}
        self._note(events, kinds, kind, customer, seen)
        self._rollup.add(events.days, kind, customer, by_id)

    def keep_raw(self, source: int, events: Columns, properties: str | None) -> list[int]:
        """Keep the lines of events as they came; where each is now."""
        places: list[int] = []
        left = len(events)
        for data in events.blocks:
            lines = min(left, BLOCK_LINES)
            left -= lines
            block = self._db.execute(
                "insert into raw_block(source, properties, lines, data) values (?, ?, ?, ?)",
                (source, properties, lines, data),
            ).lastrowid
            first = (block or 0) * RAW_LINES
            places += range(first, first + lines)
        return places

    def replace_derived(
        self, source: str, record: int, customers: set[int], events: Sequence[Event]
    ) -> list[Event]:
        """Make a record's events what they are now; returns those still to be inserted.

        Events that stay keep their id, so that an unchanged order does not arrive again.
        customers: those under whom its events may stand.
        """
        events = sorted(events, key=lambda event: event.at)
        keys = columns(source, events, self._clock, raw=False).keys
        wanted = dict(zip(keys, events, strict=True))
        for customer in customers:
            for id, key, at in self._db.execute(
                "select id, key, at from event where customer = ? and raw = ?", (customer, -record)
            ).fetchall():
                kept = wanted.pop(key, None)
                if kept is None or kept.at != at:
                    self._shrunk.add(customer)
                if kept is None:
                    self.delete([id])
                else:
                    self._db.execute(
                        "update event set at = ?, amount = ?, object = ? where id = ?",
                        (kept.at, kept.amount, kept.object, id),
                    )
                    note(self._db, [kept.object])
        return list(wanted.values())

    def delete(self, ids: Sequence[int]) -> None:
        """Remove events, from counts and sets too."""
        done: dict[tuple[int, int, int], int] = defaultdict(int)
        for id in ids:
            at, kind, customer = self._db.execute(
                "select at, kind, customer from event where id = ?", (id,)
            ).fetchone()
            done[self._clock.day(at), kind, customer] += 1
            self._db.execute("delete from event where id = ?", (id,))
        self._shrunk |= {customer for _, _, customer in done}
        self._rollup.take_out(done)

    def shrunk(self) -> set[int]:
        """Whose events were removed or given another time since this was last asked."""
        found, self._shrunk = self._shrunk, set()
        return found

    def move(self, kept: int, gone: int) -> None:
        """Everything `gone` did becomes what `kept` did."""
        rows = self._db.execute("select at, kind from event where customer = ?", (gone,)).fetchall()
        if rows:
            kinds = self._kinds({kind for _, kind in rows})
            places = {(self._clock.day(at), kind) for at, kind in rows}
            self._rollup.move(kept, gone, kinds, places)
            self._db.execute("update event set customer = ? where customer = ?", (kept, gone))

    def reassign(self, customers: Iterable[int]) -> None:
        """Give what these customers did to whom its identities belong by now."""
        rows = self._db.execute(
            "select e.id, e.at, e.kind, e.customer, coalesce(i.customer, e.customer)"
            " from json_each(?) j cross join event e on e.customer = j.value"
            " left join identity i on i.id = e.identity",
            (json.dumps(sorted(customers)),),
        ).fetchall()
        day = self._clock.day
        before, after = Counter[tuple[int, int, int]](), Counter[tuple[int, int, int]]()
        for _, at, kind, old, new in rows:
            when = day(at)
            before[when, kind, old] += 1
            after[when, kind, new] += 1
        self._db.executemany(
            "update event set customer = ? where id = ?",
            [(new, id) for id, _, _, old, new in rows if old != new],
        )
        self._rollup.reassign(before, after, self._kinds({row[2] for row in rows}))

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

    def _levels(
        self, events: Columns, kinds: Sequence[Kind], customers: Sequence[int]
    ) -> list[int]:
        base = [kind.level for kind in kinds]
        levels = [base[place] for place in events.sort]
        for place, one in events.rare.items():
            if one.level is not None:
                levels[place] = one.level
        ever = [self._rollup.ever(kind) for kind in kinds]
        for place, (sort, customer) in enumerate(zip(events.sort, customers, strict=True)):
            if customer not in ever[sort]:
                ever[sort].add(customer)
                levels[place] = _FIRST_TIME[levels[place]]
        late = [n for n, lag in enumerate(events.lags) if lag is not None and lag > _LATE_SECONDS]
        for place in late:
            levels[place] = min(levels[place], ROUTINE)
        return levels

    def _rare(self, events: Columns) -> tuple[Iterable[object], ...]:
        """Columns for amount, currency, object and quality."""
        rare = [events.rare.get(place, _ORDINARY) for place in range(len(events))]
        return (
            [one.amount for one in rare],
            [self._currency(one.currency) for one in rare],
            [one.object for one in rare],
            [one.quality for one in rare],
        )

    def _add_rare(self, events: Columns) -> None:
        """What a few events have beyond the columns of all, of those inserted from `_next_id`."""
        self._db.executemany(
            "update event set amount = ?, currency = ?, object = ?, quality = ? where id = ?",
            [
                (one.amount, self._currency(one.currency), one.object, one.quality,
                 self._next_id + place)
                for place, one in events.rare.items()
            ],
        )  # fmt: skip

    def _note(
        self,
        events: Columns,
        kinds: Sequence[Kind],
        ids: Sequence[int],
        customers: Sequence[int],
        seen: Seen,
    ) -> None:
        at: Sequence[int] = events.at
        own = {kind.id for kind in kinds if kind.own}
        now = self._clock.now
        verbs = {kind.id: kind.verb for kind in kinds if kind.own and kind.verb in MILESTONES}
        if verbs:
            for id, customer, when in zip(ids, customers, at, strict=True):
                if id in verbs and when <= now:
                    seen.reached(customer, verbs[id] or "", when)
        if len(own) < len({kind.id for kind in kinds}) or at[-1] > now:
            acts = [
                (customer, when)
                for id, customer, when in zip(ids, customers, at, strict=True)
                if id in own and when <= now
            ]
            customers, at = [who for who, _ in acts], [when for _, when in acts]
        seen.did(customers, at)

    def _currency(self, code: str | None) -> int | None:
        return self._names.word(code) if code else None
