"""A batch made ready for the mirror: keyed, in order of time, in columns, raw lines packed.

Nothing here asks the file, so that a big export can be made ready in a process of its own
while another writes (see `console.sync.ahead`). Columns of plain numbers travel between the two
at a hundredth of what it takes to make them.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from console.clock import DAY, Clock
from console.mirror.packing import packer, unpack
from console.mirror.schema import QUALITIES
from console.model import LEVELS, Batch, Event, Record, Reject, Who

Sort = tuple[str, str | None, str | None]
"""An event's name, and the verb and feature its source gives it."""

BLOCK_LINES = 256
"""Raw lines compressed together."""

_HASH_BITS = 47
_HASH_MASK = (1 << _HASH_BITS) - 1
_DAY_MASK = (1 << 17) - 1
_QUALITY: dict[str, int] = {name: place for place, name in enumerate(QUALITIES)}
# Beyond this span the zone's shifts cost more to find than each day by itself.
_SHORT = 1000 * DAY


class Rare(NamedTuple):
    """What most events do not have."""

    level: int | None
    object: str | None
    amount: int | None
    currency: str | None
    quality: int


@dataclass(slots=True)
class Columns:
    """Events in order of time, one column for each thing."""

    keys: array[int]
    """64 bits each; see `console.mirror.schema`."""
    at: array[int]
    days: array[int]
    """In the workspace's zone."""
    lags: list[int | None]
    """Seconds between an event and its receipt."""
    sorts: list[Sort]
    sort: array[int]
    """Places in `sorts`."""
    whos: list[Who]
    who: array[int]
    """Places in `whos`, or in `numbers`."""
    rare: dict[int, Rare]
    """By place; events that are not here have none of it."""
    blocks: list[bytes]
    """Raw lines, `BLOCK_LINES` in each but the last; none for events without."""
    numbers: array[int] = field(default_factory=lambda: array("i"))
    """In the place of `whos`: what people are called between a reader and the writer."""

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, places: Sequence[int]) -> Columns:
        """Only the events at `places`, which ascend."""
        if len(places) == len(self):
            return self
        names = {old: new for new, old in enumerate(dict.fromkeys(self.sort[i] for i in places))}
        people = {old: new for new, old in enumerate(dict.fromkeys(self.who[i] for i in places))}
        return Columns(
            keys=array("q", [self.keys[i] for i in places]),
            at=array("q", [self.at[i] for i in places]),
            days=array("i", [self.days[i] for i in places]),
            lags=[self.lags[i] for i in places],
            sorts=[self.sorts[old] for old in names],
            sort=array("i", [names[self.sort[i]] for i in places]),
            whos=[self.whos[old] for old in people] if self.whos else [],
            who=array("i", [people[self.who[i]] for i in places]),
            rare={new: self.rare[old] for new, old in enumerate(places) if old in self.rare},
            blocks=self._repacked(places) if self.blocks else [],
            numbers=array("i", [self.numbers[old] for old in people] if self.numbers else []),
        )

    def _repacked(self, places: Sequence[int]) -> list[bytes]:
        lines: dict[int, list[bytes]] = {}
        for place in places:
            block = place // BLOCK_LINES
            if block not in lines:
                lines[block] = unpack(self.blocks[block]).split(b"\n")
        return packed([lines[place // BLOCK_LINES][place % BLOCK_LINES] for place in places])


class Told(NamedTuple):
    """A record with what is worked out of it alone."""

    record: Record
    hash: bytes
    raw: bytes
    """Compressed."""


@dataclass(slots=True)
class Prepared:
    """What `Writer.store` saves."""

    source: str
    properties: str | None
    events: Columns
    records: list[Told]
    rejects: list[Reject] = field(default_factory=list)

    @property
    def things(self) -> int:
        """How many events and records it counts."""
        return len(self.events) + sum(told.record.counted for told in self.records)


def prepare(batch: Batch, clock: Clock) -> Prepared:
    """Make a batch ready.

    clock: the workspace's zone. Deterministic: the same batch is made into the same.
    """
    compress = packer().compress
    return Prepared(
        source=batch.source,
        properties=batch.properties,
        events=columns(batch.source, batch.events, clock, raw=True),
        records=[Told(one, fingerprint(one), compress(one.raw)) for one in batch.records],
        rejects=batch.rejects,
    )


def columns(source: str, events: Sequence[Event], clock: Clock, *, raw: bool) -> Columns:
    """Events in order of time. raw: keep their lines; not for those derived from records."""
    if not events:
        nothing = array("q")
        return Columns(nothing, nothing, nothing, [], [], nothing, [], nothing, {}, [])
    order = [event[3] for event in events]
    if any(map(int.__gt__, order, order[1:])):
        events = sorted(events, key=lambda event: event.at)
    key, who, name, at, received, verb, feature, level, object_, amount, currency, quality, line = (
        zip(*events, strict=True)
    )
    sorts: dict[Sort, int] = {}
    whos: dict[Who, int] = {}
    # setdefault is given the size before it adds: each new one gets the next number.
    return Columns(
        keys=array("q", _keys(source, key, at)),
        at=array("q", at),
        days=array("i", _days(at, clock)),
        lags=[
            None if taken is None else (taken - when) // 1_000_000
            for taken, when in zip(received, at, strict=True)
        ],
        sort=array(
            "i",
            [
                sorts.setdefault(sort, len(sorts))
                for sort in zip(name, verb, feature, strict=True)
            ],
        ),
        who=array("i", [whos.setdefault(one, len(whos)) for one in who]),
        sorts=list(sorts),
        whos=list(whos),
        rare=_rare(level, object_, amount, currency, quality),
        blocks=packed(line) if raw else [],
    )  # fmt: skip


def packed(lines: Sequence[bytes]) -> list[bytes]:
    """Raw lines in compressed blocks of `BLOCK_LINES`."""
    compress = packer().compress
    return [
        compress(b"\n".join(lines[start : start + BLOCK_LINES]))
        for start in range(0, len(lines), BLOCK_LINES)
    ]


def fingerprint(record: Record) -> bytes:
    """What tells whether a record is the same as before: all it says, in 16 bytes.

    An identify call is told by what it says of the person: delivered twice, its raw line
    differs in the time of receipt.
    """
    said = (record.at, record.who, sorted(record.fields.items()), record.events)
    made = hashlib.blake2b(repr(said).encode("utf-8", "replace"), digest_size=16)
    if record.kind != "identify":
        made.update(record.raw)
    return made.digest()


def _keys(source: str, keys: Iterable[str], at: Iterable[int]) -> list[int]:
    salt = source.encode("utf-8", "replace") + b"\0"
    blake, number = hashlib.blake2b, int.from_bytes
    made = []
    for key, when in zip(keys, at, strict=True):
        digest = blake(salt + key.encode("utf-8", "replace"), digest_size=8).digest()
        # The day in UTC: a key must outlive a change of the workspace's zone.
        whole = (when // DAY & _DAY_MASK) << _HASH_BITS | number(digest, "big") & _HASH_MASK
        made.append(whole if whole < 1 << 63 else whole - (1 << 64))
    return made


def _days(at: Sequence[int], clock: Clock) -> list[int]:
    if at[-1] - at[0] > _SHORT:
        return [clock.day(when) for when in at]
    shifts = clock.shifts(at[0], at[-1])
    if len(shifts) > 1:
        return [clock.day(when) for when in at]
    offset = shifts[0][1]
    return [(when + offset) // DAY for when in at]


def _rare(
    levels: Sequence[str | None],
    objects: Sequence[str | None],
    amounts: Sequence[int | None],
    currencies: Sequence[str | None],
    qualities: Sequence[str],
) -> dict[int, Rare]:
    given = zip(levels, objects, amounts, currencies, qualities, strict=True)
    plain = (None, None, None, None, "exact")
    return {
        place: Rare(
            None if one[0] is None else LEVELS.index(one[0]),
            one[1],
            one[2],
            one[3],
            _QUALITY[one[4]],
        )
        for place, one in enumerate(given)
        if one != plain
    }
