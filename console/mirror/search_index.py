"""The index behind search as you type: kept up to date by a writer, asked by `search`.

``customer_search`` finds any beginning of any word, but a beginning that many have takes it
long: it counts them all. So who has a word that begins with one or two letters is kept as
sets, ``search_set``, in parts of 65,536 customers, so that a commit rewrites few of them.
A beginning with `CROWD` customers in any part is noted in ``search_crowd``, and from then on
those that are one letter longer are kept as sets as well. What is left to the full-text index
is at most a few of a hundred customers, however many there are.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable

import orjson
from pyroaring import BitMap

from console.mirror.database import Connection

SHORT = 2
"""Letters that sets answer in every case."""
LONGEST = 16
"""Letters that sets answer at most."""
CROWD = 2_048
"""Customers in a part from which the next letter is kept too."""

_PART_BITS = 16
_MOST_WORDS = 20_000
_AFTER_ALL = chr(0x10FFFF)
_WORD = re.compile(r"[^\W_]+")
_Place = tuple[str, int]


class SearchIndex:
    """Writes the index; what `flush` has not written yet, nobody finds."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._added: dict[int, str] = {}
        self._moves: defaultdict[str, dict[int, bool]] = defaultdict(dict)
        """By beginning, who has it from now on, or not any more."""
        self._sets: dict[_Place, BitMap] = {}
        """Those that have changed."""
        self._crowded: set[str] | None = None
        self._starts: dict[str, tuple[str, ...]] = {}

    def forget(self) -> None:
        """Drop what was remembered: another process has written, or a rollback undone it."""
        self._added.clear()
        self._moves.clear()
        self._sets.clear()
        self._crowded = None
        self._starts.clear()

    def add(self, id: int, text: str) -> None:
        """Somebody who is not in the index is found by the words of `text`."""
        words = words_of(text)
        self._added[id] = " ".join(words)
        self._move(id, words, True)

    def remove(self, id: int, text: str) -> None:
        """Somebody is not found any more by anything. text: all they may be found by."""
        if self._added.pop(id, None) is None:
            self._db.execute("delete from customer_search where rowid = ?", (id,))
        self._move(id, words_of(text), False)

    def change(self, id: int, before: str, text: str) -> None:
        """Somebody is found by other words. before: all they may be found by now."""
        self.remove(id, before)
        self.add(id, text)

    def flush(self) -> None:
        """Write what changed, inside the caller's transaction."""
        self._db.executemany(
            "insert into customer_search(rowid, words) values (?, ?)", self._added.items()
        )
        self._added.clear()
        for start, moves in self._moves.items():
            self._put(start, [id for id, there in moves.items() if there])
            for id in (id for id, there in moves.items() if not there):
                self._set((start, id >> _PART_BITS)).discard(id)
        self._moves.clear()
        self._part_crowds()
        self._db.executemany(
            "insert into search_set(start, part, customers) values (?, ?, ?)"
            " on conflict(start, part) do update set customers = excluded.customers",
            [(*place, some.serialize()) for place, some in sorted(self._sets.items()) if some],
        )
        # What nobody has any more is the beginning of somebody's name all the same.
        self._db.executemany(
            "delete from search_set where start = ? and part = ?",
            [place for place, some in self._sets.items() if not some],
        )
        self._sets.clear()

    def _move(self, id: int, words: Iterable[str], there: bool) -> None:
        moves = self._moves
        for word in words:
            for start in self._starts.get(word) or self._know(word):
                moves[start][id] = there

    def _know(self, word: str) -> tuple[str, ...]:
        if len(self._starts) >= _MOST_WORDS:
            self._starts.clear()
        starts = self._starts[word] = starts_of(word, self._crowds())
        return starts

    def _part_crowds(self) -> None:
        """Keep the next letter, too, of beginnings that have become those of many."""
        crowded = self._crowds()
        while grown := {
            start
            for (start, _), some in self._sets.items()
            if len(some) >= CROWD and SHORT <= len(start) < LONGEST and start not in crowded
        }:
            for start in grown:
                crowded.add(start)
                self._db.execute("insert into search_crowd(start) values (?)", (start,))
                self._part(start)
            self._starts.clear()

    def _part(self, start: str) -> None:
        """Make the sets of everything that is one letter longer."""
        end = len(start) + 1
        for longer in {term[:end] for term in _terms(self._db, start) if len(term) >= end}:
            self._put(longer, indexed(self._db, [longer]))

    def _crowds(self) -> set[str]:
        if self._crowded is None:
            rows = self._db.execute("select start from search_crowd").fetchall()
            self._crowded = {start for (start,) in rows}
        return self._crowded

    def _put(self, start: str, ids: Iterable[int]) -> None:
        found = BitMap(ids)
        while found:
            part = found.min() >> _PART_BITS
            here = found & BitMap(range(part << _PART_BITS, (part + 1) << _PART_BITS))
            self._set((start, part)).update(here)
            found -= here

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
    return _WORD.findall(text.casefold())


def starts_of(word: str, crowded: Collection[str]) -> tuple[str, ...]:
    """The beginnings of a word that are kept as sets. crowded: those that many have."""
    longest = min(SHORT, len(word))
    while longest < min(len(word), LONGEST) and word[:longest] in crowded:
        longest += 1
    return tuple(word[:end] for end in range(1, longest + 1))


def crowded_among(db: Connection, starts: Iterable[str]) -> set[str]:
    """Which of these beginnings so many have that the next letter is kept as sets, too."""
    rows = db.execute(
        "select c.start from json_each(?) j cross join search_crowd c on c.start = j.value",
        (json.dumps(list(starts)),),
    ).fetchall()
    return {start for (start,) in rows}


def starting(db: Connection, starts: Iterable[str]) -> BitMap:
    """Everybody who has a word that begins with any of these, all of them kept as sets."""
    rows = db.execute(
        "select s.customers from json_each(?) j cross join search_set s on s.start = j.value",
        (json.dumps(list(starts)),),
    ).fetchall()
    return BitMap.union(BitMap(), *(BitMap.deserialize(blob) for (blob,) in rows))


def indexed(db: Connection, starts: Iterable[str]) -> BitMap:
    """Who the full-text index says has words that begin with each of these."""
    # One text of all numbers: a row for each would take three times as long.
    (ids,) = db.execute(
        "select json_group_array(rowid) from customer_search where customer_search match ?",
        (" ".join(f'"{start}"*' for start in starts),),
    ).fetchone()
    return BitMap(orjson.loads(ids))


def _terms(db: Connection, start: str) -> list[str]:
    """The words in the full-text index that begin so."""
    db.execute(
        "create virtual table if not exists temp.search_word"
        " using fts5vocab(main, customer_search, row)"
    )
    rows = db.execute(
        "select term from temp.search_word where term >= ? and term < ?",
        (start, f"{start}{_AFTER_ALL}"),
    ).fetchall()
    return [term for (term,) in rows]
