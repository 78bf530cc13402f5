"""Exports of events that come as a file for a window of time, the newest window first.

What Mixpanel and Amplitude have in common: a window is asked for as a whole, one that is too
much for the vendor is halved, and a window counts as read only when all of it is saved.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from console.clock import DAY
from console.model import Batch, Event
from console.sources.answers import ApiError
from console.sources.api import Asking, Page
from console.sources.begins import begin as told_begin
from console.sources.streams import CHUNK
from console.sources.walks import Spans

# A first load ends before so long a time without any event.
_LONGEST_SILENCE = 400 * DAY
_HISTORY = 5 * 365 * DAY
_FIRST = 2 * DAY
_TOO_LARGE = "the export of the smallest window there is, is too large for the vendor"


class TooBig(Exception):
    """A window holds more than the vendor gives at once."""


@dataclass(frozen=True, slots=True)
class Export:
    """How a vendor is asked for a window. Times are microseconds UTC.

    fetch: writes the window's file, and gives what it holds; raises TooBig. Its last argument
    says whether the window is as small as may be. begins: where the vendor's own unit of time
    (day, hour) begins that an instant lies in. cursor: the time of an event that the vendor
    asks by. overlap: asked for again in each run. width and least: of a window.
    """

    fetch: Callable[[int, int, IO[bytes], bool], Iterator[Batch]]
    begins: Callable[[int], int]
    cursor: Callable[[Event], int | None]
    overlap: int
    width: int
    least: int
    unwhole: str | None = None
    """What to tell the user of a window that broke off and cannot be made smaller."""


def export_pages(asking: Asking, export: Export) -> Iterator[Page]:
    """The events of all windows that are due.

    The state is that of `Spans`; its token is the end of what is left of a span. Raises
    SourceError.
    """
    spans = Spans(asking, export.overlap, until=asking.now)
    width = most = export.width
    silent = 0
    if spans.is_first:
        spans.begin(None)
        # Small, so that there is something to look at soon.
        width = min(_FIRST, most)
    while (span := spans.current) is not None:
        start, until, token = span
        oldest = export.begins(_oldest(asking) if start is None else start)
        end = int(token) if token else until or asking.now
        begin = max(oldest, export.begins(end - 1 - (width - export.least)))
        with tempfile.TemporaryFile() as file:
            try:
                batches = export.fetch(begin, end, file, width <= export.least)
                first = next(batches, None)
            except TooBig:
                if width <= export.least:
                    raise ApiError(f"{asking.reading.source}: {_TOO_LARGE}") from None
                width = most = max(width // 2, export.least)
                continue
            newest: list[int] = []
            while first is not None:
                newest.append(max(filter(None, map(export.cursor, first.events)), default=0))
                # Not yet the state after the window: all of it is asked for again until then.
                yield Page(first, spans.state(), span=(begin, end), warning=_told(first, export))
                first = next(batches, None)
        silent = 0 if newest else silent + end - begin
        width = min(width * 2, most)
        state = spans.after(None if begin <= oldest else str(begin), [at for at in newest if at])
        while silent > _LONGEST_SILENCE and spans.current is not None:
            state = spans.after(None, ())
        yield Page(Batch(asking.reading.source), state, span=(begin, end))


def _told(batch: Batch, export: Export) -> str | None:
    if export.unwhole and any("terminated early" in one.raw for one in batch.rejects):
        return export.unwhole
    return None


def _oldest(asking: Asking) -> int:
    """Where history begins: what the user says, else five years ago."""
    told = told_begin(asking)
    return asking.now - _HISTORY if told is None else told


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a file from its beginning."""
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk
