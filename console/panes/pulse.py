"""How active the customers of a list were of late, read after the list itself is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from console.mirror.database import Connection
from console.panes.asking import Asking

WEEKS = 12
"""How far back it goes, this week included."""
_MOST = 4_000
"""Customers kept; a list holds some hundred at a time."""


class Pulse:
    """Days active in each week, by customer. One for a list."""

    def __init__(self, pane: Asking, arrived: Callable[[], None]) -> None:
        """Make an empty one. arrived: called when rows read differently now."""
        self._pane = pane
        self._arrived = arrived
        self._known: dict[int, tuple[int, ...]] = {}

    def of(self, id: int) -> tuple[int, ...] | None:
        """Days active in each week, oldest first, this week last; None until it is known."""
        return self._known.get(id)

    def read(self, ids: Iterable[int], *, anew: bool = False) -> None:
        """Ask for some customers. anew: also for those already known, the mirror changed."""
        if len(self._known) > _MOST:
            self._known.clear()
        wanted = [id for id in ids if anew or id not in self._known]
        if not wanted:
            return
        clock = self._pane.desk.clock()

        def work(db: Connection) -> Mapping[int, tuple[int, ...]]:
            from console.mirror.activity import Activity

            return Activity(db, clock).active_days(wanted, WEEKS)

        # A list without them is a list all the same: a fault is said where the rows are read.
        self._pane.ask(work, self._take, failed=lambda _: None, group="pulse")

    def _take(self, found: Mapping[int, tuple[int, ...]]) -> None:
        changed = any(self._known.get(id) != weeks for id, weeks in found.items())
        self._known.update(found)
        if changed:
            self._arrived()
