"""Who did what when, for the analyses: sets of customers, counts, and single events.

Whatever whole days can answer is read from ``day_set`` (who acted) and ``activity_day`` (how
often, where it was more than once); the rest, and everything in a zone other than the
mirror's, from the events themselves. Both give the same answer; which one is used follows from
the question. Sets once read are kept in memory until somebody commits.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from pyroaring import BitMap

from console.mirror.footing import ALWAYS, Footing
from console.mirror.occurrences import Occurrence, kind_filter, read
from console.mirror.persons import recognised
from console.mirror.schema import SET_ANY, SET_KIND
from console.mirror.selectors import Selector, select
from console.model import Person

__all__ = ["ALWAYS", "Activity"]

_DAY_ZERO = -(1 << 31)
_CHUNK = 20_000


class Activity(Footing):
    """Reads one mirror for the analyses; safe to share between threads, one at a time.

    Made as a `Footing` is. Spans are pairs of instants (microseconds UTC), the end not
    included. Nothing later than the clock's now is ever seen.
    """

    def select(self, text: str | None) -> Selector:
        """The events that `text` means; see `selectors.select`. Raises UnknownEvent."""
        return self.remember(("select", text), lambda: select(self.db, text))

    def did(self, what: Selector, start: int, end: int, at_least: int = 1) -> BitMap:
        """The customers who did it in a span, at least so often. Do not change the answer."""
        end = self._clip(what, start, end)
        if start >= end:
            return BitMap()
        return self.remember(
            ("did", what, start, end, at_least), lambda: self._did(what, start, end, at_least)
        )

    def tally(self, what: Selector, start: int, end: int) -> list[tuple[int, int]]:
        """How often each did it in a span: (customer, n), a customer perhaps in two parts."""
        end = self._clip(what, start, end)
        if start >= end:
            return []
        days, rest = self._by_days(start, end)
        kinds = kind_filter(what)
        counts: Counter[int] = Counter()
        if days:
            for _, _, members in self._members(what, days):
                counts.update(members)
            for customer, more in self.db.execute(
                "select customer, sum(n - 1) from activity_day where day between ? and ?"
                f"{kinds} group by customer",
                days,
            ).fetchall():
                counts[customer] += more
        found = list(counts.items())
        for part in rest:
            found += self.db.execute(
                "select customer, count(*) from event where at >= ? and at < ?"
                f"{kinds} group by customer",
                part,
            ).fetchall()
        return found

    def daily(self, what: Selector, start: int, end: int) -> list[tuple[int, int, int]]:
        """How often each did it on each local day of a span: (day, customer, n), in parts."""
        end = self._clip(what, start, end)
        if start >= end:
            return []
        days, rest = self._by_days(start, end)
        found: list[tuple[int, int, int]] = []
        if days:
            often: dict[tuple[int, int], dict[int, int]] = {}
            for day, kind, customer, n in self.db.execute(
                "select day, kind, customer, n from activity_day where day between ? and ?"
                + kind_filter(what),
                days,
            ).fetchall():
                often.setdefault((day, kind), {})[customer] = n
            for kind, day, members in self._members(what, days):
                count = often.get((day, kind), {})
                found += [(day, customer, count.get(customer, 1)) for customer in members]
        for part in rest:
            found += [(self.clock.day(at), who, 1) for who, at in self.instants(what, *part)]
        return found

    def active_days(self, customers: Iterable[int], weeks: int) -> dict[int, tuple[int, ...]]:
        """On how many local days of each of the last weeks some customers did something.

        Weeks are the clock's, this one is the last. Everybody asked for is in the answer.
        """
        with self.snapshot():
            clock, meant = self.clock, BitMap(customers)
            last = clock.interval(clock.now, "week")
            counts = {id: [0] * weeks for id in meant}
            start = clock.start(last - weeks + 1, "week")
            for day, who in self._days_of(meant, start, clock.start(last + 1, "week")):
                at = weeks - 1 - last + clock.interval_of_day(day, "week")
                for id in who:
                    counts[id][at] += 1
        return {id: tuple(days) for id, days in counts.items()}

    def _days_of(self, meant: BitMap, start: int, end: int) -> Iterator[tuple[int, BitMap]]:
        """Which of some customers did something of their own, for every local day of a span."""
        own = self.select(None)
        end = self._clip(own, start, end)
        if start >= end:
            return
        days, rest = self._by_days(start, end)
        if days:
            for day, blob in self.db.execute(
                "select day, customers from day_set where scope = ? and item = 0"
                " and day between ? and ?",
                (SET_ANY, *days),
            ).fetchall():
                yield day, BitMap.deserialize(blob) & meant
        for first, last in rest:
            found: dict[int, BitMap] = {}
            for id, at in self.db.execute(
                "select e.customer, e.at from json_each(?) j cross join event e"
                " indexed by event_customer on e.customer = j.value"
                f" where e.at >= ? and e.at < ?{kind_filter(own, 'e.kind')}",
                (json.dumps(list(meant)), first, last),
            ).fetchall():
                found.setdefault(self.clock.day(at), BitMap()).add(id)
            yield from found.items()

    def firsts(self, what: Selector, start: int, end: int) -> dict[int, int]:
        """When each who did it in a span did so first: customer to instant."""
        end = self._clip(what, start, end)
        if start >= end:
            return {}
        return dict(
            self.db.execute(
                "select customer, min(at) from event where at >= ? and at < ?"
                f"{kind_filter(what)} group by customer",
                (start, end),
            ).fetchall()
        )

    def instants(self, what: Selector, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Every time somebody did it in a span: (customer, instant), in no order."""
        end = self._clip(what, start, end)
        if start >= end:
            return
        rows = self.db.execute(
            "select customer, at from event where at >= ? and at < ?" + kind_filter(what),
            (start, end),
        )
        while part := rows.fetchmany(_CHUNK):
            self.check()
            yield from part

    def occurrences(self, what: Selector, start: int, end: int) -> Iterator[Occurrence]:
        """Every time somebody did it in a span, with the event's properties, in no order."""
        end = self._clip(what, start, end)
        if start >= end:
            return
        for part in read(self.db, what, start, end):
            self.check()
            yield from part

    def account_names(self, ids: Iterable[int]) -> dict[int, str]:
        """The names of accounts, by id."""
        return self.traits.account_names(ids)

    def known(self, people: frozenset[Person]) -> BitMap:
        """The customers that some people are by now. Do not change the answer."""
        return self.remember(("known", people), lambda: recognised(self.db, people))

    def _clip(self, what: Selector, start: int, end: int) -> int:
        # Beyond the horizon nothing has happened; a closer end makes one key of many spans.
        return start if what.kinds == () else min(end, self.horizon + 1)

    def _did(self, what: Selector, start: int, end: int, at_least: int) -> BitMap:
        self.check()
        if at_least > 1:
            return self._often(what, start, end, at_least)
        days, rest = self._by_days(start, end)
        found = BitMap()
        if days:
            for item in what.items:
                blobs = self.db.execute(
                    "select customers from day_set"
                    " where scope = ? and item = ? and day between ? and ?",
                    (what.scope, item, *days),
                ).fetchall()
                found |= BitMap.union(found, *(BitMap.deserialize(blob) for (blob,) in blobs))
        for part in rest:
            rows = self.db.execute(
                "select distinct customer from event where at >= ? and at < ?" + kind_filter(what),
                part,
            ).fetchall()
            found |= BitMap([customer for (customer,) in rows])
        return found

    def _members(self, what: Selector, days: tuple[int, int]) -> Iterator[tuple[int, int, BitMap]]:
        """Kind, day and who did it then, for the kinds of a selector."""
        for kind, day, blob in self.db.execute(
            "select item, day, customers from day_set where scope = ? and day between ? and ?"
            + kind_filter(what, "item"),
            (SET_KIND, *days),
        ).fetchall():
            self.check()
            yield kind, day, BitMap.deserialize(blob)

    def _often(self, what: Selector, start: int, end: int, at_least: int) -> BitMap:
        counts: dict[int, int] = {}
        for customer, n in self.tally(what, start, end):
            counts[customer] = counts.get(customer, 0) + n
        return BitMap([customer for customer, n in counts.items() if n >= at_least])

    def _by_days(
        self, start: int, end: int
    ) -> tuple[tuple[int, int] | None, list[tuple[int, int]]]:
        """A span as first and last whole day, and what must be read from the events."""
        if not self.days_fit:
            return None, [(start, end)]
        clock = self.clock
        first = _DAY_ZERO if start <= ALWAYS else clock.day(start)
        if first != _DAY_ZERO and clock.start_of_day(first) != start:
            return None, [(start, end)]
        last = clock.day(end - 1)
        # The last day may be cut short; its set will do when nothing happened after the cut.
        after = self.db.execute(
            "select 1 from event where at >= ? and at < ? limit 1",
            (end, clock.start_of_day(last + 1)),
        ).fetchone()
        if after is None:
            return (first, last), []
        rest = [(max(start, clock.start_of_day(last)), end)]
        return ((first, last - 1) if first < last else None), rest
