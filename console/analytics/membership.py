"""Who a segment holds for: its tree of conditions turned into sets of customers.

Every condition has three answers: yes, no, and not known yet. A customer three days old who
has not done a thing in their first seven days may still do it: they belong neither to
``did:… first 7d`` nor to ``not did:… first 7d``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from operator import eq, ge, gt, le, lt, ne
from typing import Any, NamedTuple

from pyroaring import BitMap

from console.analytics.conditions import (
    All,
    Condition,
    Did,
    Has,
    Length,
    Listed,
    Not,
    Segment,
    SegmentError,
    Some,
    Spent,
    When,
)
from console.analytics.question import Operator
from console.clock import HOUR, date_day
from console.mirror.activity import ALWAYS, Activity
from console.mirror.selectors import Selector, UnknownEvent
from console.model import exponent

_COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    "=": eq, "!=": ne, ">": gt, ">=": ge, "<": lt, "<=": le,
}  # fmt: skip
# Values so many customers have of their own that an index of them would only cost memory.
_OWN = frozenset({"name", "email", "phone", "id"})
# Properties that are matched whole after a colon, too.
_WHOLE = frozenset({"tag", "source", "id", "country", "phone"})
_BESIDE = {"account": "domain", "source": "source_kind"}


class Truth(NamedTuple):
    """Customers of whom something is true, and of whom it is not; the rest is not known."""

    yes: BitMap
    no: BitMap


class Membership:
    """Evaluates one segment; inside a snapshot of `activity`."""

    def __init__(self, activity: Activity, segment: Segment) -> None:
        self._activity = activity
        self._clock = activity.clock
        self._segment = segment
        self._all = activity.traits.everyone()

    def customers(self) -> BitMap:
        """All the segment holds for. Raises SegmentError, `Interrupted`."""
        return self._truth(self._segment.condition).yes & self._all

    def _truth(self, condition: Condition) -> Truth:
        self._activity.check()
        match condition:
            case Not(part):
                inner = self._truth(part)
                return Truth(inner.no, inner.yes)
            case All(parts):
                truths = [self._truth(part) for part in parts]
                return Truth(
                    BitMap.intersection(*(truth.yes for truth in truths)),
                    BitMap.union(*(truth.no for truth in truths)),
                )
            case Some(parts):
                truths = [self._truth(part) for part in parts]
                return Truth(
                    BitMap.union(*(truth.yes for truth in truths)),
                    BitMap.intersection(*(truth.no for truth in truths)),
                )
            case Has():
                return self._either_or(self._has(condition))
            case When():
                return self._either_or(self._when(condition))
            case Spent():
                return self._either_or(self._spent(condition))
            case Listed():
                return self._either_or(self._activity.known(condition.people))
            case Did(first=None):
                return self._either_or(self._did(condition))
            case Did():
                return self._did_first(condition)

    def _either_or(self, yes: BitMap) -> Truth:
        return Truth(yes, self._all - yes)

    def _has(self, condition: Has) -> BitMap:
        names = [condition.property, _BESIDE.get(condition.property)]
        test = _test(condition)
        found = BitMap()
        for name in filter(None, names):
            if name in _OWN:
                pairs = self._activity.traits.pairs(name)
                found |= BitMap([id for id, value in pairs if test(value)])
            else:
                index = self._activity.traits.trait(name)
                held = [customers for value, customers in index.items() if test(value)]
                found = BitMap.union(found, *held)
        return self._all - found if (condition.op == "!=") != (condition.value is None) else found

    def _when(self, condition: When) -> BitMap:
        now, clock, wanted = self._clock.now, self._clock, condition.value
        known = [
            (id, at) for id, at in self._activity.traits.moments(condition.property) if at <= now
        ]
        if wanted is None:
            found = BitMap([id for id, _ in known])
            return found if condition.op == "!=" else self._all - found
        if isinstance(wanted, date):
            compare, day = _COMPARE[condition.op], date_day(wanted)
            return BitMap([id for id, at in known if compare(clock.day(at), day)])
        within = condition.op in ("<", "<=")
        since = self._since(wanted, condition.op in ("<=", ">"))
        return BitMap([id for id, at in known if (at >= since) == within])

    def _did(self, condition: Did) -> BitMap:
        activity, what = self._activity, self._selector(condition)
        end = self._clock.now + 1
        if condition.ago is not None:
            recent = activity.did(
                what, self._since(condition.ago, condition.op in ("<=", ">")), end
            )
            if condition.op in ("<", "<="):
                return recent
            return activity.did(what, ALWAYS, end) - recent
        start = self._since(condition.lately, False) if condition.lately else ALWAYS
        if condition.op is None or condition.times is None:
            return activity.did(what, start, end)
        counts: dict[int, int] = defaultdict(int)
        for customer, n in activity.tally(what, start, end):
            counts[customer] += n
        return self._compared(counts, condition.op, condition.times)

    def _did_first(self, condition: Did) -> Truth:
        what, length = self._selector(condition), condition.first or Length(0, "d")
        counts, over, known = (
            self._first_hours(what, length.n)
            if length.unit == "h"
            else self._first_days(what, length)
        )
        op, times = condition.op or ">=", 1 if condition.times is None else condition.times
        holds = self._compared(counts, op, times) & known
        fails = known - holds
        # What more of the same cannot undo is settled before the time is over.
        if op in (">", ">="):
            return Truth(holds, fails & over)
        if op in ("<", "<="):
            return Truth(holds & over, fails)
        return Truth(holds & over, fails & over)

    def _first_days(self, what: Selector, length: Length) -> tuple[dict[int, int], BitMap, BitMap]:
        clock, now = self._clock, self._clock.now
        arrivals = self._activity.traits.arrivals()
        days = {who: clock.day(at) for who, at in arrivals.items() if at <= now}
        ends = {day: length.after(day) for day in set(days.values())}
        counts: dict[int, int] = defaultdict(int)
        first = min(days.values(), default=clock.today)
        for day, who, n in self._activity.daily(what, clock.start_of_day(first), now + 1):
            arrived = days.get(who)
            if arrived is not None and arrived <= day < ends[arrived]:
                counts[who] += n
        over = BitMap([who for who, day in days.items() if ends[day] <= clock.today])
        return counts, over, BitMap(list(days))

    def _first_hours(self, what: Selector, hours: int) -> tuple[dict[int, int], BitMap, BitMap]:
        now = self._clock.now
        known = {who: at for who, at in self._activity.traits.arrivals().items() if at <= now}
        counts: dict[int, int] = defaultdict(int)
        for who, at in self._activity.instants(what, ALWAYS, now + 1):
            if who in known and known[who] <= at < known[who] + hours * HOUR:
                counts[who] += 1
        over = BitMap([who for who, at in known.items() if at + hours * HOUR <= now])
        return counts, over, BitMap(list(known))

    def _spent(self, condition: Spent) -> BitMap:
        start = self._since(condition.lately, False) if condition.lately else ALWAYS
        by_currency = self._activity.traits.spent(start, self._clock.now + 1)
        currency = condition.currency
        if currency is None:
            if len(by_currency) > 1:
                names = sorted(name or "no currency" for name in by_currency)
                raise self._error(
                    f"customers paid in {', '.join(names)}: say which, like spent>500 {names[0]}",
                    condition.at,
                )
            currency = next(iter(by_currency), "")
        totals = by_currency.get(currency, {})
        wanted = condition.amount.scaleb(exponent(currency))
        return self._compared(totals, condition.op, wanted)

    def _compared(self, held: dict[int, int], op: Operator, wanted: Any) -> BitMap:
        compare = _COMPARE[op]
        found = BitMap([who for who, n in held.items() if compare(n, wanted)])
        return found | (self._all - BitMap(list(held))) if compare(0, wanted) else found

    def _since(self, length: Length, inclusive: bool) -> int:
        # "<7d" is today and the six days before; "<=7d" the seventh day before as well.
        clock = self._clock
        if length.unit == "h":
            return clock.now - length.n * HOUR + (not inclusive)
        return clock.start_of_day(length.before(clock.today) + (not inclusive))

    def _selector(self, condition: Did) -> Selector:
        try:
            return self._activity.select(condition.event)
        except UnknownEvent as error:
            raise self._error(str(error), condition.at) from None

    def _error(self, reason: str, at: int) -> SegmentError:
        return SegmentError(reason, self._segment.text, at)


def _test(condition: Has) -> Callable[[str], bool]:
    """Whether a value is meant; of ``none``, whether there is a value."""
    if condition.value is None:
        return lambda value: True
    wanted = [condition.value.casefold()]
    if condition.property == "country":
        wanted += _country(condition.value)
    if "*" in condition.value:
        pattern = re.compile(".*".join(map(re.escape, wanted[0].split("*"))), re.DOTALL)
        return lambda value: pattern.fullmatch(value.casefold()) is not None
    if condition.op == ":" and condition.property not in _WHOLE:
        words = re.compile(rf"(?<!\w){re.escape(wanted[0])}(?!\w)")
        return lambda value: words.search(value.casefold()) is not None
    return lambda value: value.casefold() in wanted


def _country(text: str) -> Iterable[str]:
    from console.sources.values import country

    code = country(text)
    return [code.casefold()] if code else []
