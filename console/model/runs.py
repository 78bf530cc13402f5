"""How the reading of a source's API went."""

from __future__ import annotations

from dataclasses import dataclass

from console.model.given import Counts

STOPPED = "stopped; the next sync goes on from here"
"""The error of a run that somebody ended."""
UNASKED = "was not asked: see above"
"""The error of a run that had no use, as another of the same source had shown."""


@dataclass(frozen=True, slots=True)
class StreamRun:
    """How one stream of a source's API was read. Instants are microseconds UTC."""

    source: str
    stream: str
    started_at: int
    finished_at: int
    counts: Counts
    deleted: int = 0
    """Things that the source no longer has: deleted, erased or merged."""
    since: int | None = None
    until: int | None = None
    """The time that was asked for; None where it was not a time."""
    warning: str | None = None
    error: str | None = None

    @property
    def failure(self) -> str | None:
        """What went wrong; None also where somebody ended the run."""
        return None if self.error == STOPPED else self.error
