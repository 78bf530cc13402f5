"""Intervals in words: what a cohort is called, and what comes so many of them later."""

from __future__ import annotations

from console.analytics.question import Column
from console.clock import Clock, Period, day_date
from console.show.times import DAYS, LONG_DAYS, MONTHS, time_of_day

LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def head(start: int, period: Period, clock: Clock) -> str:
    """An interval at the head of a row, in few letters: " 3 Jun", "Jun 2026", "Mon 3 Jun".

    start: the instant it begins (microseconds UTC); read in the clock's zone.
    """
    day = clock.day(start)
    value = day_date(day)
    month = MONTHS[value.month - 1]
    if period == "month":
        return f"{month} {value.year}"
    words = f"{value.day:>2} {month}"
    if period == "hour":
        return f"{words} {time_of_day(start, clock)}"
    if period == "day":
        words = f"{DAYS[value.weekday()]} {words}"
    return words if value.year == day_date(clock.today).year else f"{words} {value.year}"


def name(start: int, period: Period, clock: Clock) -> str:
    """An interval in a sentence: "Week of 3 June", "June 2026", "Monday 3 June"."""
    value = day_date(clock.day(start))
    month = LONG_MONTHS[value.month - 1]
    if period == "month":
        return f"{month} {value.year}"
    words = f"{value.day} {month}"
    if value.year != day_date(clock.today).year:
        words += f" {value.year}"
    if period == "week":
        return f"Week of {words}"
    if period == "day":
        return f"{LONG_DAYS[value.weekday()]} {words}"
    return f"{words}, {time_of_day(start, clock)}"


def short(start: int, period: Period, clock: Clock) -> str:
    """An interval in a title: "Week of 3 Jun", "Mon 3 Jun", "Jun 2026"."""
    words = head(start, period, clock).strip().replace("  ", " ")
    return f"Week of {words}" if period == "week" else words


def corner(period: Period) -> str:
    """What stands over the heads of the rows."""
    return {"hour": "from", "day": "day", "week": "week of", "month": "month"}[period]


def later(column: Column, period: Period) -> str:
    """The intervals of a column: "week 3", "weeks 4–7"."""
    if column.first == column.last:
        return f"{period} {column.first}"
    return f"{period}s {column.first}–{column.last}"


def at(period: Period) -> str:
    """The little word before an interval: in a week, but on a day."""
    return "on" if period == "day" else "in"


def some(n: int, period: Period) -> str:
    """A number of intervals: "1 week", "12 weeks"."""
    return f"{n:,} {period}" if n == 1 else f"{n:,} {period}s"
