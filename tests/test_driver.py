"""Sessions end as they should, whatever the terminal does."""

from __future__ import annotations

import os
import random
import signal
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import world as worlds
from tests.terminal import Terminal

READY = "customers"


@pytest.fixture
def terminal(built_world: Path) -> Iterator[Terminal]:
    with Terminal(built_world, worlds.NOW) as started:
        started.wait_for(READY)
        started.read(0.3)
        yield started


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_restore_the_terminal_and_tell(terminal: Terminal, number: signal.Signals) -> None:
    terminal.process.send_signal(number)
    assert terminal.ended() == 128 + number
    for sequence in (b"\x1b[?1049l", b"\x1b[?1003l", b"\x1b[?1006l", b"\x1b[?25h"):
        assert sequence in terminal.output
    assert termios.tcgetattr(terminal.slave) == terminal.before


def test_a_dropped_line_ends_it(terminal: Terminal) -> None:
    os.close(terminal.slave)
    os.close(terminal.master)
    assert terminal.process.wait(3) in (129, -signal.SIGHUP)


def test_a_dropped_line_without_a_signal_ends_it(built_world: Path) -> None:
    class Loose(Terminal):
        def _control(self) -> None:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with Loose(built_world, worlds.NOW) as loose:
        loose.wait_for(READY)
        os.close(loose.slave)
        os.close(loose.master)
        assert loose.process.wait(4) == 129


def test_odd_bytes_and_reports_are_ignored(terminal: Terminal) -> None:
    for data in (
        b"\xff", b"\xe9", b"\x9b", b"\x1b[9999999999u", b"\x1b[2048200~", b"\x1b[:200~",
        b"\x1b[48;30000;30000;30000;30000t", b"\x1b[M\xff\xff\xff", bytes(range(128, 256)),
    ):  # fmt: skip
        terminal.type(data)
        terminal.read(0.15)
        assert terminal.process.poll() is None, data
    terminal.type(b"2")
    terminal.wait_for("by last seen")
    terminal.type(b"q")
    assert terminal.ended() == 0


def test_random_bytes_never_end_it(terminal: Terminal) -> None:
    # Without the bytes that quit: q, ctrl+q, and enter, which may choose it from a list.
    harmless = [byte for byte in range(256) if byte not in (10, 13, 17, 113)]
    dice = random.Random(11)
    for _ in range(20):
        terminal.type(bytes(dice.choices(harmless, k=200)))
        terminal.read(0.05)
    assert terminal.process.poll() is None
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.ended() == 128 + signal.SIGTERM
    assert b"mistake" not in terminal.output


def test_it_is_silent_while_nothing_changes(terminal: Terminal) -> None:
    terminal.type(b"/")
    terminal.read(0.5)
    assert terminal.read(3) == b""


def test_a_dumb_terminal_is_refused_in_one_line(built_world: Path) -> None:
    with Terminal(built_world, worlds.NOW, term="dumb") as dumb:
        assert dumb.ended(15) == 2
        assert len(dumb.output.splitlines()) == 1


def test_only_what_the_first_frame_needs_is_loaded_before_it(built_world: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys, console.app, console.mirror.feed;"
        "print([n for n in ('sqlite_utils', 'httpx', 'numpy', 'orjson', 'zstandard', 'click',"
        " 'rapidfuzz') if n in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
