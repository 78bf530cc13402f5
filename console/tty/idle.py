"""An application that is left when nobody has touched it for a while.

Over SSH a screen left open shows customers to whoever passes by.
"""

from __future__ import annotations

from time import monotonic

from textual import events
from textual.app import App

WARNING = 60.0
"""Seconds before the end at which it is announced."""


class IdleApp(App[None]):
    """Counts the time since the last key, click or paste."""

    farewell: str | None = None
    """One line about why it ended by itself."""
    _idle = 0.0
    _touched = 0.0
    _warned = False

    def leave_when_idle(self, minutes: float) -> None:
        """Leave after so many minutes without a touch; 0 for never."""
        self._idle, self._touched = minutes * 60, monotonic()
        if minutes:
            self._wait(self._idle - WARNING)

    def going_idle(self, seconds: int) -> None:
        """Say that it will be left in some seconds."""
        raise NotImplementedError

    async def on_event(self, event: events.Event) -> None:
        """Notice a touch; everything else is Textual's."""
        if isinstance(event, events.Key | events.MouseEvent | events.Paste):
            self._touched, self._warned = monotonic(), False
        await super().on_event(event)

    def _wait(self, seconds: float) -> None:
        self.set_timer(max(0.05, seconds), self._look_idle)

    def _look_idle(self) -> None:
        left = self._idle - (monotonic() - self._touched)
        if left <= 0:
            self.farewell = f"closed after {_said(self._idle)} without a key (idle_minutes)"
            self.exit(return_code=0)
        elif left <= WARNING:
            if not self._warned:
                self._warned = True
                self.going_idle(round(left))
            self._wait(left)
        else:
            self._wait(left - WARNING)


def _said(seconds: float) -> str:
    unit, n = ("minute", seconds / 60) if seconds >= 60 else ("second", seconds)
    return f"{n:g} {unit}{'' if n == 1 else 's'}"
