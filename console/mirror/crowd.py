"""Who made the events of one big file, by numbers that its reader and the writer share.

Most batches have people who were in earlier ones. Their keys cross to the writer once, and
are resolved once; from then on a number stands for them. That is a tenth of the time of an
import, and 8 bytes a person where a dictionary of their keys takes hundreds.
"""

from __future__ import annotations

import pickle
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence

import zstandard

from console.mirror.prepared import Columns
from console.model import Who

_REMEMBERED = 300_000
_BITS = 32
_CUSTOMER = (1 << _BITS) - 1


class Numbers:
    """The reader's side: numbers people as they come."""

    def __init__(self) -> None:
        # By hash, as `Identities` has them and for the same reason.
        self._known: dict[int, int] = {}
        self._older: dict[int, int] = {}
        self._next = 0

    def put(self, events: Columns) -> bytes:
        """Put numbers in the place of people.

        Returns those who are new, in the order of their numbers, for `Crowd.meet`.
        """
        new: list[Who] = []
        numbers = array("i")
        for who in events.whos:
            mark = hash(who)
            number = self._known.get(mark)
            if number is None:
                # Whoever is met again before as many others are is still remembered.
                number = self._older.get(mark)
                if number is None:
                    number = self._next
                    self._next += 1
                    new.append(who)
                self._known[mark] = number
            numbers.append(number)
        if len(self._known) > _REMEMBERED:
            self._older, self._known = self._known, {}
        events.numbers, events.whos = numbers, []
        said = pickle.dumps(new, pickle.HIGHEST_PROTOCOL)
        return zstandard.ZstdCompressor(level=1).compress(said)


class Crowd:
    """The writer's side: who has which number, and where the mirror has them."""

    def __init__(self) -> None:
        self._places = array("q")
        self._firsts: list[int] = []
        self._said: list[bytes] = []
        self._held: tuple[int, list[Who]] = (0, [])
        self._state = 0

    def meet(self, new: bytes) -> None:
        """Take in what `Numbers.put` gave, in its order."""
        whos = _unpacked(new)
        if whos:
            self._held = (len(self._places), whos)
            self._firsts.append(len(self._places))
            self._said.append(new)
            self._places.extend([0] * len(whos))

    def strangers(self, numbers: Sequence[int], state: int) -> dict[int, Who]:
        """Those among `numbers` whose place is not known, with who they are.

        state: when it is another than the last time, no place that was known holds.
        """
        if state != self._state:
            self._places = array("q", bytes(8 * len(self._places)))
            self._state = state
        places = self._places
        return {number: self._who(number) for number in numbers if not places[number]}

    def place(self, strangers: Mapping[int, Who], found: Mapping[Who, tuple[int, int]]) -> None:
        """Remember where the mirror has people: who to (identity, customer)."""
        for number, who in strangers.items():
            identity, customer = found[who]
            self._places[number] = identity << _BITS | customer

    def holders(self, numbers: Sequence[int]) -> list[tuple[int, int]]:
        """(identity, customer) for each of `numbers`, none of whom is a stranger."""
        places = self._places
        return [(places[number] >> _BITS, places[number] & _CUSTOMER) for number in numbers]

    def _who(self, number: int) -> Who:
        first, whos = self._held
        if not first <= number < first + len(whos):
            part = bisect_right(self._firsts, number) - 1
            first, whos = self._held = self._firsts[part], _unpacked(self._said[part])
        return whos[number - first]


def _unpacked(said: bytes) -> list[Who]:
    whos: list[Who] = pickle.loads(zstandard.ZstdDecompressor().decompress(said))
    return whos
