"""What goes wrong, and what people write to the support desk about it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from maker.people import Person, World
from maker.when import HOME, NOW, at, dice, local_day, waking

AGENTS = ("Jo Lindgren", "Amir Rashid", "Petra Falk")
APP_SUBJECTS = (
    "How do I halve a recipe for Sunday?", "Labels print with the wrong date",
    "Can two ovens have their own plan?", "Pre-orders close an hour too early",
    "Where did my Tuesday template go?", "Invite mail never arrived",
    "The app forgets my printer every morning", "Allergens for sesame missing on the sheet",
    "Kan ni skicka fakturan igen?", "Rechnung für August", "Reports: how is margin worked out?",
    "Stock count shows -3 croissants", "Loyalty stamps given twice",
    "Change the e-mail I log in with",
    "Can I see waste by weekday?", "Summer closing: how do I pause everything?",
)  # fmt: skip
SHOP_SUBJECTS = (
    "Where is my parcel?", "Two rolls short in order", "Wrong size of cake boxes",
    "Do the labels survive the freezer?", "Printer will not pair", "VAT number on the receipt",
    "Can I change the delivery address?", "Basket arrived cracked", "Return of one apron",
)  # fmt: skip
IMPORT_SUBJECTS = (
    "Import stops half-way", "“not a number” when importing recipes", "My old system exports .dat",
)  # fmt: skip


@dataclass
class Ticket:
    """One request to the support desk."""

    person: Person
    created: datetime
    subject: str
    status: str = "Open"
    priority: str = "Normal"
    via: str = "Mail"
    tags: str = ""
    solved: datetime | None = None
    updated: datetime | None = None
    rating: str = ""
    replies: int = 0
    reopens: int = 0
    email: str | None = None
    """The address it came from, where that is not the person's first."""
    number: int = 0


def ask(world: World) -> None:
    """Draw the tickets of everyone who might need help."""
    for person in world.people:
        if person.by_hand:
            continue
        roll = dice("support", person.seed)
        for moment, subjects, tags in _troubles(roll, person):
            if moment < NOW:
                world.tickets.append(_ticket(roll, person, moment, subjects, tags))
    for order in world.orders:
        roll = dice("parcel", order.id)
        if not order.person.by_hand and roll.random() < 0.07 + 0.5 * bool(order.refunded):
            moment = order.placed + timedelta(days=roll.uniform(1, 6))
            if (order.cancelled or NOW) > moment:
                world.tickets.append(
                    _ticket(roll, order.person, moment, SHOP_SUBJECTS, "shop order")
                )


def _troubles(roll: random.Random, person: Person) -> list[tuple[datetime, tuple[str, ...], str]]:
    found: list[tuple[datetime, tuple[str, ...], str]] = []
    if person.setup.failures and roll.random() < 0.35:
        moment = person.setup.failures[-1] + timedelta(minutes=roll.uniform(8, 200))
        found.append((moment, IMPORT_SUBJECTS, "app import"))
    if person.joined and person.setup.activated:
        until = min(person.gone or NOW, NOW)
        moment = person.setup.activated
        while (moment := moment + timedelta(days=roll.expovariate(1 / 150))) < until:
            hour = roll.uniform(7, 18)
            day = local_day(moment, person.place.zone)
            asked = at(day, hour, person.place.zone, roll.randrange(60))
            if person.setup.activated < asked:
                found.append((asked, APP_SUBJECTS, "app"))
    return found


def _ticket(
    roll: random.Random, person: Person, moment: datetime, subjects: tuple[str, ...], tags: str
) -> Ticket:
    ticket = Ticket(
        person,
        moment,
        roll.choice(subjects),
        priority=roll.choices(("Low", "Normal", "High", "Urgent", ""), (12, 60, 14, 4, 10))[0],
        via=roll.choice(("Mail", "Mail", "Web form", "Chat")),
        tags=tags,
        replies=roll.choice((1, 1, 2, 2, 3, 5)),
    )
    wait = timedelta(hours=min(roll.expovariate(1 / 30) + 0.4, 200))
    answered = waking(roll, moment + wait, HOME)
    if answered > NOW - timedelta(hours=2):
        ticket.status = roll.choice(("New", "Open", "Pending"))
        ticket.replies = 0 if ticket.status == "New" else 1
        ticket.updated = moment
        return ticket
    ticket.solved = ticket.updated = answered
    ticket.status = "Closed" if (NOW - answered).days > 28 else "Solved"
    ticket.rating = roll.choices(("Good", "Bad", "Offered", "Not Offered"), (30, 5, 50, 15))[0]
    ticket.reopens = int(roll.random() < 0.06)
    return ticket


def number_tickets(world: World) -> None:
    """Give tickets their numbers, in the order they came."""
    world.tickets.sort(key=lambda ticket: (ticket.created, ticket.person.seed))
    for number, ticket in enumerate(world.tickets, 2001):
        ticket.number = number
