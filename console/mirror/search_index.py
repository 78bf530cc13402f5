"""The index behind search as you type: kept up to date by a writer, asked by `search`.

Words of three letters and more are found by ``customer_search``. One or two letters mean a
large part of all customers, so who has a word that begins with them is kept as sets:
``search_set``, in parts of 65,536 customers, so that a commit rewrites few of them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable

from pyroaring import BitMap

from console.mirror.database import Connection

SHORT = 2
"""Letters that sets answer; more are for the full-text index."""

_PART_BITS = 16
_WORD = re.compile(r"[^\W_]+")
_Place = tuple[str, int]


class SearchIndex:
    """Writes the index; what `flush` has not written yet, nobody finds."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._sets: dict[_Place, BitMap] = {}
        self._changed: set[_Place] = set()
        self._added: list[tuple[int, str]] = []

    def forget(self) -> None:
        """Drop what was remembered: another process has written, or a rollback undone it."""
        self._sets.clear()
        self._changed.clear()
        self._added.clear()

    def add(self, id: int, words: str) -> None:
        """Somebody who is not in the index is found by `words`."""
        self._added.append((id, words))
        for start in starts_of(words):
            place = (start, id >> _PART_BITS)
            self._set(place).add(id)
            self._changed.add(place)

    def remove(self, id: int, words: str) -> None:
        """Somebody is not found any more by anything. words: all they may be found by."""
        self._db.execute("delete from customer_search where rowid = ?", (id,))
        for start in starts_of(words):
            place = (start, id >> _PART_BITS)
            self._set(place).discard(id)
            self._changed.add(place)

    def change(self, id: int, before: str, words: str) -> None:
        """Somebody is found by other words. before: all they may be found by now."""
        self.remove(id, before)
        self.add(id, words)

    def flush(self) -> None:
        """Write what changed, inside the caller's transaction."""
        self._db.executemany("insert into customer_search(rowid, words) values (?, ?)", self._added)
        self._added.clear()
        self._db.executemany(
            "insert into search_set(start, part, customers) values (?, ?, ?)"
            " on conflict(start, part) do update set customers = excluded.customers",
            [(*place, self._sets[place].serialize()) for place in sorted(self._changed)],
        )
        self._sets = {place: self._sets[place] for place in self._changed}
        self._changed.clear()

    def _set(self, place: _Place) -> BitMap:
        known = self._sets.get(place)
        if known is None:
            row = self._db.execute(
                "select customers from search_set where start = ? and part = ?", place
            ).fetchone()
            known = self._sets[place] = BitMap.deserialize(row[0]) if row else BitMap()
        return known


def words_of(text: str) -> list[str]:
    """The words of a text, without case and accents, as the index has them."""
    if not text.isascii():
        parts = unicodedata.normalize("NFD", text)
        text = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return _WORD.findall(text.lower())


def starts_of(text: str) -> set[str]:
    """The first letter and the first two letters of each word of a text."""
    words = words_of(text)
    return {word[:1] for word in words} | {word[:SHORT] for word in words}


def starting(db: Connection, starts: Iterable[str]) -> BitMap:
    """Everybody who has a word that begins with any of these one or two letters."""
    rows = db.execute(
        "select s.customers from json_each(?) j cross join search_set s on s.start = j.value",
        (json.dumps(list(starts)),),
    ).fetchall()
    return BitMap.union(BitMap(), *(BitMap.deserialize(blob) for (blob,) in rows))
