"""An application that takes keys in their order, however fast they are typed.

A key that opens a box is answered a moment later. What is typed meanwhile is meant for the
box: it is held back until the box is there, and let go of where none came. Acting on it as
keys of the screen behind would handle customers by accident.
"""

from __future__ import annotations

from collections import deque
from time import monotonic

from textual import events
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import ModalScreen
from textual.timer import Timer

from console.tty.idle import IdleApp

_PATIENCE = 2.0
"""Seconds after which a key that nobody has answered holds back no other."""
_LONGEST = 5.0
"""Seconds a box may take; after that what was typed for it is let go of."""
_LOOK = 0.05
"""Seconds between looks at whether what was held back may go on."""


class Hold:
    """Whether what is typed is meant for a box that is not there yet. Knows no widget."""

    def __init__(self) -> None:
        self._until: float | None = None
        self._missed = False

    def begin(self) -> None:
        """A box will open."""
        self._until = monotonic() + _LONGEST

    def end(self, *, opened: bool) -> None:
        """It has opened; or will not, and what was typed for it is meant for nobody."""
        self._until = None
        self._missed = not opened

    @property
    def held(self) -> bool:
        """Whether a box is awaited."""
        if self._until is not None and monotonic() >= self._until:
            self.end(opened=False)
        return self._until is not None

    def missed(self) -> bool:
        """Whether a box has not come since the last time of asking."""
        missed = not self.held and self._missed
        self._missed = False
        return missed


class _Passed(Message):
    """Follows a key on its way from the focus up: whoever it was meant for has had it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class TypedAheadApp(IdleApp):
    """Hands on a key once the one before it has done what it does."""

    hold: Hold
    """Set by whoever opens a box that needs an answer first."""
    _number = 0
    _until = 0.0
    """Until when the key under way holds back others; 0 when none is."""

    def __init__(self) -> None:
        super().__init__()
        self._target: MessagePump = self
        """What the key under way went to."""
        self._kept: deque[events.Key | events.Paste] = deque()
        self._next_look: Timer | None = None
        """The next look at what is held back; None when nothing is."""

    async def on_event(self, event: events.Event) -> None:
        """Hold back what was typed ahead; everything else is Textual's."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._kept or self._busy():
            self._kept.append(event)
            self._look_again()
        else:
            await self._hand_on(event)

    async def _hand_on(self, event: events.Key | events.Paste) -> None:
        target = self._target = self.focused or self.screen
        self._number += 1
        await super().on_event(event)
        if target.post_message(_Passed(self._number)):
            self._until = monotonic() + _PATIENCE

    async def on__passed(self, message: _Passed) -> None:
        """Nobody has any more to do with the key."""
        message.stop()
        if message.number == self._number:
            self._until = 0.0
            await self._go_on()

    def _busy(self) -> bool:
        screen = self.screen_stack[-1]
        opening = isinstance(screen, ModalScreen) and not screen.is_mounted
        # A key that closes the box it went to takes with it whoever would have said it passed.
        under_way = monotonic() < self._until and self._target.is_running
        return under_way or self.hold.held or opening

    async def _go_on(self) -> None:
        if self.hold.missed():
            self._kept.clear()
        if not self._kept or not self.screen_stack:
            return
        if self._busy():
            self._look_again()
        else:
            await self._hand_on(self._kept.popleft())
            if self._kept:
                self._look_again()

    def _look_again(self) -> None:
        # One for all that is held back: one for each key, each asking for the next, would go
        # on looking as long as anybody types faster than keys are answered.
        if self._next_look is None:
            self._next_look = self.set_timer(_LOOK, self._looked)

    async def _looked(self) -> None:
        self._next_look = None
        await self._go_on()
