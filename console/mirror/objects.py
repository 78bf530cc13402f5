"""What events were done to, found by any part of what it is called.

Many events are done to few things (a page, an order), so their names are kept once, with an
index of the threes of letters in them: a word that stands in none costs nothing then, where
reading every event's would cost seconds.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.mirror.database import Connection

_THREE = 3


def note(db: Connection, names: Iterable[str | None]) -> None:
    """Keep what events that were just saved were done to; inside the writer's transaction."""
    db.executemany(
        "insert into object(text) values (?) on conflict do nothing",
        [(name,) for name in {name for name in names if name}],
    )


def forget_unused(db: Connection) -> None:
    """Let go of what no event has any more; inside the writer's transaction."""
    db.execute(
        "delete from object where not exists"
        " (select 1 from event where event.object = object.text and event.object is not null)"
    )


def holding(db: Connection, word: str, most: int) -> set[str] | None:
    """The things in whose names a word stands; None where they are more than `most`."""
    condition, values = like(word)
    query, given = f"select o.text from object o where {condition}", values
    threes = [word[start : start + _THREE] for start in range(len(word) - _THREE + 1)]
    if threes:
        query = (
            "select o.text from object_search s cross join object o on o.id = s.rowid"
            f" where s.object_search match ? and ({condition})"
        )
        quoted = (three.replace('"', '""') for three in threes)
        given = [" AND ".join(f'"{three}"' for three in quoted), *values]
    rows = db.execute(
        f"{query.replace('object like', 'o.text like')} limit ?", (*given, most + 1)
    ).fetchall()
    return None if len(rows) > most else {text for (text,) in rows}


def like(word: str) -> tuple[str, list[str]]:
    """That an event's object holds a word in any case: a condition, and its values."""
    spellings = [word] if word.isascii() else [word, word.upper(), word.capitalize()]
    condition = " or ".join(["object like ? escape '\\'"] * len(spellings))
    return condition, [f"%{_escaped(spelling)}%" for spelling in spellings]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
