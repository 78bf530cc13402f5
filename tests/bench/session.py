"""A program in a pseudo-terminal: what it writes, how soon, and what it takes meanwhile."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import time
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ
from types import TracebackType
from typing import NamedTuple

from tests.bench.measure import ROOT

COLOURS = {"truecolor": "truecolor", "256 colours": ""}
"""What COLORTERM says; without it, as over SSH, the terminal has 256."""
SIZE = (120, 40)
_TICKS = os.sysconf("SC_CLK_TCK")


class Heard(NamedTuple):
    """What a program wrote."""

    bytes: int
    first: float | None
    """Seconds until the first of it; None when nothing came."""


class Session:
    """A program at 120x40. Ends it when left."""

    def __init__(
        self, command: Sequence[str], colours: str = "truecolor", **environment: str
    ) -> None:
        """Start it. colours: one of `COLOURS`. environment: on top of ours."""
        self.started = time.perf_counter()
        self.written = b""
        self._child, self._terminal = pty.fork()
        if self._child == 0:
            os.chdir(ROOT)
            os.environ.update(
                environment, TERM="xterm-256color", COLORTERM=COLOURS[colours], LANG="C.UTF-8"
            )
            os.execvp(command[0], list(command))
        ioctl(self._terminal, TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
        os.close(self._terminal)

    def until(self, wanted: bytes, longest: float = 30.0) -> float | None:
        """Seconds from the start until some bytes had been written; None when they never are."""
        while time.perf_counter() - self.started < longest:
            if self._read(0.5) is None:
                break
            if wanted in self.written:
                return time.perf_counter() - self.started
        return None

    def _read(self, seconds: float) -> int | None:
        """How much was written, waiting for it so long; None when the program has ended."""
        ready, _, _ = select.select([self._terminal], [], [], max(0.0, seconds))
        if not ready:
            return 0
        try:
            got = os.read(self._terminal, 65536)
        except OSError:
            return None
        self.written += got
        return len(got)

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._terminal, keys)

    def listen(self, seconds: float) -> Heard:
        """What is written within so many seconds."""
        begun, total, first = time.perf_counter(), 0, None
        while (left := begun + seconds - time.perf_counter()) > 0:
            got = self._read(left)
            if got is None:
                break
            if got and first is None:
                first = time.perf_counter() - begun
            total += got
        return Heard(total, first)

    def press(self, keys: bytes, seconds: float) -> Heard:
        """What some keys make it write within so many seconds."""
        self.type(keys)
        return self.listen(seconds)

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        with open(f"/proc/{self._child}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """Megabytes in memory now."""
        status = Path(f"/proc/{self._child}/status").read_text()
        resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(resident.split()[1]) / 1024
