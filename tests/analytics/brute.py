"""Cohorts and lifecycle read straight off the definition: slow, and sharing no code with ours.

Everything is lists and dictionaries of plain events; the calendar is `zoneinfo`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from console.analytics.question import CohortQuestion

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3_600_000_000
LENGTH = {"hour": HOUR, "day": 24 * HOUR, "week": 168 * HOUR, "month": 720 * HOUR}


class Happened(NamedTuple):
    person: str
    at: int
    name: str
    properties: dict[str, Any]


@dataclass
class Past:
    """All that happened, to people already joined."""

    events: list[Happened]
    now: int
    zone: ZoneInfo
    week_start: str
    plans: dict[str, str | None] = field(default_factory=dict)
    accounts: dict[str, str | None] = field(default_factory=dict)


class Number(NamedTuple):
    """One cell: how many, whether it is over, what it is worth."""

    customers: int
    state: str
    value: float | None


def local(at: int, zone: ZoneInfo) -> datetime:
    return (EPOCH + timedelta(microseconds=at)).astimezone(zone)


@cache
def midnight(day: date, zone: ZoneInfo) -> int:
    """The first quarter of an hour at which the local date is `day` or later."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=27)
    while moment.astimezone(zone).date() < day:
        moment += timedelta(minutes=15)
    return (moment - EPOCH) // timedelta(microseconds=1)


def floor(at: int, period: str, past: Past) -> date | int:
    if period == "hour":
        offset = local(at, past.zone).utcoffset() or timedelta()
        part = offset % timedelta(hours=1) // timedelta(microseconds=1)
        return (at + part) // HOUR * HOUR - part
    day = local(at, past.zone).date()
    if period == "week":
        behind = day.weekday() if past.week_start == "monday" else day.isoweekday() % 7
        return day - timedelta(days=behind)
    return day.replace(day=1) if period == "month" else day


def step(mark: Any, period: str, n: int) -> Any:
    if period == "hour":
        return mark + n * HOUR
    if period == "month":
        for _ in range(abs(n)):
            mark = (mark + timedelta(days=31 if n > 0 else -1)).replace(day=1)
        return mark
    return mark + n * timedelta(days=7 if period == "week" else 1)


def starts_of(question: CohortQuestion, past: Past) -> list[int]:
    """Where the intervals of the window begin, and where the last one ends."""
    period = question.period
    last = floor(past.now if question.until is None else question.until, period, past)
    marks = [last]
    if question.since is not None:
        first = floor(question.since, period, past)
        while marks[0] != first:
            marks.insert(0, step(marks[0], period, -1))
    else:
        for _ in range(question.intervals - 1):
            marks.insert(0, step(marks[0], period, -1))
    marks.append(step(last, period, 1))
    if period == "hour":
        return marks  # type: ignore[return-value]
    return [midnight(mark, past.zone) for mark in marks]  # type: ignore[arg-type]


def matches(event: Happened, name: str | None, where: Iterable[Any]) -> bool:
    if name is not None and event.name != name:
        return False
    return all(event.properties.get(one.property) == one.value for one in where)


def answer(question: CohortQuestion, past: Past) -> tuple[list[Any], dict[Any, list[Any]]]:
    """(start, size, cells) of every row, and the same by value of a breakdown."""
    members = {
        person
        for person in {event.person for event in past.events} | set(past.plans)
        if question.segment is None or past.plans.get(person) == "pro"
    }
    groups: dict[Any, list[Any]] = {}
    if question.breakdown == "plan":
        for plan in {past.plans.get(person) for person in members}:
            some = {person for person in members if past.plans.get(person) == plan}
            groups[plan] = rows(question, past, some)
    elif question.breakdown is not None:
        for value in {event.properties.get(question.breakdown) for event in past.events}:
            groups[value] = rows(question, past, members, (value,))
    found = {value: part for value, part in groups.items() if any(row[1] for row in part)}
    return rows(question, past, members), found


def rows(
    question: CohortQuestion, past: Past, members: set[str], carried: tuple[Any, ...] | None = None
) -> list[Any]:
    """carried: a value that start and return must both carry; None where any will do."""
    starts = starts_of(question, past)
    events = [event for event in past.events if event.at <= past.now]

    def unit(person: str) -> str | None:
        if person not in members:
            return None
        return person if question.by == "customer" else past.accounts.get(person)

    begins = entries(question, events, starts, unit, carried)
    returns = [
        (unit(event.person), event)
        for event in events
        if matches(event, question.return_event, question.return_where)
        and (carried is None or event.properties.get(question.breakdown) == carried[0])
        and starts[0] <= event.at < starts[-1]
    ]
    made = []
    for row in range(len(starts) - 1):
        if starts[row] > past.now:
            break
        base = {who: when for (who, at), when in begins.items() if at == row}
        cells = [
            cell
            for column in [
                (0, 0),
                *(question.brackets or ((k, k) for k in range(1, question.intervals))),
            ]
            if (cell := one_cell(question, past, starts, row, column, base, returns)) is not None
        ]
        made.append((starts[row], len(base), cells))
    return made


def entries(
    question: CohortQuestion,
    events: list[Happened],
    starts: list[int],
    unit: Callable[[str], str | None],
    carried: tuple[Any, ...] | None,
) -> dict[tuple[str, int], int]:
    """(who, row) to the instant of the start event."""
    named = [
        event
        for event in events
        if matches(event, question.start_event, ()) and unit(event.person) is not None
    ]
    named.sort(
        key=lambda event: (
            event.at,
            not matches(event, question.start_event, question.start_where),
            event.properties.get(question.breakdown or "") is None,
            event.properties.get(question.breakdown or "") or "",
        )
    )
    if question.entry != "first-ever":
        named = [e for e in named if matches(e, question.start_event, question.start_where)]
    once = question.entry != "recurring" or question.window == "24h"
    if question.entry == "recurring":
        named = [event for event in named if starts[0] <= event.at < starts[-1]]
    found: dict[tuple[str, int], int] = {}
    seen = set()
    for event in named:
        who = unit(event.person)
        assert who is not None
        if once and who in seen:
            continue
        seen.add(who)
        if not matches(event, question.start_event, question.start_where):
            continue
        if carried is not None and event.properties.get(question.breakdown) != carried[0]:
            continue
        if starts[0] <= event.at < starts[-1]:
            row = max(n for n, start in enumerate(starts) if start <= event.at)
            found.setdefault((who, row), event.at)
    return found


def one_cell(
    question: CohortQuestion, past: Past, starts: list[int], row: int, column: tuple[int, int],
    base: dict[str, int], returns: list[tuple[str | None, Happened]],
) -> Number | None:  # fmt: skip
    size, (first, last) = len(starts) - 1, column
    if row + first >= size:
        return None
    rolling = question.window == "24h" and base
    length = LENGTH[question.period]
    if rolling:
        if min(base.values()) + first * length > past.now:
            return None
        over = max(base.values()) + (last + 1) * length <= min(past.now, starts[-1])
        over = over and starts[row + 1] <= past.now
    else:
        if starts[row + first] > past.now:
            return None
        over = row + last < size and starts[row + last + 1] <= past.now
    state = "complete" if over else "in_progress"
    worth: dict[str, list[float]] = {}
    for who, anchor in base.items():
        by_interval: dict[int, list[float]] = {}
        for whose, event in returns:
            if whose != who:
                continue
            if question.window == "24h":
                if event.at < anchor or (event.at - anchor) // length >= size:
                    continue
                k = (event.at - anchor) // length
            else:
                k = max(n for n, start in enumerate(starts) if start <= event.at) - row
                if column == (0, 0) and k == 0 and event.at < anchor:
                    continue
            number = event.properties.get(question.value or "")
            by_interval.setdefault(k, []).append(float(number or 0))
        enough = {k: v for k, v in by_interval.items() if len(v) >= question.min_occurrences}
        later = question.counting == "on-or-after" and first > 0
        kept = [n for k, v in enough.items() if k >= first and (later or k <= last) for n in v]
        if kept or any(k >= first and (later or k <= last) for k in enough):
            worth[who] = kept
    value = None
    if question.value is not None:
        total = sum(sum(parts) for parts in worth.values())
        value = total if question.aggregate == "sum" else total / len(worth) if worth else 0
    return Number(len(base) if column == (0, 0) else len(worth), state, value)


def lifecycle(question: CohortQuestion, past: Past) -> list[tuple[int, int, int, int]]:
    """New, returning, resurrected and dormant in every interval that has begun."""
    starts = starts_of(question, past)
    period = question.period
    when: dict[str, dict[Any, int]] = {}
    for event in past.events:
        if event.at <= past.now and matches(event, question.start_event, question.start_where):
            if question.segment is not None and past.plans.get(event.person) != "pro":
                continue
            who = event.person if question.by == "customer" else past.accounts.get(event.person)
            if who is not None:
                held = when.setdefault(who, {})
                mark = floor(event.at, period, past)
                held[mark] = held.get(mark, 0) + 1
    found = []
    for start in starts[:-1]:
        if start > past.now:
            break
        mark = floor(start, period, past)
        before = step(mark, period, -1)
        counts = [0, 0, 0, 0]
        for held in when.values():
            now_on = held.get(mark, 0) >= question.min_occurrences
            then_on = held.get(before, 0) >= question.min_occurrences
            if now_on and min(held) == mark:
                counts[0] += 1
            if now_on and then_on:
                counts[1] += 1
            if now_on and not then_on and min(held) != mark:
                counts[2] += 1
            if then_on and not now_on:
                counts[3] += 1
        found.append(tuple(counts))
    return found  # type: ignore[return-value]


def stickiness(question: CohortQuestion, past: Past) -> list[int]:
    """How many were active in exactly 1, 2, … intervals that have begun."""
    starts = starts_of(question, past)
    begun = [start for start in starts[:-1] if start <= past.now]
    active: dict[str, dict[int, int]] = {}
    for event in past.events:
        if event.at > past.now or not starts[0] <= event.at < starts[-1]:
            continue
        if not matches(event, question.start_event, question.start_where):
            continue
        if question.segment is not None and past.plans.get(event.person) != "pro":
            continue
        who = event.person if question.by == "customer" else past.accounts.get(event.person)
        if who is not None:
            row = max(n for n, start in enumerate(starts) if start <= event.at)
            held = active.setdefault(who, {})
            held[row] = held.get(row, 0) + 1
    totals = [0] * len(begun)
    for held in active.values():
        n = sum(count >= question.min_occurrences for count in held.values())
        if n:
            totals[n - 1] += 1
    return totals
