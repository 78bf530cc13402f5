"""One customer, beside a list or in its place."""

from __future__ import annotations

import os
from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer

from console import triage
from console.clock import Clock
from console.mirror import feed
from console.mirror import profile as profiles
from console.mirror.database import Connection
from console.model import Customer, FeedEvent, FeedPage, FeedQuestion, Profile, Remarks
from console.panes.pane import Asking, Desk
from console.show import profile as words
from console.show import states
from console.widgets.line_view import LineView

_PAGE = 100
_PAUSE, _FAR_PAUSE = 0.25, 0.5
"""Seconds the cursor rests on a customer before their profile is shown, here and over SSH:
walking on stays cheap."""


class ProfilePart(Asking, Vertical, can_focus=False, inherit_bindings=False):
    """Shows whoever it is told to; reads their history on as it is scrolled."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, id="profile")
        self.wanted: int | None = None
        self.profile: Profile | None = None
        self.remarks = Remarks()
        self.clock: Clock = desk.clock()
        self._history: list[FeedEvent] = []
        self._next: str | None = None
        self._rest: Timer | None = None
        far = desk.config.kiosk or os.environ.get("SSH_CONNECTION")
        self._pause = _FAR_PAUSE if far else _PAUSE

    def compose(self) -> ComposeResult:
        """One page of lines."""
        yield LineView(id="profile-lines")

    @property
    def view(self) -> LineView:
        """The page."""
        return self.query_one(LineView)

    @property
    def customer(self) -> Customer | None:
        """Who is shown."""
        return self.profile.customer if self.profile else None

    def follow(self, customer: int | None) -> None:
        """Show whom the cursor is on, once it rests; at once where nobody is shown yet."""
        self.stay()
        if self.wanted is None:
            self.show(customer)
        else:
            self._rest = self.set_timer(self._pause, lambda: self.show(customer))

    def stay(self) -> None:
        """Wait for the cursor to rest no longer."""
        if self._rest is not None:
            self._rest.stop()
            self._rest = None

    def show(self, customer: int | None, *, again: bool = False) -> None:
        """Show a customer; None empties the page. again: read them anew, keeping the place."""
        if customer == self.wanted and not again:
            return
        self.wanted = customer
        if customer is None:
            self.drop_question()
            self.profile = None
            self.view.show(None)
            return
        clock = self.desk.clock()
        self.ask(
            lambda db: self._read(db, customer, clock),
            lambda found: self._take(found, clock, keep=again), failed=self._failed,
        )  # fmt: skip

    def _read(self, db: Connection, customer: int, clock: Clock) -> tuple[Profile | None, Remarks]:
        found = profiles.read(db, customer, clock)
        written = triage.remarks(db, self.desk.config.notebook, customer, clock.now)
        if found is not None:
            found = replace(found, customer=triage.with_tags(found.customer, written))
        return found, written

    def _take(self, read: tuple[Profile | None, Remarks], clock: Clock, *, keep: bool) -> None:
        found, self.remarks = read
        self.profile, self.clock = found, clock
        if found is None:
            self.view.say(*states.state("Gone", "This customer is no longer in the mirror."))
            return
        self._history = list(found.recent)
        more = len(found.recent) < found.events_total and found.recent
        last = found.recent[-1] if more else None
        self._next = feed.place_of(last) if last else None
        self._show(top=None if keep else 0)

    def _failed(self, sentence: str) -> None:
        self.profile = None
        self.view.say(*states.failed(sentence))

    def _show(self, *, top: int | None) -> None:
        found, history, clock, written = self.profile, self._history, self.clock, self.remarks
        who = self.desk.config.person
        if found is not None:
            self.view.show(
                lambda width: words.lines(found, history, clock, width, written, who), top=top
            )

    def on_line_view_near_end(self, event: LineView.NearEnd) -> None:
        """Read the history on."""
        event.stop()
        if self._next is None or self.asking("older") or self.wanted is None:
            return
        question = FeedQuestion(level="noise", customer=self.wanted, limit=_PAGE, before=self._next)
        wanted = self.wanted
        self.ask(
            lambda db: feed.page(db, replace(question, until=self.clock.now)),
            lambda page: self._append(page, wanted), failed=self._failed, group="older",
        )  # fmt: skip

    def _append(self, page: FeedPage, wanted: int) -> None:
        if wanted == self.wanted:
            self._history += page.events
            self._next = page.next
            self._show(top=None)
