"""The screen: seats the panes, carries messages between them, and knows nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.screen import Screen

from console.panes.feed import FeedPane
from console.panes.pane import Desk, Pane
from console.widgets.bar import Bar


class MainScreen(Screen[None], inherit_bindings=False):
    """Head, seats and foot."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (118, "-wide")]
    BINDINGS = [
        Binding("q", "app.quit", "Quit", id="quit", tooltip="Leave the console"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.seats: list[Pane] = list(self._panes())
        self.at = 0

    def _panes(self) -> Iterator[Pane]:
        yield FeedPane(self.desk)

    def compose(self) -> ComposeResult:
        """The first seat is filled at once, the others when they are first opened."""
        yield Bar(id="head")
        yield Horizontal(self.seats[0], id="seats")
        yield Bar(id="foot")

    def on_mount(self) -> None:
        """The keys go to the first pane."""
        self.seats[0].arrive()
