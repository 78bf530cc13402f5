"""The line at the top: tabs, and how the mirror stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from console import triage
from console.config import SourceConfig
from console.mirror import status as mirror
from console.mirror.database import Connection
from console.model import Status
from console.panes.pane import Asking, Desk, ToHandle
from console.show import bars, header
from console.show.bars import Tab
from console.show.standing import Standing, standings
from console.widgets.bar import Bar


class Head(Asking, Vertical, can_focus=False, inherit_bindings=False):
    """Tabs at the left; whose data, how many and how fresh at the right."""

    DEFAULT_CSS = """
    Head { height: 1; }
    """

    class Told(Message):
        """How the mirror stands is known, or known anew."""

        def __init__(self, status: Status) -> None:
            super().__init__()
            self.status = status

    class TabClicked(Message):
        """A click on a tab."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, id="head")
        self._tabs: Sequence[Tab] = ()
        self._status: Status | None = None
        self._error: str | None = None
        self._stale = False
        self._sources = desk.config.sources
        self._syncing: Collection[str] = ()
        self._doing = ""

    def compose(self) -> ComposeResult:
        """One line."""
        yield Bar(id="head-line")

    def on_mount(self) -> None:
        """Find out how the mirror stands."""
        self.mirror_changed()
        self.set_interval(60, self._paint)

    def show_tabs(self, tabs: Sequence[Tab]) -> None:
        """Show these tabs."""
        self._tabs = tabs
        self._paint()

    def show_sync(
        self, sources: Mapping[str, SourceConfig], syncing: Collection[str] = (), doing: str = ""
    ) -> None:
        """Show how a sync of ours comes on; nothing when it is over.

        sources: the configured ones. syncing: names of those that are asked. doing: the
        stream that has just come on, in words.
        """
        self._sources, self._syncing, self._doing = sources, syncing, doing
        self._paint()

    def standings(self) -> Sequence[Standing]:
        """How the sources stand, as far as the mirror was read."""
        return standings(self._status, self._sources, self.desk.clock(), self._syncing)

    def mirror_changed(self) -> None:
        """Find out anew, once the answer under way is there."""
        if not self.desk.config.mirror.exists():
            # The screen says so at length.
            return
        if self.asking():
            self._stale = True
        else:
            self._stale = False
            self.ask(mirror.read, self._take, failed=self._failed)

    def count(self) -> None:
        """Work out how many are to be handled, and say `ToHandle`."""
        config, clock = self.desk.config, self.desk.clock()

        def work(db: Connection) -> int:
            return triage.to_handle(db, config.notebook, clock, days=config.inbox_days)

        def then(n: int) -> None:
            self.post_message(ToHandle(n))

        if config.mirror.exists():
            self.ask(work, then, failed=lambda _: None, group="inbox")

    def _take(self, status: Status) -> None:
        self._status, self._error = status, None
        if self._stale:
            self.mirror_changed()
        self._paint()
        self.post_message(self.Told(status))

    def _failed(self, sentence: str) -> None:
        self._error = sentence
        self._paint()

    def _paint(self) -> None:
        left = bars.tabs(self._tabs)
        room = max(0, self.size.width - left.cell_length - 1)
        right: Content = (
            bars.trouble(self._error, room)
            if self._error
            else header.facts(
                self.desk.name, self._status, self.standings(), self.desk.clock(), room, self._doing
            )
        )
        self.query_one(Bar).say(left, right)

    def on_resize(self) -> None:
        """What fits depends on the width."""
        self._paint()

    def on_bar_clicked(self, event: Bar.Clicked) -> None:
        """Open the tab that was clicked."""
        event.stop()
        place = bars.tab_at(self._tabs, event.x)
        if place is not None:
            self.post_message(self.TabClicked(place))
