"""Activity by day: counts, and sets of customers as bitmaps, kept beside the events.

Both follow the events in the same transaction, so that whoever reads one commit sees rows,
counts and sets agree. They belong to one time zone, noted in ``meta.timezone``; `rebuild`
makes them anew for another.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise
from operator import itemgetter

from pyroaring import BitMap

from console.clock import DAY, Clock
from console.mirror.database import Connection
from console.mirror.names import Kind
from console.mirror.schema import SET_ANY, SET_FEATURE, SET_KIND, SET_VERB

_KIND_SHIFT, _DAY_SHIFT = 40, 64
_CUSTOMERS = (1 << _KIND_SHIFT) - 1
_KINDS = (1 << _DAY_SHIFT - _KIND_SHIFT) - 1
_Place = tuple[int, int, int]


class Rollup:
    """Keeps ``activity_day`` and ``day_set`` of one writer up to date.

    Sets changed since the last `flush` are held in memory; readers see them after it.
    """

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._sets: dict[_Place, BitMap] = {}
        self._changed: set[_Place] = set()
        self._ever: dict[int, BitMap] = {}

    def forget(self) -> None:
        """Drop what was remembered: another process has written, or a rollback undone it."""
        self._sets.clear()
        self._changed.clear()
        self._ever.clear()

    def ever(self, kind: Kind) -> BitMap:
        """Everybody who has done this kind of thing; whoever adds events adds to it."""
        known = self._ever.get(kind.id)
        if known is None:
            blobs = self._db.execute(
                "select customers from day_set where scope = ? and item = ?", (SET_KIND, kind.id)
            ).fetchall()
            known = self._ever[kind.id] = BitMap.union(
                BitMap(), *(BitMap.deserialize(blob) for (blob,) in blobs)
            )
        return known

    def add(
        self,
        days: Sequence[int],
        kind_ids: Sequence[int],
        customers: Sequence[int],
        kinds: Mapping[int, Kind],
    ) -> None:
        """Count events in, one per place of the three columns. kinds: all that occur, by id."""
        # As one number each, because numbers sort ten times as fast as tuples.
        places = [
            day << _DAY_SHIFT | kind << _KIND_SHIFT | customer
            for day, kind, customer in zip(days, kind_ids, customers, strict=True)
        ]
        self._add(sorted(Counter(places).items()), kinds)

    def _add(self, done: list[tuple[int, int]], kinds: Mapping[int, Kind]) -> None:
        rows = [
            (place >> _DAY_SHIFT, place >> _KIND_SHIFT & _KINDS, place & _CUSTOMERS, n)
            for place, n in done
        ]
        self._db.executemany(
            "insert into activity_day(day, kind, customer, n) values (?, ?, ?, ?)"
            " on conflict(day, kind, customer) do update set n = n + excluded.n",
            rows,
        )
        self._count(rows, 1)
        for (day, kind), group in groupby(rows, key=itemgetter(0, 1)):
            members = [row[2] for row in group]
            for scope, item in kinds[kind].sets:
                self._set((scope, item, day)).update(members)
                self._changed.add((scope, item, day))

    def take_out(self, done: dict[tuple[int, int, int], int], kinds: dict[int, Kind]) -> None:
        """Count events out again: they are removed or now somebody else's.

        A customer stays in a verb's set while another kind of that verb remains on the day.
        """
        for (day, kind, customer), n in done.items():
            self._db.execute(
                "update activity_day set n = n - ? where day = ? and kind = ? and customer = ?",
                (n, day, kind, customer),
            )
        self._count([(*place, n) for place, n in done.items()], -1)
        self._db.executemany(
            "delete from activity_day where day = ? and kind = ? and customer = ? and n <= 0",
            list(done),
        )
        for day, customer in {(day, customer) for day, _, customer in done}:
            self._restate(day, customer, done, kinds)

    def move(self, kept: int, gone: int, kinds: dict[int, Kind], days: Iterable[int]) -> None:
        """All that `gone` did on `days` becomes what `kept` did."""
        for day in set(days):
            rows = self._db.execute(
                "select kind, n from activity_day where day = ? and customer = ?"
                f" and kind in ({','.join('?' * len(kinds))})",
                (day, gone, *kinds),
            ).fetchall()
            done = {(day, kind, gone): n for kind, n in rows}
            self.take_out(done, kinds)
            moved = [
                (day << _DAY_SHIFT | kind << _KIND_SHIFT | kept, n)
                for (_, kind, _), n in sorted(done.items())
            ]
            self._add(moved, kinds)
        for ever in self._ever.values():
            if gone in ever:
                ever.discard(gone)
                ever.add(kept)

    def flush(self) -> None:
        """Write the changed sets, inside the caller's transaction."""
        self._db.executemany(
            "insert into day_set(scope, item, day, customers) values (?, ?, ?, ?)"
            " on conflict(scope, item, day) do update set customers = excluded.customers",
            [(*place, self._sets[place].serialize()) for place in sorted(self._changed)],
        )
        # What comes next is most likely of the days that have just changed.
        self._sets = {place: self._sets[place] for place in self._changed}
        self._changed.clear()

    def _count(self, rows: Iterable[tuple[int, int, int, int]], sign: int) -> None:
        counts: dict[int, int] = defaultdict(int)
        for _, kind, _, n in rows:
            counts[kind] += n
        self._db.executemany(
            "update event_kind set n = n + ? where id = ?",
            [(sign * n, kind) for kind, n in counts.items()],
        )

    def _restate(
        self,
        day: int,
        customer: int,
        done: dict[tuple[int, int, int], int],
        kinds: dict[int, Kind],
    ) -> None:
        remaining = self._db.execute(
            "select k.id, k.verb, k.feature, k.own from activity_day a"
            " join event_kind k on k.id = a.kind where a.day = ? and a.customer = ?",
            (day, customer),
        ).fetchall()
        words = dict(self._db.execute("select text, id from word").fetchall())
        still = {(SET_KIND, row[0]) for row in remaining}
        still |= {(SET_VERB, words[row[1]]) for row in remaining if row[1]}
        still |= {(SET_FEATURE, words[row[2]]) for row in remaining if row[2]}
        if any(row[3] for row in remaining):
            still.add((SET_ANY, 0))
        touched = {
            place
            for where, kind, who in done
            if where == day and who == customer
            for place in kinds[kind].sets
        }
        for scope, item in touched - still:
            self._set((scope, item, day)).discard(customer)
            self._changed.add((scope, item, day))

    def _set(self, place: _Place) -> BitMap:
        known = self._sets.get(place)
        if known is None:
            row = self._db.execute(
                "select customers from day_set where scope = ? and item = ? and day = ?", place
            ).fetchone()
            known = self._sets[place] = BitMap.deserialize(row[0]) if row else BitMap()
        return known


def rebuild(db: Connection, clock: Clock, kinds: dict[int, Kind]) -> None:
    """Make counts and sets anew from the events, in the clock's zone.

    For a changed time zone or verb map; inside the caller's transaction.
    """
    db.execute("delete from activity_day")
    db.execute("delete from day_set")
    db.execute("insert or replace into meta(key, value) values ('timezone', ?)", (clock.zone.key,))
    low, high = db.execute("select min(at), max(at) from event").fetchone()
    if low is None:
        return
    shifts = [*clock.shifts(low, high), (high + 1, 0)]
    for (start, offset), (end, _) in pairwise(shifts):
        db.execute(
            "insert into activity_day(day, kind, customer, n)"
            " select (at + ?) / ? - ((at + ?) < 0 and (at + ?) % ? != 0), kind, customer, count(*)"
            " from event where at >= ? and at < ? group by 1, 2, 3"
            " on conflict(day, kind, customer) do update set n = n + excluded.n",
            (offset, DAY, offset, offset, DAY, start, end),
        )
    _rebuild_sets(db, kinds)


def _rebuild_sets(db: Connection, kinds: dict[int, Kind]) -> None:
    days = db.execute("select distinct day from activity_day order by day").fetchall()
    for (day,) in days:
        sets: dict[tuple[int, int], BitMap] = defaultdict(BitMap)
        by_kind: dict[int, list[int]] = defaultdict(list)
        for kind, customer in db.execute(
            "select kind, customer from activity_day where day = ?", (day,)
        ).fetchall():
            by_kind[kind].append(customer)
        for kind, customers in by_kind.items():
            for place in kinds[kind].sets:
                sets[place].update(customers)
        db.executemany(
            "insert into day_set(scope, item, day, customers) values (?, ?, ?, ?)",
            [(*place, day, members.serialize()) for place, members in sets.items()],
        )
