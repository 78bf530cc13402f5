"""Writing into the notebook from the screen: one thing after another, never on its thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from textual.message import Message
from textual.widget import Widget

from console.mirror.database import Connection, MirrorError, open_reader
from console.panes.asking import Desk

T = TypeVar("T")


class Written(Message):
    """Something was written, or could not be."""

    bubble = False

    def __init__(self, then: Callable[[Any], None], value: Any) -> None:
        super().__init__()
        self.then = then
        self.value = value


class Writing:
    """A queue of one thread: what is pressed first is written first, and nothing is dropped."""

    def __init__(self, desk: Desk, owner: Widget) -> None:
        """Make one. owner: gets `Written` and calls `then` with what comes of it."""
        self._desk = desk
        self._owner = owner
        self._pool = ThreadPoolExecutor(1, "notebook")

    def do(
        self,
        work: Callable[[Connection], T],
        then: Callable[[T], None],
        *,
        failed: Callable[[str], None],
    ) -> None:
        """Do something with the mirror at hand, in the thread.

        work: raises ValueError or MirrorError with a sentence when it cannot be done.
        then, failed: called on the screen's own thread.
        """
        self._pool.submit(self._do, work, then, failed)

    def end(self) -> None:
        """Wait for what is under way; take nothing more."""
        self._pool.shutdown(wait=True)

    def _do(
        self,
        work: Callable[[Connection], T],
        then: Callable[[T], None],
        failed: Callable[[str], None],
    ) -> None:
        try:
            db = open_reader(self._desk.config.mirror)
            try:
                answer = work(db)
            finally:
                db.close()
        except (ValueError, MirrorError) as error:
            self._owner.post_message(Written(failed, str(error)))
        except Exception as error:
            # A fault of ours in one change must not take the whole screen away.
            said = f"the console made a mistake here ({type(error).__name__})"
            self._owner.post_message(Written(failed, said))
        else:
            self._owner.post_message(Written(then, answer))
