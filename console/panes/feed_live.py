"""The feed as it is read, followed and shown; its keys are in `console.panes.feed`."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.content import Content

from console.clock import Clock
from console.mirror import feed
from console.model import Customer, FeedEvent, FeedPage, FeedQuestion
from console.panes.feed_log import PAGE, FeedLog, First, first_page
from console.panes.pane import Desk, Look, Open, Pane
from console.show import feed as words
from console.show import states
from console.widgets.bar import Bar
from console.widgets.filter_line import FilterLine
from console.widgets.row_list import RowList

_BURST = 500
"""Arrivals taken in one by one; more than this and the page is read anew."""


_AHEAD = 40
"""Rows left below the cursor when older events are read."""


class LiveFeed(Pane):
    """Events as rows under their days, newest first, kept up to date."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, id="feed")
        self.question = FeedQuestion(limit=PAGE)
        self.held = FeedLog(desk.last_visit)
        self.clock: Clock = desk.clock()
        self.paused = False
        self.waiting = 0
        """Arrivals while it is paused."""
        self._above = 0
        """Arrivals out of sight above the cursor."""

    def compose(self) -> ComposeResult:
        """A line of facts, a filter when wanted, and the rows."""
        yield Bar(id="feed-status", classes="status")
        yield FilterLine(id="feed-filter")
        yield RowList(self._row, selectable=self._selectable, id="feed-rows")

    def on_mount(self) -> None:
        """Show the first page, or read it at once."""
        if self.desk.first is None:
            self.read()
        else:
            self._show_first(self.desk.first)
            self.mirror_changed()
        self.set_interval(60, self._minute)

    @property
    def list_(self) -> RowList:
        """The rows."""
        return self.query_one("#feed-rows", RowList)

    def arrive(self) -> None:
        """The keys go to the rows."""
        self.list_.focus()
        self._look()

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
        self.drop_question("older")
        self.drop_question("new")
        self.ask(lambda db: first_page(db, question), self._show_first, failed=self._failed)
        self.facts()

    def _show_first(self, first: First) -> None:
        self.held.start(first)
        self._above = self.waiting = 0
        self._lay_out(cursor=0)

    def _failed(self, sentence: str) -> None:
        self.held.clear()
        self.list_.say(*states.failed(sentence))
        self.facts()

    def mirror_changed(self) -> None:
        """Ask what has arrived since."""
        if self.asking() or self.asking("new"):
            # One question at a time; the answer under way may not hold the newest commit.
            self.set_timer(0.3, self.mirror_changed)
            return
        mark, question = self.held.bookmark, self.question
        if self.paused:
            self.ask(
                lambda db: feed.count_since(db, mark, question),
                self._countwaiting, failed=self._failed, group="new",
            )  # fmt: skip
            return
        question = replace(question, until=self.desk.clock().now, limit=_BURST)
        self.ask(
            lambda db: feed.after(db, mark, question),
            self._take_in, failed=self._failed, group="new",
        )  # fmt: skip

    def _countwaiting(self, waiting: int) -> None:
        self.waiting = waiting
        self.facts()

    def _take_in(self, answer: tuple[tuple[FeedEvent, ...], int]) -> None:
        """Put arrivals in their places by time; the cursor stays on what it is on."""
        arrived, self.held.bookmark = answer
        if len(arrived) >= _BURST or not self.held.events:
            self.read()
            return
        fresh = self.held.take_in(arrived)
        if not fresh:
            return
        self.clock = self.desk.clock()
        rows = self.list_
        following = rows.cursor <= 1 and rows.scroll_offset.y == 0
        here = self.held.entry(rows.cursor)
        if here is not None and not following:
            self._above += sum(event.at > here.event.at for event in fresh)
        self._lay_out(keep=None if following else here)

    def _older(self) -> None:
        """Ask for the page before the oldest event here."""
        if self.held.next is None or self.asking("older") or self.asking():
            return
        question = replace(self.question, until=self.clock.now, before=self.held.next)
        self.ask(
            lambda db: feed.page(db, question),
            self._append, failed=self._failed, group="older",
        )  # fmt: skip

    def _append(self, page: FeedPage) -> None:
        self.held.append(page)
        self._lay_out(keep=self.held.entry(self.list_.cursor))

    # -- showing ------------------------------------------------------------------------

    def _lay_out(self, *, cursor: int | None = None, keep: words.Entry | None = None) -> None:
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
        self._look()

    def _row(self, row: int, width: int) -> Content:
        return words.row_line(self.held.rows[row], width, self.clock, since=self.held.since)

    def _selectable(self, row: int) -> bool:
        return self.held.entry(row) is not None

    def facts(self) -> None:
        """Say what is shown, where it changed."""
        held = self.held
        more = held.next is not None and held.since == len(held.events)
        self.query_one("#feed-status", Bar).say(
            words.status(
                self.question, since=held.since, more=more, visit=held.visit, clock=self.clock
            ),
            words.position(self._above, paused=self.paused, waiting=self.waiting),
        )

    def _minute(self) -> None:
        """Minutes pass and days end while nobody presses a key."""
        before, self.clock = self.clock, self.desk.clock()
        if self.clock.now == before.now:
            return
        if self.clock.today != before.today:
            self.list_.repaint()
            self.facts()
            return
        for row, said in enumerate(self.held.rows):
            if isinstance(said, words.Entry):
                if words.fresh(said.event.at, before):
                    self.list_.repaint(row)
                elif said.event.at < before.now:
                    break

    def _look(self) -> None:
        customer = self.customer
        self.post_message(Look(customer.id if customer else None))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Follow the cursor; read on before it meets the end."""
        event.stop()
        if self._above and event.row <= 1:
            self._above = 0
            self.facts()
        if event.row >= len(self.held.rows) - _AHEAD:
            self._older()
        self._look()

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        """Enter unfolds a fold and opens the customer of anything else."""
        event.stop()
        entry = self.held.entry(event.row)
        if entry is None:
            return
        if entry.n > 1:
            self.held.unfold(entry)
            self._lay_out(keep=entry)
        else:
            self.post_message(Open(entry.event.customer.id))

    def ask_for(self, question: FeedQuestion) -> None:
        """Show the answer to another question."""
        if question != self.question:
            self.question = question
            self.held.fold()
            self.read()
