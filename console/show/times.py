"""Instants, days and spans of time in words. Every instant is microseconds UTC."""

from __future__ import annotations

from console.clock import DAY, HOUR, MINUTE, Clock, day_date, from_instant

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UNKNOWN = "—"
_STEPS = (
    (365 * DAY, "year", "years", "y"),
    (30 * DAY, "month", "months", "mo"),
    (7 * DAY, "week", "weeks", "w"),
    (DAY, "day", "days", "d"),
    (HOUR, "h", "h", "h"),
    (MINUTE, "min", "min", "m"),
)


def ago(at: int | None, clock: Clock) -> str:
    """How long before now: "4 min ago", "yesterday", "3 weeks ago"; "in 2 days" ahead.

    From a day on it counts calendar days of the clock's zone, so that "yesterday" is.
    """
    if at is None:
        return UNKNOWN
    if not _sayable(at):
        return "at an impossible time"
    days = clock.today - clock.day(at)
    if days == 0 or abs(clock.now - at) < 6 * HOUR:
        return _minutes_ago(clock.now - at)
    if abs(days) == 1:
        return "yesterday" if days > 0 else "tomorrow"
    words = _days(abs(days))
    return f"{words} ago" if days > 0 else f"in {words}"


def when(at: int | None, clock: Clock) -> str:
    """The day in words and the time: "today 09:41", "Tue 3 Mar 17:20", "3 Mar 2024 17:20"."""
    if at is None:
        return UNKNOWN
    if not _sayable(at):
        return "at an impossible time"
    day = clock.day(at)
    return f"{_near_day(day, clock) or _plain_day(day, clock)} {time_of_day(at, clock)}"


def brief(at: int | None, clock: Clock) -> str:
    """How long ago, for a narrow column: "now", "4m", "3h", "2d", "5w", "8mo", "2y"."""
    if at is None:
        return UNKNOWN
    gone = clock.now - at
    if gone < 0:
        return "ahead"
    for size, _, _, letter in _STEPS:
        if gone >= size:
            return f"{gone // size}{letter}"
    return "now"


def time_of_day(at: int, clock: Clock) -> str:
    """The local time, "09:41"; "--:--" outside the years people live in."""
    if not _sayable(at):
        return "--:--"
    return from_instant(at, clock.zone).strftime("%H:%M")


def date(at: int | None, clock: Clock) -> str:
    """The local date, "3 Mar 2025"; a dash when unknown."""
    if at is None or not _sayable(at):
        return UNKNOWN
    return day_words(clock.day(at))


def day_words(day: int) -> str:
    """A local day, "3 Mar 2025"."""
    value = day_date(day)
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def heading(day: int, clock: Clock) -> str:
    """A local day as a heading: "Today · Tuesday 3 Mar", "Friday 14 Nov 2025"."""
    value = day_date(day)
    words = f"{LONG_DAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"
    if value.year != day_date(clock.today).year:
        words += f" {value.year}"
    near = _near_day(day, clock)
    return f"{near.capitalize()} · {words}" if near else words


def span(microseconds: int) -> str:
    """A length of time in its largest unit: "3 h", "2 days", "5 weeks"."""
    length = abs(microseconds)
    if length < MINUTE:
        return "under a minute"
    for size, one, many, _ in _STEPS:
        # Weeks and months read badly below two of them.
        least = 2 * size if size > DAY else size
        if length >= least:
            n = length // size
            return f"{n} {one if n == 1 else many}"
    return "under a minute"


def days_span(days: int) -> str:
    """A number of days in words: "the same day", "1 day", "3 weeks"."""
    return "the same day" if days == 0 else _days(abs(days))


def _minutes_ago(gone: int) -> str:
    length = abs(gone)
    if length < MINUTE:
        return "just now"
    words = f"{length // MINUTE} min" if length < HOUR else f"{length // HOUR} h"
    return f"{words} ago" if gone > 0 else f"in {words}"


def _days(days: int) -> str:
    if days == 1:
        return "1 day"
    if days < 14:
        return f"{days} days"
    if days < 60:
        return f"{days // 7} weeks"
    if days < 730:
        return f"{round(days / 30.44)} months"
    return f"{days // 365} years"


def _near_day(day: int, clock: Clock) -> str | None:
    return {0: "today", 1: "yesterday", -1: "tomorrow"}.get(clock.today - day)


def _plain_day(day: int, clock: Clock) -> str:
    value = day_date(day)
    words = f"{value.day} {MONTHS[value.month - 1]}"
    if abs(clock.today - day) < 7:
        return f"{DAYS[value.weekday()]} {words}"
    return words if value.year == day_date(clock.today).year else f"{words} {value.year}"


def _sayable(at: int) -> bool:
    # Between the years 1800 and 9000, give or take; outside, datetime itself gives up.
    return -5_364_662_400_000_000 < at < 221_845_392_000_000_000
