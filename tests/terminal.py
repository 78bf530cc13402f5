"""A console in a real pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[1]
START = """
import sys
from pathlib import Path
from console.config import Config
from console.app import run
sys.exit(run(Config(mirror=Path({mirror!r}), notebook=Path({notebook!r}), now={now})))
"""


class Terminal:
    """Runs the screen in a pty of its own; `output` is all that it wrote."""

    def __init__(
        self,
        mirror: Path,
        now: int,
        *,
        size: tuple[int, int] = (80, 24),
        term: str = "xterm-256color",
        command: Sequence[str] | None = None,
        environment: Mapping[str, str] | None = None,
        code: str = "",
    ) -> None:
        """Start it.

        command: instead of the screen alone. environment: on top of ours.
        code: what is to happen in the process before the screen opens.
        """
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = termios.tcgetattr(self.slave)
        start = START.format(mirror=str(mirror), notebook=str(mirror.parent / "n.db"), now=now)
        command = [sys.executable, "-c", code + start] if command is None else command
        whole = {**os.environ, "TERM": term, "PYTHONPATH": str(ROOT), **(environment or {})}
        # The size is the terminal's, not that of whoever runs the tests.
        for name in ("COLORTERM", "COLUMNS", "LINES"):
            whole.pop(name, None)
        self.process = subprocess.Popen(
            command, stdin=self.slave, stdout=self.slave, stderr=self.slave,
            env=whole, start_new_session=True, preexec_fn=self._control,
        )  # fmt: skip
        self.output = b""

    def _control(self) -> None:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for descriptor in (self.master, self.slave):
            try:
                os.close(descriptor)
            except OSError:
                continue

    def read(self, seconds: float) -> bytes:
        """What is written within some seconds."""
        got = b""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select([self.master], [], [], left)
            if ready:
                try:
                    got += os.read(self.master, 65536)
                except OSError:
                    break
        self.output += got
        return got

    def wait_for(self, words: str, seconds: float = 15) -> None:
        """Read until some words have been written."""
        end = time.monotonic() + seconds
        while words.encode() not in self.output:
            assert time.monotonic() < end, self.output[-2000:]
            self.read(0.1)

    def type(self, data: bytes) -> None:
        """Send bytes as a keyboard would, or as none would."""
        os.write(self.master, data)

    def ended(self, seconds: float = 5) -> int | None:
        """The exit status, when it ends within some seconds."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        self.read(0.1)
        return self.process.poll()
