"""The first sight: the feed's newest rows, on the terminal before a screen is loaded.

Loading the screen takes half a second, reading a page of the feed ten milliseconds. So the
rows are read and written plainly first, each where the screen will show it; the screen then
takes over the terminal and what was read. Keys pressed meanwhile wait for it.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType, TracebackType
from typing import Any

from console.config import Config
from console.mirror.database import DatabaseError, MirrorError, open_reader
from console.model import FeedQuestion
from console.notebook.store import last_visit
from console.panes.feed_log import PAGE, FeedLog, First, first_page
from console.show.cells import Part
from console.show.clean import clean
from console.show.feed_rows import row_parts
from console.tty.sizes import LEAST, WIDE, believed

_BESIDE = 0.42
"""The profile's share of the columns, as in console.tcss."""
_ABOVE, _BELOW = 2, 1
"""Lines above and below the rows."""
_TAKE, _GIVE_BACK = "\x1b[?1049h\x1b[?25l\x1b[?7l", "\x1b[?7h\x1b[?1049l\x1b[?25h"
_CODES = {"bold": "1", "$quiet": "2", "$faint": "2", "on": "7"}
_COLOURS = {
    "$level-urgent": "38;5;167", "$level-notable": "38;5;172", "$accent": "38;5;172",
    "$primary": "38;5;68",
}  # fmt: skip
"""Of the 256 those that can be read on dark and on light."""


class Glance:
    """Shows the newest rows until a screen takes over; a context around loading that."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._clock = config.clock()
        self.first: First | None = None
        """What was read; None when nothing could be, and nothing is shown."""
        self.visit: int | None = None
        """When this person was last here, in microseconds UTC."""
        self.before: list[Any] | None = None
        """The terminal's settings as they were; None while it has not been touched."""
        self.taken = False
        """Whether a screen has taken over, and will give the terminal back."""

    def __enter__(self) -> Glance:
        out = sys.__stdout__
        if sys.platform == "win32" or out is None or not out.isatty() or not self._read():
            return self
        import termios

        descriptor = sys.stdin.fileno()
        self.before = termios.tcgetattr(descriptor)
        silent = termios.tcgetattr(descriptor)
        silent[3] &= ~(termios.ECHO | termios.ICANON)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, _leave)
        termios.tcsetattr(descriptor, termios.TCSANOW, silent)
        out.write(_TAKE + self.painted(*os.get_terminal_size(descriptor)))
        out.flush()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if sys.platform == "win32" or self.before is None or self.taken:
            return
        import termios

        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self.before)
        if sys.__stdout__ is not None:
            sys.__stdout__.write(_GIVE_BACK)

    def _read(self) -> bool:
        question = FeedQuestion(limit=PAGE, until=self._clock.now)
        try:
            self.visit = visit_before(self._config)
            db = open_reader(self._config.mirror)
            try:
                self.first = first_page(db, question)
            finally:
                db.close()
        except (MirrorError, DatabaseError, OSError):
            # The screen will say what is wrong.
            return False
        return bool(self.first.page.events)

    def painted(self, columns: int, lines: int) -> str:
        """The rows as text for a terminal of some size."""
        columns, lines = believed(columns, lines)
        if columns < LEAST[0] or lines < LEAST[1]:
            return ""
        log = FeedLog(self.visit)
        if self.first is not None:
            log.start(self.first)
        log.lay_out(self._clock)
        width = columns - int(columns * _BESIDE) if columns >= WIDE else columns
        return "".join(
            f"\x1b[{y};2H{_row(row_parts(row, width - 1, self._clock, since=log.since))}"
            for y, row in enumerate(log.rows[: max(0, lines - _ABOVE - _BELOW)], _ABOVE + 1)
        )


def visit_before(config: Config) -> int | None:
    """When this person was last here, in microseconds UTC; None the first time."""
    try:
        seen = last_visit(config.notebook, config.person)
    except MirrorError:
        return None
    return seen if seen is not None and (config.now is None or seen <= config.now) else None


def _row(parts: list[Part]) -> str:
    codes = _CODES | _COLOURS if _colours() else _CODES
    written = []
    for text, style in parts:
        worn = ";".join(codes[word] for word in style.split() if word in codes)
        written.append(f"\x1b[{worn}m{clean(text)}\x1b[m" if worn else clean(text))
    return "".join(written)


def _colours() -> bool:
    given = os.environ
    many = "256color" in given.get("TERM", "") or bool(given.get("COLORTERM"))
    return many and not given.get("NO_COLOR")


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
