"""The line at the bottom: the keys that act here, or what just happened."""

from __future__ import annotations

from collections.abc import Sequence

from textual.timer import Timer

from console.show import bars
from console.show.bars import Hint
from console.widgets.bar import Bar

SECONDS = 6.0
"""How long a sentence stays."""


class Foot(Bar):
    """Keys, until somebody has something to say."""

    def __init__(self) -> None:
        super().__init__(id="foot")
        self._hints: Sequence[Hint] = ()
        self._always: Sequence[Hint] = ()
        self._timer: Timer | None = None

    def show_keys(self, hints: Sequence[Hint], always: Sequence[Hint]) -> None:
        """The keys of the place the focus is in, and those that hold everywhere."""
        self._hints, self._always = hints, always
        if self._timer is None:
            self._paint()

    def tell(self, words: str, *, bad: bool = False) -> None:
        """Say something for a while."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SECONDS, self._done)
        self.say(bars.said(words, bad=bad))

    def _done(self) -> None:
        self._timer = None
        self._paint()

    def _paint(self) -> None:
        right = bars.keys(self._always, 60)
        self.say(bars.keys(self._hints, self.size.width - right.cell_length - 1), right)

    def on_resize(self) -> None:
        """What fits depends on the width."""
        if self._timer is None:
            self._paint()
