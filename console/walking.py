"""Going from pane to pane, into a profile and back the way one came."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from console.palette import PaletteScreen
from console.panes.asking import Desk
from console.panes.pane import Pane, Say

_MOST_STEPS = 50


class _Step(NamedTuple):
    """A place to come back to."""

    seat: int
    memento: object
    opened: int | None


class Walking(PaletteScreen):
    """A screen with one pane in front, or the profile of one of its customers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "inbox", "To handle", key_display="tab", show=False, id="inbox",
                tooltip="Who is to be handled; again goes back"),
        Binding("right_square_bracket", "step(1)", "Next", key_display="]", show=False,
                id="tab.next", tooltip="The next tab"),
        Binding("left_square_bracket", "step(-1)", "Before", key_display="[", show=False,
                id="tab.before", tooltip="The tab before"),
        Binding("minus", "back", "Back", key_display="-", show=False, id="back",
                tooltip="Back to where you were"),
        Binding("l,right", "into", "Profile", show=False, id="profile.into",
                tooltip="Into the profile beside the list"),
        Binding("h,left", "out", "List", show=False, id="profile.out",
                tooltip="From the profile back to the list"),
        Binding("escape", "leave", "Leave", show=False, id="leave",
                tooltip="Leave the profile; clear the filter"),
    ]  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._way: list[_Step] = []

    @property
    def tabbed(self) -> int:
        """How many panes have a tab; the inbox stands behind them."""
        return len(self.seats.titles)

    @property
    def pane(self) -> Pane:
        """The pane in front."""
        return self.seats[self.at]

    async def move(self, seat: int, opened: int | None = None, *, back: bool = False) -> Pane:
        """Bring a seat to the front, filling it when it is new; `-` leads back here."""
        here = _Step(self.at, self.pane.memento, self.opened)
        if not back and here[::2] != (seat, opened):
            self._way = [*self._way[-_MOST_STEPS:], here]
        self.at, self.opened = seat, opened
        if not self.pane.is_attached:
            await self.query_one("#seats").mount(self.pane)
        self.arrive()
        return self.pane

    def arrive(self) -> None:
        """Show what is in front by now, and give it the keys."""
        raise NotImplementedError

    # -- keys ---------------------------------------------------------------------------

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
        here = self.at if self.at < self.tabbed else -1 if by > 0 else 0
        await self.move((here + by) % self.tabbed)

    async def action_inbox(self) -> None:
        """To the inbox; from it back to where one was."""
        if self.at != self.tabbed:
            await self.move(self.tabbed)
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
