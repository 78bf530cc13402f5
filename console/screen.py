"""The screen: seats the panes, carries messages between them, and knows nothing else."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from console.model import Customer, Status
from console.notebook.views import View
from console.panes.foot import Foot
from console.panes.head import Head
from console.panes.pane import Desk, Look, Open, People, Say, ToHandle
from console.panes.profile import ProfilePart
from console.panes.seats import Seat, Seats
from console.show import states
from console.show.bars import Hint, Tab, to_handle
from console.tty.sizes import LEAST, WIDE
from console.walking import Walking
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


class MainScreen(Walking):
    """Head, seats, profile and foot."""

    HORIZONTAL_BREAKPOINTS = [(0, "-cramped"), (LEAST[0], "-narrow"), (WIDE, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (LEAST[1], "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(tab), f"seat({tab - 1})", seat.title, show=False, id=f"tab.{tab}",
                    tooltip=f"Open {seat.title}")
            for tab, seat in enumerate(PANES[:TABS], 1)
        ),
        Binding("ctrl+l", "app.repaint", "Repaint", show=False, id="repaint",
                tooltip="Send the whole screen again"),
        Binding("q", "app.quit", "Quit", show=False, id="quit", tooltip="Leave the console"),
    ]  # fmt: skip

    def __init__(self, desk: Desk, view: View | None = None) -> None:
        super().__init__(desk)
        self._view = view
        """What to show first; the feed unless told."""
        self.seats = Seats(desk, PANES)
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
        self.arrive()
        self._count()
        self.read_views()
        if self._view is not None:
            self.call_after_refresh(self.open_view, self._view)

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
    def _profile(self) -> ProfilePart:
        return self.query_one(ProfilePart)

    def arrive(self) -> None:
        """Show what is in front now, and give it the keys."""
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
        if self.opened is None and self.has_class("-wide") and self.pane.BESIDE:
            self._profile.follow(event.customer)
        else:
            self._profile.stay()

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
