"""The mails the company sends, as far as people open them; and its one-question survey."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from maker.people import Call, Person, World
from maker.when import FIRST_DAY, LAST_DAY, NOW, at, days, dice

LETTERS = (
    "Crumbs no. 1: we are open", "Crumbs no. 2: Semla season", "Crumbs no. 3: what waste costs",
    "Crumbs no. 4: Easter, hour by hour", "Crumbs no. 5: a sample bakery to play with",
    "Crumbs no. 6: labels that survive the freezer", "Crumbs no. 7: closing for summer, properly",
    "Crumbs no. 8: back to school, back to buns", "Crumbs no. 9: planning for Saint Lucy now",
)  # fmt: skip
WELCOME = ((1, "Your first batch in ten minutes"), (4, "Three things bakers do first"))


def letters() -> list[tuple[datetime, str]]:
    """When each newsletter went out: the second Thursday of a month, at ten."""
    thursdays: dict[int, list[datetime]] = {}
    for day in days(FIRST_DAY, LAST_DAY):
        if day.weekday() == 3:
            thursdays.setdefault(day.month, []).append(at(day, 10))
    return [(found[1], LETTERS[month - 1]) for month, found in thursdays.items()]


def read_mail(world: World) -> None:
    """Draw what everyone opens and clicks, and who has had enough."""
    sent = letters()
    for person in world.people:
        roll = dice("mail", person.seed)
        since = min(
            moment for moment in (person.joined, person.shop_since, person.first_mail) if moment
        )
        keen = roll.uniform(0.05, 0.62)
        mails = [(moment, subject) for moment, subject in sent if moment > since]
        if person.consent not in ("SUBSCRIBED", "UNSUBSCRIBED"):
            mails = []
        if person.consent == "UNSUBSCRIBED" and mails and not person.left_list:
            last = mails[: roll.randint(1, 3)][-1][0]
            person.left_list = last + timedelta(minutes=roll.uniform(3, 300))
        if person.joined and not person.invited:
            mails += [(person.joined + timedelta(days=after), text) for after, text in WELCOME]
        until = person.left_list or NOW
        for moment, subject in sorted(mails):
            if roll.random() < keen:
                calls = opened(roll, person, moment, subject)
                world.calls += [call for call in calls if call.at < until]


def opened(roll: random.Random, person: Person, sent: datetime, subject: str) -> list[Call]:
    """An opened mail, and one in six times a click."""
    moment = sent + timedelta(hours=min(roll.expovariate(1 / 9), 70), minutes=2)
    body: dict[str, Any] = {"email_subject": subject, "campaign_name": subject.split(":")[0]}
    calls = [Call(moment, "track", person, "Email Opened", body, channel="mail")]
    if roll.random() < 0.16:
        moment += timedelta(seconds=roll.randrange(8, 90))
        link = "https://morningbatch.example/guides"
        body = body | {"link_url": link}
        calls.append(Call(moment, "track", person, "Email Link Clicked", body, channel="mail"))
    return [call for call in calls if call.at < NOW]


def survey(world: World) -> None:
    """Ask those who have been set up for a month how likely they are to tell a friend."""
    for person in world.people:
        activated = person.setup.activated
        roll = dice("survey", person.seed)
        if not activated or person.by_hand or roll.random() > 0.3:
            continue
        moment = activated + timedelta(days=30, hours=roll.uniform(0, 50))
        if moment < min(person.gone or NOW, NOW):
            world.calls.append(
                answer(person, moment, roll.choice((4, 6, 7, 8, 8, 9, 9, 9, 10, 10)))
            )


def answer(person: Person, moment: datetime, score: int, words: str = "") -> Call:
    """One answer, from 0 to 10."""
    body: dict[str, Any] = {"score": score, "question": "Would you tell a friend?"}
    if words:
        body["comment"] = words
    return Call(moment, "track", person, "Survey Answered", body)
