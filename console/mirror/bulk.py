"""Inserting many rows at once, from columns."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice

from console.mirror.database import Connection

_ROWS = 50
"""In one statement: 0.5 us a row of nine numbers, where a statement for each takes 0.75. More
than fifty gain nothing, and must stay below the 32,766 values that SQLite takes."""


class Insert:
    """A statement that inserts rows of some columns.

    into: the table. columns: the names of those that are given. then: what follows the rows,
    such as what to do on a conflict.
    """

    def __init__(self, into: str, columns: str, then: str = "") -> None:
        self._width = columns.count(",") + 1
        row = f"({', '.join('?' * self._width)})"
        start = f"insert into {into}({columns}) values "
        self._one = f"{start}{row} {then}"
        self._many = f"{start}{', '.join([row] * _ROWS)} {then}"

    def rows(self, db: Connection, n: int, *columns: Iterable[object]) -> None:
        """Insert `n` rows, each from the next of every one of `columns`, in this order."""
        rows = zip(*columns, strict=False)
        together = n - n % _ROWS
        flat = chain.from_iterable(islice(rows, together))
        db.executemany(self._many, zip(*[flat] * (_ROWS * self._width), strict=True))
        db.executemany(self._one, islice(rows, n - together))
