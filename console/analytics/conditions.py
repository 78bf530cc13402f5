"""What a segment asks of a customer, as a tree. `segments` reads it from text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from console.analytics.question import Operator
from console.clock import date_day, day_date
from console.model import Person

LengthUnit = Literal["h", "d", "w", "m", "y"]
# A year inside what dates can say, so that every zone's midnight can be said as well.
_FIRST, _LAST = date_day(date(2, 1, 1)), date_day(date(9998, 12, 31))
HasOperator = Literal[":", "=", "!="]


class SegmentError(ValueError):
    """A segment that cannot be read or does not hold here.

    `text` is the segment, `position` counts characters from 0 to the one that is wrong; the
    message counts them from 1, as people do.
    """

    def __init__(self, reason: str, text: str, position: int) -> None:
        super().__init__(f"segment, character {position + 1}: {reason}")
        self.reason = reason
        self.text = text
        self.position = position

    def pointer(self) -> str:
        """The segment with a caret below the wrong character, on two lines."""
        return f"{self.text}\n{' ' * self.position}^"


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time: hours, or whole local days, weeks, months, years."""

    n: int
    unit: LengthUnit

    def after(self, day: int) -> int:
        """The local day so much later; in a shorter month its last day. Hours are refused."""
        return self._move(day, self.n)

    def before(self, day: int) -> int:
        """The local day so much earlier; in a shorter month its last day. Hours are refused."""
        return self._move(day, -self.n)

    def _move(self, day: int, n: int) -> int:
        if self.unit in ("d", "w"):
            return max(_FIRST, min(_LAST, day + n * (7 if self.unit == "w" else 1)))
        if self.unit == "h":
            raise ValueError("hours are no days")
        when = day_date(day)
        months = when.year * 12 + when.month - 1 + n * (12 if self.unit == "y" else 1)
        if not 24 <= months < 9998 * 12:
            return _FIRST if n < 0 else _LAST
        first = date(months // 12, months % 12 + 1, 1)
        following = date((months + 1) // 12, (months + 1) % 12 + 1, 1)
        return date_day(first) + min(when.day, (following - first).days) - 1


@dataclass(frozen=True, slots=True)
class Has:
    """A property has a value: ``country=SE``, ``tag:vip``, ``plan=none``."""

    at: int
    property: str
    op: HasOperator
    value: str | None
    """None asks for those of whom it is not known."""


@dataclass(frozen=True, slots=True)
class When:
    """Something about the customer happened then: ``signed_up<30d``, ``activated=none``."""

    at: int
    property: str
    op: Operator
    value: Length | date | None
    """How long ago, or on which local day; None where it never happened."""


@dataclass(frozen=True, slots=True)
class Did:
    """The customer did something: ever, lately, so often, in their first days."""

    at: int
    event: str
    op: Operator | None = None
    times: int | None = None
    ago: Length | None = None
    """How long ago the last time was, instead of how many times."""
    lately: Length | None = None
    first: Length | None = None
    """Counted from sign-up or, where that is not known, from when they were first seen."""


@dataclass(frozen=True, slots=True)
class Spent:
    """The customer paid so much, less refunds."""

    at: int
    op: Operator
    amount: Decimal
    """In whole units of the currency."""
    currency: str | None = None
    lately: Length | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """The customer is one of a saved list of people."""

    at: int
    people: frozenset[Person]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition = Has | When | Did | Spent | Listed | Not | All | Some


@dataclass(frozen=True, slots=True)
class Segment:
    """A condition on customers and the text it was read from, saved segments written out."""

    text: str
    condition: Condition


def hours_matter(condition: Condition) -> bool:
    """Whether a condition looks at hours, so that its answer may change within a day."""
    lengths: tuple[object, ...] = ()
    match condition:
        case Not(part):
            return hours_matter(part)
        case All(parts) | Some(parts):
            return any(map(hours_matter, parts))
        case Did():
            lengths = (condition.ago, condition.lately, condition.first)
        case Spent():
            lengths = (condition.lately,)
        case When():
            lengths = (condition.value,)
    return any(isinstance(length, Length) and length.unit == "h" for length in lengths)
