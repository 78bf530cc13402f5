"""What people here wrote of customers, and what of theirs is not yet handled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from console.model.answers import Customer, FeedEvent
from console.model.terms import Level


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote."""

    id: int
    text: str
    who: str
    at: int


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is written of one customer. Times are microseconds UTC."""

    notes: tuple[Note, ...] = ()
    """Newest first."""
    tags: tuple[str, ...] = ()
    """Those given here; a source's own are the customer's."""
    done_through: int | None = None
    """Handled is what happened up to here."""
    wait_until: int | None = None
    waits_through: int | None = None
    """What happens after this ends the waiting."""
    claimed_by: str | None = None
    """Who is at it just now; None when a claim has lapsed."""
    claimed_until: int | None = None


@dataclass(frozen=True, slots=True)
class InboxItem:
    """A customer with something urgent or notable that nobody has handled."""

    customer: Customer
    level: Level
    """How loud the loudest of it is."""
    event: FeedEvent
    """The newest of the loudest."""
    n: int
    """How many events are not handled."""
    newest_at: int
    """When the newest of them happened: whoever handles it handles up to here."""
    remarks: Remarks


class Tally(NamedTuple):
    """How often something happened today so far, and yesterday until the same hour."""

    verb: str | None
    """None counts the customers who did anything themselves."""
    n: int
    money: tuple[tuple[int, str], ...]
    """What it came to: minor units and currency."""
    before: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """What is to be handled: urgent first, then newest first; claimed by others last."""

    total: int
    """Customers to handle, also those beyond `items`."""
    items: tuple[InboxItem, ...]
    waiting: int
    """Customers put off to a later time."""
