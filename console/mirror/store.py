"""Saving what a source gave: the one way into mirror.db.

A `Writer` saves batches; everything a batch leads to (rows, identities and merges, counts
by day, sets, the search index, the cursor) is committed together. Saving the same thing
again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path

from console.clock import Clock
from console.config import EventRule
from console.mirror.crowd import Crowd
from console.mirror.eraser import Eraser
from console.mirror.merges import Pair, is_kept
from console.mirror.names import VerbOf
from console.mirror.prepared import Columns, Prepared, Told, columns, prepare
from console.mirror.records import Stored
from console.model import Batch, Counts, Event, Removal, Who


class Writer(Eraser):
    """Writes one mirror.

    Use `begin`, any number of `save`, then `commit` (or `rollback`); or `save_all` for one
    batch at once. Several processes may have writers; one writes at a time.
    """

    def __init__(
        self, path: Path | str, clock: Clock, rules: Mapping[str, EventRule], verb_of: VerbOf
    ) -> None:
        """Open the file, making or migrating it.

        Raises MirrorError when it cannot be written.
        """
        super().__init__(path, clock, rules, verb_of)
        self._derived: list[tuple[int, Event]] = []
        """What records tell of and waits to be inserted, each with its record."""

    def rollback(self) -> None:
        """Undo everything since `begin`."""
        super().rollback()
        self._derived.clear()

    def save(self, batch: Batch, kind: str, run: int | None = None) -> Counts:
        """Save a batch inside the transaction.

        kind: the kind of the batch's source. run: the row of ``run`` that rejects belong to.
        Returns what became of the things read.
        """
        return self.store(prepare(batch, self._clock), kind, run)

    def store(
        self, batch: Prepared, kind: str, run: int | None = None, crowd: Crowd | None = None
    ) -> Counts:
        """Save what `prepare` made of a batch, as `save` does.

        It must have been prepared in the time zone of this writer's clock. crowd: the people
        whom the batch's events have by numbers.
        """
        source = (self._names.source(batch.source, kind), batch.source, kind)
        counts = Counts(rejected=len(batch.rejects))
        newest = 0
        if self._tombs:
            things = batch.things
            batch = self._tombs.without(batch)
            counts.unchanged += things - batch.things
            newest = self.db.execute("select coalesce(max(id), 0) from identity").fetchone()[0]
        self.save_rejects(source[0], batch.rejects, run)
        fresh = self._events.unknown(batch.events)
        counts.new += len(fresh)
        counts.unchanged += len(batch.events) - len(fresh)
        records = self._removals.living(source[0], batch.records)
        kept = sum(told.record.counted for told in records)
        counts.unchanged += sum(told.record.counted for told in batch.records) - kept
        known = self._records.stored(source[0], records)
        news = _news(records, known)
        people, holders = self._resolve(source[0], news, fresh, crowd)
        for told in records:
            self._save_record(source, told, people, known, counts)
        self._records.flush()
        self._save_derived(source, people)
        self._events.save(
            source,
            fresh,
            holders,
            self._identities.customer,
            self._merges.person,
            raws=self._events.keep_raw(source[0], fresh, batch.properties),
            seen=self._seen,
        )
        self._merges.fold()
        if self._tombs:
            self._forget_returned(newest)
        counts.read = counts.new + counts.changed + counts.unchanged + counts.rejected
        return counts

    def keep_merged(self, merges: Iterable[Pair]) -> bool:
        """Make these the merges by hand, all and only these; in a transaction of its own.

        merges: pairs of people as sources know them, in any order. Whoever of a pair is not
        in the mirror is merged when they are and this is called again; until then the mirror
        keeps to this list by itself. See `console.mirror.merges` for what a merge is.
        Returns whether anything changed; where nothing does, nothing is written.
        """
        merges = list(merges)
        if is_kept(self.db, merges):
            return False
        self.begin()
        try:
            self._merges.keep(merges)
            self._rearranged(self._merges.rejoin())
            self.commit()
        except BaseException:
            self.rollback()
            raise
        return True

    def remove(self, source: str, kind: str, removals: Iterable[Removal]) -> int:
        """Carry out, inside the transaction, what a source says is gone.

        kind: the kind of the source. Returns how many of them are news.
        """
        id = self._names.source(source, kind)
        removals = list(removals)
        # What a source says of a customer is meant of those that it knows.
        self._rearranged(self._merges.take_apart(self._removals.concerned(id, removals)))
        done, touched = self._removals.carry_out(id, removals)
        self._people.made(self._identities.fresh())
        self._dirty |= touched | self._identities.gained()
        return done

    def _resolve(
        self, source: int, records: Iterable[Told], events: Columns, crowd: Crowd | None
    ) -> tuple[Mapping[Who, tuple[int, int]], list[tuple[int, int]]]:
        """(identity, customer): by who, and for each of the people of `events`."""
        whos: list[Who] = []
        for told in records:
            if told.record.who:
                whos.append(told.record.who)
            whos += [event.who for event in told.record.events]
        state = self._identities.state
        strangers = crowd.strangers(events.numbers, state) if crowd else {}
        people = self._identities.resolve(source, [*whos, *events.whos, *strangers.values()])
        self._people.made(self._identities.fresh())
        gained = self._identities.gained()
        self._people.gained(gained)
        self._dirty |= gained
        if crowd is None:
            holders = [people[who] for who in events.whos]
        else:
            crowd.place(strangers, people)
            holders = crowd.holders(events.numbers)
        root = self._identities.customer
        self._merges.meet(root(customer) for _, customer in chain(people.values(), holders))
        return people, holders

    def _save_record(
        self,
        source: tuple[int, str, str],
        told: Told,
        people: Mapping[Who, tuple[int, int]],
        known: dict[tuple[str, str], Stored],
        counts: Counts,
    ) -> None:
        record = told.record
        old = known.get((record.kind, record.id))
        if not _is_news(told, known):
            counts.unchanged += record.counted
            return
        customer = self._identities.customer(people[record.who][1]) if record.who else None
        stored = self._records.save(source[0], told, customer, old)
        known[record.kind, record.id] = stored
        counts.new += record.counted and old is None
        counts.changed += record.counted and old is not None
        holders = {id for id in (customer, old.customer if old else None) if id is not None}
        self._dirty |= holders
        events: Iterable[Event] = record.events
        if old:
            if any(id == stored.id for id, _ in self._derived):
                self._save_derived(source, people)
            people_now = {self._merges.person(id) for id in holders}
            events = self._events.replace_derived(source[1], stored.id, people_now, record.events)
        self._derived += [(stored.id, event) for event in events]

    def _save_derived(
        self, source: tuple[int, str, str], people: Mapping[Who, tuple[int, int]]
    ) -> None:
        """Insert the events of records that wait."""
        if not self._derived:
            return
        self._derived.sort(key=lambda one: one[1].at)
        made = columns(source[1], [event for _, event in self._derived], self._clock, raw=False)
        records = dict(zip(made.keys, (-id for id, _ in self._derived), strict=True))
        self._derived.clear()
        missing = self._events.unknown(made)
        root, person = self._identities.customer, self._merges.person
        raws = [records[key] for key in missing.keys]
        holders = [people[who] for who in missing.whos]
        self._events.save(source, missing, holders, root, person, raws=raws, seen=self._seen)


def _is_news(told: Told, known: Mapping[tuple[str, str], Stored]) -> bool:
    old = known.get((told.record.kind, told.record.id))
    return old is None or (old.hash != told.hash and told.record.at >= old.at)


def _news(records: Iterable[Told], known: Mapping[tuple[str, str], Stored]) -> list[Told]:
    """Every version of the records of which any is news: one may bring back another."""
    records = list(records)
    moving = {(told.record.kind, told.record.id) for told in records if _is_news(told, known)}
    return [told for told in records if (told.record.kind, told.record.id) in moving]
