"""The panes in the order of their tabs, each loaded when it is first needed.

A pane brings its own analyses along; the first frame should not wait for those of others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import NamedTuple, overload

from console.panes.asking import Desk
from console.panes.pane import Pane


class Seat(NamedTuple):
    """Where a pane is found."""

    title: str
    """Its tab's label, which it has to agree with."""
    module: str
    pane: str
    tab: bool = True
    """Whether it stands among the tabs; others have a key of their own."""


class Seats(Sequence[Pane]):
    """Panes by place; asking for one makes it."""

    def __init__(self, desk: Desk, seats: Sequence[Seat]) -> None:
        self._desk = desk
        self._seats = seats
        self._made: dict[int, Pane] = {}

    @property
    def titles(self) -> list[str]:
        """The tabs' labels, without loading anything; panes without a tab stand last."""
        return [seat.title for seat in self._seats if seat.tab]

    def made(self) -> list[Pane]:
        """The panes made so far."""
        return list(self._made.values())

    def __len__(self) -> int:
        return len(self._seats)

    @overload
    def __getitem__(self, place: int) -> Pane: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Pane]: ...
    def __getitem__(self, place: int | slice) -> Pane | Sequence[Pane]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        pane = self._made.get(place)
        if pane is None:
            seat = self._seats[place]
            pane = self._made[place] = getattr(import_module(seat.module), seat.pane)(self._desk)
        return pane

    def __iter__(self) -> Iterator[Pane]:
        return (self[place] for place in range(len(self)))
