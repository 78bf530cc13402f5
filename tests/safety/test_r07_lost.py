"""R7: after the loss of its terminal the process is gone within three seconds."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import world as worlds
from tests.terminal import Terminal

GONE = 128 + signal.SIGHUP
SECONDS = 3


class Deaf(Terminal):
    """Started as by nohup: it ignores SIGHUP until it says otherwise."""

    def _control(self) -> None:
        super()._control()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


class Loose(Terminal):
    """Its terminal controls it not: nobody will send a SIGHUP."""

    def _control(self) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


SLOW = [
    signal.SIGTERM,
    *(pytest.param(one, marks=pytest.mark.slow) for one in (signal.SIGHUP, None)),
]


def hang_up(terminal: Terminal) -> None:
    os.close(terminal.slave)
    os.close(terminal.master)


def stuff(terminal: Terminal) -> None:
    """Make it write to a terminal that nobody reads, until it can write no more."""
    for _ in range(60):
        terminal.type(b"2" + b"1")
    # Its own time, not ours: it is to be stuck in a write.
    subprocess.run(["sleep", "1.5"], check=True)


@pytest.mark.parametrize("kind", [Deaf, Loose, pytest.param(Terminal, marks=pytest.mark.slow)])
def test_r07_a_line_that_drops(built_world: Path, kind: type[Terminal]) -> None:
    with kind(built_world, worlds.NOW) as terminal:
        terminal.wait_for("customers")
        hang_up(terminal)
        assert terminal.process.wait(SECONDS) in (GONE, -signal.SIGHUP)


@pytest.mark.parametrize("number", SLOW)
def test_r07_while_it_is_stuck_in_a_write(built_world: Path, number: signal.Signals | None) -> None:
    with Terminal(built_world, worlds.NOW, size=(300, 100)) as terminal:
        terminal.wait_for("customers")
        stuff(terminal)
        if number is None:
            hang_up(terminal)
        else:
            terminal.process.send_signal(number)
        assert terminal.process.wait(SECONDS) in (128 + (number or 1), -signal.SIGHUP)


@pytest.mark.parametrize(
    "given", [lambda: subprocess.DEVNULL, lambda: os.open(os.devnull, os.O_RDONLY)]
)
def test_r07_without_a_terminal_it_does_not_begin(
    built_world: Path, given: Callable[[], int]
) -> None:
    import sys

    command = [sys.executable, "-m", "console", "--mirror", str(built_world)]
    ran = subprocess.run(command, stdin=given(), capture_output=True, text=True, timeout=30)
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
