"""JSON lines into batches: parsing, mending, counting and refusing.

What the readers of event streams share. A source says how one object becomes an `Event`
or a `Record`; this module brings it the objects, puts lines that were cut in two together
again, and keeps what cannot be read with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NoReturn, Protocol

import orjson

from console.garbage import uncollected
from console.model import Batch, Event, Record, Reject
from console.sources.objects import Said, Unreadable, parsed, parsed_without_halves
from console.sources.source import Lines, Reading

MOST_EVENTS = 20_000
MOST_RECORDS = 2_000
"""A batch is handed over once it holds this many."""
LONGEST_LINE = 4 << 20
"""Bytes. Four times what any of these vendors takes in as one event."""

# Lines between two looks at the size of the batch: a line makes two records at most.
_STEP = 1_000
# A line cut in more pieces than this is not put together: what follows is more likely damage.
_MOST_PIECES = 4
_LONGEST_REJECT = 64 << 10


class ObjectReader(Protocol):
    """How a source reads one object."""

    records: list[Record]
    """Where it leaves records; emptied with every batch."""

    def event(self, said: Said, raw: bytes) -> Event | None:
        """Read one object.

        said: the parsed line. raw: the line as it came.
        Returns the event, or None when the line became a record. Raises ValueError,
        `Unreadable` where a member is at fault.
        """
        ...


def batches(
    lines: Lines,
    reading: Reading,
    reader: ObjectReader,
    *,
    properties: str,
    endings: Mapping[bytes, str] | None = None,
) -> Iterator[Batch]:
    """Read `lines` with `reader`.

    properties: the member of a line that holds an event's properties.
    endings: literal texts that may stand in place of JSON, with what they mean.

    Every line is counted once: as an event, as a counted record or as a reject. The pieces
    of a line that was cut are one thing when they could be joined, else a reject each.
    """
    source = iter(lines.lines)
    refusals = _Refusals(lines.path, endings or {})
    more = True
    while more:
        batch = Batch(reading.source, properties)
        reader.records = batch.records
        refusals.rejects = batch.rejects
        with uncollected():
            while (
                more
                and len(batch.events) + len(batch.rejects) < MOST_EVENTS
                and len(batch.records) < MOST_RECORDS
            ):
                more = _fill(batch.events, islice(source, _STEP), reader, refusals)
        if not more:
            refusals.give_up()
        counted = sum(record.counted for record in batch.records)
        batch.read = len(batch.events) + len(batch.rejects) + counted
        if batch.read:
            yield batch


def _fill(
    events: list[Event],
    lines: Iterator[tuple[int, bytes]],
    reader: ObjectReader,
    refusals: _Refusals,
) -> bool:
    """Read some lines; False when there were none."""
    number = 0
    loads, read, append = orjson.loads, reader.event, events.append
    for number, raw in lines:
        try:
            if len(raw) > LONGEST_LINE:
                refusals.too_long(raw)
            said = loads(raw)
            # A list or a number has no members to ask for.
            event = read(said, raw) if said.__class__ is dict else refusals.no_object()
        except orjson.JSONDecodeError as error:
            event = _mended(refusals.offer(number, raw, error), reader, refusals)
        except ValueError as error:
            refusals.refuse(number, raw, error)
            continue
        if event is not None:
            append(event)
    return number > 0


def _mended(
    found: tuple[int, Said, bytes] | None, reader: ObjectReader, refusals: _Refusals
) -> Event | None:
    if found is None:
        return None
    number, said, raw = found
    try:
        return reader.event(said, raw)
    except ValueError as error:
        refusals.refuse(number, raw, error)
        return None


class _Refusals:
    """What could not be read, and pieces of lines that may yet turn out to be one line."""

    def __init__(self, path: str, endings: Mapping[bytes, str]) -> None:
        self.rejects: list[Reject] = []
        self._path = path
        self._endings = endings
        self._pieces: list[tuple[int, bytes, ValueError]] = []

    def no_object(self) -> NoReturn:
        """Refuse what is JSON but not an object."""
        raise Unreadable(None, "is not a JSON object")

    def too_long(self, raw: bytes) -> NoReturn:
        """Refuse to parse a line of many megabytes: its objects would take ten times that."""
        raise Unreadable(
            None, f"is {len(raw) >> 20} MB long; an event has at most {LONGEST_LINE >> 20}"
        )

    def refuse(self, number: int, raw: bytes, error: ValueError) -> None:
        """Keep a line with the reason."""
        column = error.column if isinstance(error, Unreadable) else None
        text = raw[:_LONGEST_REJECT].decode("utf-8", "replace")
        self.rejects.append(Reject(self._path, number, column, str(error), text))

    def offer(
        self, number: int, raw: bytes, error: orjson.JSONDecodeError
    ) -> tuple[int, Said, bytes] | None:
        """Take a line that is not JSON by itself.

        Returns the object it completes, with the number of its first line and all its
        bytes; None when it is kept for the next line or refused.
        """
        if b"\\u" in raw and (said := parsed_without_halves(raw)) is not None:
            return number, said, raw
        for ending, meaning in self._endings.items():
            if raw.strip().endswith(ending):
                self.give_up()
                self.refuse(number, raw, Unreadable(None, meaning))
                return None
        if self._pieces and self._pieces[-1][0] != number - 1:
            self.give_up()
        for index, (first, piece, _) in enumerate(self._pieces):
            if not piece.startswith(b"{"):
                continue
            joined = b"".join([*(part for _, part, _ in self._pieces[index:]), raw])
            if len(joined) <= LONGEST_LINE and (said := parsed(joined)) is not None:
                del self._pieces[index:]
                self.give_up()
                return first, said, joined
        self._pieces.append((number, raw, _not_json(error)))
        if len(self._pieces) >= _MOST_PIECES:
            self.refuse(*self._pieces.pop(0))
        return None

    def give_up(self) -> None:
        """Refuse the pieces nothing came of."""
        for piece in self._pieces:
            self.refuse(*piece)
        self._pieces.clear()


def _not_json(error: orjson.JSONDecodeError) -> ValueError:
    return ValueError(f"is not JSON: {error.msg}, at character {error.pos + 1}")
