"""How people get on: through the set-up, into the features, and out of the door.

What an analysis may find in the data is put there here. Set-up happens within nine days or
hardly ever; it got easier on 18 May; bigger plans stay longer; whoever invites a colleague
leaves less, and whoever meets a failing import leaves more.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from maker.company import FEATURES, FIRST_BATCH, HOURS, NEW_SETUP, PROFILE, RECIPES, TEAM
from maker.people import Person, Setup
from maker.when import NOW, at, local_day, waking

CLIFF = 9
"""Whoever has not set up by this day hardly ever does."""
LEAVING = {"Free": (0.16, 0.055), "Starter": (0.07, 0.022), "Pro": (0.035, 0.01),
           "Scale": (0.015, 0.004)}  # fmt: skip
"""Of those set up, how many leave in a week: at first, and later."""


def draw_setup(
    roll: random.Random, person: Person, joined: datetime, *, brings_team: bool
) -> Setup:
    """How someone gets on with the five steps: many on the first day, some in a week, or not."""
    eased = local_day(joined, person.place.zone) >= date(*NEW_SETUP)
    done = _day_of_activation(roll, 0.32 if eased else 0.22)
    setup = Setup()
    failures = roll.randint(1, 3) if roll.random() < (0.14 if done is not None else 0.35) else 0
    if done is None:
        _give_up(roll, person, joined, setup, failures)
        return setup
    setup.activated = _in_daytime(roll, person, joined, done)
    span = (setup.activated - joined) / timedelta(seconds=1)
    steps = [PROFILE, RECIPES, HOURS]
    if brings_team or roll.random() < 0.12:
        steps.append(TEAM)
    shares = sorted(roll.uniform(0.05, 0.97) ** 1.4 for _ in steps)
    last = setup.activated - timedelta(minutes=1)
    for share, step in zip(shares, steps, strict=True):
        moment = joined + timedelta(seconds=int(span * share))
        setup.steps.append((min(waking(roll, moment, person.place.zone), last), step))
    setup.steps.append((setup.activated, FIRST_BATCH))
    imported = next(moment for moment, step in setup.steps if step == RECIPES)
    for _ in range(failures):
        setup.failures.append(joined + (imported - joined) * roll.uniform(0.3, 0.95))
    return setup


def _give_up(
    roll: random.Random, person: Person, joined: datetime, setup: Setup, failures: int
) -> None:
    """Some of the steps, then no more; where the import failed it never worked."""
    steps = (PROFILE, HOURS) if failures else (PROFILE, HOURS, RECIPES)
    for number, step in enumerate(steps[: roll.choice((0, 1, 1, 2, 2, 3))]):
        wait = timedelta(minutes=5 + number * 11, days=roll.choice((0, 0, 0, 1, 2, 4)))
        moment = joined + wait + timedelta(seconds=roll.randrange(400))
        setup.steps.append((waking(roll, moment, person.place.zone), step))
    setup.steps.sort()
    for _ in range(failures):
        tried = joined + timedelta(hours=0.3 + roll.expovariate(1 / 14))
        setup.failures.append(waking(roll, tried, person.place.zone))


def _day_of_activation(roll: random.Random, at_once: float) -> int | None:
    for day in range(46):
        chance = at_once if day == 0 else 0.056 if day <= CLIFF else 0.004
        if roll.random() < chance:
            return day
    return None


def _in_daytime(roll: random.Random, person: Person, joined: datetime, after: int) -> datetime:
    if after == 0:
        return joined + timedelta(minutes=roll.uniform(14, 95))
    day = local_day(joined, person.place.zone) + timedelta(days=after)
    return at(day, roll.uniform(8, 18), person.place.zone, roll.randrange(60))


def leaves(roll: random.Random, plan: str, person: Person) -> datetime | None:
    """When someone stops coming; None for who is still here."""
    assert person.joined is not None
    if not person.setup.activated:
        left = person.joined + timedelta(days=1 + min(roll.expovariate(1 / 6), 30))
        last = max([moment for moment, _ in person.setup.steps], default=left)
        return max(left, last + timedelta(hours=1))
    early, late = LEAVING[plan]
    factor = 0.6 if any(step == TEAM for _, step in person.setup.steps) else 1.0
    factor *= 1.5 if person.setup.failures else 1.0
    week, since = 0, person.setup.activated
    while since + timedelta(weeks=week) < NOW:
        chance = late + (early - late) * 0.72**week
        if roll.random() < chance * factor:
            return since + timedelta(weeks=week, days=0.5 + roll.random() * 7)
        week += 1
    return None


def take_up_features(roll: random.Random, person: Person, plan: str) -> None:
    """Choose the features someone will use: the planner at once, others as the weeks pass."""
    start = person.setup.activated
    assert start is not None
    boost = {"Free": 0.75, "Starter": 0.9, "Pro": 1.1, "Scale": 1.35}[plan]
    for feature in FEATURES:
        if plan in feature.plans and roll.random() < feature.popularity * boost:
            wait = 0.0 if feature.popularity == 1 else roll.expovariate(1 / 13)
            person.takes_up[feature.name] = start + timedelta(days=wait)


def take_a_break(roll: random.Random, person: Person, since: datetime) -> None:
    """Keep someone away for some weeks of their time."""
    first = since.date() + timedelta(days=roll.randint(25, 80))
    person.away = (first, first + timedelta(days=roll.randint(35, 75)))
