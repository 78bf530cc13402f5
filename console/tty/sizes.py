"""Columns and rows of a terminal: from which of them on it is used in another way."""

from __future__ import annotations

LEAST = (60, 16)
"""Columns and rows below which a screen has only a line that says so."""
WIDE = 118
"""Columns from which a profile stands beside the list."""
LARGEST = (1000, 500)
"""Columns and rows beyond which a size is not believed."""


def believed(columns: int, rows: int) -> tuple[int, int]:
    """A size as it is taken for true: no screen is larger, whoever says so."""
    return min(columns, LARGEST[0]), min(rows, LARGEST[1])
