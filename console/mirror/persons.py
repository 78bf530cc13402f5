"""People as sources know them, apart from the numbers a mirror gives them.

A mirror may be built again and its customers merged; a list of people keeps what outlives
both, and finds the customers they are by then when it is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from pyroaring import BitMap

from console.mirror.database import Connection
from console.model import Person

_KINDS = ("source_id", "external_id", "email", "phone", "anonymous_id")
"""Strongest first."""
# What means something within its source only.
_LOCAL = frozenset({"source_id", "anonymous_id"})
_EACH = 4
_CHUNK = 5_000


def persons(db: Connection, ids: Sequence[int]) -> tuple[Person, ...]:
    """How sources know some customers, in the order of `ids`.

    The four strongest ways to know each; devices only where nothing else is known. Whoever
    was merged is who they have become; unknown ids are left out.
    """
    found: dict[int, list[tuple[str, str, str]]] = {}
    for at in range(0, len(ids), _CHUNK):
        for customer, *known in db.execute(
            "select i.customer, s.name, i.kind, i.value from json_each(?) j"
            " join customer c on c.id = j.value"
            " cross join identity i on i.customer = coalesce(c.merged_into, c.id)"
            " join source s on s.id = i.source order by j.key, i.id",
            (json.dumps(list(ids[at : at + _CHUNK])),),
        ).fetchall():
            found.setdefault(customer, []).append((known[0], known[1], known[2]))
    return tuple(map(_strongest, found.values()))


def recognised(db: Connection, people: Iterable[Person]) -> BitMap:
    """The customers that some people are by now; those nobody knows any more are left out."""
    return BitMap([owner for owner in owners(db, list(people)) if owner is not None])


def owners(db: Connection, people: Sequence[Person]) -> list[int | None]:
    """Which customer each of some people is by now; None for whom nobody knows any more.

    Each is known again by the strongest of the ways that still leads to somebody.
    """
    return _known(db, people, "coalesce(c.merged_into, c.id)")


def parts(db: Connection, people: Sequence[Person]) -> list[int | None]:
    """The customer that each of some people is when nobody is merged by hand.

    Known again as by `recognised`; None where nobody knows them.
    """
    return _known(db, people, "coalesce(i.part, i.customer)")


def _known(db: Connection, people: Sequence[Person], who: str) -> list[int | None]:
    found: list[int | None] = []
    for at in range(0, len(people), _CHUNK):
        some = people[at : at + _CHUNK]
        owners = _owners(db, {value for person in some for _, _, value in person}, who)
        for person in some:
            leads = (owners.get(_place(*known)) for known in person)
            found.append(next(filter(None, leads), None))
    return found


def _owners(db: Connection, values: set[str], who: str) -> dict[tuple[str, str, str], int]:
    rows = db.execute(
        f"select s.name, i.kind, i.value, {who} from json_each(?) j"
        " cross join identity i on i.value = j.value join source s on s.id = i.source"
        " join customer c on c.id = i.customer",
        (json.dumps(list(values)),),
    ).fetchall()
    return {_place(source, kind, value): customer for source, kind, value, customer in rows}


def _place(source: str, kind: str, value: str) -> tuple[str, str, str]:
    return (source if kind in _LOCAL else "", kind, value)


def _strongest(known: Sequence[tuple[str, str, str]]) -> Person:
    ranked = sorted(set(known), key=lambda one: (_KINDS.index(one[1]), known.index(one)))
    strong = [one for one in ranked if one[1] != "anonymous_id"]
    return tuple((strong or ranked)[:_EACH])
