"""The feed: events newest first, any page of them, and those that have just arrived."""

from __future__ import annotations

import json
from typing import Any

from console.mirror.database import Connection
from console.mirror.reading import EVENTS, event_of, properties_of, raws_of
from console.mirror.walks import arrivals, count, newest
from console.model import FeedEvent, FeedPage, FeedQuestion

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
    events = _events(db, rows, properties)
    return FeedPage(events, place_of(events[-1]) if more and events else None)


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
    # Read before: what is committed in between is found and not passed over.
    reached = max(mark, bookmark(db))
    found = arrivals(db, question, mark, question.limit)
    if found:
        reached = found[-1] if len(found) == question.limit else max(reached, found[-1])
    rows = db.execute(
        f"{EVENTS} where e.id in (select value from json_each(?)) order by e.id",
        (json.dumps(found),),
    ).fetchall()
    return _events(db, rows, properties), reached


def count_since(db: Connection, mark: int, question: FeedQuestion) -> tuple[int, int]:
    """How many events arrived since a bookmark and answer the question; where to go on from."""
    reached = max(mark, bookmark(db))
    return count(db, question, mark, reached), reached


def place_of(event: FeedEvent) -> str:
    """What `FeedQuestion.before` takes, to have the events that stand below this one."""
    return f"{event.at}:{event.id}"


def _events(db: Connection, rows: list[Any], properties: bool) -> tuple[FeedEvent, ...]:
    if not properties:
        return tuple(event_of(row) for row in rows)
    raws = raws_of(db, (row[_RAW] for row in rows))
    return tuple(
        event_of(row, properties_of(*raws[row[_RAW]]) if row[_RAW] in raws else None)
        for row in rows
    )


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
