"""Who there is: people, the bakeries they work for, and the world that holds them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from maker.names import FAMILY_FIRST, Register
from maker.places import CITIES, CURRENCIES, ENGLISH_STREETS, STREETS, Place, phone
from maker.when import dice


@dataclass(eq=False)
class Workspace:
    """A bakery or café with an account in the app; a home baker's has no name."""

    id: str
    name: str
    domain: str
    created: datetime
    plans: list[tuple[datetime, str]]
    """Every plan it was on, and since when."""
    currency: str
    team: list[Person] = field(default_factory=list)
    yearly: bool = False
    trial_end: datetime | None = None
    converted: bool = False
    """Whether it paid (or, while the trial runs, will pay) after the trial."""
    gone: datetime | None = None
    """When its owner stopped using the app."""
    failing_since: datetime | None = None
    """Payments from then on are declined."""
    cancelled: datetime | None = None
    """When they pressed cancel; what is paid for runs out first."""
    reason: str = ""
    """Why, as they said."""

    @property
    def owner(self) -> Person:
        """Who signed up, and pays."""
        return self.team[0]

    def plan(self, moment: datetime) -> str:
        """The plan at a moment."""
        return [plan for since, plan in self.plans if since <= moment or since == self.created][-1]


@dataclass
class Setup:
    """How far someone came in setting up, and when."""

    steps: list[tuple[datetime, str]] = field(default_factory=list)
    failures: list[datetime] = field(default_factory=list)
    """When an import of recipes failed."""
    activated: datetime | None = None


@dataclass(eq=False)
class Person:
    """Someone the company knows of; the parts that do not apply are empty."""

    seed: str
    first: str
    last: str
    email: str
    place: Place
    phone: str | None = None
    street: str = ""
    # The app.
    workspace: Workspace | None = None
    joined: datetime | None = None
    invited: bool = False
    app_id: str | None = None
    setup: Setup = field(default_factory=Setup)
    habit: float = 0.0
    """Days a week they open the app when all is well."""
    gone: datetime | None = None
    """After this they are not seen in the app."""
    away: tuple[date, date] | None = None
    """A long break from which they come back."""
    takes_up: dict[str, datetime] = field(default_factory=dict)
    """Each feature they will use, and from when."""
    # The shop.
    shop_since: datetime | None = None
    shop_id: int | None = None
    shop_email: str | None = None
    """Only where it differs."""
    note: str = ""
    tags: str = ""
    # The newsletter.
    consent: str = ""
    """SUBSCRIBED, UNSUBSCRIBED, NEVER_SUBSCRIBED, or empty for who is not in Klaviyo."""
    news_email: str | None = None
    first_mail: datetime | None = None
    left_list: datetime | None = None
    """When they had enough of it."""
    by_hand: bool = False
    """A story's person: nothing is drawn for them that the story does not say."""

    @property
    def name(self) -> str:
        """Both names, in the order in which they are said."""
        parts = (self.first, self.last)
        return " ".join(reversed(parts) if self.place.country in FAMILY_FIRST else parts).strip()

    @property
    def company(self) -> str:
        """The bakery they work for, or nothing."""
        return self.workspace.name if self.workspace else ""

    @property
    def anonymous_id(self) -> str:
        """What their browser is called before anyone knows who it is."""
        digits = f"{dice('browser', self.seed).getrandbits(128):032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def user_id(self, moment: datetime) -> str | None:
        """What the app calls them: their shop number, once it knows of one."""
        if self.shop_id and self.shop_since and (not self.app_id or moment >= self.shop_since):
            return str(self.shop_id)
        return self.app_id


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Call(NamedTuple):
    """One call to Segment, before it is wrapped as Segment wraps it."""

    at: datetime
    type: str
    person: Person
    name: str = ""
    body: Mapping[str, Any] = NOTHING
    """The properties of a track or page, the traits of an identify or group."""
    known: bool = True
    """Whether they were signed in; else only the browser's id is sent."""
    channel: str = "web"


@dataclass
class World:
    """Everyone, and what they did; each part is filled by the module of its name."""

    people: list[Person] = field(default_factory=list)
    visitors: list[Person] = field(default_factory=list)
    """Browsers that never said who they were."""
    workspaces: list[Workspace] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    orders: list[Any] = field(default_factory=list)
    tickets: list[Any] = field(default_factory=list)
    subscriptions: list[Any] = field(default_factory=list)
    payments: list[Any] = field(default_factory=list)


class Folk:
    """Makes people of whom no two share a name, an address or a telephone."""

    def __init__(self) -> None:
        self.register = Register()
        self._phones: Counter[str] = Counter()
        self._made = 0

    def person(
        self, roll: random.Random, country: str, workspace: Workspace | None = None
    ) -> Person:
        """Someone from `country`, who works at `workspace` if it is given."""
        self._made += 1
        first, last, spelling = self.register.person(roll, country)
        place = roll.choice(CITIES[country])
        if workspace and workspace.team:
            place = workspace.owner.place
        return Person(
            seed=f"p{self._made}",
            first=first,
            last=last,
            email=self._email(roll, spelling, workspace),
            place=place,
            phone=self.phone(place) if roll.random() < 0.42 else None,
            street=street(roll, place),
            workspace=workspace,
        )

    def phone(self, place: Place) -> str | None:
        """The next free number of fiction there, while there is one."""
        series = place.area or place.country
        try:
            number = phone(place, self._phones[series])
        except IndexError:
            return None
        self._phones[series] += 1
        return number

    def workspace(
        self, roll: random.Random, country: str, created: datetime, plan: str, named: bool = True
    ) -> Workspace:
        """A bakery without people yet."""
        name, domain = self.register.bakery(roll, country) if named else ("", "")
        return Workspace(
            id=f"w_{roll.getrandbits(40):010x}",
            name=name,
            domain=domain,
            created=created,
            plans=[(created, plan)],
            currency=CURRENCIES.get(country, "EUR"),
        )

    def _email(self, roll: random.Random, spelling: str, workspace: Workspace | None) -> str:
        first, _, last = spelling.partition(".")
        if workspace and workspace.domain:
            domain = workspace.domain
            local = roll.choice((first, first, spelling, f"{first[0]}.{last}"))
        else:
            domain = roll.choice(("example.com", "example.com", "example.org", "example.net"))
            local = roll.choice((spelling, spelling, f"{first}{last}", f"{last}.{first}"))
        local = local.strip(".")
        return next(
            f"{local}{number}@{domain}"
            for number in ("", *range(2, 99))
            if self.register.take(f"{local}{number}@{domain}")
        )


def street(roll: random.Random, place: Place) -> str:
    """An address line in the manner of the country."""
    name, number = roll.choice(STREETS.get(place.country, ENGLISH_STREETS)), roll.randint(1, 90)
    if place.country in ("GB", "IE", "US", "FR"):
        return f"{number} {name}"
    return f"{name} {number}"


def app_id(seed: str) -> str:
    """The id the app gives at sign-up."""
    return f"u_{dice('app id', seed).getrandbits(48):012x}"
