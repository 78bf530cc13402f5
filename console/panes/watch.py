"""Noticing that somebody else has written to a file."""

from __future__ import annotations

from pathlib import Path

from console.mirror.database import (
    Connection,
    DatabaseError,
    MirrorError,
    data_version,
    open_reader,
)


class Watch:
    """Looks at one file: ten microseconds a look."""

    def __init__(self, path: Path, version: int) -> None:
        """Watch a file. version: the newest format the caller understands."""
        self._path = path
        self._known = version
        self._db: Connection | None = None
        self._version: int | None = None
        self._absent = False
        """Whether there was no file at the last look."""

    def changed(self) -> bool:
        """Whether anybody has written since the last look; never at the first."""
        before = self._version
        try:
            if self._db is None:
                came, self._absent = self._absent, not self._path.exists()
                if self._absent:
                    return False
                self._db = open_reader(self._path, self._known)
                self._version = data_version(self._db)
                return came
            self._version = data_version(self._db)
        except (MirrorError, DatabaseError):
            # Whoever reads it next says why in words.
            self._db = None
            return False
        return self._version != before
