"""One side of a question: whom to count, and what they must have done.

Plain acts (an event without conditions) are read as sets or counts; others event by event.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any, NamedTuple

from pyroaring import BitMap

from console.analytics.question import CohortQuestion, Operator, QuestionError, Unit, Where
from console.mirror.activity import ALWAYS, Activity
from console.mirror.occurrences import Occurrence
from console.mirror.selectors import Selector, UnknownEvent

Span = tuple[int, int]


@dataclass
class Units:
    """Whom a question counts: customers, or the accounts they belong to.

    population: only these customers' acts count; None is everybody. By customer it must be
    None: there the answer is narrowed afterwards, which costs nothing.
    """

    activity: Activity
    by: Unit = "customer"
    population: BitMap | None = None
    _accounts: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        known = self.activity.traits.accounts() if self.by == "account" else {}
        if self.population is not None:
            known = {who: account for who, account in known.items() if who in self.population}
        self._accounts = known

    def many(self, customers: BitMap) -> BitMap:
        """The units of a set of customers. Do not change the answer."""
        if self.by == "customer":
            return customers
        accounts = self._accounts
        return BitMap([accounts[who] for who in customers if who in accounts])

    def one(self, customer: int) -> int | None:
        """The unit of one customer; None when they are not counted."""
        return customer if self.by == "customer" else self._accounts.get(customer)


class Act(NamedTuple):
    """One event, as far as a question cares."""

    unit: int
    at: int
    passes: bool
    carried: str | None
    occurrence: Occurrence | None


@dataclass(frozen=True)
class Acts:
    """What was done: events of a name that pass conditions.

    carry: the property by which they are told apart. detail: whether the events themselves
    are needed even without conditions.
    """

    units: Units
    what: Selector
    where: tuple[Where, ...] = ()
    carry: str | None = None
    detail: bool = False

    @property
    def plain(self) -> bool:
        """Whether sets, counts and first times can answer."""
        return not self.where and self.carry is None and not self.detail

    def during(self, spans: Sequence[Span], at_least: int = 1) -> list[BitMap]:
        """Who acted in each of consecutive spans, at least so often."""
        if self.plain:
            return [self._plainly(span, at_least) for span in spans]
        counts: list[dict[int, int]] = [{} for _ in spans]
        starts = [start for start, _ in spans]
        for act in self.stream(spans[0][0], spans[-1][1]) if spans else ():
            held = counts[bisect_right(starts, act.at) - 1]
            held[act.unit] = held.get(act.unit, 0) + 1
        return [BitMap([unit for unit, n in held.items() if n >= at_least]) for held in counts]

    def before(self, instant: int) -> BitMap:
        """Who has ever acted before an instant."""
        return self.during([(ALWAYS, instant)])[0]

    def firsts(self, start: int, end: int, *, failing: bool = False) -> Iterator[Act]:
        """Acts of a span, each unit's first among them; of plain acts no more than needed."""
        if not self.plain:
            yield from self.stream(start, end, failing=failing)
            return
        for customer, at in self.units.activity.firsts(self.what, start, end).items():
            unit = self.units.one(customer)
            if unit is not None:
                yield Act(unit, at, True, None, None)

    def stream(self, start: int, end: int, *, failing: bool = False) -> Iterator[Act]:
        """Every act of a span, in no order; with `failing`, those too that do not pass."""
        activity, one = self.units.activity, self.units.one
        if self.plain:
            for customer, at in activity.instants(self.what, start, end):
                unit = one(customer)
                if unit is not None:
                    yield Act(unit, at, True, None, None)
            return
        tests = [condition_of(where) for where in self.where]
        for occurrence in activity.occurrences(self.what, start, end):
            unit = one(occurrence.customer)
            if unit is None:
                continue
            passes = all(test(occurrence) for test in tests)
            if passes or failing:
                carried = as_text(occurrence.get(self.carry)) if self.carry else None
                yield Act(unit, occurrence.at, passes, carried, occurrence)

    def _plainly(self, span: Span, at_least: int) -> BitMap:
        activity, units = self.units.activity, self.units
        if units.by == "customer" or at_least == 1:
            return units.many(activity.did(self.what, *span, at_least))
        counts: dict[int, int] = {}
        for customer, n in activity.tally(self.what, *span):
            unit = units.one(customer)
            if unit is not None:
                counts[unit] = counts.get(unit, 0) + n
        return BitMap([unit for unit, n in counts.items() if n >= at_least])


def selector_of(activity: Activity, name: str | None, option: str) -> Selector:
    """The events that `name` means. Raises QuestionError that names the option."""
    try:
        return activity.select(name)
    except UnknownEvent as error:
        raise QuestionError(f"{option}: {error}") from None


def starting(question: CohortQuestion, units: Units) -> Acts:
    """The acts that start a cohort; also what lifecycle and stickiness look at."""
    return Acts(
        units,
        selector_of(units.activity, question.start_event, "start event"),
        question.start_where,
        question.event_breakdown,
    )


def returning(question: CohortQuestion, units: Units) -> Acts:
    """The acts that count as coming back."""
    return Acts(
        units,
        selector_of(units.activity, question.return_event, "return event"),
        question.return_where,
        question.event_breakdown,
        detail=question.value is not None,
    )


_LARGEST = 1e15
_COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    "=": eq, "!=": ne, ">": gt, ">=": ge, "<": lt, "<=": le,
}  # fmt: skip


def condition_of(where: Where) -> Callable[[Occurrence], bool]:
    """A condition as a function.

    Numbers are compared as numbers, also when written as text; times by their instant when
    both say an offset or neither does; all else as text, to the letter. An event without the
    property is not equal to anything. Of a list, one element that passes will do.
    """
    compare, wanted = _COMPARE[where.op], where.value
    wanted_number, wanted_time = number(wanted), _moment(wanted)

    def passes(value: Any) -> bool:
        held = number(value)
        if held is not None and wanted_number is not None:
            return compare(held, wanted_number)
        text = as_text(value)
        if text is None:
            return where.op == "!="
        if where.op in ("=", "!="):
            return compare(text, wanted)
        moment = _moment(text)
        if moment and wanted_time and (moment.tzinfo is None) == (wanted_time.tzinfo is None):
            return compare(moment, wanted_time)
        return held is None and wanted_number is None and compare(text, wanted)

    def test(occurrence: Occurrence) -> bool:
        value = occurrence.get(where.property)
        if isinstance(value, list):
            several = any if where.op != "!=" else all
            return several(passes(one) for one in value)
        return passes(value)

    return test


def number(value: Any) -> float | None:
    """A property as a number: one, or a text that is one; None for all else.

    Also None for what is beyond any count or price, which would drown every sum.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) <= _LARGEST else None


def as_text(value: Any) -> str | None:
    """A property as people write it; None when there is none."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict | list):
        import json

        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
