"""Search as you type: from letters to the set of customers they mean.

Any word of name, email, company, city or tag may begin with what was typed; several words
must all be found. When nothing begins so, a slip of the finger is forgiven: names within
one or two letters of what was typed, among those that share its first letters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from console.mirror.database import Connection

if TYPE_CHECKING:
    from pyroaring import BitMap

_WORDS = re.compile(r"\w+", re.UNICODE)
_CANDIDATES = 20_000
_LIKE_ENOUGH = 75.0


def matching_ids(db: Connection, text: str) -> BitMap:
    """The customers that `text` means; everybody is never meant: "" finds nobody.

    Raises `Interrupted` when cancelled.
    """
    from pyroaring import BitMap

    query = _query(text)
    if query is None:
        return BitMap()
    found = BitMap(
        [
            id
            for (id,) in db.execute(
                "select rowid from customer_search where customer_search match ?", (query,)
            ).fetchall()
        ]
    )
    return found or _forgiving(db, text)


def _query(text: str) -> str | None:
    words = _WORDS.findall(text)
    if not words:
        return None
    return " ".join(f'"{word}"*' for word in words)


def _forgiving(db: Connection, text: str) -> BitMap:
    from pyroaring import BitMap

    wanted = text.casefold().strip()
    if len(wanted) < 4:
        return BitMap()
    from rapidfuzz import fuzz, process

    starts = {word[:3] for word in _WORDS.findall(wanted) if len(word) >= 3}
    starts |= {word[:1] + word[2:3] for word in _WORDS.findall(wanted) if len(word) >= 4}
    starts |= {word[:2] for word in _WORDS.findall(wanted) if len(word) >= 4}
    query = " OR ".join(f'"{start}"*' for start in sorted(starts))
    if not query:
        return BitMap()
    rows = db.execute(
        "select c.id, lower(coalesce(c.name, '') || ' ' || coalesce(c.email, ''))"
        " from customer_search f join customer c on c.id = f.rowid"
        " where customer_search match ? order by f.rowid desc limit ?",
        (query, _CANDIDATES),
    ).fetchall()
    names = dict(rows)
    hits = process.extract(
        wanted, names, scorer=fuzz.partial_ratio, score_cutoff=_LIKE_ENOUGH, limit=200
    )
    return BitMap([id for _, _, id in hits])
