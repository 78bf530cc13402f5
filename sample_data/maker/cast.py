"""How a story puts a person on the stage: someone made by hand, with the habits it needs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from maker.company import FEATURES, FIRST_BATCH, HOURS, PROFILE, RECIPES, TEAM, TRIAL_DAYS
from maker.people import Call, Folk, Person, Setup, Workspace, World, app_id
from maker.places import CITIES, CURRENCIES, Place
from maker.shop import Order
from maker.support import Ticket
from maker.when import NOW, dice


class Stage:
    """Where stories are told: who takes part, and what they do beside their daily life."""

    def __init__(self, world: World, folk: Folk) -> None:
        self.world = world
        self._folk = folk

    def bakery(
        self, name: str, domain: str, country: str, created: datetime, plan: str
    ) -> Workspace:
        """A bakery that a story is about; a paid plan begins with a trial that is kept."""
        self._folk.register.take(name)
        self._folk.register.take(domain)
        workspace = Workspace(
            id=f"w_{dice('bakery', name).getrandbits(40):010x}",
            name=name,
            domain=domain,
            created=created,
            plans=[(created, plan)],
            currency=CURRENCIES.get(country, "EUR"),
        )
        if plan != "Free":
            workspace.trial_end = created + timedelta(days=TRIAL_DAYS)
            workspace.converted = True
        self.world.workspaces.append(workspace)
        return workspace

    def person(
        self,
        first: str,
        last: str,
        email: str,
        city: str,
        workspace: Workspace | None = None,
        *,
        phone: bool = True,
    ) -> Person:
        """Someone with a name; nothing more is drawn for them than the story says."""
        place = city_of(city)
        self._folk.register.take(f"{first} {last}")
        self._folk.register.take(email)
        person = Person(
            seed=f"story {email}",
            first=first,
            last=last,
            email=email,
            place=place,
            phone=self._folk.phone(place) if phone else None,
            street="1 Mill Lane",
            workspace=workspace,
            by_hand=True,
        )
        if workspace:
            workspace.team.append(person)
        self.world.people.append(person)
        return person

    def settle(
        self,
        person: Person,
        joined: datetime,
        *,
        days: float = 0.05,
        habit: float = 4.0,
        features: tuple[str, ...] = ("planner", "recipes"),
        gone: datetime | None = None,
    ) -> None:
        """Let someone sign up, be set up so many days later, and use `features` from then on."""
        person.joined, person.habit, person.gone = joined, habit, gone
        person.app_id = app_id(person.seed)
        person.invited = person.workspace is not None and person.workspace.owner is not person
        done = joined + timedelta(days=days)
        steps = [] if person.invited else [PROFILE, RECIPES, HOURS, TEAM]
        if person.workspace and len(person.workspace.team) < 2:
            steps = steps[:3]
        span = done - joined
        shares = (0.1, 0.35, 0.5, 0.8)
        taken = [(joined + span * share, step) for share, step in zip(shares, steps, strict=False)]
        person.setup = Setup([*taken, (done, FIRST_BATCH)], [], done)
        for number, name in enumerate(features):
            known = next(feature.name for feature in FEATURES if feature.name == name)
            person.takes_up[known] = done + timedelta(days=number * 3)

    def did(
        self, person: Person, at: datetime, name: str, channel: str = "web", **body: Any
    ) -> None:
        """One thing a story's person did."""
        self.call(Call(at, "track", person, name, body, channel=channel))

    def call(self, call: Call) -> None:
        """One call to Segment; a story may not tell of what is to come."""
        assert call.at <= NOW, call
        self.world.calls.append(call)

    def order(self, order: Order) -> None:
        """One order in the shop."""
        self.world.orders.append(order)

    def ticket(self, ticket: Ticket) -> None:
        """One request to the support desk."""
        self.world.tickets.append(ticket)


def city_of(name: str) -> Place:
    """A city by its name. Raises StopIteration when no list has it."""
    return next(place for places in CITIES.values() for place in places if place.city == name)
