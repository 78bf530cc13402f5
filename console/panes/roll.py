"""What the customers pane lists: whom it was asked for, who was found, and how they read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from textual.content import Content

from console.clock import Clock
from console.mirror import customers as mirror
from console.mirror.database import Connection
from console.mirror.newcomers import newcomers
from console.model import Customer, CustomerPage, Newcomer
from console.panes.marks import Markable
from console.show import customers as words

SHOWN = 200
"""Customers read at first; more as the cursor nears the last of them."""
MOST = 800
"""Customers held; who reads further lets go of those above, which can be read again."""
_NEAR = SHOWN // 4
"""Rows left below the cursor when more are read; above it four times as many."""
DAYS = 30
"""How far back the check-in looks."""
Answer = CustomerPage | tuple[Newcomer, ...]
_SORTS: tuple[mirror.Sort, ...] = ("last_seen", "signed_up", "name")


@dataclass(frozen=True)
class Within:
    """A narrowing: what the people have in common, and who they are."""

    title: str
    who: Callable[[Connection], Iterable[int]]
    condition: str | None = None
    """The segment that they are, where they are one."""


@dataclass(frozen=True)
class Wanted:
    """What the list shows."""

    text: str = ""
    sort: mirror.Sort = "last_seen"
    within: Within | None = None
    checkin: bool = False
    limit: int = SHOWN
    skip: int = 0
    """Customers above the first that is held."""

    @property
    def from_top(self) -> Wanted:
        """The same list at its first page."""
        return replace(self, limit=SHOWN, skip=0)

    def next_sort(self) -> Wanted:
        """The same people in the next order."""
        at = _SORTS.index(self.sort) if self.sort in _SORTS else 0
        return replace(self, sort=_SORTS[(at + 1) % len(_SORTS)])

    def ask(self, db: Connection, clock: Clock) -> Answer:
        """Find them; runs in a thread."""
        if self.checkin:
            return newcomers(db, clock, DAYS)
        within = None if self.within is None else list(self.within.who(db))
        return mirror.matching(
            db, self.text, limit=self.limit, skip=self.skip, sort=self.sort, within=within
        )

    def everyone(self, db: Connection, clock: Clock) -> list[int]:
        """The ids of all of them, in order; runs in a thread."""
        if self.checkin:
            return [one.customer.id for one in newcomers(db, clock, DAYS)]
        within = None if self.within is None else list(self.within.who(db))
        return mirror.every(db, self.text, sort=self.sort, within=within)


class Roll(Markable):
    """The list. Knows no widget."""

    def __init__(self, clock: Clock) -> None:
        """Make an empty one, as of a clock."""
        super().__init__()
        self.clock = clock
        self.wanted = Wanted()
        self.found: tuple[Customer, ...] = ()
        self.newcomers: tuple[Newcomer, ...] = ()
        self.skipped = 0
        """Customers above the first that is held."""
        self.total: int | None = None
        """How many there are; None until it is known."""

    @property
    def ids(self) -> Sequence[int]:
        """The customers that are held, in order."""
        return [one.id for one in self.found]

    def take(self, answer: Answer, skipped: int = 0) -> bool:
        """Hold an answer to what is wanted; answers whether it differs from what was held.

        skipped: how many customers stand above the first of it.
        """
        before = (self.found, self.newcomers, self.total)
        self.skipped = skipped
        if isinstance(answer, CustomerPage):
            self.found, self.newcomers, self.total = answer.customers, (), answer.total
        else:
            self.found = tuple(one.customer for one in answer)
            self.newcomers, self.total = answer, len(answer)
        return before != (self.found, self.newcomers, self.total)

    def around(self, row: int) -> Wanted | None:
        """What to read because a row is near an end of what is held; None where it is not.

        While a range is being marked nobody is let go of: its rows are needed.
        """
        wanted, end = self.wanted, self.skipped + len(self.found)
        ranging = self.marks.start is not None
        if self.total is not None and end < self.total and row >= len(self.found) - _NEAR:
            if ranging or wanted.limit < MOST:
                return replace(wanted, limit=2 * wanted.limit)
            return replace(wanted, limit=MOST, skip=end - MOST // 2)
        if self.skipped and row < 4 * _NEAR:
            skip = max(0, self.skipped - MOST // 2) if row else 0
            limit = end - skip if ranging else MOST
            return replace(wanted, limit=limit, skip=skip)
        return None

    def clear(self) -> None:
        """Hold nobody."""
        self.found, self.newcomers, self.total, self.skipped = (), (), None, 0

    def customer(self, row: int) -> Customer | None:
        """Who stands in a row."""
        return self.found[row] if row < len(self.found) else None

    def line(self, row: int, width: int, weeks: Sequence[int] | None = None) -> Content:
        """A row in words. weeks: days active in each, oldest first, as far as known."""
        one = self.found[row]
        marked = self.marks.has(row, one.id)
        if self.newcomers:
            return words.newcomer_line(self.newcomers[row], width, self.clock, marked=marked)
        said = self.wanted.text
        return words.row_line(one, width, self.clock, said, marked=marked, weeks=weeks)

    def header(self, width: int) -> Content:
        """The names of the columns."""
        return (words.newcomer_header if self.wanted.checkin else words.header)(width)

    def status(self) -> Content:
        """How many, of whom, in what order, and how many are marked."""
        n, ranging = len(self.marks.ids), len(self.marks.reach)
        if self.wanted.checkin and self.total is not None:
            said = words.newcomer_status(self.newcomers, DAYS, self.clock)
        else:
            title = "Check-in" if self.wanted.checkin else None
            title = self.wanted.within.title if self.wanted.within else title
            said = words.status(self.total, sort=self.wanted.sort, title=title)
        return said + words.marked(n, ranging)

    def detail(self, row: int, width: int) -> tuple[Content, Content]:
        """What the newcomer in a row has used, and what not."""
        one = self.newcomers[row] if row < len(self.newcomers) else None
        return words.newcomer_detail(one, width)

    def nobody(self) -> tuple[Content, ...]:
        """Why the list is empty, and the way on."""
        if self.wanted.checkin:
            return words.no_newcomers(DAYS)
        title = self.wanted.within.title if self.wanted.within else None
        return words.nobody(self.wanted.text, title)
