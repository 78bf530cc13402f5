"""Keeping the WAL short: a reader that stays where it is makes it grow without limit."""

from __future__ import annotations

import os
import time

from console.mirror.database import BUSY_SECONDS, WAL_LIMIT, Connection

LONG = WAL_LIMIT // 2
"""Bytes from which a WAL is cut short, so that it stays below the limit while readers end."""
_AGAIN = 2.0
"""Seconds before a WAL that could not be cut short is tried again."""
_PATIENCE = 1.5
"""Seconds a writer waits for readers to end; none reads for longer than one."""


class Wal:
    """The WAL of one writer's mirror."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._file = db.execute("pragma database_list").fetchone()[2] + "-wal"
        self._next = 0.0

    def watch(self) -> None:
        """After a commit: cut the WAL short when it is long and no reader holds it."""
        now = time.monotonic()
        if now < self._next:
            return
        try:
            size = os.stat(self._file).st_size
        except OSError:
            return
        if size <= LONG:
            return
        self._next = now + _AGAIN
        self._db.execute(f"pragma busy_timeout = {int(_PATIENCE * 1000)}")
        try:
            self._db.execute("pragma wal_checkpoint(truncate)").fetchall()
        finally:
            self._db.execute(f"pragma busy_timeout = {int(BUSY_SECONDS * 1000)}")
