"""Instants as JSON writes them."""

from __future__ import annotations

from console.clock import Clock, from_instant


def iso(at: int | None, clock: Clock) -> str | None:
    """An instant as ISO 8601 in the workspace zone, to the microsecond only where needed."""
    if at is None:
        return None
    try:
        return from_instant(at, clock.zone).isoformat()
    except OverflowError:
        return None
