"""A writer's transactions: what was touched in one is brought up to date before it is seen.

Rows, identities and merges, counts by day, sets and the search index are committed together.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from console.clock import Clock
from console.config import EventRule
from console.mirror.database import Connection, open_writer, patiently, transaction
from console.mirror.events import Events
from console.mirror.identity import Identities
from console.mirror.journal import Journal
from console.mirror.merges import Merges
from console.mirror.names import Names, VerbOf
from console.mirror.people import People
from console.mirror.records import Records
from console.mirror.removals import Removals
from console.mirror.rollup import Rollup
from console.mirror.schema import VERSION, migrate
from console.mirror.seen import Seen
from console.mirror.tombs import Tombs
from console.mirror.wal import Wal


class Session(Journal):
    """The part of a writer that opens the file, begins and commits."""

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
        self._merges = Merges(self.db, self._events, self._people, self._rollup)
        self._removals = Removals(self.db, self._events, self._identities, self._people)
        self._dirty: set[int] = set()
        """Customers whose rows are to be made anew."""
        self._unsure: set[int] = set()
        """Those whose counts have to be made anew as well."""
        self._seen = Seen()
        self._wal = Wal(self.db)
        self._tombs = Tombs(self.db)
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
            self._people.forget()
            self._merges.load()
            self._tombs.read()
        self._events.begin()
        self._records.begin()

    def commit(self) -> None:
        """Make everything since `begin` durable and visible together."""
        self._settle()
        if self._merges.loose:
            self._rearranged(self._merges.rejoin())
            self._settle()
        self._merges.settle()
        self._rollup.flush()
        self.db.execute("commit")
        self._wal.watch()

    def rollback(self) -> None:
        """Undo everything since `begin`."""
        if self.db.in_transaction:
            self.db.execute("rollback")
        self._dirty.clear()
        self._unsure.clear()
        self._seen = Seen()
        self._identities.forget()
        self._records.forget()
        self._rollup.forget()
        self._names.forget()
        self._people.forget()

    def _settle(self) -> None:
        """Bring the rows of whoever changed up to date, and what finds them."""
        self._unsure |= self._events.shrunk()
        changed = self._living(self._dirty | self._unsure)
        self._people.write(changed, self._seen, self._clock.now)
        if self._unsure:
            unsure = self._living(self._unsure)
            self._people.recount(self._clock.now, unsure)
            self._people.write(unsure, Seen(), self._clock.now)
        self._removals.hide(changed)
        self._dirty.clear()
        self._unsure.clear()
        self._seen = Seen()

    def _rearranged(self, customers: set[int]) -> None:
        self._unsure |= customers

    def _merge(self, kept: int, gone: int) -> None:
        self._rearranged(self._merges.take_apart([kept, gone]))
        self._events.move(kept, gone)
        self._records.move(kept, gone)
        self._people.move(kept, gone)
        self._seen.move(kept, gone)
        self._dirty.add(kept)

    def _living(self, ids: set[int]) -> set[int]:
        return {self._merges.person(self._identities.customer(id)) for id in ids}

    def _retune(self) -> None:
        """Follow a changed verb map or time zone: re-read the names, rebuild the sets."""
        held = dict(self.db.execute("select key, value from meta").fetchall())
        changed = self._names.changed()
        moved = held.get("timezone") not in (None, self._clock.zone.key)
        if not changed and not moved and "timezone" in held:
            return
        with transaction(self.db):
            if changed:
                # What is somebody's first of a kind is asked of them without by-hand merges.
                self._merges.load()
                self._rearranged(self._merges.take_apart(self._merges.parts()))
            kinds = self._names.update(changed)
            self._events.relevel(set(changed), kinds)
            self._rollup.rebuild(self._clock, kinds)
            if changed:
                self._people.recount(self._clock.now)
                everyone = self.db.execute("select id from customer where merged_into is null")
                self._people.write({id for (id,) in everyone.fetchall()}, Seen(), self._clock.now)
                self._rearranged(self._merges.rejoin())
                self._settle()


def _prepare(db: Connection) -> None:
    def make() -> None:
        if db.execute("pragma user_version").fetchone()[0] < VERSION:
            from sqlite_utils import Database

            migrate(Database(db))

    patiently(db, make)
