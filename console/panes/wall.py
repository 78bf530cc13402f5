"""The wall: the feed large, counters beside it, for a screen that nobody touches."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from console import triage
from console.clock import Clock
from console.mirror.database import Connection
from console.mirror.tallies import tallies
from console.model import Tally
from console.panes.feed_live import LiveFeed
from console.panes.feed_log import FeedLog
from console.panes.pane import Desk, ToHandle
from console.show import wall as words
from console.show.feed_rows import spaced
from console.widgets.line_view import LineView

_OFTEN = 20
"""Seconds between two counts where nothing is written."""


class WallLog(FeedLog):
    """The feed with room between its rows."""

    def lay_out(self, clock: Clock) -> None:
        """Make the rows anew, a blank one under each event."""
        super().lay_out(clock)
        self.rows = spaced(self.rows)


class WallPane(LiveFeed):
    """The feed and the counters; nothing here wants a key."""

    DEFAULT_CSS = """
    WallPane Horizontal { height: 1fr; }
    WallPane Vertical { width: 1fr; height: 1fr; }
    WallPane #wall-counters { width: 44; height: 1fr; border-left: vkey $hairline; }
    """
    NAME = "wall"
    TITLE = "Wall"
    TELLS = "the feed large with today's counters, for a screen on the wall"
    BESIDE = False
    TELLS_TO_HANDLE = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, id="wall")
        self.held = WallLog(None)
        self._counts: tuple[Sequence[Tally], int] | None = None
        self._again = False
        """Whether something was written while an answer was on its way."""

    def compose(self) -> ComposeResult:
        """The feed, and the counters at its right."""
        with Horizontal():
            with Vertical():
                yield from super().compose()
            yield LineView(id="wall-counters")

    def on_mount(self) -> None:
        """Count at once, and again while nobody presses a key."""
        super().on_mount()
        self.count()
        self.set_interval(_OFTEN, self.count)

    def mirror_changed(self) -> None:
        """Take in what has arrived; count again."""
        super().mirror_changed()
        self.count()

    def notebook_changed(self) -> None:
        """Somebody may have handled something."""
        self.count()

    def count(self) -> None:
        """Ask for the counters, one question at a time."""
        if self.asking("counters"):
            self._again = True
            return
        config, clock = self.desk.config, self.desk.clock()

        def work(db: Connection) -> tuple[Sequence[Tally], int]:
            waiting = triage.to_handle(db, config.notebook, clock, days=config.inbox_days)
            return tallies(db, clock), waiting

        self.ask(work, self._show_counts, failed=lambda _: None, group="counters")

    def _show_counts(self, answer: tuple[Sequence[Tally], int]) -> None:
        again, self._again = self._again, False
        if again:
            self.count()
        self._counts = answer
        self._paint_counts()
        self.post_message(ToHandle(answer[1]))

    def _paint_counts(self) -> None:
        if self._counts is None:
            return
        found, to_handle = self._counts
        clock, height = self.desk.clock(), self.size.height
        self.query_one("#wall-counters", LineView).show(
            lambda width: words.counters(found, to_handle, clock, width, height)
        )

    def on_resize(self) -> None:
        """What fits depends on the height."""
        self._paint_counts()
