"""The screen: seats the panes, carries messages between them, and knows nothing else."""

from __future__ import annotations

import os
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.timer import Timer

from console.glance import LEAST, WIDE
from console.model import Customer, Status
from console.notebook.views import View
from console.palette import PaletteScreen
from console.panes.foot import Foot
from console.panes.head import Head
from console.panes.pane import Desk, Look, Open, Pane, People, Say, ToHandle
from console.panes.profile import ProfilePart
from console.panes.seats import Seat, Seats
from console.show import states
from console.show.bars import Hint, Tab, to_handle
from console.widgets.line_view import LineView
from console.widgets.prompt import Prompt

PANES = (
    Seat("Feed", "console.panes.feed", "FeedPane"),
    Seat("Customers", "console.panes.customers", "CustomersPane"),
    Seat("Cohorts", "console.panes.cohorts", "CohortsPane"),
    Seat("To handle", "console.panes.inbox", "InboxPane", tab=False),
    Seat("Wall", "console.panes.wall", "WallPane", tab=False),
)
"""The panes, in the order of their tabs; those without one stand last."""
TABS = sum(seat.tab for seat in PANES)
INBOX = TABS
_PAUSE, _FAR_PAUSE = 0.25, 0.5
"""Seconds the cursor rests on a customer before their profile is shown, here and over SSH:
walking on stays cheap."""
_MOST_STEPS = 50


class _Step(NamedTuple):
    """A place to come back to."""

    seat: int
    memento: object
    opened: int | None


def _key(keys: str, action: str, label: str, id: str, tells: str, shown: str = "") -> Binding:
    return Binding(keys, action, label, show=False, key_display=shown or None, id=id, tooltip=tells)


class MainScreen(PaletteScreen):
    """Head, seats, profile and foot."""

    HORIZONTAL_BREAKPOINTS = [(0, "-cramped"), (LEAST[0], "-narrow"), (WIDE, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (LEAST[1], "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            _key(str(tab), f"seat({tab - 1})", seat.title, f"tab.{tab}", f"Open {seat.title}")
            for tab, seat in enumerate(PANES[:TABS], 1)
        ),
        _key("tab", "inbox", "To handle", "inbox", "Who is to be handled; again goes back", "tab"),
        _key("right_square_bracket", "step(1)", "Next", "tab.next", "The next tab", "]"),
        _key("left_square_bracket", "step(-1)", "Before", "tab.before", "The tab before", "["),
        _key("minus", "back", "Back", "back", "Back to where you were", "-"),
        _key("l,right", "into", "Profile", "profile.into", "Into the profile beside the list"),
        _key("h,left", "out", "List", "profile.out", "From the profile back to the list"),
        _key("escape", "leave", "Leave", "leave", "Leave the profile; clear the filter"),
        _key("ctrl+l", "app.repaint", "Repaint", "repaint", "Send the whole screen again"),
        _key("q", "app.quit", "Quit", "quit", "Leave the console"),
    ]

    def __init__(self, desk: Desk, view: View | None = None) -> None:
        super().__init__(desk)
        self._view = view
        """What to show first; the feed unless told."""
        self.seats = Seats(desk, PANES)
        self.at = 0
        self.opened: int | None = None
        """The customer whose profile has the keys."""
        self._way: list[_Step] = []
        self._rest: Timer | None = None
        far = desk.config.kiosk or os.environ.get("SSH_CONNECTION")
        self._pause = _FAR_PAUSE if far else _PAUSE
        self._status: Status | None = None
        self._to_handle: int | None = None
        """Customers in the inbox, as far as known."""
        self.set_class(not desk.config.mirror.exists(), "-empty")

    def compose(self) -> ComposeResult:
        """The first seat is filled at once, the others when they are first opened."""
        yield Head(self.desk)
        with Horizontal(id="body"):
            with Horizontal(id="seats"):
                yield self.seats[0]
            yield ProfilePart(self.desk)
        yield LineView(id="welcome")
        yield Foot()
        yield LineView(id="small")

    def on_mount(self) -> None:
        """The keys go to the first pane."""
        config = self.desk.config
        asked = any(one.is_asked for one in config.sources.values())
        # Known from the first layout on, and not from the resize that follows it.
        wide = self.app.size.width >= WIDE
        self.set_class(wide, "-wide").set_class(not wide, "-narrow")
        words = states.no_mirror(str(config.mirror), asked)
        self.query_one("#welcome", LineView).say(*words)
        self.query_one("#small", LineView).say(*states.too_small(*LEAST))
        self.bindings_updated_signal.subscribe(self, lambda _: self._show_keys())
        self._arrive()
        self._count()
        self.read_views()
        if self._view is not None:
            self.call_after_refresh(self._open_view, self._view)

    async def _open_view(self, view: View) -> None:
        if why := await self.show_view(view):
            self.post_message(Say(why, bad=True))

    # -- the mirror ---------------------------------------------------------------------

    def mirror_there(self, there: bool) -> None:
        """Whether there is a mirror at all."""
        if there == self.has_class("-empty"):
            self.set_class(not there, "-empty")
            self._show_keys()
            if there:
                self.mirror_changed()
                self.pane.arrive()

    def follow(self) -> None:
        """Somebody wrote to the mirror a moment ago: what is live shows it at once."""
        if self.pane.is_attached:
            self.pane.follow()

    @property
    def answering(self) -> bool:
        """Whether something in sight waits for the mirror."""
        return any(one.asking() for one in (self.query_one(Head), self.pane, self._profile))

    def mirror_changed(self) -> None:
        """Somebody wrote to the mirror: whoever is in sight looks again."""
        self.query_one(Head).mirror_changed()
        self._count()
        for seat in self.seats.made():
            seat.stale = True
        self._freshen()
        self._profile.show(self._profile.wanted, again=True)

    def notebook_changed(self) -> None:
        """Somebody wrote into the notebook: the pane in front and the profile look again."""
        self._count()
        self.read_views()
        for seat in self.seats.made():
            if seat is self.pane and seat.is_attached:
                seat.notebook_changed()
            else:
                seat.stale = True
        self._profile.show(self._profile.wanted, again=True)

    def _count(self) -> None:
        """Find out how many are to be handled, unless the pane in front does."""
        if self.pane.TELLS_TO_HANDLE and self.pane.is_attached:
            self.query_one(Head).drop_question("inbox")
        else:
            self.query_one(Head).count()

    def _freshen(self) -> None:
        if self.pane.stale and self.pane.is_attached:
            self.pane.stale = False
            self.pane.mirror_changed()

    def on_to_handle(self, event: ToHandle) -> None:
        """Say how many are to be handled in the inbox's tab."""
        self._to_handle = event.n
        self.query_one(Head).show_tabs(self.tabs())

    def on_head_told(self, event: Head.Told) -> None:
        """Panes may want to know the sources."""
        self._status = event.status
        self.show_sources()
        for seat in self.seats.made():
            seat.status = event.status

    # -- seats --------------------------------------------------------------------------

    @property
    def pane(self) -> Pane:
        """The pane in front."""
        return self.seats[self.at]

    @property
    def _profile(self) -> ProfilePart:
        return self.query_one(ProfilePart)

    async def move(self, seat: int, opened: int | None = None, *, back: bool = False) -> Pane:
        """Bring a seat to the front, filling it when it is new; `-` leads back here."""
        here = _Step(self.at, self.pane.memento, self.opened)
        if not back and here[::2] != (seat, opened):
            self._way = [*self._way[-_MOST_STEPS:], here]
        self.at, self.opened = seat, opened
        if not self.pane.is_attached:
            await self.query_one("#seats").mount(self.pane)
        self._arrive()
        return self.pane

    def _arrive(self) -> None:
        self.set_class(not self.pane.BESIDE, "-alone")
        self.set_class(self.opened is not None, "-profile")
        self.pane.status = self._status
        for seat in self.seats.made():
            seat.display = seat is self.pane
        self.query_one(Head).show_tabs(self.tabs())
        self._freshen()
        if self.opened is None:
            self.pane.arrive()
        else:
            self._profile.show(self.opened)
            self._profile.view.focus()

    def tabs(self) -> list[Tab]:
        """The tabs, in order."""
        numbered = [
            Tab(str(place + 1), title, place == self.at)
            for place, title in enumerate(self.seats.titles)
        ]
        return [*numbered, Tab("tab", to_handle(self._to_handle), self.at == INBOX)]

    # -- messages -----------------------------------------------------------------------

    def on_look(self, event: Look) -> None:
        """Show whom the cursor is on beside the list, once it rests."""
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        if self.opened is not None or not self.has_class("-wide") or not self.pane.BESIDE:
            return
        if self._profile.wanted is None:
            self._profile.show(event.customer)
        else:
            self._rest = self.set_timer(self._pause, lambda: self._profile.show(event.customer))

    async def on_open(self, event: Open) -> None:
        """Give a profile the keys."""
        await self.move(self.at, event.customer)

    async def on_people(self, event: People) -> None:
        """Show people in the pane that shows people."""
        place = next(place for place, seat in enumerate(self.seats) if seat.TAKES_PEOPLE)
        (await self.move(place)).take_people(event)

    def on_say(self, event: Say) -> None:
        """Say it at the foot."""
        self.query_one(Foot).tell(event.words, bad=event.bad)

    async def on_head_tab_clicked(self, event: Head.TabClicked) -> None:
        """Open the tab."""
        await self.move(event.place)

    # -- keys ---------------------------------------------------------------------------

    @property
    def customer(self) -> Customer | None:
        """Whom a key acts on."""
        return self._profile.customer if self.opened is not None else self.pane.customer

    def why_not(self, action: str) -> str | None:
        """Why a key cannot act now; None when it can."""
        if action == "back" and not self._way:
            return "this is where you began"
        if action == "into" and self.customer is None:
            return "there is no customer under the cursor"
        if action == "out" and self.opened is None:
            return "no profile is open"
        return super().why_not(action)

    async def action_seat(self, place: int) -> None:
        """Open a tab."""
        await self.move(place)

    async def action_step(self, by: int) -> None:
        """Open the tab beside."""
        here = self.at if self.at < TABS else -1 if by > 0 else 0
        await self.move((here + by) % TABS)

    async def action_inbox(self) -> None:
        """To the inbox; from it back to where one was."""
        if self.at != INBOX:
            await self.move(INBOX)
        elif self._way:
            await self.action_back()
        else:
            await self.move(0)

    async def action_back(self) -> None:
        """Go back one step."""
        if not self.refuse("back"):
            step = self._way.pop()
            pane = await self.move(step.seat, step.opened, back=True)
            pane.restore(step.memento)

    async def action_into(self) -> None:
        """Open the profile of the customer under the cursor."""
        who = self.customer
        if not self.refuse("into") and who is not None and self.opened is None:
            await self.move(self.at, who.id)

    async def action_out(self) -> None:
        """Back to the list."""
        if not self.refuse("out"):
            await self._close()

    async def _close(self) -> None:
        if self._way and self._way[-1][::2] == (self.at, None):
            self._way.pop()
        await self.move(self.at, back=True)

    async def action_leave(self) -> None:
        """Leave the profile; else take a filter back; else say how to leave."""
        if self.opened is not None:
            await self._close()
        elif not self.pane.action_clear() and not self.leave_sync():
            self.post_message(Say("Nothing to leave here; q quits", bad=True))

    def _hints(self) -> list[Hint]:
        """The keys that act here: first those that the pane is there for."""
        found = {one.binding.id: one.binding for one in self.active_bindings.values()}
        first = [found[id] for id in self.pane.HINTS if id in found]
        rest = [one for one in found.values() if one.show and one not in first]
        return [Hint(self.app.get_key_display(one), one.description) for one in (*first, *rest)]

    def _show_keys(self) -> None:
        always = [Hint("?", "Help"), Hint("q", "Quit")]
        if isinstance(self.focused, Prompt):
            hints, always = [Hint("⏎", "To the list"), Hint("esc", "Clear")], []
        elif self.opened is not None:
            hints = [Hint("esc", "Back to the list"), Hint("j k", "Scroll"), Hint("y", "Copy")]
        else:
            hints = [] if self.has_class("-empty") else self._hints()
        self.query_one(Foot).show_keys(hints, always)
