"""The feed as it is followed while events arrive; its keys are in `console.panes.feed`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from textual.content import Content

from console.mirror.database import Connection
from console.panes.feed_log import Counted, First, Taken, counted, news
from console.panes.feed_pages import FeedPages
from console.panes.pane import Desk
from console.show import feed as words
from console.widgets.row_list import RowList


class LiveFeed(FeedPages):
    """The feed, kept up to date."""

    def __init__(self, desk: Desk, id: str = "feed") -> None:
        super().__init__(desk, id)
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

    def on_mount(self) -> None:
        """Show the first page, or read it at once."""
        if self.desk.first is None:
            self.read()
        else:
            self.show_first(self.desk.first)
            self.mirror_changed()
        self.set_interval(60, self._minute)

    # -- asking -------------------------------------------------------------------------

    def read(self) -> None:
        """Ask for the first page; what has arrived is in it."""
        self.drop_question("new")
        super().read()

    def show_first(self, first: First) -> None:
        """Show the first page; nothing has arrived since."""
        self._above = self.waiting = self._counted = 0
        self._behind = False
        super().show_first(first)

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
        self.ask(work, self._take, failed=self.failed, group="new")

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
            self.show_first(answer)
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
        self.lay_out(keep=here)

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

    # -- showing ------------------------------------------------------------------------

    def position(self) -> Content:
        """How many have arrived out of sight, or wait."""
        return words.position(self._above, paused=self.paused, waiting=self.waiting)

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
        self.read_on(event.row)
        self.look()
