"""What can be asked about coming back, as plain data.

`CohortQuestion` holds every option of a cohort grid; lifecycle and stickiness take the same
one (the chosen event is then its start event). The answers are worked out elsewhere:

* ``cohorts.grid(activity, question, clock) -> Grid``
* ``cohorts.people(activity, question, clock, cell, missing=False) -> tuple[int, ...]``:
  ids of the customers (accounts, when asked by account) in a cell of that grid, or of
  those in its row who are not in it, most faithful first; same length as the cell's number
* ``cohorts.appearances(activity, question, clock, row, group=None)
  -> tuple[Appearance, ...]``: everyone in a row and the columns they appear in
* ``lifecycle.intervals(activity, question, clock) -> Lifecycle``
* ``stickiness.columns(activity, question, clock) -> Stickiness``
* ``compare.grids(activity, question, clock, first, second) -> Comparison``: the same
  question asked of two segments
* ``segments.parse(text, saved=None) -> Segment``; ``segments.members(activity, segment,
  clock) -> BitMap``

`activity` is a ``console.mirror.activity.Activity``; `clock` a ``console.clock.Clock``. Ask
for a grid and for its people with the same clock, or a row may have moved in between. `Grid`
and what it is made of are in `console.analytics.grid`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from console.clock import PERIODS, Period

Entry = Literal["recurring", "first-time", "first-ever"]
Counting = Literal["on", "on-or-after"]
Windowing = Literal["calendar", "24h"]
Unit = Literal["customer", "account"]
Aggregate = Literal["sum", "average"]
MeanKind = Literal["weighted", "simple"]
Operator = Literal["=", "!=", ">", ">=", "<", "<="]

MAX_INTERVALS = 400
MAX_ROWS = 2000

CUSTOMER_PROPERTIES = ("country", "region", "city", "timezone", "plan", "account", "tag", "source")
"""What a grid can be broken down by without reading events; any other name is looked for
among the properties of the events."""


class QuestionError(ValueError):
    """A question that cannot be asked: says which option, and what would do."""


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on one property of an event, like ``plan=pro`` or ``total>=50``."""

    property: str
    op: Operator
    value: str

    @classmethod
    def parse(cls, text: str) -> Where:
        """Read ``k=v``; the operator may be ``= != > >= < <=``. Raises QuestionError."""
        places = [(at, -len(op), op) for op in get_args(Operator) if (at := text.find(op)) > 0]
        if not places:
            raise QuestionError(f"{text!r} is not a condition; write it like category=shoes")
        at, _, op = min(places)
        return cls(text[:at].strip(), op, text[at + len(op) :].strip())

    def __str__(self) -> str:
        return f"{self.property}{self.op}{self.value}"


@dataclass(frozen=True, slots=True)
class CohortQuestion:
    """Of those who first did this, how many did that again, and when.

    The defaults ask for weekly retention by first event of any kind, over twelve weeks.
    Making one raises QuestionError when options are out of range.
    """

    period: Period = "week"
    intervals: int = 12
    """Columns, column 0 included; also rows, unless `since` is given."""
    since: int | None = None
    """An instant in the first row's interval (microseconds UTC)."""
    until: int | None = None
    """An instant in the last row's interval; None is now."""
    entry: Entry = "first-time"
    start_event: str | None = None
    """A verb or a source's event name; None is anything a customer did themselves."""
    start_where: tuple[Where, ...] = ()
    return_event: str | None = None
    return_where: tuple[Where, ...] = ()
    counting: Counting = "on"
    brackets: tuple[tuple[int, int], ...] = ()
    """First and last interval of each column after column 0, both included."""
    window: Windowing = "calendar"
    min_occurrences: int = 1
    segment: str | None = None
    """A condition on customers, as `segments.parse` reads it."""
    breakdown: str | None = None
    """A customer property, or an event's; ``event:NAME`` and ``customer:NAME`` insist."""
    by: Unit = "customer"
    value: str | None = None
    """A number among an event's properties to add up; ``amount`` is the event's money."""
    aggregate: Aggregate = "sum"
    mean: MeanKind = "weighted"

    def __post_init__(self) -> None:
        _one_of("period", self.period, PERIODS)
        for name, kind in _CHOICES.items():
            _one_of(name, getattr(self, name), get_args(kind))
        if not 1 <= self.intervals <= MAX_INTERVALS:
            raise QuestionError(f"intervals: {self.intervals} is not from 1 to {MAX_INTERVALS}")
        if self.min_occurrences < 1:
            raise QuestionError(f"min occurrences: {self.min_occurrences} is less than 1")
        if self.since is not None and self.until is not None and self.since > self.until:
            raise QuestionError("from: it is later than until")
        check_brackets(self.brackets)

    @property
    def event_breakdown(self) -> str | None:
        """The event property to break down by; None when it is a customer's or there is none."""
        if self.breakdown is None or self.breakdown.startswith("customer:"):
            return None
        if self.breakdown.startswith("event:"):
            return self.breakdown.removeprefix("event:")
        return None if self.breakdown in CUSTOMER_PROPERTIES else self.breakdown

    @property
    def customer_breakdown(self) -> str | None:
        """The customer property to break down by; None when it is an event's or there is none."""
        if self.breakdown is None or self.event_breakdown is not None:
            return None
        return self.breakdown.removeprefix("customer:")

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the grid: column 0, then brackets or single intervals."""
        later = self.brackets or tuple((k, k) for k in range(1, self.intervals))
        return (Column(0, 0), *(Column(first, last) for first, last in later))


_CHOICES = {
    "entry": Entry,
    "counting": Counting,
    "window": Windowing,
    "by": Unit,
    "aggregate": Aggregate,
    "mean": MeanKind,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the intervals after the start that it covers, both ends included."""

    first: int
    last: int

    @property
    def label(self) -> str:
        """``3``, or ``4-7`` for a bracket."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def parse_brackets(text: str) -> tuple[tuple[int, int], ...]:
    """Read ``1-3,4-7`` (a single number is a bracket of one). Raises QuestionError."""
    found = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.strip().isdecimal() or (dash and not last.strip().isdecimal()):
            raise QuestionError(f"brackets: {part.strip()!r} is not like 4-7")
        found.append((int(first), int(last) if dash else int(first)))
    brackets = tuple(found)
    check_brackets(brackets)
    return brackets


def check_brackets(brackets: tuple[tuple[int, int], ...]) -> None:
    """Raise QuestionError unless brackets begin at 1 or later, ascend and do not overlap."""
    before = 0
    for first, last in brackets:
        if first > last:
            raise QuestionError(f"brackets: {first}-{last} ends before it begins")
        if first <= before:
            said = "column 0 is the start itself" if first < 1 else "brackets may not overlap"
            raise QuestionError(f"brackets: {first}-{last} comes too early: {said}")
        if last > MAX_INTERVALS:
            raise QuestionError(f"brackets: {last} is more than {MAX_INTERVALS}")
        before = last


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise QuestionError(f"{name}: {value!r} is none of {', '.join(allowed)}")
