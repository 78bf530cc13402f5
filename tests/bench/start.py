"""Start: from the command to the first useful frame, in a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import statistics
import struct
import sys
import time
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

from tests.bench.measure import ROOT, console
from tests.bench.report import Report

_BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("ready-to-read")
Bare().run()
"""
_LONGEST = 30.0


def run(report: Report, mirror: Path, rounds: int) -> None:
    """Start ours and a bare Textual app in turn."""
    bare, ours = [], []
    for _ in range(rounds):
        bare.append(_until([sys.executable, "-c", _BARE], b"ready-to-read"))
        # Every line of the feed has a source at its end; none stands anywhere before.
        ours.append(_until(console(mirror, "--now", "2026-10-01T00:00Z"), b"segment"))
    if not all([*bare, *ours]):
        report.skip("start", "no frame was seen in this terminal")
        return
    first, second = statistics.median(bare), statistics.median(ours)
    report.ratio("start, first useful frame beside bare Textual", second / first, "at most 1.5")


def _until(arguments: Sequence[str], wanted: bytes) -> float:
    """Seconds until a program has written `wanted` to its terminal; 0 when it never does."""
    started = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8")
        os.execvp(arguments[0], list(arguments))
    ioctl(terminal, TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    written, taken = b"", 0.0
    try:
        while time.perf_counter() - started < _LONGEST:
            ready, _, _ = select.select([terminal], [], [], 0.5)
            if ready:
                written += os.read(terminal, 65536)
                if wanted in written:
                    taken = time.perf_counter() - started
                    break
    except OSError:
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(terminal)
    return taken
