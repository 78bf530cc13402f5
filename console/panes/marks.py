"""Whom somebody has marked in a list. Knows no widget."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Marks:
    """Customers by id, and where a range that is being marked began."""

    ids: set[int] = field(default_factory=set)
    start: int | None = None
    """On whom a range began; None when none is being marked."""

    def turn(self, id: int) -> None:
        """Mark one, or take the mark away."""
        self.ids ^= {id}
