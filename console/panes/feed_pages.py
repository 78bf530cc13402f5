"""The feed page by page: asked for, laid out as rows, read further at either end."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from textual.app import ComposeResult
from textual.content import Content

from console.clock import Clock
from console.mirror import feed
from console.model import Customer, FeedPage, FeedQuestion
from console.panes.feed_log import PAGE, FeedLog, First, first_page, newer_page
from console.panes.pane import Desk, Look, Open, Pane
from console.show import feed as words
from console.show import states
from console.widgets.bar import Bar
from console.widgets.filter_line import FilterLine
from console.widgets.row_list import RowList

_AHEAD = 40
"""Rows left below the cursor when older events are read; above it four times as many."""


class FeedPages(Pane):
    """Events as rows under their days, newest first."""

    def __init__(self, desk: Desk, id: str = "feed") -> None:
        super().__init__(desk, id=id)
        self.question = FeedQuestion(limit=PAGE)
        self.held = FeedLog(desk.last_visit)
        self.clock: Clock = desk.clock()

    def compose(self) -> ComposeResult:
        """A line of facts, a filter when wanted, and the rows."""
        yield Bar(id="feed-status", classes="status")
        yield FilterLine(id="feed-filter")
        yield RowList(self._row, selectable=self._selectable, id="feed-rows")

    @property
    def list_(self) -> RowList:
        """The rows."""
        return self.query_one("#feed-rows", RowList)

    def arrive(self) -> None:
        """The keys go to the rows."""
        self.list_.focus()
        self.look()

    @property
    def customer(self) -> Customer | None:
        """Whom the cursor is on."""
        entry = self.held.entry(self.list_.cursor)
        return entry.event.customer if entry else None

    # -- asking -------------------------------------------------------------------------

    def read(self) -> None:
        """Ask for the first page of the present question."""
        self.clock = self.desk.clock()
        question = replace(self.question, until=self.clock.now)
        if not self.held.events:
            self.list_.say(*states.loading("the feed"))
        for group in ("older", "newer"):
            self.drop_question(group)
        self.ask(lambda db: first_page(db, question), self.show_first, failed=self.failed)
        self.facts()

    def show_first(self, first: First) -> None:
        """Show the first page, the cursor on its newest event."""
        self.held.start(first)
        self.lay_out(cursor=0)

    def failed(self, sentence: str) -> None:
        """Say why there is nothing to be read."""
        self.held.clear()
        self.list_.say(*states.failed(sentence))
        self.facts()

    def ask_for(self, question: FeedQuestion) -> None:
        """Show the answer to another question."""
        if question != self.question:
            self.question = question
            self.held.fold()
            self.read()

    def read_on(self, row: int) -> None:
        """Read the page beyond a row that is near an end of what is held."""
        if row >= len(self.held.rows) - _AHEAD:
            self._older()
        elif self.held.newer and row < 4 * _AHEAD:
            self._newer()

    def _older(self) -> None:
        """Ask for the page before the oldest event here."""
        if self.held.next is None or self._reading_on:
            return
        question = replace(self.question, until=self.clock.now, before=self.held.next)
        self.ask(
            lambda db: feed.page(db, question),
            self._append, failed=self.failed, group="older",
        )  # fmt: skip

    def _newer(self) -> None:
        """Ask again for the page above the newest event here."""
        if self._reading_on:
            return
        question = replace(self.question, until=self.clock.now)
        work = partial(
            newer_page, question=question, start=self.held.newer[-1], first=self.held.events[0]
        )
        self.ask(work, self._prepend, failed=self.failed, group="newer")

    @property
    def _reading_on(self) -> bool:
        return any(map(self.asking, ("main", "older", "newer")))

    def _append(self, page: FeedPage) -> None:
        here = self.held.entry(self.list_.cursor)
        self.held.append(page)
        self.lay_out(keep=here)

    def _prepend(self, page: FeedPage) -> None:
        here = self.held.entry(self.list_.cursor)
        self.held.prepend(page)
        self.lay_out(keep=here)

    # -- showing ------------------------------------------------------------------------

    def lay_out(self, *, cursor: int | None = None, keep: words.Entry | None = None) -> None:
        """Make the rows; the cursor goes to a row, or stays with an entry and its place."""
        rows = self.list_
        offset = rows.cursor - rows.scroll_offset.y
        self.held.lay_out(self.clock)
        count = len(self.held.rows)
        if not count:
            rows.say(*words.nothing(self.question))
        elif keep is None:
            rows.show(count, cursor or 0, top=0)
        else:
            place = self.held.row_of(keep)
            rows.show(count, place, top=max(0, place - offset))
        self.facts()
        self.look()

    def _row(self, row: int, width: int) -> Content:
        return words.row_line(self.held.rows[row], width, self.clock, since=self.held.since)

    def _selectable(self, row: int) -> bool:
        return self.held.entry(row) is not None

    def facts(self) -> None:
        """Say what is shown, where it changed."""
        held = self.held
        more = held.next is not None and held.since == len(held.events)
        said = words.status(
            self.question, since=held.since, more=more, visit=held.visit, clock=self.clock
        )
        self.query_one("#feed-status", Bar).say(said, self.position())

    def position(self) -> Content:
        """Where the rows stand to what arrives."""
        raise NotImplementedError

    def look(self) -> None:
        """Tell whom the cursor is on."""
        customer = self.customer
        self.post_message(Look(customer.id if customer else None))

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        """Enter unfolds a fold and opens the customer of anything else."""
        event.stop()
        entry = self.held.entry(event.row)
        if entry is None:
            return
        if entry.n > 1:
            self.held.unfold(entry)
            self.lay_out(keep=entry)
        else:
            self.post_message(Open(entry.event.customer.id))
