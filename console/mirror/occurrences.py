"""Single events with their properties, for questions that days and sets cannot answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from console.mirror.database import Connection
from console.mirror.reading import properties_of, raws_of
from console.mirror.schema import SET_ANY
from console.mirror.selectors import Selector
from console.model import exponent

_CHUNK = 2_000


class Occurrence(NamedTuple):
    """One event, as analyses see it."""

    customer: int
    at: int
    amount: int | None
    """Minor units of `currency`."""
    currency: str | None
    object: str | None
    properties: Mapping[str, Any]

    @property
    def money(self) -> float | None:
        """The event's own amount in whole units of its currency."""
        return None if self.amount is None else self.amount / 10 ** exponent(self.currency)

    def get(self, name: str) -> Any:
        """A property, or None: as the source has it, or within an object as ``outer.inner``.

        ``amount`` (in whole units), ``currency`` and ``object`` are the event's own where no
        property is called so.
        """
        if name in self.properties:
            return self.properties[name]
        if name == "amount" and self.amount is not None:
            return self.money
        if name in ("currency", "object"):
            return self.currency if name == "currency" else self.object
        held: Any = self.properties
        for part in name.split("."):
            if not isinstance(held, Mapping) or part not in held:
                return None
            held = held[part]
        return held


def kind_filter(what: Selector, name: str = "kind") -> str:
    """The part of a WHERE that keeps to the kinds of a selector; they are our own integers.

    name: of the column that holds them.
    """
    if what.kinds is None:
        return ""
    # The plus keeps SQLite from walking every kind's index where nearly all kinds are meant.
    column = f"+{name}" if what.scope == SET_ANY else name
    return f" and {column} in ({','.join(map(str, what.kinds))})"


def read(db: Connection, what: Selector, start: int, end: int) -> Iterator[list[Occurrence]]:
    """Occurrences in a span, in lists, in the order in which they are kept.

    start, end: microseconds UTC, the end not included. Raises `Interrupted` when cancelled.
    """
    words = dict(db.execute("select id, text from word").fetchall())
    rows = db.execute(
        "select customer, at, amount, currency, object, raw from event"
        f" where at >= ? and at < ?{kind_filter(what)} order by raw",
        (start, end),
    )
    while part := rows.fetchmany(_CHUNK):
        raws = raws_of(db, {row[5] for row in part})
        yield [
            Occurrence(
                customer,
                at,
                amount,
                words.get(currency),
                object,
                properties_of(*raws[raw]) if raw in raws else {},
            )
            for customer, at, amount, currency, object, raw in part
        ]
