"""What the feed holds: events read so far, in order of time, and the rows they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.clock import Clock
from console.mirror import feed
from console.mirror.database import Connection
from console.model import FeedEvent, FeedPage, FeedQuestion
from console.show.feed_rows import Entry, Row, rows

PAGE = 100
"""Events on a page."""

BURST = 200
"""Arrivals taken in one by one; where there are more, a first page is read."""
_FAR = 20_000
"""Events of any kind among which arrivals are looked for one by one."""
_FOLLOWED = 400
"""Events held while the newest are followed."""
MOST = 1_000
"""Events held while somebody reads further down. Beyond it no arrivals are taken in, and for
each page at one end one is let go of at the other, which can be read again."""


@dataclass(frozen=True)
class First:
    """The first page, and where the live feed goes on from."""

    page: FeedPage
    bookmark: int


@dataclass(frozen=True)
class Taken:
    """All that has arrived since a bookmark, and the next."""

    events: tuple[FeedEvent, ...]
    bookmark: int


@dataclass(frozen=True)
class Counted:
    """How much has arrived since a bookmark, and the next."""

    n: int
    bookmark: int


def first_page(db: Connection, question: FeedQuestion) -> First:
    """Read the newest events.

    The bookmark is read before them: what arrives in between comes twice, never not at all.
    """
    return First(bookmark=feed.bookmark(db), page=feed.page(db, question))


def news(
    db: Connection, mark: int, question: FeedQuestion, above: FeedQuestion | None
) -> Taken | First | Counted:
    """What has arrived since a bookmark and answers a question.

    Where it is too much to be taken in one by one: a first page for whoever is at the top;
    for others, how many answer `above`.
    """
    if feed.bookmark(db) - mark <= _FAR:
        events, reached = feed.after(db, mark, replace(question, limit=BURST))
        if len(events) < BURST:
            return Taken(events, reached)
    return first_page(db, question) if above is None else counted(db, mark, above)


def counted(db: Connection, mark: int, question: FeedQuestion) -> Counted:
    """How much has arrived since a bookmark and answers a question."""
    return Counted(*feed.count_since(db, mark, question))


def newer_page(db: Connection, question: FeedQuestion, start: str, first: FeedEvent) -> FeedPage:
    """All events from where a page began down to the first that is held, that one included."""
    question = replace(question, before=start, since=first.at)
    page = feed.page(db, question)
    events = list(page.events)
    while page.next is not None:
        page = feed.page(db, replace(question, before=page.next))
        events += page.events
    return FeedPage(tuple(events), None)


class FeedLog:
    """Events newest first, and their rows. Knows no widget."""

    def __init__(self, visit: int | None) -> None:
        """Make an empty one; visit: when this person was last here, microseconds UTC."""
        self.visit = visit
        self.events: list[FeedEvent] = []
        self.rows: list[Row] = []
        self.bookmark = 0
        self.next: str | None = None
        """Where older events begin; None when all are here."""
        self.newer: list[str] = []
        """Where the pages begin that were let go of above, the nearest last."""
        self.since = 0
        """Events here that are newer than the last visit."""
        self._unfolded: frozenset[int] = frozenset()

    def start(self, first: First) -> None:
        """Hold a first page and nothing else."""
        self.events = list(first.page.events)
        self.next = first.page.next
        self.newer = []
        self.bookmark = first.bookmark

    def clear(self) -> None:
        """Hold nothing."""
        self.events, self.rows, self.next, self.since = [], [], None, 0
        self.newer = []
        self._unfolded = frozenset()

    def take_in(self, arrived: Sequence[FeedEvent]) -> list[FeedEvent]:
        """Put arrivals in their places by time; answers those that were put.

        What is older than all that was read stays out: it comes with its own page.
        """
        known = {event.id for event in self.events}
        oldest = self.events[-1].at if self.events and self.next else None
        fresh = [
            event
            for event in arrived
            if event.id not in known and (oldest is None or event.at >= oldest)
        ]
        self.events = sorted([*self.events, *fresh], key=_place, reverse=True)
        return fresh

    @property
    def full(self) -> bool:
        """Whether so many events are held that no arrivals should be taken in."""
        return len(self.events) >= MOST

    def trim(self) -> None:
        """Let go of the oldest, which can be read again, for whoever follows the newest."""
        if len(self.events) > _FOLLOWED:
            del self.events[_FOLLOWED - BURST :]
            self.next = feed.place_of(self.events[-1])

    def append(self, page: FeedPage) -> None:
        """Add the page before the oldest event here."""
        self.events += page.events
        self.next = page.next
        if (over := len(self.events) - MOST) > 0:
            first = self.events[0]
            # One further, to have the first itself.
            self.newer.append(feed.place_of(replace(first, id=first.id + 1)))
            del self.events[:over]

    def prepend(self, page: FeedPage) -> None:
        """Add the page that was let go of last, as `newer_page` reads it."""
        self.newer.pop()
        known = {event.id for event in self.events}
        fresh = [event for event in page.events if event.id not in known]
        self.events = sorted([*fresh, *self.events], key=_place, reverse=True)
        if len(self.events) > MOST:
            del self.events[MOST:]
            self.next = feed.place_of(self.events[-1])

    def unfold(self, entry: Entry) -> None:
        """Show a fold in full from the next layout on."""
        self._unfolded |= {entry.event.id}

    def fold(self) -> None:
        """Close every fold from the next layout on."""
        self._unfolded = frozenset()

    def lay_out(self, clock: Clock) -> None:
        """Make the rows anew."""
        self.rows = rows(self.events, clock, visit=self.visit, unfolded=self._unfolded)
        visit = self.visit
        self.since = 0 if visit is None else sum(event.at > visit for event in self.events)

    def entry(self, row: int) -> Entry | None:
        """The events of a row; None where a heading stands."""
        found = self.rows[row] if row < len(self.rows) else None
        return found if isinstance(found, Entry) else None

    def row_of(self, entry: Entry) -> int:
        """Where an entry of an earlier layout stands now, or what stands in its place."""
        best = 0
        for place, row in enumerate(self.rows):
            if isinstance(row, Entry):
                best = place
                if _place(row.event) <= _place(entry.event):
                    break
        return best


def _place(event: FeedEvent) -> tuple[int, int]:
    return (event.at, event.id)
