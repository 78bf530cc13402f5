"""Customers: found by typing, by who they are said to be, and those who are new."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Literal

from console.mirror.database import Connection
from console.mirror.reading import CUSTOMERS, customer_of, identities_of
from console.mirror.search import matching_ids
from console.model import Customer, CustomerPage

if TYPE_CHECKING:
    from pyroaring import BitMap

Sort = Literal["last_seen", "signed_up", "name", "first_seen"]
SORTS: dict[Sort, str] = {
    "last_seen": "c.last_seen_at desc nulls last, c.id desc",
    "signed_up": "c.signed_up_at desc nulls last, c.id desc",
    "name": "c.name is null, c.name collate nocase, c.id",
    "first_seen": "c.first_seen_at desc nulls last, c.id desc",
}
_FEW = 20_000
_WALK = 2_000


def matching(
    db: Connection,
    text: str = "",
    *,
    limit: int = 200,
    sort: Sort = "last_seen",
    within: Collection[int] | None = None,
) -> CustomerPage:
    """The customers that `text` means, the first `limit` of them in an order.

    text: letters as typed; "" means everybody. within: only these customers, such as a
    segment or the people of a cell. The total counts all that match.
    Raises `Interrupted` when cancelled.
    """
    chosen: Collection[int] | BitMap | None = within
    if text.strip():
        found = matching_ids(db, text)
        chosen = [id for id in within if id in found] if within is not None else found
    if chosen is None:
        total = db.execute("select count(*) from customer where merged_into is null").fetchone()[0]
        rows = db.execute(
            f"{CUSTOMERS} where c.merged_into is null order by {SORTS[sort]} limit ?", (limit,)
        ).fetchall()
        return CustomerPage(total, _with_identities(db, rows))
    if len(chosen) > _FEW and sort == "last_seen":
        return CustomerPage(len(chosen), _walk(db, chosen, limit))
    rows = db.execute(
        f"{CUSTOMERS} where c.id in (select value from json_each(?)) order by {SORTS[sort]}"
        " limit ?",
        (json.dumps(list(chosen)), limit),
    ).fetchall()
    return CustomerPage(len(chosen), _with_identities(db, rows))


def get(db: Connection, id: int) -> Customer | None:
    """One customer; whoever was merged is who they have become."""
    row = db.execute("select merged_into from customer where id = ?", (id,)).fetchone()
    if row is None:
        return None
    found = by_ids(db, [row[0] or id])
    return found[0] if found else None


def by_ids(db: Connection, ids: Iterable[int]) -> tuple[Customer, ...]:
    """Customers in the order of `ids`; unknown ones are left out."""
    wanted = list(ids)
    rows = db.execute(
        f"{CUSTOMERS} where c.id in (select value from json_each(?))", (json.dumps(wanted),)
    ).fetchall()
    found = {customer.id: customer for customer in _with_identities(db, rows)}
    return tuple(found[id] for id in wanted if id in found)


def find(db: Connection, who: str) -> tuple[Customer, ...]:
    """Whom `who` names: a customer's number, an identity's value exactly, else a search.

    Returns none, the one, or several that are meant equally well.
    """
    who = who.strip()
    rows = db.execute(
        "select distinct customer from identity where value in (?, ?) order by customer",
        (who, who.casefold()),
    ).fetchall()
    if not rows and who.removeprefix("#").isascii() and who.removeprefix("#").isdigit():
        number = int(who.removeprefix("#"))
        found = get(db, number) if number < 1 << 62 else None
        return (found,) if found else ()
    if rows:
        return by_ids(db, [id for (id,) in rows])
    exact = db.execute(
        "select id from customer where merged_into is null and name = ? collate nocase", (who,)
    ).fetchall()
    if exact:
        return by_ids(db, [id for (id,) in exact])
    return matching(db, who, limit=20).customers if who else ()


def _walk(db: Connection, chosen: Collection[int] | BitMap, limit: int) -> tuple[Customer, ...]:
    """The most recently seen of many: down the index of last seen, testing membership."""
    ids: list[int] = []
    place: tuple[int, int] | None = None
    while len(ids) < limit:
        where = "last_seen_at is not null" if place is None else "(last_seen_at, id) < (?, ?)"
        rows = db.execute(
            f"select id, last_seen_at from customer where merged_into is null and {where}"
            " order by last_seen_at desc, id desc limit ?",
            (*(place or ()), _WALK),
        ).fetchall()
        ids += [id for id, _ in rows if id in chosen]
        if len(rows) < _WALK:
            break
        place = (rows[-1][1], rows[-1][0])
    return by_ids(db, ids[:limit])


def _with_identities(db: Connection, rows: list[tuple[object, ...]]) -> tuple[Customer, ...]:
    known = identities_of(db, [int(str(row[0])) for row in rows])
    return tuple(customer_of(row, known.get(int(str(row[0])), ())) for row in rows)
