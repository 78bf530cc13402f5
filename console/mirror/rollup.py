"""Activity by day: sets of customers as bitmaps, and counts of those who acted repeatedly.

Both follow the events in the same transaction, so that whoever reads one commit sees rows,
counts and sets agree. They belong to one time zone, noted in ``meta.timezone``;
`Rollup.rebuild` makes them anew for another.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pyroaring import BitMap

from console.clock import Clock
from console.mirror.bulk import Insert
from console.mirror.database import Connection
from console.mirror.names import Kind
from console.mirror.schema import SET_ANY, SET_FEATURE, SET_KIND, SET_VERB

_KIND_BITS = 24
_KIND = (1 << _KIND_BITS) - 1
_CHUNK = 50_000
_Place = tuple[int, int, int]
_INSERT = Insert(
    "activity_day",
    "day, kind, customer, n",
    # Whoever is there was counted in `excluded` for the once that the day's set told until now.
    "on conflict(day, kind, customer) do update set n = n + excluded.n - 1",
)
_NOBODY = BitMap()


class Rollup:
    """Keeps ``activity_day`` and ``day_set`` of one writer up to date.

    Sets changed since the last `flush` are held in memory; readers see them after it.
    """

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._sets: dict[_Place, BitMap] = {}
        self._changed: set[_Place] = set()
        self._ever: dict[int, BitMap] = {}
        self._apart: dict[int, Mapping[int, set[int]]] = {}

    def forget(self) -> None:
        """Drop what was remembered: another process has written, or a rollback undone it."""
        self._sets.clear()
        self._changed.clear()
        self._ever.clear()
        self._apart.clear()

    def ever(self, kind: Kind) -> BitMap:
        """Everybody who has done this kind of thing; whoever adds events adds to it.

        Of the people that `tell_apart` was told of, the parts that did it.
        """
        known = self._ever.get(kind.id)
        if known is None:
            # Somebody who has become another in this transaction is not who the file says.
            self.flush()
            blobs = self._db.execute(
                "select customers from day_set where scope = ? and item = ?", (SET_KIND, kind.id)
            ).fetchall()
            known = self._ever[kind.id] = BitMap.union(
                BitMap(), *(BitMap.deserialize(blob) for (blob,) in blobs)
            )
            for person, parts in self._apart.items():
                known.discard(person)
                known.update(parts.get(kind.id, ()))
        return known

    def is_apart(self, person: int) -> bool:
        """Whether `tell_apart` was told of somebody merged by hand."""
        return person in self._apart

    def tell_apart(self, person: int, parts: Mapping[int, set[int]]) -> None:
        """Of somebody merged by hand, who they would be without that, for `ever`.

        parts: which of them have done something, by kind.
        """
        self._apart[person] = parts
        for kind, known in self._ever.items():
            known.discard(person)
            known.update(parts.get(kind, ()))

    def add(
        self,
        days: Sequence[int],
        kind_ids: Sequence[int],
        customers: Sequence[int],
        kinds: Mapping[int, Kind],
    ) -> None:
        """Count events in, one per place of the three columns. kinds: all that occur, by id."""
        done: dict[int, list[int]] = defaultdict(list)
        for day, kind, customer in zip(days, kind_ids, customers, strict=True):
            done[day << _KIND_BITS | kind].append(customer)
        self._add({(place >> _KIND_BITS, place & _KIND): who for place, who in done.items()}, kinds)

    def _add(self, done: Mapping[tuple[int, int], list[int]], kinds: Mapping[int, Kind]) -> None:
        """Count events in. done: by day and kind who did it, as often as they did."""
        rows: list[tuple[int, int, int, int]] = []
        counts: dict[int, int] = defaultdict(int)
        for (day, kind), customers in done.items():
            counts[kind] += len(customers)
            members = BitMap(customers)
            known = self._set((SET_KIND, kind, day)) & members
            if known or len(members) < len(customers):
                rows += [
                    (day, kind, customer, n + (customer in known))
                    for customer, n in Counter(customers).items()
                    if n > 1 or customer in known
                ]
            for scope, item in kinds[kind].sets:
                self._set((scope, item, day)).update(members)
                self._changed.add((scope, item, day))
        rows.sort()
        _INSERT.rows(self._db, len(rows), *zip(*rows, strict=True))
        self._count(counts, 1)

    def take_out(self, done: Mapping[_Place, int]) -> None:
        """Count events out again, which are removed. done: how many by day, kind and customer.

        A customer stays in a verb's set while another kind of that verb remains on the day.
        """
        gone = []
        counts: dict[int, int] = defaultdict(int)
        for place, n in done.items():
            counts[place[1]] += n
            left = self._n(place) - n
            if left > 1:
                self._db.execute(
                    "update activity_day set n = ?4 where day = ?1 and kind = ?2 and customer = ?3",
                    (*place, left),
                )
                continue
            self._clear(place)
            if left < 1:
                gone.append(place)
        self._count(counts, -1)
        self._leave(gone)

    def move(
        self, kept: int, gone: int, kinds: Mapping[int, Kind], places: Iterable[tuple[int, int]]
    ) -> None:
        """All that `gone` ever did becomes what `kept` did. places: its days and kinds."""
        done = {}
        for day, kind in set(places):
            n = self._n((day, kind, gone))
            self._clear((day, kind, gone))
            done[day, kind] = [kept] * n
            self._count({kind: n}, -1)
            for scope, item in kinds[kind].sets:
                self._set((scope, item, day)).discard(gone)
                self._changed.add((scope, item, day))
        self._add(done, kinds)
        for ever in self._ever.values():
            if gone in ever:
                ever.discard(gone)
                ever.add(kept)

    def rebuild(self, clock: Clock, kinds: Mapping[int, Kind]) -> None:
        """Make counts and sets anew from the events, in the clock's zone.

        For a changed time zone or verb map; inside the caller's transaction. kinds: all there
        are, by id.
        """
        self.forget()
        self._db.execute("delete from activity_day")
        self._db.execute("delete from day_set")
        self._db.execute("update event_kind set n = 0")
        self._db.execute(
            "insert or replace into meta(key, value) values ('timezone', ?)", (clock.zone.key,)
        )
        events = self._db.execute("select at, kind, customer from event order by at")
        while part := events.fetchmany(_CHUNK):
            at, kind_ids, customers = zip(*part, strict=True)
            self.add([clock.day(when) for when in at], kind_ids, customers, kinds)
            self.flush()

    def reassign(
        self, before: Counter[_Place], after: Counter[_Place], kinds: Mapping[int, Kind]
    ) -> None:
        """Events that are somebody else's now.

        before, after: all that the people concerned did, by day, kind and customer, the same
        events twice. kinds: all that occur, by id.
        """
        moved = sorted(place for place in before | after if before[place] != after[place])
        self._db.executemany(
            "delete from activity_day where day = ? and kind = ? and customer = ?",
            [place for place in moved if before[place] > 1],
        )
        self._db.executemany(
            "insert into activity_day(day, kind, customer, n) values (?, ?, ?, ?)",
            [(*place, after[place]) for place in moved if after[place] > 1],
        )
        had, have = _members(before, kinds), _members(after, kinds)
        for place in had.keys() | have.keys():
            old, new = had.get(place, _NOBODY), have.get(place, _NOBODY)
            if old != new:
                members = self._set(place)
                members -= old
                members |= new
                self._changed.add(place)
        self.flush()
        self._ever.clear()
        self._apart.clear()

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

    def _n(self, place: _Place) -> int:
        """How many of a kind a customer did on a day."""
        row = self._db.execute(
            "select n from activity_day where day = ? and kind = ? and customer = ?", place
        ).fetchone()
        if row is not None:
            return int(row[0])
        day, kind, customer = place
        return int(customer in self._set((SET_KIND, kind, day)))

    def _clear(self, place: _Place) -> None:
        self._db.execute(
            "delete from activity_day where day = ? and kind = ? and customer = ?", place
        )

    def _count(self, counts: Mapping[int, int], sign: int) -> None:
        self._db.executemany(
            "update event_kind set n = n + ? where id = ?",
            [(sign * n, kind) for kind, n in counts.items()],
        )

    def _leave(self, gone: Sequence[_Place]) -> None:
        """Take customers out of the sets of a day that nothing they still did puts them in."""
        if not gone:
            return
        for day, kind, customer in gone:
            self._set((SET_KIND, kind, day)).discard(customer)
            self._changed.add((SET_KIND, kind, day))
        feeds = self._feeds()
        for day, kind, customer in gone:
            for place, feeding in feeds.items():
                if kind in feeding and not any(
                    customer in self._set((SET_KIND, other, day)) for other in feeding
                ):
                    self._set((*place, day)).discard(customer)
                    self._changed.add((*place, day))

    def _feeds(self) -> dict[tuple[int, int], set[int]]:
        """The kinds whose customers are in a set, for all sets of more than one kind."""
        words = dict(self._db.execute("select text, id from word").fetchall())
        feeds: dict[tuple[int, int], set[int]] = defaultdict(set)
        for id, verb, feature, own in self._db.execute(
            "select id, verb, feature, own from event_kind"
        ).fetchall():
            if own:
                feeds[SET_ANY, 0].add(id)
            if verb:
                feeds[SET_VERB, words[verb]].add(id)
            if feature:
                feeds[SET_FEATURE, words[feature]].add(id)
        return feeds

    def _set(self, place: _Place) -> BitMap:
        known = self._sets.get(place)
        if known is None:
            row = self._db.execute(
                "select customers from day_set where scope = ? and item = ? and day = ?", place
            ).fetchone()
            known = self._sets[place] = BitMap.deserialize(row[0]) if row else BitMap()
        return known


def _members(done: Iterable[_Place], kinds: Mapping[int, Kind]) -> dict[_Place, BitMap]:
    """Who did these, by the sets they belong to."""
    found: dict[_Place, BitMap] = defaultdict(BitMap)
    for day, kind, customer in done:
        for scope, item in kinds[kind].sets:
            found[scope, item, day].add(customer)
    return found
