"""Times ahead, as people write them: tomorrow, Monday, 3 days, a date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from console.clock import Clock, day_date, from_instant, to_instant

MORNING = 8
"""The hour at which a day that was named begins to count."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"h": "hours", "hour": "hours", "d": "days", "day": "days", "w": "weeks", "week": "weeks"}
_HOW = "write it like tomorrow, monday, 3 days, 2026-12-01 or 2026-12-01 14:30"


def later(text: str, clock: Clock) -> int:
    """The instant that words mean, microseconds UTC, in the clock's zone.

    Days begin at `MORNING`; a weekday is the next one, never today; hours count from now.
    Raises ValueError with a sentence for words that mean no time, or one that has passed.
    """
    words = " ".join(text.split()).casefold().removeprefix("in ").removeprefix("until ")
    found = next((at for read in _READERS if (at := read(words, clock)) is not None), None)
    if found is None:
        raise ValueError(f"{text!r} is not a time; {_HOW}" if words else f"until when? {_HOW}")
    if found <= clock.now:
        raise ValueError(f"{text} has passed already")
    return found


def _named(words: str, clock: Clock) -> int | None:
    today = day_date(clock.today)
    if words in ("tomorrow", "tm"):
        return _morning(today + timedelta(days=1), clock)
    for number, name in enumerate(_WEEKDAYS):
        if len(words) >= 3 and name.startswith(words):
            ahead = (number - today.weekday() - 1) % 7 + 1
            return _morning(today + timedelta(days=ahead), clock)
    return None


def _counted(words: str, clock: Clock) -> int | None:
    number = words.rstrip("abcdefghijklmnopqrstuvwxyz ")
    unit = _UNITS.get(words[len(number) :].strip().removesuffix("s") or "?")
    if unit is None or not number.isdecimal() or len(number) > 4:
        return None
    step = timedelta(**{unit: int(number)})
    if unit == "hours":
        return to_instant(from_instant(clock.now) + step)
    return _morning(day_date(clock.today) + step, clock)


def _written(words: str, clock: Clock) -> int | None:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    if len(words) <= 10:
        return _morning(moment.date(), clock)
    return to_instant(moment if moment.tzinfo else moment.replace(tzinfo=clock.zone))


def _morning(day: date, clock: Clock) -> int:
    return to_instant(datetime(day.year, day.month, day.day, MORNING, tzinfo=clock.zone))


_READERS: tuple[Callable[[str, Clock], int | None], ...] = (_named, _counted, _written)
