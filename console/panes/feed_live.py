"""The feed as it is read, followed and shown; its keys are in `console.panes.feed`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from textual.app import ComposeResult
from textual.content import Content

from console.clock import Clock
from console.mirror import feed
from console.mirror.database import Connection
from console.model import Customer, FeedPage, FeedQuestion
from console.panes.feed_log import (
    PAGE,
    Counted,
    FeedLog,
    First,
    Taken,
    counted,
    first_page,
    newer_page,
    news,
)
from console.panes.pane import Desk, Look, Open, Pane
from console.show import feed as words
from console.show import states
from console.widgets.bar import Bar
from console.widgets.filter_line import FilterLine
from console.widgets.row_list import RowList

_AHEAD = 40
"""Rows left below the cursor when older events are read; above it four times as many."""


class LiveFeed(Pane):
    """Events as rows under their days, newest first, kept up to date."""

    def __init__(self, desk: Desk, id: str = "feed") -> None:
        super().__init__(desk, id=id)
        self.question = FeedQuestion(limit=PAGE)
        self.held = FeedLog(desk.last_visit)
        self.clock: Clock = desk.clock()
        self.paused = False
        self.waiting = 0
        """Arrivals while it is paused."""
        self._above = 0
        """Arrivals out of sight above the cursor."""
        self._behind = False
        """Whether so much arrived above the cursor that it was only counted."""
        self._counted = 0
        """The bookmark up to which arrivals were counted instead of taken in."""
        self._more = False
        """Whether somebody wrote while a question was out."""

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
        for group in ("older", "newer", "new"):
            self.drop_question(group)
        self.ask(lambda db: first_page(db, question), self._show_first, failed=self._failed)
        self.facts()

    def _show_first(self, first: First) -> None:
        self.held.start(first)
        self._above = self.waiting = self._counted = 0
        self._behind = False
        self._lay_out(cursor=0)

    def _failed(self, sentence: str) -> None:
        self.held.clear()
        self.list_.say(*states.failed(sentence))
        self.facts()

    def mirror_changed(self) -> None:
        """Ask what has arrived since."""
        self.follow()

    def follow(self) -> None:
        """Ask what has arrived since, one question at a time."""
        self._more = self.asking() or self.asking("new")
        if self._more:
            # The answer under way may not hold the newest commit.
            return
        mark = max(self.held.bookmark, self._counted)
        question = replace(self.question, until=self.desk.clock().now)
        here = None if self.following else self.held.entry(self.list_.cursor)
        above = replace(question, since=here.event.at + 1) if here else None
        work: Callable[[Connection], Taken | First | Counted]
        if self.paused:
            work = partial(counted, mark=mark, question=question)
        elif self._behind or (here and self.held.full):
            work = partial(counted, mark=mark, question=above or question)
        else:
            work = partial(news, mark=mark, question=question, above=above)
        self.ask(work, self._take, failed=self._failed, group="new")

    @property
    def following(self) -> bool:
        """Whether the newest events are in sight."""
        at_top = self.list_.cursor <= 1 and self.list_.scroll_offset.y == 0
        return at_top and not self.held.newer

    def _take(self, answer: Taken | First | Counted) -> None:
        """Show what has arrived, or say how much."""
        if isinstance(answer, Taken):
            self._take_in(answer)
        elif isinstance(answer, Counted):
            self._count(answer)
        elif self.following:
            self._show_first(answer)
        else:
            # The reader went down in the meantime.
            self._more = True
        if self._more:
            self.follow()

    def _count(self, answer: Counted) -> None:
        self._counted = answer.bookmark
        if self.paused:
            self.waiting += answer.n
        else:
            self._behind = True
            self._above += answer.n
        self.facts()

    def _take_in(self, answer: Taken) -> None:
        """Put arrivals in their places by time; the cursor stays on what it is on."""
        self.held.bookmark = answer.bookmark
        if not self.held.events and answer.events:
            self.read()
            return
        fresh = self.held.take_in(answer.events)
        if not fresh:
            return
        self.clock = self.desk.clock()
        here = None if self.following else self.held.entry(self.list_.cursor)
        if here is None:
            self.held.trim()
        else:
            self._above += sum(event.at > here.event.at for event in fresh)
        self._lay_out(keep=here)

    def pause(self, on: bool) -> None:
        """Hold the feed still, or let it go on with what has come in meanwhile."""
        self.paused = on
        self.drop_question("new")
        if not on:
            if self._behind:
                self._above += self.waiting
            else:
                self._counted = 0
            self.waiting = 0
            self.follow()
        self.facts()

    def _older(self) -> None:
        """Ask for the page before the oldest event here."""
        if self.held.next is None or self._reading_on:
            return
        question = replace(self.question, until=self.clock.now, before=self.held.next)
        self.ask(
            lambda db: feed.page(db, question),
            self._append, failed=self._failed, group="older",
        )  # fmt: skip

    def _newer(self) -> None:
        """Ask again for the page above the newest event here."""
        if self._reading_on:
            return
        question = replace(self.question, until=self.clock.now)
        work = partial(
            newer_page, question=question, start=self.held.newer[-1], first=self.held.events[0]
        )
        self.ask(work, self._prepend, failed=self._failed, group="newer")

    @property
    def _reading_on(self) -> bool:
        return any(map(self.asking, ("main", "older", "newer")))

    def _append(self, page: FeedPage) -> None:
        here = self.held.entry(self.list_.cursor)
        self.held.append(page)
        self._lay_out(keep=here)

    def _prepend(self, page: FeedPage) -> None:
        here = self.held.entry(self.list_.cursor)
        self.held.prepend(page)
        self._lay_out(keep=here)

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
        if self.held.newer and event.row <= 1:
            # The first of those held is asked for to see the newest of all.
            self.read()
        elif self._behind and self.following:
            self.read()
        elif self._above and event.row <= 1:
            self._above = 0
            self.facts()
        if event.row >= len(self.held.rows) - _AHEAD:
            self._older()
        elif self.held.newer and event.row < 4 * _AHEAD:
            self._newer()
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
