"""The feed's rows: how events fold into them, and how a row reads. Needs no screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.clock import HOUR, MINUTE, Clock
from console.model import LEVELS, FeedEvent
from console.show import levels, people
from console.show.cells import Part, count, cut, fit, width_of
from console.show.sentences import says
from console.show.times import heading, time_of_day, when

FOLD = 3
"""More of the same than this within an hour become one row."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A row that names a day."""

    day: int


@dataclass(frozen=True, slots=True)
class Visit:
    """The row that stands where this person was last here."""

    at: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of one event, or of several of the same kind within an hour."""

    event: FeedEvent
    """The newest of them."""
    n: int = 1
    part: bool = False
    """One of a fold that was opened."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A blank row, where rows are read from afar."""


Row = Heading | Visit | Entry | Gap


def rows(
    events: Sequence[FeedEvent], clock: Clock, *, visit: int | None, unfolded: frozenset[int]
) -> list[Row]:
    """The rows of a feed: days, folds, and the mark of the last visit.

    events: newest first. visit: when this person was last here, microseconds UTC.
    unfolded: ids of the newest events of the folds to show in full.
    """
    made: list[Row] = []
    day: int | None = None
    marked = visit is None or not events or events[0].at <= visit
    for entry in _entries(events, unfolded):
        if not marked and visit is not None and entry.event.at <= visit:
            made.append(Visit(visit))
            marked = True
        today = clock.day(entry.event.at)
        if today != day:
            made.append(Heading(today))
            day = today
        made.append(entry)
    return made


def spaced(rows: Sequence[Row]) -> list[Row]:
    """The same rows with a blank one after each event."""
    return [part for row in rows for part in ((row, Gap()) if isinstance(row, Entry) else (row,))]


def _entries(events: Sequence[FeedEvent], unfolded: frozenset[int]) -> list[Entry]:
    open_folds: dict[tuple[int, str], list[FeedEvent]] = {}
    folds: list[list[FeedEvent]] = []
    home: dict[int, list[FeedEvent]] = {}
    for event in events:
        key = (event.customer.id, event.verb or event.name)
        fold = open_folds.get(key)
        if fold is None or fold[0].at - event.at > HOUR:
            fold = open_folds[key] = []
            folds.append(fold)
        fold.append(event)
        home[event.id] = fold
    made = []
    for event in events:
        fold = home[event.id]
        if len(fold) <= FOLD:
            made.append(Entry(event))
        elif fold[0].id in unfolded:
            made.append(Entry(event, part=True))
        elif fold[0] is event:
            loudest = max((one.level for one in fold), key=LEVELS.index)
            made.append(Entry(replace(event, level=loudest), len(fold)))
    return made


def row_parts(row: Row, width: int, clock: Clock, *, since: int = 0) -> list[Part]:
    """A row in `width` cells. since: how many events are newer than the last visit."""
    if isinstance(row, Heading):
        return [(cut(f" {heading(row.day, clock)}", width), "bold $quiet")]
    if isinstance(row, Gap):
        return []
    if isinstance(row, Visit):
        words = f" {count(since, 'new event')} since you were last here, {when(row.at, clock)} "
        words = cut(words, width - 4)
        rule = max(0, width - 3 - len(words))
        return [("───", "$primary"), (words, "$primary"), ("─" * rule, "$primary")]
    return _entry_parts(row, width, clock)


def _entry_parts(entry: Entry, width: int, clock: Clock) -> list[Part]:
    event = entry.event
    parts: list[Part] = [
        levels.sign(event.level),
        (fit(_time(event.at, clock), 6, "right") + " ", "$quiet"),
        people.tile(event.customer),
    ]
    roomy, narrow = width >= 96, width < 62
    name = 16 if narrow else 26 if roomy else 20
    where = 0 if narrow else 18 if roomy else 2
    source = 0 if narrow else 10 if roomy else 8
    parts.append((" " + fit(people.name(event.customer), name) + " ", "$ink"))
    used = 10 + name + 2
    if where:
        place = people.place(event.customer) if roomy else people.country(event.customer)
        parts.append((fit(place, where) + " ", "$quiet"))
        used += where + 1
    room = width - used - (source + 1 if source else 0)
    parts += _sentence(entry, room)
    if source:
        parts.append((" " + fit(event.source, source), "$faint"))
    return parts


def fresh(at: int, clock: Clock) -> bool:
    """Whether a row's time is told in minutes, and so changes by itself."""
    return 0 <= clock.now - at < HOUR


def _time(at: int, clock: Clock) -> str:
    if fresh(at, clock):
        minutes = (clock.now - at) // MINUTE
        return f"{minutes} min" if minutes else "now"
    return time_of_day(at, clock)


def _sentence(entry: Entry, room: int) -> list[Part]:
    event = entry.event
    note = ""
    if entry.n > 1:
        note = f" ×{entry.n}"
    elif entry.part:
        note = " ↳"
    elif event.quality == "future":
        note = " (in the future?)"
    elif event.late:
        note = " (late)"
    style = "$level-urgent" if event.level == "urgent" else "$ink"
    if event.level in ("routine", "noise"):
        style = "$quiet"
    words = cut(says(event), max(4, room - len(note)))
    rest = fit(note, room - width_of(words))
    return [(words, style), (rest, "bold $accent" if entry.n > 1 else "$faint")]
