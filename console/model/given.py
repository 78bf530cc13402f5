"""What a source hands over: events, records, rejects, in batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from console.model.terms import IdentityKind, Level, RecordKind, TimeQuality


class Key(NamedTuple):
    """One way to know a customer, without the source that said it."""

    kind: IdentityKind
    value: str


Who = tuple[Key, ...]


class Event(NamedTuple):
    """A customer did a thing at a time, as a source reads it.

    A named tuple and not a dataclass: one is made per line of an export, and a frozen
    dataclass of this size takes five times as long to make.
    """

    key: str
    """The source's stable id of this event: the same event always has the same key."""
    who: Who
    """Everything the line says about who it was, strongest first."""
    name: str
    """The event's name as the source says it."""
    at: int
    received_at: int | None = None
    """When the source took it in; more than a day after `at` is late."""
    verb: str | None = None
    """Only where the source itself knows; otherwise names are mapped to verbs later."""
    feature: str | None = None
    level: Level | None = None
    """Only where this one event differs from its verb's level."""
    object: str | None = None
    """What it was done to, in a few words: an order's name, a ticket's subject."""
    amount: int | None = None
    currency: str | None = None
    quality: TimeQuality = "exact"
    raw: bytes = b""
    """The line as it came, as JSON; empty for an event derived from a record."""


@dataclass(frozen=True, slots=True)
class Record:
    """One object of a source (a customer, an order, a ticket) in its present state.

    `fields` has the fixed names of its kind (see ``FIELDS``). An absent name keeps what
    the mirror has; an explicit None clears it. `events` are those that follow from the
    object's state; when the record changes they are replaced as a whole.
    """

    kind: RecordKind
    id: str
    who: Who
    fields: Mapping[str, Any]
    raw: bytes
    at: int = 0
    """When the source last changed it; 0 when the source does not say."""
    events: tuple[Event, ...] = ()
    counted: bool = True
    """False when it came as a by-product of a line that is counted already."""


PERSON_FIELDS = (
    "name", "email", "phone", "city", "region", "country", "timezone",
    "account", "plan", "signed_up_at", "tags",
)  # fmt: skip
FIELDS: Mapping[str, tuple[str, ...]] = {
    "customer": PERSON_FIELDS,
    "identify": PERSON_FIELDS,
    "account": ("name", "domain"),
    "order": (
        "name", "status", "amount", "refunded", "currency", "at", "items",
    ),
    "charge": ("name", "status", "amount", "refunded", "currency", "at"),
    "refund": ("name", "status", "amount", "currency", "at"),
    "subscription": (
        "plan", "status", "amount", "currency", "interval",
        "started_at", "ends_at", "renews_at",
    ),
    "thread": (
        "kind", "subject", "status", "priority", "channel", "created_at", "closed_at", "rating",
    ),
    "message": (
        "thread", "campaign", "direction", "channel", "subject", "text",
        "sent_at", "opened_at", "clicked_at",
    ),
    "campaign": ("name", "subject", "channel", "sent_at"),
}  # fmt: skip
"""What a record of each kind may say. Instants are microseconds UTC, money minor units,
`tags` a list of strings, `items` a list of ``{"name", "quantity", "price"}`` where the price
is a decimal string, `direction` one of in, out, note, thread `kind` ticket or conversation."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be read, kept with the reason."""

    path: str
    line: int
    """Counted from 1, as an editor shows it; 0 when the whole file was refused."""
    column: str | None
    reason: str
    raw: str


Removed = Literal["deleted", "erased", "merged"]


@dataclass(frozen=True, slots=True)
class Removal:
    """A source no longer has one of its objects.

    A deleted one is hidden and comes back only when the source changes it later than `at`.
    Of an erased one nothing personal stays, what was paid does; it never comes back. A merged
    one is another name of `into` from now on.
    """

    kind: RecordKind
    id: str
    what: Removed = "deleted"
    at: int = 0
    """When, in microseconds UTC; 0 when the source does not say."""
    into: str | None = None
    """The id of the object of the same kind that it has become part of, when merged."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """The end of a look at all of a kind, or of several, that a source has."""

    kinds: tuple[RecordKind, ...]
    begun: int
    """When the look began, in microseconds UTC."""
    prefix: str = ""
    """Only ids that begin so were looked at."""


@dataclass(slots=True)
class Batch:
    """A part of what a source gave, saved in one transaction."""

    source: str
    """The source's name: its kind, unless the config names several of a kind."""
    properties: str | None = None
    """The member of an event's raw object that holds its properties; "" for all of it."""
    read: int = 0
    """Things read: an event line, an order with all its rows, a customer, a ticket."""
    records: list[Record] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


@dataclass(slots=True)
class Counts:
    """What became of the things read: always read = new + changed + unchanged + rejected."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0

    def add(self, other: Counts) -> None:
        """Add `other` to this in place."""
        self.read += other.read
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.rejected += other.rejected

    def reset(self) -> None:
        """Start again from nothing."""
        self.read = self.new = self.changed = self.unchanged = self.rejected = 0
