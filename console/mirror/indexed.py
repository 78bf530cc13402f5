"""Whether each row stands in every index, and nothing else does: a page of rows at a time.

SQLite's own check of that is one read over a whole table, as long as which no WAL can be cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from console.mirror.database import Connection

_ROWS = 10_000
"""Rows in a page."""


@dataclass(frozen=True, slots=True)
class _Index:
    """An index, and how it is asked."""

    name: str
    where: str
    """Which rows it has; all of them when it is ``true``."""
    wrong: str
    """Whether a row, called e, is not in it as it should be."""


def faults(db: Connection) -> Iterator[str]:
    """Where tables and their indexes differ, in words.

    Raises DatabaseError when something cannot be read.
    """
    for _, table, kind, _, keyed, *_ in db.execute("pragma main.table_list").fetchall():
        # A table that is its own key is an index; only SQLite's own check sees its order.
        indexes = None if kind == "virtual" or keyed else _indexes(db, table)
        if indexes is None:
            said = db.execute(f"pragma integrity_check({_quoted(table)})").fetchall()
            yield from (text for (text,) in said if text != "ok")
        elif indexes:
            yield from _differing(db, table, indexes)


def _indexes(db: Connection, table: str) -> list[_Index] | None:
    """The indexes of a table; None when one is of expressions, or not to be understood."""
    found = [
        _index(db, table, name, unique, partial)
        for _, name, unique, _, partial in db.execute(
            f"pragma index_list({_quoted(table)})"
        ).fetchall()
    ]
    known = [one for one in found if one]
    return known if len(known) == len(found) else None


def _index(db: Connection, table: str, name: str, unique: int, partial: int) -> _Index | None:
    columns = [one for _, _, one in db.execute(f"pragma index_info({_quoted(name)})").fetchall()]
    (sql,) = db.execute("select sql from sqlite_master where name = ?", (name,)).fetchone()
    said = re.split(r"\swhere\s", sql, maxsplit=1, flags=re.IGNORECASE)[1:] if partial else ["true"]
    if None in columns or not said:
        return None
    entry = f"select 1 from {_quoted(table)} i indexed by {_quoted(name)} where ({said[0]})"
    same = " and ".join(f"i.{_quoted(one)} is e.{_quoted(one)}" for one in columns)
    wrong = f"not exists ({entry} and {same} and i.rowid = e.rowid)"
    if unique:
        # Nothing is like nothing here: of that there may be many.
        alike = same.replace(" is ", " = ")
        wrong = f"({wrong} or exists ({entry} and {alike} and i.rowid <> e.rowid))"
    return _Index(name, said[0], wrong)


def _differing(db: Connection, table: str, indexes: list[_Index]) -> Iterator[str]:
    asked = ", ".join(
        f"count(case when ({one.where}) then 1 end),"
        f" min(case when ({one.where}) and {one.wrong} then e.rowid end)"
        for one in indexes
    )
    rows = [0] * len(indexes)
    for first, last in _pages(db, table):
        found = db.execute(
            f"select {asked} from {_quoted(table)} e not indexed where e.rowid between ? and ?",
            (first, last),
        ).fetchone()
        for place, one in enumerate(indexes):
            rows[place] += found[2 * place]
            if (row := found[2 * place + 1]) is not None:
                yield f"{table} {row}: index {one.name} says otherwise"
    for one, many in zip(indexes, rows, strict=True):
        entries, _ = _counted(db, table, one, among_rows=False)
        # Somebody may have written meanwhile: only what is asked at once can differ.
        if entries != many:
            entries, there = _counted(db, table, one, among_rows=True)
            if entries != there:
                yield f"index {one.name}: {entries} entries, {there} rows of {table}"


def _pages(db: Connection, table: str) -> Iterator[tuple[int, int]]:
    """The first and the last rowid of each page."""
    last = None
    while True:
        beyond = "" if last is None else f"where rowid > {last}"
        first, last = db.execute(
            f"select min(rowid), max(rowid) from (select rowid from {_quoted(table)} not indexed"
            f" {beyond} order by rowid limit ?)",
            (_ROWS,),
        ).fetchone()
        if last is None:
            return
        yield first, last


def _counted(
    db: Connection, table: str, index: _Index, *, among_rows: bool
) -> tuple[int, int | None]:
    """How many entries an index has and, where that is asked for too, how many it should."""
    count = f"(select count(*) from {_quoted(table)}"
    rows = f"{count} not indexed where ({index.where}))" if among_rows else "null"
    entries, there = db.execute(
        f"select {count} indexed by {_quoted(index.name)} where ({index.where})), {rows}"
    ).fetchone()
    return entries, there


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
