"""The company's clock, and dice that always fall the same way.

Every moment is an aware datetime in UTC; places have their own zones.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

HOME = "Europe/Stockholm"
FIRST_DAY = date(2026, 1, 5)
LAST_DAY = date(2026, 9, 30)


@cache
def zone(name: str) -> ZoneInfo:
    """A time zone by name, read once."""
    return ZoneInfo(name)


def at(day: date, hour: float, place: str = HOME, seconds: int = 0) -> datetime:
    """The moment of a wall clock: `hour` may have a fraction, `place` is a zone's name."""
    whole = int(hour * 60)
    naive = datetime(day.year, day.month, day.day) + timedelta(minutes=whole, seconds=seconds)
    return naive.replace(tzinfo=zone(place)).astimezone(UTC)


NOW = at(LAST_DAY, 17.5)
"""The moment the demo shows: nothing in the exports is later."""


def ago(days: int, hour: float, place: str = HOME, seconds: int = 0) -> datetime:
    """A wall-clock moment so many days before the last day."""
    return at(LAST_DAY - timedelta(days=days), hour, place, seconds)


def local_day(moment: datetime, place: str) -> date:
    """The calendar day at `place` that holds a moment."""
    return moment.astimezone(zone(place)).date()


def waking(roll: random.Random, moment: datetime, place: str) -> datetime:
    """The same moment by day, the next morning where it is night at `place`."""
    local = moment.astimezone(zone(place))
    if 6 <= local.hour < 22:
        return moment
    day = local.date() + timedelta(days=local.hour >= 22)
    return at(day, roll.uniform(6.5, 11), place, roll.randrange(60))


def days(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)


def months_later(moment: datetime, months: int) -> datetime:
    """The same day so many months on, or the last day of a shorter month."""
    index = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def dice(*names: object) -> random.Random:
    """Dice of their own for every purpose, so that a change in one leaves the others."""
    return random.Random("morning batch:" + ":".join(map(str, names)))


def poisson(roll: random.Random, mean: float) -> int:
    """How many times a thing of this mean happens."""
    count, left = 0, 1.0
    floor = 2.718281828459045**-mean
    while (left := left * roll.random()) > floor:
        count += 1
    return count
