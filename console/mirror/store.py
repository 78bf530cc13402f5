"""Saving what a source gave: the one way into mirror.db.

A `Writer` saves batches; everything a batch leads to (rows, identities and merges, counts
by day, sets, the search index, the cursor) is committed together. Saving the same thing
again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from console.clock import Clock
from console.config import EventRule
from console.mirror.database import Connection, open_writer, transaction
from console.mirror.events import Events, Keyed, Seen
from console.mirror.identity import Identities
from console.mirror.names import Kind, Names, VerbOf
from console.mirror.people import People
from console.mirror.records import Records, Stored, fingerprint
from console.mirror.removals import Removals
from console.mirror.rollup import Rollup, rebuild
from console.mirror.schema import VERSION, migrate
from console.model import Batch, Counts, Record, Reject, Removal, Who


class Writer:
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
        self.db: Connection = open_writer(path)
        self._clock = clock
        _prepare(self.db)
        self._names = Names(self.db, rules, verb_of)
        self._rollup = Rollup(self.db)
        self._events = Events(self.db, clock, self._names, self._rollup)
        self._records = Records(self.db)
        self._people = People(self.db)
        self._identities = Identities(self.db, self._merge)
        self._removals = Removals(self.db, self._events, self._identities)
        self._dirty: set[int] = set()
        self._seen = Seen()
        self._retune()

    def close(self) -> None:
        """Close the file; what was not committed is lost."""
        self.db.close()

    def begin(self) -> None:
        """Start a transaction, waiting for another writer to finish."""
        self.db.execute("begin immediate")
        if self._identities.begin():
            self._rollup.forget()
            self._names.forget()
        self._events.begin()
        self._records.begin()

    def commit(self) -> None:
        """Make everything since `begin` durable and visible together."""
        self._people.saw(self._seen)
        changed = self._living(self._dirty | self._seen.milestones)
        self._people.refresh(changed, self._clock.now)
        self._removals.hide(changed)
        self._dirty.clear()
        self._seen = Seen()
        self._rollup.flush()
        self.db.execute("commit")

    def rollback(self) -> None:
        """Undo everything since `begin`."""
        if self.db.in_transaction:
            self.db.execute("rollback")
        self._dirty.clear()
        self._seen = Seen()
        self._identities.forget()
        self._records.forget()
        self._rollup.forget()
        self._names.forget()

    def save(self, batch: Batch, kind: str, run: int | None = None) -> Counts:
        """Save a batch inside the transaction.

        kind: the kind of the batch's source. run: the row of ``run`` that rejects belong to.
        Returns what became of the things read.
        """
        source = (self._names.source(batch.source, kind), batch.source, kind)
        counts = Counts(rejected=len(batch.rejects))
        self._save_rejects(source[0], batch.rejects, run)
        keyed = self._events.keyed(source[0], batch.events)
        fresh = self._events.unknown(keyed)
        counts.new += len(fresh)
        counts.unchanged += len(keyed) - len(fresh)
        records = self._removals.living(source[0], batch.records)
        counts.unchanged += sum(r.counted for r in batch.records) - sum(r.counted for r in records)
        people = self._resolve(source[0], records, fresh)
        known = self._records.stored(source[0], records)
        for record in records:
            self._save_record(source, record, people, known, counts)
        self._records.flush()
        self._events.save(
            source,
            fresh,
            people,
            self._identities.customer,
            properties=batch.properties,
            seen=self._seen,
        )
        counts.read = counts.new + counts.changed + counts.unchanged + counts.rejected
        return counts

    def remove(self, source: str, kind: str, removals: Iterable[Removal]) -> int:
        """Carry out, inside the transaction, what a source says is gone.

        kind: the kind of the source. Returns how many of them are news.
        """
        id = self._names.source(source, kind)
        done, touched = self._removals.carry_out(id, removals)
        made = self._identities.fresh()
        self._people.insert(made)
        self._dirty |= made | touched
        return done

    def save_cursor(self, source: str, kind: str, stream: str, cursor: str | None) -> None:
        """Remember how far a stream was read, in the same transaction as what was read."""
        self.db.execute(
            "insert into sync_state(source, stream, cursor, updated_at) values (?, ?, ?, ?)"
            " on conflict(source, stream) do update set cursor = excluded.cursor,"
            " updated_at = excluded.updated_at",
            (self._names.source(source, kind), stream, cursor, self._clock.now),
        )

    def start_run(self, action: str, target: str) -> int:
        """Note that an import or sync began; in a transaction of its own."""
        with transaction(self.db):
            made = self.db.execute(
                "insert into run(action, target, started_at) values (?, ?, ?)",
                (action, target, self._clock.now),
            ).lastrowid
        return made or 0

    def finish_run(
        self, run: int, counts: Counts, source: str | None = None, error: str | None = None
    ) -> None:
        """Note how a run ended; in a transaction of its own."""
        with transaction(self.db):
            self.db.execute(
                "update run set finished_at = ?, read = ?, new = ?, changed = ?, unchanged = ?,"
                " rejected = ?, error = ?, source = (select id from source where name = ?)"
                " where id = ?",
                (self._clock.now, counts.read, counts.new, counts.changed, counts.unchanged,
                 counts.rejected, error, source, run),
            )  # fmt: skip

    def _resolve(
        self, source: int, records: Sequence[Record], fresh: Iterable[Keyed]
    ) -> Mapping[Who, tuple[int, int]]:
        whos = [record.who for record in records if record.who]
        whos += [event.who for record in records for event in record.events]
        whos += [one.event.who for one in fresh]
        people = self._identities.resolve(source, whos)
        made = self._identities.fresh()
        self._people.insert(made)
        self._dirty |= made
        return people

    def _save_record(
        self,
        source: tuple[int, str, str],
        record: Record,
        people: Mapping[Who, tuple[int, int]],
        known: dict[tuple[str, str], Stored],
        counts: Counts,
    ) -> None:
        old = known.get((record.kind, record.id))
        if old and (old.hash == fingerprint(record) or record.at < old.at):
            counts.unchanged += record.counted
            return
        customer = self._identities.customer(people[record.who][1]) if record.who else None
        stored = self._records.save(source[0], record, customer, old)
        known[record.kind, record.id] = stored
        counts.new += record.counted and old is None
        counts.changed += record.counted and old is not None
        if customer is not None:
            self._dirty.add(customer)
        if record.events or old:
            self._save_derived(source, record, stored, old, people)

    def _save_derived(
        self,
        source: tuple[int, str, str],
        record: Record,
        stored: Stored,
        old: Stored | None,
        people: Mapping[Who, tuple[int, int]],
    ) -> None:
        if old:
            holders = {id for id in (old.customer, stored.customer) if id is not None}
            missing = self._events.replace_derived(source, stored.id, holders, record.events)
        else:
            missing = self._events.unknown(self._events.keyed(source[0], record.events))
        root = self._identities.customer
        self._events.save(source, missing, people, root, record=stored.id, seen=self._seen)

    def _merge(self, kept: int, gone: int) -> None:
        self._events.move(kept, gone)
        self._records.move(kept, gone)
        self._people.move(kept, gone)
        self._seen.move(kept, gone)
        self._dirty.add(kept)

    def _living(self, ids: set[int]) -> set[int]:
        return {self._identities.customer(id) for id in ids}

    def _save_rejects(self, source: int, rejects: Iterable[Reject], run: int | None) -> None:
        self.db.executemany(
            "insert into reject(run, source, path, line, column_name, reason, raw)"
            " values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
            [(run, source, one.path, one.line, one.column, one.reason, one.raw) for one in rejects],
        )

    def _retune(self) -> None:
        """Follow a changed verb map or time zone: re-read the names, rebuild the sets."""
        held = dict(self.db.execute("select key, value from meta").fetchall())
        rows = self.db.execute(
            "select k.id, k.name, k.given, k.verb, k.feature, k.level, k.phrase, k.own, s.kind"
            " from event_kind k join source s on s.id = k.source"
        ).fetchall()
        changed = []
        for id, name, given, *reading, source_kind in rows:
            verb, _, feature = given.partition("/")
            now = self._names.read(source_kind, name, verb or None, feature or None)
            if now != tuple(reading):
                changed.append((*now, id))
        moved = held.get("timezone") not in (None, self._clock.zone.key)
        if not changed and not moved and "timezone" in held:
            return
        with transaction(self.db):
            self.db.executemany(
                "update event_kind set verb = ?, feature = ?, level = ?, phrase = ?, own = ?"
                " where id = ?",
                changed,
            )
            kinds = self._all_kinds()
            self._events.relevel({row[-1] for row in changed}, kinds)
            rebuild(self.db, self._clock, kinds)
            if changed:
                self._people.recount(self._clock.now)
                self._people.refresh(
                    (id for (id,) in self.db.execute(
                        "select id from customer where merged_into is null").fetchall()),
                    self._clock.now,
                )  # fmt: skip

    def _all_kinds(self) -> dict[int, Kind]:
        rows = self.db.execute("select id, verb, feature, level, own from event_kind").fetchall()
        return {row[0]: self._names.as_kind(*row) for row in rows}


def _prepare(db: Connection) -> None:
    if db.execute("pragma user_version").fetchone()[0] < VERSION:
        from sqlite_utils import Database

        migrate(Database(db))
