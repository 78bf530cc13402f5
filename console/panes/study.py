"""Questions about coming back keep one connection, so that a second one finds all warm."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from textual.worker import NoActiveWorker, get_current_worker

from console.clock import Clock
from console.mirror.database import Connection, DatabaseError, Interrupted, open_reader
from console.model import Saved

if TYPE_CHECKING:
    from console.mirror.activity import Activity
    from console.mirror.vocabulary import Vocabulary


class Study:
    """A mirror and what has been read of it; for threads, one at a time.

    Sets once read stay in memory until somebody writes to the mirror, which makes a
    re-slice free. Nothing is held open between questions but the file.
    """

    def __init__(self, path: Path, saved: Callable[[], Saved]) -> None:
        self._path = path
        self._saved = saved
        self._lock = threading.Lock()
        self._db: Connection | None = None
        self._file: tuple[int, int] | None = None
        self._activity: Activity | None = None

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """The connection, opened anew where the file is another one. Raises MirrorError."""
        with self._lock:
            if self._db is None or self._file != _identity(self._path):
                self._close()
                self._db = open_reader(self._path)
                self._file = _identity(self._path)
            try:
                yield self._db
            except Interrupted:
                # A newer question came: what has been read stays good.
                raise
            except DatabaseError:
                self._close()
                raise

    def activity(self, clock: Clock) -> Activity:
        """What reads the mirror, as of `clock`; only while the connection is lent."""
        from console.mirror.activity import Activity

        assert self._db is not None
        if self._activity is None:
            self._activity = Activity(self._db, clock, _cancelled, self._saved)
        return self._activity

    def ahead(self, clock: Clock) -> Vocabulary:
        """Read what the next questions are likely to need; answers the names there are.

        Saved segments come first. Raises `Interrupted` when something else is wanted.
        """
        from console.analytics.segments import mention
        from console.mirror.vocabulary import warm

        known = warm(self.activity(clock))
        named = (mention(name) for name in sorted(self._saved(), key=str.casefold))
        return known._replace(segments=(*named, *known.segments))

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._db is not None:
            self._db.close()
        self._db = self._activity = self._file = None


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _cancelled() -> bool:
    try:
        return get_current_worker().is_cancelled
    except NoActiveWorker:
        return False
