"""Customers: found by typing, by who they are said to be, and those who are new."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
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
_FEW = 3_000
"""Customers who are looked up one by one; more are met soon on the way down an index."""
_WALKED: dict[Sort, str] = {"last_seen": "last_seen_at", "signed_up": "signed_up_at"}
"""Orders that have an index, and its column."""


def matching(
    db: Connection,
    text: str = "",
    *,
    limit: int = 200,
    skip: int = 0,
    sort: Sort = "last_seen",
    within: Collection[int] | None = None,
) -> CustomerPage:
    """The customers that `text` means, `limit` of them in an order behind the first `skip`.

    text: letters as typed; "" means everybody. within: only these customers, such as a
    segment or the people of a cell. The total counts all that match.
    Raises `Interrupted` when cancelled.
    """
    chosen = _chosen(db, text, within)
    if chosen is None:
        total = db.execute("select count(*) from customer where merged_into is null").fetchone()[0]
        rows = db.execute(
            f"{CUSTOMERS} where c.merged_into is null order by {SORTS[sort]} limit ? offset ?",
            (limit, skip),
        ).fetchall()
        return CustomerPage(total, _with_identities(db, rows))
    return CustomerPage(len(chosen), by_ids(db, _first(db, chosen, limit, skip, sort)))


def every(
    db: Connection,
    text: str = "",
    *,
    sort: Sort = "last_seen",
    within: Collection[int] | None = None,
) -> list[int]:
    """The ids of all that `matching` counts, in its order."""
    chosen = _chosen(db, text, within)
    if chosen is not None:
        return in_order(db, chosen, sort)
    rows = db.execute(
        f"select c.id from customer c where c.merged_into is null order by {SORTS[sort]}"
    ).fetchall()
    return [id for (id,) in rows]


def in_order(db: Connection, ids: Collection[int] | BitMap, sort: Sort = "last_seen") -> list[int]:
    """Ids in an order; whoever was merged is who they have become, unknown ones are left out."""
    rows = db.execute(
        "select c.id from customer c where c.merged_into is null and c.id in"
        " (select coalesce(o.merged_into, o.id) from json_each(?) j join customer o"
        f" on o.id = j.value) order by {SORTS[sort]}",
        (json.dumps(list(ids)),),
    ).fetchall()
    return [id for (id,) in rows]


def _chosen(
    db: Connection, text: str, within: Collection[int] | None
) -> Collection[int] | BitMap | None:
    if not text.strip():
        return within
    found = matching_ids(db, text)
    if within is not None:
        found.intersection_update(within)
    return found


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


def as_of(db: Connection, people: Iterable[Customer], now: int) -> tuple[Customer, ...]:
    """Customers without what came after `now` (microseconds UTC), where that is in the past.

    Their rows say when they were last seen of all time; what they were last seen doing by
    then is looked up.
    """
    return tuple(
        _by_then(db, one, now)
        if max(one.last_seen_at or now, one.signed_up_at or now, one.activated_at or now) > now
        else one
        for one in people
    )


def _by_then(db: Connection, one: Customer, now: int) -> Customer:
    (last,) = db.execute(
        "select max(e.at) from event e join event_kind k on k.id = e.kind"
        " where e.customer = ? and k.own and e.at <= ?",
        (one.id, now),
    ).fetchone()

    def known(at: int | None) -> int | None:
        return None if at is None or at > now else at

    return replace(
        one,
        last_seen_at=last,
        first_seen_at=known(one.first_seen_at),
        signed_up_at=known(one.signed_up_at),
        activated_at=known(one.activated_at),
    )


def find(db: Connection, who: str) -> tuple[Customer, ...]:
    """Whom `who` names: a customer's number, an identity's value exactly, else a search.

    Returns none, the one, or several that are meant equally well.
    """
    # Half a surrogate pair is nobody's, and SQLite takes none.
    who = who.strip().encode("utf-8", "replace").decode()
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
    # Nobody's profile is shown for a name that is only like theirs.
    meant = list(matching_ids(db, who, forgive=False))
    return matching(db, within=meant, limit=20).customers if meant else ()


def _first(
    db: Connection, chosen: Collection[int] | BitMap, limit: int, skip: int, sort: Sort
) -> list[int]:
    """The first ids of those chosen in an order, behind those skipped."""
    column = _WALKED.get(sort)
    if column is None or len(chosen) <= _FEW:
        query = (
            "select c.id from json_each(?) j cross join customer c on c.id = j.value"
            f" where c.merged_into is null order by {SORTS[sort]} limit ? offset ?"
        )
        rows = db.execute(query, (json.dumps(list(chosen)), limit, skip)).fetchall()
    else:
        meant = set(chosen) if isinstance(chosen, list) else chosen
        # Asked from within the statement, so that it can be interrupted at any row.
        db.create_function("is_meant", 1, meant.__contains__)
        rows = db.execute(
            f"select id from customer indexed by customer_{column.removesuffix('_at')}"
            f" where merged_into is null and is_meant(id)"
            f" order by {column} desc, id desc limit ? offset ?",
            (limit, skip),
        ).fetchall()
    return [id for (id,) in rows]


def _with_identities(db: Connection, rows: list[tuple[object, ...]]) -> tuple[Customer, ...]:
    known = identities_of(db, [int(str(row[0])) for row in rows])
    return tuple(customer_of(row, known.get(int(str(row[0])), ())) for row in rows)
