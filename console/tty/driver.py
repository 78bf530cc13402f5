"""A terminal driver that leaves properly and cannot be talked to death.

Textual's own (8.2) dies of a byte that is not UTF-8 and of key reports out of range, spins
when its terminal is gone, and leaves the terminal raw on SIGTERM and SIGHUP. This one

* restores the terminal and exits with 128 + n on SIGTERM and SIGHUP;
* treats the end of its input as SIGHUP;
* ignores what it cannot decode or parse, what a terminal answers, and sizes no screen has.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
from codecs import getincrementaldecoder
from contextlib import suppress
from threading import Thread
from time import sleep
from types import FrameType
from typing import Any

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from console.tty.replies import Replies
from console.tty.sizes import believed

GRACE = 1.5
"""Seconds an orderly end may take before the terminal is restored by force."""
_RESTORE = (
    "\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    "\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)


_ALTERNATE = "\x1b[?1049h"


class SafeDriver(LinuxDriver):
    """Textual's Linux driver with the exits made safe."""

    _leaving = False
    _glance: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Draw on standard output, that standard error may go to a file."""
        super().__init__(*args, **kwargs)
        self._file = sys.__stdout__
        # Before the first report of a size the app would ask the terminal itself.
        self._size = self._size or self._get_terminal_size()

    def start_application_mode(self) -> None:
        """Take the terminal, and the signals that ask for it back."""
        glance = getattr(self._app, "glance", None)
        if glance is not None and glance.before is not None and not glance.taken:
            self._glance = glance
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._glance is not None:
            self.attrs_before = self._glance.before
            self._glance.taken, self._glance = True, None
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, self._signalled)

    def write(self, data: str) -> None:
        """Write on the terminal; one that shows a first sight keeps it until it is painted over."""
        if self._glance is None or data != _ALTERNATE:
            super().write(data)

    def _sigcont_application(self, *_: Any) -> None:
        if self._key_thread is not None and self._key_thread.is_alive():
            # SIGSTOP gave no time to leave: taken twice, the terminal had two readers, who
            # wait for each other's keys, and would be left as raw as it was found.
            self.suspend_application_mode()
            self._must_signal_resume = True
        super()._sigcont_application()

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        self.leave(128 + number)

    def leave(self, status: int) -> None:
        """End the app with an exit status, orderly if it still can within `GRACE` seconds."""
        if self._leaving:
            return
        self._leaving = True
        Thread(target=self._force, args=(status,), name="last-resort", daemon=True).start()
        loop = self._loop
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(lambda: self._app.exit(return_code=status))

    def _force(self, status: int) -> None:
        # The event loop may be blocked for ever in a write to a terminal nobody reads.
        sleep(GRACE)
        with suppress(OSError, termios.error):
            if self.attrs_before is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        with suppress(OSError):
            descriptor = self._file.fileno() if self._file is not None else 1
            os.set_blocking(descriptor, False)
            try:
                os.write(descriptor, _RESTORE.encode())
            finally:
                # The shell shares this terminal's flags.
                os.set_blocking(descriptor, True)
        os._exit(status)

    def _get_terminal_size(self) -> tuple[int, int]:
        return believed(*super()._get_terminal_size())

    def process_message(self, message: Message) -> None:
        """Pass a message on, unless it claims a size that no screen has."""
        if isinstance(message, events.Resize) and not _believable(message):
            return
        super().process_message(message)

    def run_input_thread(self) -> None:
        """Read bytes, decode what decodes, and parse what parses."""
        decode = getincrementaldecoder("utf-8")(errors="ignore").decode
        parser, replies = XTermParser(self._debug), Replies()
        while not self.exit_event.is_set():
            try:
                ready, _, _ = select.select([self.fileno], [], [], 0.1)
                data = os.read(self.fileno, 4096) if ready else None
            except (OSError, ValueError):
                data = b""
            if data == b"":
                self.leave(128 + signal.SIGHUP)
                return
            parser = self._feed(parser, replies.without(decode(data) if data else ""))

    def _feed(self, parser: XTermParser, text: str) -> XTermParser:
        try:
            if text:
                for message in parser.feed(text):
                    self.process_message(message)
            for message in parser.tick():
                self.process_message(message)
        except Exception:
            # Reports out of range make the parser raise; a fresh one forgets them.
            return XTermParser(self._debug)
        return parser


def _believable(message: events.Resize) -> bool:
    size = message.size
    return size.width > 0 and size.height > 0 and believed(*size) == size
