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
        for customer, last in dict(zip(customers, at, strict=True)).items():
            if last > self.last.get(customer, last - 1):
                self.last[customer] = last
        for customer, first in dict(zip(reversed(customers), reversed(at), strict=True)).items():
            if first < self.first.get(customer, first + 1):
                self.first[customer] = first

    def reached(self, customer: int, verb: str, at: int) -> None:
        """A customer did what `MILESTONES` has."""
        known = self.milestones.get((customer, verb))
        if known is None or at < known:
            self.milestones[customer, verb] = at
