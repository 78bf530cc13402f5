"""How long this process holds a state of a database open: what keeps a WAL from being cut short.

A statement holds one from its first step until it is read to its end or let go of; a
transaction from its beginning to its end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from console.mirror import database

_driver: Any = database.driver


class Longest:
    """The longest that was seen since it was last asked."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def see(self, seconds: float) -> None:
        """One was let go of."""
        self._seconds = max(self._seconds, seconds)

    def take(self) -> float:
        """Seconds; begins anew."""
        seconds, self._seconds = self._seconds, 0.0
        return seconds


class _Cursor(_driver.Cursor):  # type: ignore[misc]
    """Tells its connection when its statement begins and ends."""

    _runs = False

    def _begin(self) -> None:
        if not self._runs:
            self._runs = True
            self.connection.held_by(1)

    def _end(self) -> None:
        if self._runs:
            self._runs = False
            self.connection.held_by(-1)

    def execute(self, *arguments: Any) -> _Cursor:
        self._begin()
        try:
            super().execute(*arguments)
        except BaseException:
            self._end()
            raise
        if self.description is None:
            self._end()
        return self

    def fetchone(self) -> Any:
        row = super().fetchone()
        if row is None:
            self._end()
        return row

    def fetchall(self) -> Any:
        try:
            return super().fetchall()
        finally:
            self._end()

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except StopIteration:
            self._end()
            raise

    def close(self) -> None:
        super().close()
        self._end()

    def __del__(self) -> None:
        self._end()


class _Connection(_driver.Connection):  # type: ignore[misc]
    """Knows since when something has been held."""

    def __init__(self, *arguments: Any, longest: Longest, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._longest = longest
        self._many = 0
        self._since = 0.0

    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)

    def held_by(self, more: int) -> None:
        """So many statements more are at work."""
        if not self._many and not self._since:
            self._since = time.perf_counter()
        self._many += more
        if not self._many and not self.in_transaction:
            self._longest.see(time.perf_counter() - self._since)
            self._since = 0.0


def watch() -> Longest:
    """Watch every connection that this process opens from now on: for processes of one's own."""
    longest = Longest()
    opened: Callable[..., Any] = _driver.connect
    _driver.connect = partial(opened, factory=partial(_Connection, longest=longest))
    return longest
