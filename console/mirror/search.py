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


def matching_ids(db: Connection, text: str, *, forgive: bool = True) -> BitMap:
    """The customers that `text` means; everybody is never meant: "" finds nobody.

    forgive: whether a slip of the finger is forgiven where nothing else is found. In an
    address it never is: those of one company differ by a few letters.
    Raises `Interrupted` when cancelled.
    """
    from pyroaring import BitMap

    from console.mirror.search_index import SHORT, starting, words_of

    words = words_of(text)
    if not words:
        return BitMap()
    found: BitMap | None = None
    for word in words:
        if len(word) <= SHORT:
            some = starting(db, [word])
            found = some if found is None else found & some
    long = [word for word in words if len(word) > SHORT]
    if long and (found is None or found):
        some = _indexed(db, " ".join(f'"{word}"*' for word in long))
        found = some if found is None else found & some
    if found or not forgive or "@" in text:
        return found or BitMap()
    return _forgiving(db, words)


def _indexed(db: Connection, query: str, limit: int = -1) -> BitMap:
    """Who the full-text index has; the latest customers where there are more than `limit`."""
    import orjson
    from pyroaring import BitMap

    # One text of all numbers: a row for each would take three times as long.
    (ids,) = db.execute(
        "select json_group_array(rowid) from (select rowid from customer_search"
        " where customer_search match ? order by rowid desc limit ?)",
        (query, limit),
    ).fetchone()
    return BitMap(orjson.loads(ids))


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
    from console.mirror.search_index import starting

    long = [word for word in words if len(word) >= 3]
    found = _indexed(
        db, " OR ".join(f'"{start}"*' for start in sorted({word[:3] for word in long})), _CANDIDATES
    ) if long else starting(db, [])  # fmt: skip
    if len(found) < _CANDIDATES:
        # The slip may be in the third letter, or in the second.
        found = found | starting(db, {word[:2] for word in long})
    if len(found) < _CANDIDATES:
        found = found | starting(db, {word[:1] for word in long})
    return list(found[max(0, len(found) - _CANDIDATES) :])


def _names(db: Connection, ids: list[int]) -> dict[int, str]:
    from console.mirror.search_index import words_of

    rows = db.execute(
        "select c.id, coalesce(c.name, '') || ' ' || coalesce(c.email, '')"
        " from json_each(?) j cross join customer c on c.id = j.value",
        (json.dumps(ids),),
    ).fetchall()
    return {id: " ".join(words_of(text)) for id, text in rows}
