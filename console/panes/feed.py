"""The feed: what customers do, newest first, and live."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from console.clock import Clock
from console.mirror import feed
from console.mirror.database import Connection
from console.model import LEVELS, Customer, FeedEvent, FeedPage, FeedQuestion
from console.panes.pane import Desk, Look, Open, Pane
from console.show import feed as words
from console.show import levels, states
from console.widgets.bar import Bar
from console.widgets.filter_line import FilterLine
from console.widgets.row_list import RowList

PAGE = 100
_BURST = 500
"""Arrivals taken in one by one; more than this and the page is read anew."""


@dataclass(frozen=True)
class _First:
    """The first page, and where the live feed goes on from."""

    page: FeedPage
    bookmark: int


class FeedPane(Pane):
    """Events as rows under their days."""

    NAME = "feed"
    TITLE = "Feed"
    USAGE = "feed urgent | SOURCE | WORDS"
    TELLS = "what customers do, newest first"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", id="feed.filter",
                tooltip="Show only events with these words; esc clears"),
        Binding("plus", "level(1)", "Louder", key_display="+", id="feed.level_up",
                tooltip="Show less: only louder events"),
        Binding("underscore", "level(-1)", "Quieter", key_display="_", id="feed.level_down",
                tooltip="Show more: quieter events too"),
        Binding("f", "source", "Source", id="feed.source",
                tooltip="Show one source after the other, then all again"),
        Binding("p", "pause", "Pause", id="feed.pause",
                tooltip="Hold the feed still; again lets it go on"),
        Binding("r", "reload", "Reload", id="feed.reload", show=False,
                tooltip="Read the mirror again"),
    ]  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, id="feed")
        self.question = FeedQuestion(limit=PAGE)
        self.events: list[FeedEvent] = []
        self.rows: list[words.Row] = []
        self.clock: Clock = desk.clock()
        self.bookmark = 0
        self.next: str | None = None
        self.paused = False
        self._waiting = 0
        self._above = 0
        self._unfolded: frozenset[int] = frozenset()

    def compose(self) -> ComposeResult:
        """A line of facts, a filter when wanted, and the rows."""
        yield Bar(id="feed-status", classes="status")
        yield FilterLine(id="feed-filter")
        yield RowList(self._row, selectable=self._selectable, id="feed-rows")

    def on_mount(self) -> None:
        """Read the first page at once."""
        self._read()
        self.set_interval(60, self._minute)

    @property
    def _list(self) -> RowList:
        return self.query_one("#feed-rows", RowList)

    def arrive(self) -> None:
        """The keys go to the rows."""
        self._list.focus()
        self._look()

    @property
    def customer(self) -> Customer | None:
        """Whom the cursor is on."""
        entry = self._entry(self._list.cursor)
        return entry.event.customer if entry else None

    # -- asking -------------------------------------------------------------------------

    def _read(self) -> None:
        """Ask for the first page of the present question."""
        self.clock = self.desk.clock()
        question = replace(self.question, until=self.clock.now)

        def first(db: Connection) -> _First:
            # The bookmark comes first: what arrives in between comes twice, never not at all.
            return _First(bookmark=feed.bookmark(db), page=feed.page(db, question))

        if not self.events:
            self._list.say(*states.loading("the feed"))
        self.drop_question("older")
        self.drop_question("new")
        self.ask(first, self._show_first, failed=self._failed)
        self._facts()

    def _show_first(self, first: _First) -> None:
        self.events = list(first.page.events)
        self.next = first.page.next
        self.bookmark = first.bookmark
        self._above = self._waiting = 0
        self._lay_out(cursor=0)

    def _failed(self, sentence: str) -> None:
        self.events, self.rows, self.next = [], [], None
        self._list.say(*states.failed(sentence))
        self._facts()

    def mirror_changed(self) -> None:
        """Ask what has arrived since."""
        if self.asking() or self.asking("new"):
            # One question at a time; the answer under way may not hold the newest commit.
            self.set_timer(0.3, self.mirror_changed)
            return
        mark, question = self.bookmark, self.question
        if self.paused:
            self.ask(
                lambda db: feed.count_since(db, mark, question),
                self._count_waiting, failed=self._failed, group="new",
            )  # fmt: skip
            return
        question = replace(question, until=self.desk.clock().now, limit=_BURST)
        self.ask(
            lambda db: feed.after(db, mark, question),
            self._take_in, failed=self._failed, group="new",
        )  # fmt: skip

    def _count_waiting(self, waiting: int) -> None:
        self._waiting = waiting
        self._facts()

    def _take_in(self, answer: tuple[tuple[FeedEvent, ...], int]) -> None:
        """Put arrivals in their places by time; the cursor stays on what it is on."""
        arrived, self.bookmark = answer
        if len(arrived) >= _BURST or not self.events:
            self._read()
            return
        known = {event.id for event in self.events}
        oldest = self.events[-1].at
        fresh = [
            event for event in arrived
            if event.id not in known and (self.next is None or event.at >= oldest)
        ]  # fmt: skip
        if not fresh:
            return
        self.clock = self.desk.clock()
        rows = self._list
        following = rows.cursor <= 1 and rows.scroll_offset.y == 0
        here = self._entry(rows.cursor)
        if here is not None and not following:
            self._above += sum(event.at > here.event.at for event in fresh)
        self.events = sorted(
            [*self.events, *fresh], key=lambda event: (event.at, event.id), reverse=True
        )
        self._lay_out(keep=None if following else here)

    def _older(self) -> None:
        """Ask for the page before the oldest event here."""
        if self.next is None or self.asking("older") or self.asking():
            return
        question = replace(self.question, until=self.clock.now, before=self.next)
        self.ask(
            lambda db: feed.page(db, question),
            self._append, failed=self._failed, group="older",
        )  # fmt: skip

    def _append(self, page: FeedPage) -> None:
        self.events += page.events
        self.next = page.next
        self._lay_out(keep=self._entry(self._list.cursor))

    # -- showing ------------------------------------------------------------------------

    def _lay_out(self, *, cursor: int | None = None, keep: words.Entry | None = None) -> None:
        """Make the rows; the cursor goes to a row, or stays with an entry and its place."""
        rows = self._list
        offset = rows.cursor - rows.scroll_offset.y
        self.rows = words.rows(
            self.events, self.clock, visit=self.desk.last_visit, unfolded=self._unfolded
        )
        if not self.rows:
            rows.say(*words.nothing(self.question))
        elif keep is None:
            rows.show(len(self.rows), cursor or 0, top=0)
        else:
            place = self._place_of(keep)
            rows.show(len(self.rows), place, top=max(0, place - offset))
        self._facts()
        self._look()

    def _place_of(self, entry: words.Entry) -> int:
        wanted = (entry.event.at, entry.event.id)
        best = 0
        for place, row in enumerate(self.rows):
            if isinstance(row, words.Entry):
                best = place
                if (row.event.at, row.event.id) <= wanted:
                    break
        return best

    def _row(self, row: int, width: int) -> Content:
        return words.row_line(self.rows[row], width, self.clock, since=self._since())

    def _selectable(self, row: int) -> bool:
        return isinstance(self.rows[row], words.Entry)

    def _entry(self, row: int) -> words.Entry | None:
        found = self.rows[row] if row < len(self.rows) else None
        return found if isinstance(found, words.Entry) else None

    def _since(self) -> int:
        visit = self.desk.last_visit
        return 0 if visit is None else sum(event.at > visit for event in self.events)

    def _facts(self) -> None:
        visit = self.desk.last_visit
        since = self._since()
        more = bool(self.next) and since == len(self.events) > 0
        self.query_one("#feed-status", Bar).say(
            words.status(self.question, since=since, more=more, visit=visit, clock=self.clock),
            words.position(self._above, paused=self.paused, waiting=self._waiting),
        )

    def _minute(self) -> None:
        """Days end while nobody presses a key."""
        clock = self.desk.clock()
        if clock.today != self.clock.today:
            self.clock = clock
            self._list.repaint()
            self._facts()

    def _look(self) -> None:
        customer = self.customer
        self.post_message(Look(customer.id if customer else None))

    # -- keys ---------------------------------------------------------------------------

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Follow the cursor; read on before it meets the end."""
        event.stop()
        if self._above and event.row <= 1:
            self._above = 0
            self._facts()
        if event.row >= len(self.rows) - 40:
            self._older()
        self._look()

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        """Enter unfolds a fold and opens the customer of anything else."""
        event.stop()
        entry = self._entry(event.row)
        if entry is None:
            return
        if entry.n > 1:
            self._unfolded |= {entry.event.id}
            self._lay_out(keep=entry)
        else:
            self.post_message(Open(entry.event.customer.id))

    def on_filter_line_changed(self, event: FilterLine.Changed) -> None:
        """Each letter asks again."""
        event.stop()
        self._ask_for(replace(self.question, text=event.text.strip() or None))

    def on_filter_line_closed(self, event: FilterLine.Closed) -> None:
        """Back to the rows."""
        event.stop()
        self._list.focus()

    def action_filter(self) -> None:
        """Open the filter."""
        self.query_one(FilterLine).open()

    def why_not(self, action: str) -> str | None:
        """Why a key cannot act now."""
        level = self.question.level
        if action == "level(1)" and levels.louder(level) is None:
            return "only urgent events are shown already"
        if action == "level(-1)" and levels.quieter(level) is None:
            return "everything is shown already"
        if action == "source" and len(self.source_names) < 2:
            return "there is only one source"
        return None

    def action_level(self, by: int) -> None:
        """Show louder events only, or quieter ones too."""
        level = (levels.louder if by > 0 else levels.quieter)(self.question.level)
        if level is None:
            self.refuse(f"level({by})")
        else:
            self._ask_for(replace(self.question, level=level))

    def action_source(self) -> None:
        """The next source, then all of them again."""
        names = self.source_names
        if len(names) < 2:
            self.refuse("source")
            return
        ring = [None, *names]
        at = ring.index(self.question.source) if self.question.source in ring else 0
        self._ask_for(replace(self.question, source=ring[(at + 1) % len(ring)]))

    def action_pause(self) -> None:
        """Hold the feed, or let it go on with what has come in meanwhile."""
        self.paused = not self.paused
        self._waiting = 0
        self._facts()
        if not self.paused:
            self.mirror_changed()

    def action_reload(self) -> None:
        """Read the mirror again, from the newest event."""
        self._read()

    def action_clear(self) -> bool:
        """Esc: take the filter away; answers whether there was one."""
        if self.question.text is None:
            return False
        self.query_one(FilterLine).put("")
        return True

    def go(self, said: str) -> str | None:
        """``:feed urgent``, ``:feed stripe``, or words to look for."""
        said = said.strip()
        if said in LEVELS:
            self._ask_for(replace(self.question, level=LEVELS[LEVELS.index(said)]))
        elif said in self.source_names:
            self._ask_for(replace(self.question, source=said))
        elif said:
            self.query_one(FilterLine).put(said)
        return None

    def _ask_for(self, question: FeedQuestion) -> None:
        if question != self.question:
            self.question = question
            self._unfolded = frozenset()
            self._read()
