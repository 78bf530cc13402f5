"""Search as you type: from letters to the set of customers they mean.

Any word of name, email, company, city or tag may begin with what was typed; several words
must all be found. When nothing begins so, a slip of the finger is forgiven: names within
one or two letters of what was typed, among those that share its first letters.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from console.mirror.database import Connection

if TYPE_CHECKING:
    from pyroaring import BitMap

_CANDIDATES = 3_000
_SHORTEST_SLIP = 4
_LIKE_ENOUGH = 75.0
_WORDS = 30
"""Words that are looked for; what is pasted may have thousands."""


def matching_ids(db: Connection, text: str, *, forgive: bool = True) -> BitMap:
    """The customers that `text` means; everybody is never meant: "" finds nobody.

    forgive: whether a slip of the finger is forgiven where nothing else is found. In an
    address it never is: those of one company differ by a few letters.
    Raises `Interrupted` when cancelled.
    """
    from pyroaring import BitMap

    from console.mirror.search_index import words_of

    words = words_of(text)[:_WORDS]
    if not words:
        return BitMap()
    found = _having(db, words)
    if found or not forgive or "@" in text:
        return found
    return _forgiving(db, words)


def _having(db: Connection, starts: list[str]) -> BitMap:
    """Who has, for each of these, a word that begins so."""
    from console.mirror.search_index import LONGEST, SHORT, crowded_among, indexed, starting

    crowded = crowded_among(db, [start[:-1] for start in starts])
    found: BitMap | None = None
    rest = []
    for start in starts:
        if len(start) <= SHORT or (start[:-1] in crowded and len(start) <= LONGEST):
            some = starting(db, [start])
            found = some if found is None else found & some
        else:
            rest.append(start)
    if found is None:
        return indexed(db, rest)
    return found & indexed(db, rest) if rest and found else found


def _forgiving(db: Connection, words: list[str]) -> BitMap:
    from pyroaring import BitMap

    wanted = " ".join(words)
    if len(wanted) < _SHORTEST_SLIP:
        return BitMap()
    from rapidfuzz import fuzz, process

    names = _names(db, _nearby(db, words))
    hits = process.extract(
        wanted, names, scorer=fuzz.partial_ratio, score_cutoff=_LIKE_ENOUGH, limit=200
    )
    return BitMap([id for _, _, id in hits])


def _nearby(db: Connection, words: list[str]) -> list[int]:
    """Those who share a beginning with one of the words, at most `_CANDIDATES`, latest first."""
    from pyroaring import BitMap

    found = BitMap()
    # The slip may also be in the third letter, or in the second.
    for letters in (3, 2, 1):
        for start in {word[:letters] for word in words if len(word) >= 3}:
            found |= _having(db, [start])
        if len(found) >= _CANDIDATES:
            break
    return list(found[max(0, len(found) - _CANDIDATES) :])


def _names(db: Connection, ids: list[int]) -> dict[int, str]:
    from console.mirror.search_index import words_of

    rows = db.execute(
        "select c.id, coalesce(c.name, '') || ' ' || coalesce(c.email, '')"
        " from json_each(?) j cross join customer c on c.id = j.value",
        (json.dumps(ids),),
    ).fetchall()
    return {id: " ".join(words_of(text)) for id, text in rows}
