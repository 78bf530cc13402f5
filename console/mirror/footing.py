"""Where a reader stands: one state of the mirror, looked at as of one clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from sys import getsizeof
from typing import TypeVar

from console.clock import Clock
from console.mirror.database import Connection, Interrupted, data_version
from console.mirror.memory import Memory
from console.mirror.traits import Traits
from console.model import Saved

T = TypeVar("T")

ALWAYS = -(1 << 62)
"""An instant before everything."""
_MEMORY = 96 * 1024 * 1024


class Footing:
    """Keeps one connection's reads to one state of the mirror, and remembers what was read.

    db: a connection for reading. clock: now, and the zone and week of the answers.
    cancelled: asked now and then during long work; when it says True, `Interrupted` is
    raised, as it is by a query when another thread calls ``db.interrupt()``.
    saved: asked for the saved segments when a condition names one.
    """

    def __init__(
        self,
        db: Connection,
        clock: Clock,
        cancelled: Callable[[], bool] | None = None,
        saved: Callable[[], Saved] = dict,
    ) -> None:
        self.db = db
        self.clock = clock
        self.saved = saved
        self.horizon = ALWAYS - 1
        """The instant of the latest event that is not in the future."""
        self.days_fit = False
        """Whether the mirror's days are the clock's."""
        self._cancelled = cancelled
        self._lock = threading.RLock()
        self._depth = 0
        self._memory = Memory(_MEMORY)
        self.traits = Traits(db, self._memory)
        self._version: tuple[object, ...] = ()

    @contextmanager
    def snapshot(self, clock: Clock | None = None) -> Iterator[None]:
        """Read everything inside from one state of the mirror, as of `clock`."""
        with self._lock:
            self._depth += 1
            began = self._depth == 1 and not self.db.in_transaction
            try:
                if began:
                    self.db.execute("begin")
                if self._depth == 1:
                    self._look(clock or self.clock)
                yield
            finally:
                self._depth -= 1
                if began and self.db.in_transaction:
                    self.db.execute("rollback")

    def check(self) -> None:
        """Raise `Interrupted` when the answer is no longer wanted."""
        if self._cancelled is not None and self._cancelled():
            raise Interrupted("cancelled")

    def remember(
        self, key: Hashable, make: Callable[[], T], size: Callable[[T], int] = getsizeof
    ) -> T:
        """What `make` gives, kept under `key` until the mirror changes.

        key: must name all that the answer depends on, `horizon` and days included.
        """
        return self._memory.get(key, make, size)

    def _look(self, clock: Clock) -> None:
        row = self.db.execute("select value from meta where key = 'timezone'").fetchone()
        version = (data_version(self.db), self.db.total_changes, clock.zone.key, row)
        if version != self._version:
            self._memory.clear()
            self._version = version
        self.clock = clock
        self.days_fit = row is not None and row[0] == clock.zone.key
        latest = self.db.execute("select max(at) from event where at <= ?", (clock.now,)).fetchone()
        self.horizon = ALWAYS - 1 if latest[0] is None else latest[0]
