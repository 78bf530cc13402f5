"""A company's data, made up from a seed, that every made-up vendor tells in its own words.

The same people are in every system, known by the same addresses, so that a mirror of several
systems has each of them once.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 3, 2, tzinfo=UTC)
BEGUN = NOW - timedelta(days=110)
"""Nothing happened before."""
DEEDS = ("Report Built", "Opened Email", "Active on Site", "Dashboard Viewed")


@dataclass(frozen=True)
class Person:
    """One customer. Times are in whole seconds."""

    n: int
    email: str | None
    first: str
    last: str
    city: str | None
    created: datetime
    updated: datetime

    @property
    def own(self) -> str:
        """The company's own id of them, which several systems share."""
        return f"u{7000 + self.n}"


@dataclass(frozen=True)
class Deed:
    """Something a person did."""

    n: int
    person: int
    name: str
    at: datetime


@dataclass(frozen=True)
class Order:
    """Something bought, in cents; the payment of it failed, or it was given back."""

    n: int
    person: int
    created: datetime
    updated: datetime
    cents: int
    status: str
    """``paid``, ``refunded`` or ``failed``."""


@dataclass(frozen=True)
class Ticket:
    """Something asked. messages: when, whether the customer wrote it, and what."""

    n: int
    person: int
    created: datetime
    updated: datetime
    subject: str
    is_open: bool
    messages: tuple[tuple[datetime, bool, str], ...]


@dataclass
class World:
    """What there is, and what changes while it is read."""

    people: dict[int, Person]
    deeds: list[Deed]
    orders: dict[int, Order]
    tickets: dict[int, Ticket]
    changes: list[tuple[int, str, int, str]] = field(default_factory=list)
    """After so many requests: what changes (people or tickets), which, and its new name."""
    requests: int = 0

    def pass_time(self) -> None:
        """One request more: what is due changes."""
        self.requests += 1
        self._change([one for one in self.changes if one[0] <= self.requests])

    def settle(self) -> None:
        """Make all changes now."""
        self._change(list(self.changes))

    def _change(self, due: list[tuple[int, str, int, str]]) -> None:
        for one in due:
            self.changes.remove(one)
            _, what, n, name = one
            # Each later than the one before.
            later = NOW - timedelta(seconds=int(name.rpartition(" ")[2]))
            if what == "people":
                self.people[n] = replace(self.people[n], first=name, updated=later)
            else:
                self.tickets[n] = replace(self.tickets[n], subject=name, updated=later)


def world(seed: int, *, people: int | None = None, all_have_addresses: bool = False) -> World:
    """The same world for the same seed.

    people: how many; 5 to 40 unless told.
    """
    draw = random.Random(seed)
    many = people or draw.randint(5, 40)
    made = World({}, [], {}, {})
    for n in range(many):
        created = _time(draw, 90, 110)
        has_address = all_have_addresses or n % 7 != 3
        made.people[n] = Person(
            n, f"p{n}@example.com" if has_address else None, f"Name {n}", "Ööl",
            draw.choice(("Lund", "Ystad", None)), created, _time(draw, 1, 80),
        )  # fmt: skip
    for n in range(draw.choice((30, 120, 250))):
        name = draw.choice(DEEDS)
        made.deeds.append(Deed(n, draw.randrange(many), name, _time(draw, 0.1, 100)))
    for n in range(draw.randint(3, 40)):
        created = _time(draw, 10, 60)
        status = draw.choice(("paid", "paid", "paid", "refunded", "failed"))
        updated = created + timedelta(hours=draw.randint(1, 200))
        order = Order(n, draw.randrange(many), created, updated, draw.randint(100, 9999), status)
        made.orders[n] = order
    for n in range(draw.randint(2, 25)):
        made.tickets[n] = _ticket(draw, n, draw.randrange(many))
    count = draw.randint(0, 8)
    for place, request in enumerate(sorted(draw.choices(range(1, 20), k=count))):
        what = draw.choice(("people", "tickets"))
        which = draw.choice(sorted(made.people if what == "people" else made.tickets))
        made.changes.append((request, what, which, f"New {50 - place}"))
    return made


def _ticket(draw: random.Random, n: int, person: int) -> Ticket:
    created = _time(draw, 3, 90)
    messages, at = [], created
    for place in range(draw.randint(1, 4)):
        messages.append((at, place % 2 == 0, f"line {place} of ticket {n}"))
        at += timedelta(hours=draw.randint(1, 10))
    return Ticket(n, person, created, at, f"Ticket {n}", draw.random() < 0.5, tuple(messages))


def _time(draw: random.Random, least: float, most: float) -> datetime:
    """Some time so many days ago; often the same as another's."""
    seconds = draw.randint(int(least * 86_400), int(most * 86_400))
    return NOW - timedelta(seconds=seconds // 300 * 300)
