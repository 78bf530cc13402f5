"""What is known of customers, turned round: from a value to those who have it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from pyroaring import BitMap

from console.mirror.database import Connection
from console.mirror.memory import Memory

_PLAIN = ("name", "email", "phone", "country", "region", "city", "timezone", "plan")
_MOMENTS = {
    "signed_up": "signed_up_at",
    "activated": "activated_at",
    "first_seen": "first_seen_at",
    "last_seen": "last_seen_at",
}
_JOINED = {
    "account": (
        "select c.id, a.name from customer c join account a on a.id = c.account"
        " where c.merged_into is null"
    ),
    "domain": (
        "select c.id, a.domain from customer c join account a on a.id = c.account"
        " where c.merged_into is null and a.domain is not null"
    ),
    "source": (
        "select distinct i.customer, s.name from identity i join source s on s.id = i.source"
    ),
    "source_kind": (
        "select distinct i.customer, s.kind from identity i join source s on s.id = i.source"
    ),
    "id": "select customer, value from identity where kind in ('source_id', 'external_id')",
}
_MONEY = (
    " join event_kind k on k.id = e.kind left join word w on w.id = e.currency"
    " where k.verb in ('order_paid', 'charge_paid', 'refunded') and e.amount is not null"
)


class Traits:
    """Reads what is known of the customers of one mirror.

    memory: where answers are kept; do not change them.
    """

    def __init__(self, db: Connection, memory: Memory) -> None:
        self._db = db
        self._memory = memory

    def everyone(self) -> BitMap:
        """All customers that are not part of another."""
        return self._memory.get("everyone", self._everyone)

    def trait(self, name: str) -> dict[str, BitMap]:
        """Who has each value of a property; see `pairs`."""
        return self._memory.get(
            ("trait", name),
            lambda: _turned(self.pairs(name)),
            lambda made: sum(map(BitMap.__sizeof__, made.values())),
        )

    def accounts(self) -> dict[int, int]:
        """The account of each customer who belongs to one."""
        return self._map("select id, account from customer where merged_into is null", "account")

    def arrivals(self) -> dict[int, int]:
        """When each customer signed up or, where nobody says, was first seen."""
        return self._map(
            "select id, coalesce(signed_up_at, first_seen_at) from customer"
            " where merged_into is null",
            "coalesce(signed_up_at, first_seen_at)",
        )

    def pairs(self, name: str) -> list[tuple[int, str]]:
        """Customer and value for everybody who has `name`; several where there are several.

        name: a plain field, ``account``, ``domain`` (of the account), ``tag``, ``source`` (that
        knows them), ``source_kind`` or ``id`` (by any source). Raises KeyError when there is no
        such property.
        """
        if name in _PLAIN:
            return self._db.execute(
                f"select id, {name} from customer where merged_into is null and {name} is not null"
            ).fetchall()
        if name == "tag":
            rows = self._db.execute(
                "select id, tags from customer where merged_into is null and tags is not null"
            ).fetchall()
            return [(id, str(tag)) for id, tags in rows for tag in json.loads(tags)]
        return self._db.execute(_JOINED[name]).fetchall()

    def moments(self, name: str) -> list[tuple[int, int]]:
        """Customer and instant for everybody of whom it is known.

        name: signed_up, activated, first_seen or last_seen.
        """
        column = _MOMENTS[name]
        return self._db.execute(
            f"select id, {column} from customer where merged_into is null and {column} is not null"
        ).fetchall()

    def account_names(self, ids: Iterable[int]) -> dict[int, str]:
        """The names of accounts, by id."""
        return dict(
            self._db.execute(
                "select a.id, a.name from json_each(?) j join account a on a.id = j.value",
                (json.dumps(list(ids)),),
            ).fetchall()
        )

    def spent(self, start: int, end: int) -> dict[str, dict[int, int]]:
        """What customers paid in a span, less what they got back: currency, customer, amount.

        start, end: microseconds UTC, the end not included. Amounts are in minor units.
        Counted are the verbs order_paid and charge_paid less refunded; where the mirror has
        orders or charges themselves, only those, so that an analytics event that repeats one
        does not count it twice.
        """
        kept = self._db.execute(f"select 1 from event e{_MONEY} and e.raw < 0 limit 1").fetchone()
        found: dict[str, dict[int, int]] = defaultdict(dict)
        for currency, customer, amount in self._db.execute(
            "select coalesce(w.text, ''), e.customer,"
            " sum(case k.verb when 'refunded' then -e.amount else e.amount end)"
            f" from event e{_MONEY}{' and e.raw < 0' if kept else ''}"
            " and e.at >= ? and e.at < ? group by 1, 2",
            (start, end),
        ).fetchall():
            found[currency][customer] = amount
        return dict(found)

    def _everyone(self) -> BitMap:
        rows = self._db.execute("select id from customer where merged_into is null").fetchall()
        return BitMap([id for (id,) in rows])

    def _map(self, query: str, known: str) -> dict[int, int]:
        def read() -> dict[int, int]:
            return dict(self._db.execute(f"{query} and {known} is not null").fetchall())

        return self._memory.get(query, read, lambda made: 100 * len(made))


def _turned(pairs: Iterable[tuple[int, str]]) -> dict[str, BitMap]:
    found: dict[str, list[int]] = defaultdict(list)
    for id, value in pairs:
        found[value].append(id)
    return {value: BitMap(ids) for value, ids in found.items()}
