"""Now, and the workspace's calendar: the one place that turns instants into days and back.

A day can have 23 or 25 hours, months are months, weeks start where the workspace says.
Days are numbered from 1970-01-01 in the workspace's zone; intervals of every period are
consecutive integers, so that arithmetic on them never meets a week number or a leap year.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Period = Literal["hour", "day", "week", "month"]
PERIODS: tuple[Period, ...] = get_args(Period)
WeekStart = Literal["monday", "sunday"]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
# Zones change their offset on quarter hours at the finest (Lord Howe on the half).
_QUARTER = 15 * MINUTE


def system_now() -> int:
    """The machine's clock, in microseconds UTC."""
    return time.time_ns() // 1000


def to_instant(moment: datetime) -> int:
    """An aware datetime as microseconds UTC, without a detour through floats."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_instant(at: int, zone: ZoneInfo | None = None) -> datetime:
    """Microseconds UTC as an aware datetime in `zone` (UTC unless told).

    Raises OverflowError when the instant lies outside the years 1 to 9999.
    """
    moment = _EPOCH + timedelta(microseconds=at)
    return moment.astimezone(zone) if zone else moment


def day_date(day: int) -> date:
    """A day number as a date."""
    return date.fromordinal(day + _EPOCH_ORDINAL)


def date_day(value: date) -> int:
    """A date as a day number."""
    return value.toordinal() - _EPOCH_ORDINAL


@dataclass(frozen=True)
class Clock:
    """The workspace's now, zone and week.

    now: microseconds UTC; what every answer takes as the present.
    zone: the workspace time zone, in which days begin.
    week_start: the day a week starts on.
    """

    now: int
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    week_start: WeekStart = "monday"

    @cached_property
    def _offsets(self) -> dict[int, int]:
        return {}

    def offset(self, at: int) -> int:
        """The zone's offset from UTC at an instant, in microseconds."""
        quarter = at // _QUARTER
        known = self._offsets.get(quarter)
        if known is None:
            shift = from_instant(quarter * _QUARTER, self.zone).utcoffset() or timedelta()
            known = self._offsets[quarter] = shift // timedelta(microseconds=1)
        return known

    def day(self, at: int) -> int:
        """The local day that holds an instant."""
        return (at + self.offset(at)) // DAY

    def start_of_day(self, day: int) -> int:
        """The instant a local day begins (the first one, where midnight is skipped)."""
        local = datetime.combine(day_date(day), datetime.min.time(), self.zone)
        return to_instant(local)

    def shifts(self, first: int, last: int) -> list[tuple[int, int]]:
        """The offsets in force between two instants: (from instant, offset), in order.

        For whoever must turn instants into days inside SQL.
        """
        found = [(first, self.offset(first))]
        at = first
        while at < last:
            step = min(at + DAY, last)
            if self.offset(step) != found[-1][1]:
                low, high = at // _QUARTER, step // _QUARTER
                while high - low > 1:
                    middle = (low + high) // 2
                    if self.offset(middle * _QUARTER) == found[-1][1]:
                        low = middle
                    else:
                        high = middle
                found.append((high * _QUARTER, self.offset(high * _QUARTER)))
            at = step
        return found

    def interval(self, at: int, period: Period) -> int:
        """The number of the interval that holds an instant."""
        if period == "hour":
            return (at + self.offset(at) % HOUR) // HOUR
        return self.interval_of_day(self.day(at), period)

    def interval_of_day(self, day: int, period: Period) -> int:
        """The number of the interval (day, week or month) that holds a local day."""
        if period == "day":
            return day
        if period == "week":
            return (day + self._week_shift) // 7
        if period == "month":
            when = day_date(day)
            return when.year * 12 + when.month - 1
        raise ValueError(f"a day lies in many intervals of an {period}")

    def first_day(self, interval: int, period: Period) -> int:
        """The first local day of an interval (day, week or month)."""
        if period == "day":
            return interval
        if period == "week":
            return interval * 7 - self._week_shift
        if period == "month":
            return date_day(date(interval // 12, interval % 12 + 1, 1))
        raise ValueError(f"an {period} has no first day")

    def start(self, interval: int, period: Period) -> int:
        """The instant an interval begins; it ends where the next begins."""
        if period == "hour":
            whole = interval * HOUR
            return whole - self.offset(whole) % HOUR
        return self.start_of_day(self.first_day(interval, period))

    @property
    def today(self) -> int:
        """The local day that holds now."""
        return self.day(self.now)

    @property
    def _week_shift(self) -> int:
        # Day 0 was a Thursday: three days after a Monday, four after a Sunday.
        return 3 if self.week_start == "monday" else 4


def offset_at(shifts: list[tuple[int, int]], at: int) -> int:
    """The offset in force at an instant, from `Clock.shifts`."""
    return shifts[max(0, bisect_right(shifts, at, key=lambda shift: shift[0]) - 1)][1]
