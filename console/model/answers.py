"""What the mirror answers: customers, profiles, the feed, how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from console.model.runs import StreamRun
from console.model.terms import IdentityKind, Level, TimeQuality


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
    """Newest first; the latest two thousand, which is years of daily use."""


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
    next: int | None = None
    """When it is asked next, where somebody follows it."""
    streams: tuple[StreamRun, ...] = ()
    """The last run of each stream of its API."""


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
