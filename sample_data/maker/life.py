"""What people do all day: look round, sign up, set up, log in, use the features."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from maker.company import APP, APP_PAGES, FEATURES, SITE, SITE_PAGES
from maker.details import details, failed_import, step_details
from maker.people import Call, Person, Workspace, World
from maker.when import LAST_DAY, NOW, at, days, dice, local_day

WEEKDAYS = (0.9, 1.1, 1.1, 1.15, 1.2, 0.95, 0.4)
"""How busy a bakery's screen is from Monday to Sunday."""
HOURS_OF_DAY = (5, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 10, 10, 11, 12, 13, 14, 14, 14, 15, 15, 16, 17, 20)
REFERRERS = ("", "", "https://search.example/", "https://social.example/", "https://forum.example/")


def live(world: World) -> None:
    """Let everyone with an account in the app live until they leave, or until now."""
    for visitor in world.visitors:
        assert visitor.joined is not None
        world.calls += look_round(dice("round", visitor.seed), visitor, visitor.joined, 4)
    for person in world.people:
        if not person.joined:
            continue
        roll = dice("life", person.seed)
        calls = look_round(roll, person, person.joined, 2 if person.invited else 5)
        calls += sign_up(person)
        calls += set_up(roll, person)
        calls += [call for day in working_days(roll, person) for call in a_day(roll, person, day)]
        last = min(person.gone or NOW, NOW)
        world.calls += [call for call in calls if call.at <= last]
    for workspace in world.workspaces:
        world.calls += changes_of_plan(workspace)


def look_round(roll: random.Random, person: Person, until: datetime, most: int) -> list[Call]:
    """Pages seen before anyone knew who it was."""
    moment = until - timedelta(days=roll.choice((0, 0, 0, 1, 3, 6)), minutes=roll.uniform(4, 30))
    calls = []
    for _ in range(roll.randint(1, most)):
        calls.append(page(roll, person, moment, SITE, SITE_PAGES, known=False))
        moment += timedelta(seconds=roll.randrange(15, 170))
    return [call for call in calls if call.at < until]


def page(
    roll: random.Random,
    person: Person,
    moment: datetime,
    base: str,
    pages: tuple[tuple[str, str], ...],
    known: bool = True,
) -> Call:
    """A look at one of `pages`."""
    title, path = roll.choice(pages)
    body: dict[str, Any] = {"title": title, "path": path, "url": base + path}
    if not known:
        body["referrer"] = roll.choice(REFERRERS)
    return Call(moment, "page", person, title, body, known)


def traits(person: Person, moment: datetime) -> dict[str, Any]:
    """What an identify call says of someone."""
    place, workspace = person.place, person.workspace
    told: dict[str, Any] = {
        "email": person.email,
        "name": person.name,
        "firstName": person.first,
        "lastName": person.last,
        "address": {"city": place.city, "state": place.region, "country": place.country},
        "timezone": place.zone,
    }
    if person.phone:
        told["phone"] = person.phone
    if person.joined and workspace and moment >= person.joined:
        told["createdAt"] = person.joined
        told["plan"] = workspace.plan(moment)
        if workspace.name:
            told["company"] = {"id": workspace.id, "name": workspace.name}
    return told


def sign_up(person: Person) -> list[Call]:
    """The sign-up itself: who they are, that they came, and where they belong."""
    moment, workspace = person.joined, person.workspace
    assert moment is not None
    assert workspace is not None
    told = {"plan": workspace.plan(moment), "method": "invitation" if person.invited else "email"}
    name = "Invitation Accepted" if person.invited else "Signed Up"
    second = timedelta(seconds=1)
    calls = [
        Call(moment, "identify", person, body=traits(person, moment)),
        Call(moment + second, "track", person, name, told),
        Call(moment + 7 * second, "track", person, "Logged In", {"method": "password"}),
    ]
    if workspace.name:
        calls.append(group(person, moment + 2 * second))
    return calls


def group(person: Person, moment: datetime) -> Call:
    """That someone belongs to a bakery, and what is known of it."""
    workspace = person.workspace
    assert workspace is not None
    body = {
        "id": workspace.id,
        "name": workspace.name,
        "domain": workspace.domain,
        "plan": workspace.plan(moment),
        "employees": 2 + 3 * len(workspace.team),
    }
    return Call(moment, "group", person, body=body)


def set_up(roll: random.Random, person: Person) -> list[Call]:
    """The steps of the set-up, and the imports that failed on the way."""
    calls = [
        Call(moment, "track", person, step, step_details(roll, step))
        for moment, step in person.setup.steps
    ]
    calls += [failed_import(roll, person, moment) for moment in person.setup.failures]
    joined = person.joined
    for moment in sorted([m for m, _ in person.setup.steps] + person.setup.failures):
        if joined and (moment - joined) > timedelta(hours=3):
            login = {"method": "password"}
            calls.append(Call(moment - timedelta(minutes=6), "track", person, "Logged In", login))
            calls.append(page(roll, person, moment - timedelta(minutes=4), APP, APP_PAGES))
    return calls


def working_days(roll: random.Random, person: Person) -> Iterator[date]:
    """The days on which someone opens the app after the one they came on."""
    zone = person.place.zone
    assert person.joined is not None
    first = local_day(person.joined, zone)
    last = local_day(person.gone, zone) if person.gone else LAST_DAY
    ready = local_day(person.setup.activated, zone) if person.setup.activated else None
    for day in days(first + timedelta(days=1), last):
        chance = person.habit / 7 * WEEKDAYS[day.weekday()]
        if ready is None or day < ready:
            chance *= 0.35
        else:
            # The first weeks are the keenest; then a habit, a little weaker each month.
            age = (day - ready).days
            chance *= 0.78 + 0.3 * 0.9 ** (age / 7)
        if day.month == 7 and person.place.country in ("SE", "FR", "ES"):
            chance *= 0.5
        drawn = roll.random()
        resting = person.away and person.away[0] <= day < person.away[1]
        if drawn < chance and not resting:
            yield day


def a_day(roll: random.Random, person: Person, day: date) -> list[Call]:
    """One day in the app: a session or two, each with what was used in it."""
    calls = []
    for _ in range(1 if roll.random() < 0.86 else 2):
        hour = roll.choice(HOURS_OF_DAY) + roll.random()
        moment = at(day, hour, person.place.zone, roll.randrange(60))
        calls += session(roll, person, moment)
    return calls


def session(roll: random.Random, person: Person, moment: datetime) -> list[Call]:
    """From a login to the last thing done."""
    workspace = person.workspace
    assert workspace is not None
    calls = [Call(moment, "track", person, "Logged In", {"method": "password"})]
    if roll.random() < 0.07:
        calls.append(Call(moment, "identify", person, body=traits(person, moment)))
    if roll.random() < 0.32:
        moment += timedelta(seconds=roll.randrange(4, 60))
        calls.append(page(roll, person, moment, APP, APP_PAGES))
    plan = workspace.plan(moment)
    ready = [
        feature
        for feature in FEATURES
        if plan in feature.plans and person.takes_up.get(feature.name, NOW) <= moment
    ]
    weights = [feature.weight for feature in ready]
    for _ in range(roll.choice((0, 1, 1, 1, 1, 2, 3)) if ready else 0):
        moment += timedelta(seconds=roll.randrange(20, 700))
        used = roll.choices(ready, weights)[0]
        calls.append(Call(moment, "track", person, used.event, details(roll, used)))
    return calls


def changes_of_plan(workspace: Workspace) -> list[Call]:
    """What the app says when a bakery moves to another plan, the end of a trial included."""
    calls = []
    for (_, before), (moment, after) in zip(workspace.plans, workspace.plans[1:], strict=False):
        if moment > NOW:
            continue
        person = workspace.owner
        if after != "Free":
            told = {"from": before, "plan": after}
            calls.append(Call(moment, "track", person, "Plan Changed", told, channel="server"))
        body = traits(person, moment)
        calls.append(Call(moment, "identify", person, body=body, channel="server"))
    return calls
