"""When customers were first and last seen, gathered while events are saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

MILESTONES = {"signed_up": "signed_up_at", "activated": "activated_at"}
"""Verbs whose first time stands in a customer's row, and where."""


@dataclass(slots=True)
class Seen:
    """What new events mean for customers' rows; nothing of it is dated in the future."""

    first: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    """First and last own act by customer."""
    milestones: dict[tuple[int, str], int] = field(default_factory=dict)
    """First time by customer and verb, of those in `MILESTONES`."""
    until: int = field(init=False)
    """No act in `first` and `last` is later."""

    def __post_init__(self) -> None:
        """Know how late the latest act is."""
        self.until = max(self.last.values(), default=-(1 << 63))

    def move(self, kept: int, gone: int) -> None:
        """What `gone` did, `kept` did."""
        if gone in self.first:
            first, last = self.first.pop(gone), self.last.pop(gone)
            self.first[kept] = min(first, self.first.get(kept, first))
            self.last[kept] = max(last, self.last.get(kept, last))
        for verb in MILESTONES:
            at = self.milestones.pop((gone, verb), None)
            if at is not None:
                self.reached(kept, verb, at)

    def did(self, customers: Sequence[int], at: Sequence[int]) -> None:
        """These customers acted at these instants, which ascend."""
        if not customers:
            return
        last = dict(zip(customers, at, strict=True))
        first = dict(zip(reversed(customers), reversed(at), strict=True))
        if at[0] >= self.until:
            # What a file has in order of time needs no comparing, which is half of this.
            self.last.update(last)
            self.first = first | self.first
        else:
            for customer, when in last.items():
                if when > self.last.get(customer, when - 1):
                    self.last[customer] = when
            for customer, when in first.items():
                if when < self.first.get(customer, when + 1):
                    self.first[customer] = when
        self.until = max(self.until, at[-1])

    def reached(self, customer: int, verb: str, at: int) -> None:
        """A customer did what `MILESTONES` has."""
        known = self.milestones.get((customer, verb))
        if known is None or at < known:
            self.milestones[customer, verb] = at
