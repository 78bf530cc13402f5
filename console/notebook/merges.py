"""Merges by hand: pairs of people who are one. The mirror is told of all of them."""

from __future__ import annotations

from pathlib import Path

from console.model import Person
from console.notebook.changes import Changed, Signed, Unchanged, changing
from console.notebook.store import reading

Merge = tuple[Person, Person]
_FORMAT = 3


def read(path: Path) -> tuple[Merge, ...]:
    """All merges, in the order they were made; none where there is no notebook.

    Raises MirrorError when the notebook cannot be read.
    """
    with reading(path, since=_FORMAT) as db:
        if db is None:
            return ()
        rows = db.execute(
            "select merge, side, source, kind, value from merge_person order by merge, side, rank"
        ).fetchall()
    sides: dict[int, tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]] = {}
    for merge, side, source, kind, value in rows:
        sides.setdefault(merge, ([], []))[side].append((source, kind, value))
    return tuple((tuple(one), tuple(other)) for one, other in sides.values())


def merge(path: Path, one: Person, other: Person, by: Signed) -> Changed:
    """Two people are one. Raises Unchanged when that is written already, MirrorError."""
    if _pair((one, other)) in map(_pair, read(path)):
        raise Unchanged("they have been merged already")
    with changing(path, "merge", by) as change:
        id = change.next_id("merge")
        change.put("merge", {"id": id}, {"who": by.who, "at": by.at})
        for side, person in enumerate((one, other)):
            for rank, (source, kind, value) in enumerate(person):
                change.put(
                    "merge_person",
                    {"merge": id, "side": side, "rank": rank},
                    {"source": source, "kind": kind, "value": value},
                )
        return change.close()


def unmerge(path: Path, merge: Merge, by: Signed) -> Changed:
    """Take a merge back. Raises Unchanged when there is none of the two, MirrorError."""
    with changing(path, "unmerge", by) as change:
        ids = change.db.execute("select id from merge order by id").fetchall()
        for (id,) in ids:
            rows = change.db.execute(
                "select side, rank, source, kind, value from merge_person where merge = ?"
                " order by side, rank",
                (id,),
            ).fetchall()
            if _pair(merge) != _pair(_sides(rows)):
                continue
            for side, rank, *_ in rows:
                change.put("merge_person", {"merge": id, "side": side, "rank": rank}, None)
            change.put("merge", {"id": id}, None)
            return change.close()
        raise Unchanged("they have not been merged by hand")


def _sides(rows: list[tuple[int, int, str, str, str]]) -> Merge:
    one, other = (
        tuple((row[2], row[3], row[4]) for row in rows if row[0] == side) for side in (0, 1)
    )
    return one, other


def _pair(merge: Merge) -> frozenset[Person]:
    return frozenset(merge)
