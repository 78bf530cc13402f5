"""Random worlds and questions about them, the same for the same seed.

The worlds lie where calendars bite: changes of summer time, New Year, the last days of
January and February; with people under two ids that are joined late, events that arrive
twice, late or at the same instant, and events dated in the future.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from console.analytics.question import CohortQuestion, Where
from console.clock import Clock
from console.mirror.store import Writer
from console.model import Batch, Event, Record
from tests.analytics import brute
from tests.analytics.worlds import who

QUARTER = 15 * 60_000_000
ZONES = ("UTC", "Europe/Stockholm", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata")
MOMENTS = (
    "2017-12-31T12:00",  # New Year on a Monday
    "2018-02-18T02:00",  # São Paulo turns the clock back at midnight
    "2018-11-04T03:00",  # São Paulo skips midnight; New York turns back three hours later
    "2019-03-10T07:00",  # New York springs forward
    "2019-03-31T01:00",  # Stockholm springs forward, on the last day of a month
    "2019-10-27T01:00",  # and falls back
    "2020-01-30T00:00",  # months from the 29th to the 31st, in a leap year
    "2020-12-29T23:00",  # a week that belongs to two years
)
PEOPLE = ("ann", "bob", "cyd", "dee")
NAMES = ("open", "buy")
PERIODS = ("hour", "day", "week", "month")
LOOK_BACK = {"hour": 30 * 3_600, "day": 20 * 86_400, "week": 90 * 86_400, "month": 300 * 86_400}


class World(NamedTuple):
    """What happened, and the same as it arrives."""

    past: brute.Past
    batches: list[list[tuple[int, str, brute.Happened]]]
    """Number, the id under which it is sent, and the event; some are sent twice."""
    double: list[str]
    """Who has a second id."""
    period: str
    """The period by which the events lie apart."""


def instant(text: str) -> int:
    """An ISO time in UTC as microseconds."""
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def world_of(dice: random.Random, size: int) -> World:
    """A world of `size` events."""
    centre, period = instant(dice.choice(MOMENTS)), dice.choice(PERIODS)

    def moment(first: int, last: int) -> int:
        near = dice.choice((0, 0, 1, -1, 5, 47, 90)) * QUARTER
        return centre + dice.randint(first, last) * brute.LENGTH[period] + near

    # Long ago both things were done, by somebody else, so that their names are known.
    events = [brute.Happened("eve", instant("2011-05-05T05:05"), name, {}) for name in NAMES]
    for _ in range(size):
        shop = dice.choice((None, "x", "y"))
        properties = {"worth": dice.randint(0, 9), **({"shop": shop} if shop else {})}
        events.append(
            brute.Happened(dice.choice(PEOPLE), moment(-5, 2), dice.choice(NAMES), properties)
        )
    double = dice.sample(PEOPLE, dice.randint(0, 2))
    sent = [
        (number, f"{event.person}2" if event.person in double and dice.random() < 0.5
         else event.person, event)
        for number, event in enumerate(events)
    ]  # fmt: skip
    dice.shuffle(sent)
    past = brute.Past(
        events,
        moment(-1, 3) - dice.choice((0, 0, 1)),
        ZoneInfo(dice.choice(ZONES)),
        dice.choice(("monday", "sunday")),
        {person: dice.choice(("pro", "pro", "free", None)) for person in PEOPLE},
        {person: dice.choice(("acme", "acme", "bolt", None)) for person in PEOPLE},
    )
    cut = dice.randint(0, len(sent))
    return World(past, [sent[:cut], sent[cut // 2 :]], double, period)


def question_of(dice: random.Random, world: World) -> CohortQuestion:
    """A question that has something to do with the world."""
    times = [world.past.now, *(event.at for event in world.past.events[len(NAMES) :])]
    period = world.period if dice.random() < 0.8 else dice.choice(PERIODS)
    until = dice.choice((None, None, dice.choice(times)))
    end = world.past.now if until is None else until
    since = dice.choice((None, None, dice.choice(times)))
    if since is not None and not end - LOOK_BACK[period] * 1_000_000 <= since <= end:
        since = None
    # Half of the questions can be answered from sets.
    plain = dice.random() < 0.5
    shop = (Where("shop", "=", "x"),)
    return CohortQuestion(
        period=period,  # type: ignore[arg-type]
        intervals=dice.randint(1, 7),
        since=since,
        until=until,
        entry=dice.choice(("recurring", "first-time", "first-ever")),  # type: ignore[arg-type]
        start_event=dice.choice((None, "open", "buy")),
        start_where=() if plain else dice.choice(((), shop)),
        return_event=dice.choice((None, "open", "buy")),
        return_where=() if plain else dice.choice(((), shop)),
        counting=dice.choice(("on", "on-or-after")),  # type: ignore[arg-type]
        brackets=dice.choice(((), (), ((1, 2), (4, 5)))),
        window="calendar" if plain else dice.choice(("calendar", "24h")),  # type: ignore[arg-type]
        min_occurrences=dice.choice((1, 1, 2)),
        segment=dice.choice((None, None, "plan=pro")),
        breakdown=dice.choice((None, "plan") if plain else (None, "plan", "shop")),
        by=dice.choice(("customer", "customer", "account")),  # type: ignore[arg-type]
        value=None if plain else dice.choice((None, "worth")),
        aggregate=dice.choice(("sum", "average")),  # type: ignore[arg-type]
    )


def fill(path: Path, world: World) -> Clock:
    """Put a world into an empty mirror, batch by batch; answers its clock."""
    past = world.past
    clock = Clock(past.now, past.zone, past.week_start)  # type: ignore[arg-type]
    people, joins = Batch("app"), Batch("app")
    for person in PEOPLE:
        fields = {"plan": past.plans[person], "account": past.accounts[person]}
        people.records.append(Record("customer", person, who(person), fields, b"{}"))
    for person in world.double:
        keys = (*who(person), *who(f"{person}2"))
        joins.records.append(Record("identify", person, keys, {}, b"{}"))
    writer = Writer(path, clock, {}, lambda kind, name: (None, None))
    for part in (people, *map(_batch, world.batches), joins):
        writer.begin()
        writer.save(part, "app")
        writer.commit()
    writer.close()
    return clock


def _batch(sent: list[tuple[int, str, Any]]) -> Batch:
    batch = Batch("app", properties="properties")
    for number, id, event in sent:
        raw = json.dumps({"properties": event.properties}).encode()
        batch.events.append(Event(f"e{number}", who(id), event.name, event.at, raw=raw))
    return batch
