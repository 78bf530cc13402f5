"""A customer's last weeks in a few cells: the higher a bar, the more days they came."""

from __future__ import annotations

from collections.abc import Sequence

from console.show.cells import fit

_BARS = "·▁▂▃▄▅▆█"
"""No day of a week, one, … seven."""


def sparkline(weeks: Sequence[int] | None, room: int) -> str:
    """The newest weeks in `room` cells, this week last; blank while nothing is known.

    weeks: days active in each, oldest first.
    """
    if weeks is None or room <= 0:
        return " " * max(0, room)
    return fit("".join(_BARS[min(n, 7)] for n in weeks[-room:]), room, "right")
