"""The feed: events newest first, any page of them, and those that have just arrived."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from console.mirror.database import Connection
from console.mirror.reading import EVENTS, event_of, properties_of, raws_of
from console.mirror.walks import newest, people_meant
from console.model import LEVELS, FeedEvent, FeedPage, FeedQuestion

_BEYOND = 1 << 63
_ID, _RAW, _WHO = 0, 13, 14


def page(db: Connection, question: FeedQuestion, *, properties: bool = False) -> FeedPage:
    """The newest events that answer a question, or the page before `question.before`.

    properties: read each event's own properties too, which costs unpacking raw lines.
    Raises ValueError when `before` is not a page's `next`, `Interrupted` when cancelled.
    """
    found = newest(db, question, _place(question.before), question.limit + 1)
    more = len(found) > question.limit
    found = found[: question.limit]
    rows = db.execute(
        f"{EVENTS} where e.id in (select value from json_each(?)) order by e.at desc, e.id desc",
        (json.dumps([id for _, id in found]),),
    ).fetchall()
    next = f"{found[-1][0]}:{found[-1][1]}" if more and found else None
    return FeedPage(_events(db, rows, properties), next)


def bookmark(db: Connection) -> int:
    """Where the feed stands now: everything that arrives later has a larger id."""
    return int(db.execute("select coalesce(max(id), 0) from event").fetchone()[0])


def after(
    db: Connection, mark: int, question: FeedQuestion, *, properties: bool = False
) -> tuple[tuple[FeedEvent, ...], int]:
    """What arrived since a bookmark and answers the question, in order of arrival.

    By arrival and not by time: a late event must show too. At most `question.limit` of
    them; returns the bookmark to go on from.
    """
    conditions, values = _conditions(replace(question, before=None))
    accept = _accept(db, question)
    # The bookmark is a walk along the rows; no other index may tempt the planner.
    found = db.execute(
        f"{EVENTS} where {' and '.join(['e.id > ?', *conditions])} order by e.id limit ?",
        (mark, *values, question.limit),
    ).fetchall()
    newest = found[-1][_ID] if len(found) == question.limit else max(mark, bookmark(db))
    rows = [row for row in found if accept is None or accept(row)]
    return _events(db, rows, properties), newest


def count_since(db: Connection, mark: int, question: FeedQuestion) -> int:
    """How many events arrived since a bookmark and answer the question."""
    conditions, values = _conditions(replace(question, before=None, text=None))
    found = db.execute(
        "select count(*) from event e join event_kind k on k.id = e.kind"
        f" join source s on s.id = k.source where {' and '.join(['e.id > ?', *conditions])}",
        (mark, *values),
    ).fetchone()
    return int(found[0])


def _events(db: Connection, rows: list[Any], properties: bool) -> tuple[FeedEvent, ...]:
    if not properties:
        return tuple(event_of(row) for row in rows)
    raws = raws_of(db, (row[_RAW] for row in rows))
    return tuple(
        event_of(row, properties_of(*raws[row[_RAW]]) if row[_RAW] in raws else None)
        for row in rows
    )


def _conditions(question: FeedQuestion) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    level = LEVELS.index(question.level)
    if level:
        # Spelled out, because a partial index is only used for a literal.
        conditions.append(f"e.level >= {level}")
    if question.source is not None:
        conditions.append("s.name = ?")
        values.append(question.source)
    if question.customer is not None:
        conditions.append("e.customer = ?")
        values.append(question.customer)
    if question.since is not None:
        conditions.append("e.at >= ?")
        values.append(question.since)
    if question.until is not None:
        conditions.append("e.at <= ?")
        values.append(question.until)
    return conditions, values


def _accept(db: Connection, question: FeedQuestion) -> Callable[[Any], bool] | None:
    text = (question.text or "").strip()
    if not text:
        return None
    words = text.casefold().split()
    people = people_meant(db, words)

    def accept(row: Any) -> bool:
        if row[_WHO] in people:
            return True
        said = " ".join(str(part) for part in (row[3], row[4], *row[6:8], row[10]) if part)
        said = said.replace("_", " ").casefold()
        return all(word in said for word in words)

    return accept


def _place(cursor: str | None) -> tuple[int, int] | None:
    if cursor is None:
        return None
    at, _, id = cursor.partition(":")
    try:
        place = int(at), int(id)
    except ValueError:
        place = _BEYOND, _BEYOND
    if max(map(abs, place)) >= _BEYOND:
        raise ValueError(f"{cursor!r} is not where a page of the feed ended")
    return place
