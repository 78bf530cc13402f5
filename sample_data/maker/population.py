"""Who signs up and when: sign-ups trickle in by the week's rhythm, a few more each month."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from maker.company import FIRST_BATCH, TEAM, TRIAL_DAYS
from maker.onboarding import draw_setup, leaves, take_a_break, take_up_features
from maker.people import Folk, Person, Setup, Workspace, World, app_id
from maker.places import WEIGHTS
from maker.when import FIRST_DAY, LAST_DAY, NOW, at, days, dice, local_day, poisson, waking

WEEKDAYS = (1.15, 1.35, 1.3, 1.2, 0.9, 0.45, 0.65)
"""Sign-ups from Monday to Sunday, against an even week."""
FAIR = date(2026, 9, 27)
"""A bakers' fair in Stockholm: the last days bring twice as many as usual."""
HOURS_OF_SIGNUP = (7, 9, 10, 10, 11, 13, 14, 14, 15, 16, 20, 21)
HABIT = {"Free": (0.9, 2.2), "Starter": (1.4, 3.1), "Pro": (2.0, 4.2), "Scale": (2.6, 4.8)}
TEAM_SIZE = {"Free": (1,), "Starter": (1, 1, 2), "Pro": (1, 2, 3, 4), "Scale": (3, 4, 5, 6)}


def sign_ups(world: World, folk: Folk) -> None:
    """Everyone who opened an account in the app, and their colleagues."""
    for day in days(FIRST_DAY, LAST_DAY):
        roll = dice("sign-ups", day)
        week = (day - FIRST_DAY).days / 7
        mean = (3.9 + week * 0.125) / 7 * WEEKDAYS[day.weekday()]
        if day.month == 7:
            mean *= 0.7
        if day >= FAIR:
            mean *= 2.2
        for _ in range(poisson(roll, mean)):
            _open_account(world, folk, roll, day)


def _open_account(world: World, folk: Folk, roll: random.Random, day: date) -> None:
    country = _country(roll)
    plan = roll.choices(("Free", "Starter", "Pro", "Scale"), (44, 28, 21, 7))[0]
    named = plan != "Free" or roll.random() < 0.5
    # The owner is made first to learn the zone, then given the hour of their day.
    workspace = folk.workspace(roll, country, at(day, 0), plan, named)
    owner = folk.person(roll, country, workspace)
    hour = roll.choice(HOURS_OF_SIGNUP) + roll.random()
    joined = at(day, hour, owner.place.zone, roll.randrange(60))
    if joined > NOW:
        return
    workspace.created, workspace.plans = joined, [(joined, plan)]
    workspace.team.append(owner)
    world.workspaces.append(workspace)
    size = roll.choice(TEAM_SIZE[plan])
    _settle(roll, owner, joined, draw_setup(roll, owner, joined, brings_team=size > 1))
    _decide_on_plan(roll, workspace)
    world.people.append(owner)
    if invites := [moment for moment, step in owner.setup.steps if step == TEAM]:
        for _ in range(size - 1):
            _invite(world, folk, roll, workspace, invites[0])


def _invite(
    world: World, folk: Folk, roll: random.Random, workspace: Workspace, since: datetime
) -> None:
    home = workspace.owner.place
    wait = timedelta(days=roll.expovariate(1 / 9), minutes=roll.randrange(20, 600))
    joined = waking(roll, since + wait, home.zone)
    if joined > NOW or (workspace.gone and joined > workspace.gone):
        return
    guest = folk.person(roll, home.country, workspace)
    guest.invited = True
    setup = Setup()
    if roll.random() < 0.85:
        later = joined + timedelta(hours=roll.expovariate(1 / 20), minutes=9)
        setup.activated = waking(roll, later, home.zone)
        setup.steps = [(setup.activated, FIRST_BATCH)]
    _settle(roll, guest, joined, setup)
    if workspace.gone:
        guest.gone = min(guest.gone or NOW, workspace.gone + timedelta(days=roll.random() * 9))
    workspace.team.append(guest)
    world.people.append(guest)


def _settle(roll: random.Random, person: Person, joined: datetime, setup: Setup) -> None:
    """Give someone their habits in the app."""
    workspace = person.workspace
    assert workspace is not None
    plan = workspace.plan(joined)
    person.joined, person.setup = joined, setup
    person.app_id = app_id(person.seed)
    person.habit = roll.uniform(*HABIT[plan]) * (0.8 if person.invited else 1.0)
    person.gone = leaves(roll, plan, person)
    if not person.invited:
        workspace.gone = person.gone
    if setup.activated:
        take_up_features(roll, person, plan)
        if roll.random() < 0.1 and (NOW - setup.activated).days > 100:
            take_a_break(roll, person, setup.activated)


def _decide_on_plan(roll: random.Random, workspace: Workspace) -> None:
    plan = workspace.plan(workspace.created)
    activated = workspace.owner.setup.activated
    if plan == "Free":
        if activated and roll.random() < 0.14:
            _move(workspace, activated + timedelta(days=roll.uniform(12, 80)), "Starter")
        return
    end = workspace.trial_end = workspace.created + timedelta(days=TRIAL_DAYS)
    lost = workspace.gone is not None and workspace.gone < end
    ready = activated is not None and activated < end and not lost
    workspace.converted = roll.random() < (0.8 if ready else 0.05)
    workspace.yearly = roll.random() < 0.18
    if not workspace.converted:
        if end <= NOW:
            workspace.plans.append((end, "Free"))
        workspace.cancelled = end - timedelta(days=roll.choice((0, 0, 1, 2, 4)))
        workspace.reason = roll.choice(("", "", "unused", "too_expensive", "missing_features"))
        return
    if not workspace.yearly and roll.random() < 0.16:
        smaller = {"Scale": "Pro", "Pro": "Starter"}.get(plan)
        bigger = {"Starter": "Pro", "Pro": "Scale"}.get(plan)
        to = smaller if roll.random() < 0.3 or not bigger else bigger
        if to:
            _move(workspace, end + timedelta(days=roll.uniform(40, 130)), to)
    if workspace.gone and roll.random() < 0.8:
        workspace.cancelled = max(workspace.gone, end) + timedelta(days=roll.uniform(0, 24))
        workspace.reason = roll.choice(
            ("unused", "too_expensive", "switched_service", "other", "too_complex")
        )


def _move(workspace: Workspace, moment: datetime, plan: str) -> None:
    if moment <= min(workspace.gone or NOW, NOW):
        workspace.plans.append((moment, plan))


def shoppers(world: World, folk: Folk, count: int = 142) -> None:
    """People who only ever bought from the shop."""
    for number in range(count):
        roll = dice("shopper", number)
        person = folk.person(roll, _country(roll))
        span = (LAST_DAY - FIRST_DAY).days
        day = FIRST_DAY + timedelta(days=int(span * roll.random() ** 0.8))
        person.shop_since = at(day, roll.uniform(7, 16), person.place.zone, roll.randrange(60))
        if roll.random() < 0.35:
            person.tags = roll.choice(("horeca", "retail", "horeca, repeat", "home baker"))
        world.people.append(person)


def buyers_among_users(world: World, share: float = 0.42) -> None:
    """Let some of the app's owners buy in the shop: before they sign up, or after."""
    for person in world.people:
        if person.invited or not person.joined or person.by_hand:
            continue
        roll = dice("buyer", person.seed)
        if roll.random() > share:
            continue
        before = roll.random() < 0.45
        wait = 1 + int(roll.expovariate(1 / 20))
        day = local_day(person.joined, person.place.zone) + timedelta(-wait if before else wait)
        since = at(day, roll.uniform(7, 20), person.place.zone, roll.randrange(60))
        if day <= FIRST_DAY or since > (person.gone or NOW):
            continue
        if before:
            person.app_id = None
        person.shop_since = since
        person.tags = "horeca" if person.company else "home baker"


def readers(world: World, folk: Folk, count: int = 46) -> None:
    """Who takes the newsletter: some of everyone, and a few who do nothing else."""
    for person in world.people:
        if not person.by_hand:
            roll = dice("newsletter", person.seed)
            person.consent = roll.choices(
                ("SUBSCRIBED", "UNSUBSCRIBED", "NEVER_SUBSCRIBED", ""), (58, 6, 10, 26)
            )[0]
    for number in range(count):
        roll = dice("reader", number)
        person = folk.person(roll, _country(roll))
        person.consent = roll.choices(("SUBSCRIBED", "UNSUBSCRIBED"), (9, 1))[0]
        day = FIRST_DAY + timedelta(days=roll.randrange((LAST_DAY - FIRST_DAY).days))
        person.first_mail = at(day, roll.uniform(8, 16), person.place.zone)
        world.people.append(person)


def visitors(world: World, folk: Folk, count: int = 18) -> None:
    """Browsers that looked round and left."""
    for number in range(count):
        roll = dice("visitor", number)
        person = folk.person(roll, _country(roll))
        person.seed = f"v{number}"
        person.joined = at(
            FIRST_DAY + timedelta(days=roll.randrange(5, (LAST_DAY - FIRST_DAY).days)),
            roll.uniform(8, 20),
            person.place.zone,
        )
        world.visitors.append(person)


def number_the_shop(world: World) -> None:
    """Give everyone in the shop their customer number, in the order they came."""
    number = 7210448301100
    known = [person for person in world.people if person.shop_since]
    for person in sorted(known, key=lambda person: (person.shop_since, person.seed)):
        number += dice("shop number", person.seed).randrange(31, 4096)
        person.shop_id = number


def _country(roll: random.Random) -> str:
    return roll.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))[0]
