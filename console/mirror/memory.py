"""What a reader keeps in memory between questions, up to a limit."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")


class Memory:
    """Answers by key; those not asked for longest are forgotten first.

    limit: bytes that may be kept, about.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._bytes = 0

    def get(
        self, key: Hashable, make: Callable[[], T], size: Callable[[T], int] = sys.getsizeof
    ) -> T:
        """What is kept under `key`, made first when it is not there.

        size: how many bytes an answer takes. Raises whatever `make` raises.
        """
        if key in self._held:
            self._held.move_to_end(key)
            return cast(T, self._held[key][0])
        made = make()
        weight = size(made)
        if weight <= self._limit // 2:
            self._held[key] = (made, weight)
            self._bytes += weight
            while self._bytes > self._limit:
                _, (_, lost) = self._held.popitem(last=False)
                self._bytes -= lost
        return made

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()
        self._bytes = 0
