"""Which events a page of the feed holds: for every question the shortest way to the newest.

Each way is one statement along an index, so that it ends as soon as the page is full and can
be interrupted until then. What has several ways (a text may be meant of people, of what
events are called, or of what they were done to) takes the newest of each and merges them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from console.mirror.database import Connection
from console.mirror.objects import holding, like
from console.mirror.search import matching_ids
from console.model import LEVELS, FeedQuestion

if TYPE_CHECKING:
    from pyroaring import BitMap

Place = tuple[int, int]
"""(time, id) of an event: where it stands in the feed."""

_URGENT, _NOTABLE = LEVELS.index("urgent"), LEVELS.index("notable")
# With more people than this, going back in time meets enough of them soon.
_FEW_PEOPLE = 1_000
_KINDS_AT_ONCE = 200
_FEW_THINGS = 400


_WORDS, _LONGEST = 30, 100
"""Words that are looked for, and letters of each: SQLite takes no pattern of any length."""


def _words(text: str | None) -> list[str]:
    # Half a surrogate pair stands in no file, and SQLite takes none; nor a NUL in a query.
    whole = (text or "").encode("utf-8", "replace").decode().casefold().replace("\0", " ")
    return [word[:_LONGEST] for word in whole.split()[:_WORDS]]


class _Span(NamedTuple):
    """What every way has to keep to: a condition on ``event`` and its values."""

    level: int
    where: str
    values: tuple[Any, ...]
    limit: int


def newest(db: Connection, question: FeedQuestion, before: Place | None, limit: int) -> list[Place]:
    """Where the newest `limit` events stand that answer a question, newest first.

    before: only those that stand below it. Raises `Interrupted` when cancelled.
    """
    span = _span(question, before, limit)
    kinds = None if question.source is None else _kinds_of(db, question.source)
    if kinds == []:
        return []
    text = _words(question.text)
    if question.customer is not None:
        span = _and(span, _kind_in(kinds), ())
        if text and question.customer not in people_meant(db, text):
            span = _and(span, *_said(db, text))
        return _along(db, "event_customer", _and(span, "customer = ?", (question.customer,)))
    if not text:
        return _by_time(db, span) if kinds is None else _by_kinds(db, span, kinds)
    found = {
        *_by_people(db, span, people_meant(db, text), kinds),
        *_by_kinds(db, span, _both(_called(db, text), kinds)),
        *_by_object(db, _and(span, _kind_in(kinds), ()), text),
    }
    return sorted(found, reverse=True)[:limit]


def arrivals(db: Connection, question: FeedQuestion, after: int, limit: int) -> list[int]:
    """The ids beyond one that answer a question, in order of arrival."""
    span = _answering(db, question)
    rows = db.execute(
        f"select id from event not indexed where id > ? and {span.where} order by id limit ?",
        (after, *span.values, limit),
    ).fetchall()
    return [id for (id,) in rows]


def count(db: Connection, question: FeedQuestion, after: int, until: int) -> int:
    """How many ids beyond one, until another, answer a question."""
    span = _answering(db, question)
    (n,) = db.execute(
        f"select count(*) from event not indexed where id > ? and id <= ? and {span.where}",
        (after, until, *span.values),
    ).fetchone()
    return int(n)


def _answering(db: Connection, question: FeedQuestion) -> _Span:
    """All that a question asks, for a walk along the rows themselves."""
    kinds = None if question.source is None else _kinds_of(db, question.source)
    span = _and(_span(question, None, 0), _kind_in(kinds), ())
    if question.customer is not None:
        span = _and(span, "customer = ?", (question.customer,))
    if text := _words(question.text):
        db.create_function("is_meant", 1, people_meant(db, text).__contains__)
        said, values = _said(db, text)
        span = _and(span, f"is_meant(customer) or ({said})", values)
    return span


def people_meant(db: Connection, words: Sequence[str]) -> BitMap:
    """Whom the words of a filter mean.

    A slip of the finger is only forgiven in what no event is called: whoever asks for
    reports does not want those who are called nearly so.
    """
    return matching_ids(db, " ".join(words), forgive=not _called(db, words))


def _span(question: FeedQuestion, before: Place | None, limit: int) -> _Span:
    # Spelled out, because a partial index is only used for a literal.
    level = LEVELS.index(question.level)
    span = _Span(level, f"level >= {level}" if level else "1", (), limit)
    if question.since is not None:
        span = _and(span, "at >= ?", (question.since,))
    if question.until is not None:
        span = _and(span, "at <= ?", (question.until,))
    if before is not None:
        span = _and(span, "at <= ? and (at, id) < (?, ?)", (before[0], *before))
    return span


def _and(span: _Span, condition: str, values: Iterable[Any]) -> _Span:
    return span._replace(where=f"{span.where} and ({condition})", values=(*span.values, *values))


def _kind_in(kinds: Sequence[int] | None) -> str:
    return "1" if kinds is None else f"+kind in ({','.join(map(str, kinds))})"


def _both(some: Sequence[int], others: Sequence[int] | None) -> list[int]:
    return [kind for kind in some if others is None or kind in others]


def _along(db: Connection, index: str, span: _Span) -> list[Place]:
    return db.execute(
        f"select at, id from event indexed by {index} where {span.where}"
        " order by at desc, id desc limit ?",
        (*span.values, span.limit),
    ).fetchall()


def _by_time(db: Connection, span: _Span) -> list[Place]:
    if span.level >= _URGENT:
        return _along(db, "event_urgent", span)
    return _along(db, "event_level" if span.level >= _NOTABLE else "event_at", span)


def _by_kinds(db: Connection, span: _Span, kinds: Sequence[int]) -> list[Place]:
    """The newest of some kinds: each kind's own newest, merged."""
    if not kinds:
        return []
    if span.level >= _URGENT:
        return _by_time(db, _and(span, _kind_in(kinds), ()))
    index = "event_loud_kind" if span.level >= _NOTABLE else "event_kind_at"
    found: list[Place] = []
    left = iter(kinds)
    while some := list(islice(left, _KINDS_AT_ONCE)):
        found += _each(db, index, "kind = ?", some, span)
    return sorted(found, reverse=True)[: span.limit]


def _by_people(
    db: Connection, span: _Span, people: BitMap, kinds: Sequence[int] | None
) -> list[Place]:
    if not people:
        return []
    span = _and(span, _kind_in(kinds), ())
    if len(people) > _FEW_PEOPLE:
        # Asked from within the statement, so that it can be interrupted at any row.
        db.create_function("is_meant", 1, people.__contains__)
        return _by_time(db, _and(span, "is_meant(customer)", ()))
    return db.execute(
        "select at, event.id from json_each(?) j cross join event indexed by event_customer"
        f" where customer = j.value and {_qualified(span.where)}"
        " order by at desc, event.id desc limit ?",
        (json.dumps(list(people)), *span.values, span.limit),
    ).fetchall()


def _qualified(where: str) -> str:
    """``json_each`` has an id, too."""
    return where.replace("(at, id)", "(at, event.id)")


def _by_object(db: Connection, span: _Span, words: Sequence[str]) -> list[Place]:
    span = _and(span, *_said(db, words))
    things = _things(db, words)
    if things is None:
        return _along(db, "event_object", _and(span, "object is not null", ()))
    found: list[Place] = []
    left = iter(sorted(things))
    while some := list(islice(left, _KINDS_AT_ONCE)):
        found += _each(db, "event_object_name", "object = ? and object is not null", some, span)
    return sorted(found, reverse=True)[: span.limit]


def _things(db: Connection, words: Sequence[str]) -> set[str] | None:
    """What events must have been done to, if words are to be in their names between them.

    None where it may be too much to be looked up one by one. A word that events are called by
    need not be in the thing's name, but one of all has to be.
    """
    among = {word: holding(db, word, _FEW_THINGS) for word in words}
    needed = [things for word, things in among.items() if not _called(db, [word])]
    if needed:
        few = [things for things in needed if things is not None]
        return set.intersection(*few) if few else None
    return None if None in among.values() else set().union(*(one or () for one in among.values()))


def _each(
    db: Connection, index: str, condition: str, values: Sequence[Any], span: _Span
) -> list[Place]:
    """The newest of each of some values."""
    one = (
        f"select at, id from (select at, id from event indexed by {index}"
        f" where {condition} and {span.where} order by at desc, id desc limit ?)"
    )
    return db.execute(
        " union all ".join([one] * len(values)),
        [given for value in values for given in (value, *span.values, span.limit)],
    ).fetchall()


def _said(db: Connection, words: Sequence[str]) -> tuple[str, list[str]]:
    """That an event's names and object hold every word between them: a condition, its values."""
    conditions, values = [], []
    for word in words:
        condition, spelled = like(word)
        conditions.append(f"(({condition}) or {_kind_in(_called(db, [word]))})")
        values += spelled
    return " and ".join(conditions), values


def _kinds_of(db: Connection, source: str) -> list[int]:
    rows = db.execute(
        "select k.id from event_kind k join source s on s.id = k.source where s.name = ?", (source,)
    ).fetchall()
    return [id for (id,) in rows]


def _called(db: Connection, words: Sequence[str]) -> list[int]:
    """The kinds whose own names hold all these words."""
    rows = db.execute("select id, verb, name, feature, phrase from event_kind").fetchall()
    found = []
    for id, *names in rows:
        said = " ".join(name for name in names if name).replace("_", " ").casefold()
        if all(word in said for word in words):
            found.append(id)
    return found
