"""Days as a calendar of weeks: a number in every cell, heat only helps."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from console.clock import Clock, day_date
from console.model import DayCount
from console.show.lines import Part, line
from console.show.times import DAYS, MONTHS
from console.tty.tones import HEATS

_LABEL = 5


def strip(days: Iterable[DayCount], clock: Clock, width: int, first: int) -> list[Content]:
    """The weeks from local day `first` to today, newest band first, in `width` cells.

    A column is a week, a row a day of the week; a dot is a day without, "+" is ten or more
    where cells are narrow.
    """
    counts = {one.day: one.n for one in days if one.n > 0}
    first = min([first, *counts])
    start = clock.interval_of_day(first, "week")
    end = clock.interval_of_day(max([clock.today, *counts]), "week")
    room = max(8, width - _LABEL - 1)
    cell = 2 if (end - start + 1) * 2 <= room else 1
    fitting = room // cell
    most = max(counts.values(), default=1)
    lines: list[Content] = []
    while end >= start:
        weeks = range(max(start, end - fitting + 1), end + 1)
        lines.append(_months(weeks, clock, cell))
        for weekday in range(7):
            lines.append(_weekday(weekday, weeks, clock, cell, counts, most, first))
        end = weeks.start - 1
    return lines


def _months(weeks: range, clock: Clock, cell: int) -> Content:
    text = ""
    last = None
    for place, week in enumerate(weeks):
        month = day_date(clock.first_day(week, "week") + 3).month
        if month != last and len(text) <= place * cell:
            text = text.ljust(place * cell) + MONTHS[month - 1] + " "
        last = month
    return line((" " * _LABEL + text, "$faint"))


def _weekday(
    weekday: int,
    weeks: range,
    clock: Clock,
    cell: int,
    counts: dict[int, int],
    most: int,
    first: int,
) -> Content:
    name = DAYS[day_date(clock.first_day(weeks.start, "week") + weekday).weekday()]
    parts: list[Part] = [(f" {name} ", "$faint")]
    for week in weeks:
        day = clock.first_day(week, "week") + weekday
        n = counts.get(day, 0)
        if n:
            step = 1 + min(HEATS - 2, (n * (HEATS - 1) - 1) // most)
            text = str(n) if n < 10**cell else "+"
            parts.append((text.rjust(cell), f"$heat-{step}-ink on $heat-{step}"))
        else:
            dot = "·" if first <= day <= clock.today else " "
            parts.append((dot.rjust(cell), "$faint"))
    return line(*parts)
