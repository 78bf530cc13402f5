"""The words of the console, as plain data. Imports nothing of ours.

Three groups, in the order data travels:

* what a source hands over: `Event`, `Record`, `Reject`, `Batch`;
* what the mirror answers: `Customer`, `Profile`, `FeedEvent`, `Status`, …;
* what an analysis answers lives beside the analysis.

Every instant is an integer: microseconds since 1970-01-01T00:00:00Z. Every amount of
money is an integer in the currency's minor unit (cents; yen have none).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple

IdentityKind = Literal["source_id", "external_id", "email", "phone", "anonymous_id"]
Level = Literal["noise", "routine", "notable", "urgent"]
LEVELS: tuple[Level, ...] = ("noise", "routine", "notable", "urgent")
TimeQuality = Literal["exact", "naive", "day", "future"]
RecordKind = Literal[
    "customer",
    "identify",
    "account",
    "order",
    "charge",
    "refund",
    "subscription",
    "thread",
    "message",
    "campaign",
]

# ISO 4217 currencies whose minor unit is not a hundredth.
_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = dict.fromkeys(_WHOLE.split(), 0) | dict.fromkeys(_THOUSANDTHS.split(), 3)


def exponent(currency: str | None) -> int:
    """Digits after the decimal point in `currency` (ISO 4217 code, any case); 2 when unknown."""
    return _EXPONENTS.get((currency or "").upper(), 2)


def decimal_string(minor: int | None, currency: str | None) -> str | None:
    """An amount in minor units as people write it: ``2940, "EUR"`` is ``"29.40"``."""
    if minor is None:
        return None
    digits = exponent(currency)
    return str(Decimal(minor).scaleb(-digits).quantize(Decimal(1).scaleb(-digits)))


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


@dataclass(frozen=True, slots=True)
class Identity:
    """One way a source knows a customer."""

    source: str
    kind: IdentityKind
    value: str


@dataclass(frozen=True, slots=True)
class Customer:
    """One person."""

    id: int
    name: str | None
    email: str | None
    phone: str | None = None
    account: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None
    timezone: str | None = None
    plan: str | None = None
    signed_up_at: int | None = None
    activated_at: int | None = None
    first_seen_at: int | None = None
    last_seen_at: int | None = None
    tags: tuple[str, ...] = ()
    identities: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """The first customers that match, most recently seen first, and how many there are."""

    total: int
    customers: tuple[Customer, ...]


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One line of the feed."""

    id: int
    """Arrival order: a later arrival has a larger id, whenever it happened."""
    at: int
    source: str
    verb: str | None
    name: str
    level: Level
    customer: Customer
    feature: str | None = None
    object: str | None = None
    amount: int | None = None
    currency: str | None = None
    phrase: str | None = None
    """The words the user's config gives for this event."""
    quality: TimeQuality = "exact"
    late: bool = False
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedQuestion:
    """Which events to show. None asks for everything."""

    level: Level = "notable"
    source: str | None = None
    customer: int | None = None
    since: int | None = None
    """Only events at or after this instant."""
    until: int | None = None
    """Only events up to this instant: the clock's now, so that what is dated in the future
    does not stand above what has happened."""
    text: str | None = None
    """Only events whose customer, name or object holds these words."""
    limit: int = 50
    before: str | None = None
    """A `FeedPage.next`: the page after the one that gave it."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Events, newest first, and where the next page begins."""

    events: tuple[FeedEvent, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class FeatureUse:
    """How one customer uses one feature."""

    feature: str
    n: int
    first_at: int
    last_at: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order or a charge."""

    id: str
    source: str
    name: str | None
    at: int | None
    status: str | None
    amount: int | None
    refunded: int | None
    currency: str | None
    items: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """A running payment."""

    id: str
    source: str
    plan: str | None
    status: str | None
    amount: int | None
    currency: str | None
    interval: str | None
    started_at: int | None
    ends_at: int | None
    renews_at: int | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket or conversation."""

    id: str
    source: str
    kind: str
    subject: str | None
    status: str | None
    priority: str | None
    created_at: int | None
    closed_at: int | None
    rating: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A mail or chat line, in or out."""

    id: str
    source: str
    direction: str | None
    subject: str | None
    sent_at: int | None
    opened_at: int | None
    clicked_at: int | None


@dataclass(frozen=True, slots=True)
class DayCount:
    """How often something happened on one day of the workspace's calendar."""

    day: int
    """Days since 1970-01-01."""
    n: int


@dataclass(frozen=True, slots=True)
class Logins:
    """Every login of one customer."""

    total: int
    days: tuple[DayCount, ...]
    recent: tuple[int, ...]
    """Up to 100 instants, newest first."""


@dataclass(frozen=True, slots=True)
class Profile:
    """All that is known of one customer."""

    customer: Customer
    logins: Logins
    features: tuple[FeatureUse, ...]
    untouched: tuple[str, ...]
    """Features that others use and this customer never has, commonest first."""
    active_days: tuple[DayCount, ...]
    orders: tuple[Purchase, ...]
    charges: tuple[Purchase, ...]
    subscriptions: tuple[Subscription, ...]
    threads: tuple[Thread, ...]
    messages: tuple[Message, ...]
    events_total: int
    recent: tuple[FeedEvent, ...]
    """The newest 50 events of any level."""
    records: tuple[tuple[str, str], ...] = ()
    """(source, kind) of every record kept beside this."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """One line of the onboarding check-in: a customer who signed up lately."""

    customer: Customer
    days_since_signup: int
    days_to_activation: int | None
    """None while not set up."""
    logins_by_week: tuple[int | None, ...]
    """Logins in each week since sign-up, the first first; None for a week not begun."""
    touched: tuple[str, ...]
    untouched: tuple[str, ...]
    last: FeedEvent | None
    """The last thing they did."""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How one source stands."""

    source: str
    last_sync: int | None
    newest: int | None
    """The newest event's own time."""
    events: int
    records: int
    rejected: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """How the mirror stands."""

    path: str
    bytes: int
    customers: int
    accounts: int
    events: int
    timezone: str
    sources: tuple[SourceStatus, ...]
