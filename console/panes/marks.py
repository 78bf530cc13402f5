"""What somebody has marked in a list of customers. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Marks:
    """Customers by id, and the range that is being marked."""

    ids: set[int] = field(default_factory=set)
    start: int | None = None
    """On whom a range began; None when none is being marked."""
    reach: range = range(0)
    """The rows of that range."""

    def turn(self, id: int) -> None:
        """Mark one, or take the mark away."""
        self.ids ^= {id}

    def reach_to(self, row: int, row_of: Callable[[int], int | None]) -> range:
        """Stretch the range that is being marked to a row; answers the rows that changed.

        row_of: where a customer stands by now.
        """
        old, start = self.reach, self.start
        began = None if start is None else row_of(start)
        if began is None:
            self.start, self.reach = None, range(0)
        else:
            self.reach = range(min(began, row), max(began, row) + 1)
        ends = [rows for rows in (old, self.reach) if rows]
        if not ends or old == self.reach:
            return range(0)
        return range(min(rows.start for rows in ends), max(rows.stop for rows in ends))

    def clear(self, *, all_of_them: bool) -> None:
        """Let a range be that was begun; forget all marks as well."""
        self.start, self.reach = None, range(0)
        if all_of_them:
            self.ids = set()

    def has(self, row: int, id: int) -> bool:
        """Whether the customer in a row is marked, or about to be."""
        return row in self.reach or id in self.ids


class Markable:
    """A list of customers in rows, some of them marked. Knows no widget."""

    def __init__(self) -> None:
        self.marks = Marks()

    @property
    def ids(self) -> Sequence[int]:
        """The customers in the rows, in order."""
        raise NotImplementedError

    def row_of(self, id: int) -> int | None:
        """Where a customer stands."""
        return next((row for row, one in enumerate(self.ids) if one == id), None)

    def reach_to(self, row: int) -> range:
        """Stretch the range that is being marked to a row; answers the rows that changed."""
        return self.marks.reach_to(row, self.row_of)
