"""Terminals that only print, and what is loaded before the first frame. The rest: tests/safety."""

from __future__ import annotations

import signal
import sys
import termios
from pathlib import Path

from tests import world as worlds
from tests.terminal import Terminal


def test_a_dumb_terminal_is_refused_in_one_line(built_world: Path) -> None:
    with Terminal(built_world, worlds.NOW, term="dumb") as dumb:
        assert dumb.ended(15) == 2
        assert len(dumb.output.splitlines()) == 1


def test_standard_error_may_go_elsewhere(built_world: Path) -> None:
    command = [sys.executable, "-m", "console", "--mirror", str(built_world)]
    shell = ["sh", "-c", 'exec "$@" 2>/dev/null', "sh", *command]
    with Terminal(built_world, worlds.NOW, command=shell) as screen:
        screen.wait_for("Customers")
        screen.type(b"q")
        assert screen.ended(15) == 0


def test_a_size_that_no_screen_has_is_not_believed_at_the_start_either(built_world: Path) -> None:
    with Terminal(built_world, worlds.NOW, size=(1, 65_535)) as screen:
        screen.wait_for("\N{HORIZONTAL ELLIPSIS}")
        screen.type(b"q")
        assert screen.ended(15) == 0
    assert screen.output.count(b"\n") < 1_000


def test_only_what_the_first_frame_needs_is_loaded_before_it(built_world: Path) -> None:
    import subprocess

    code = (
        "import sys, console.app, console.mirror.feed;"
        "print([n for n in ('sqlite_utils', 'httpx', 'numpy', 'orjson', 'zstandard', 'click',"
        " 'rapidfuzz') if n in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_stopped_and_woken_it_goes_on_and_leaves_the_terminal_as_it_was(built_world: Path) -> None:
    with Terminal(built_world, 0) as terminal:
        terminal.wait_for("customers")
        for _ in range(3):
            terminal.output = b""
            terminal.process.send_signal(signal.SIGSTOP)
            terminal.process.send_signal(signal.SIGCONT)
            terminal.wait_for("customers")
        terminal.output = b""
        terminal.type(b"2")
        terminal.wait_for("by last seen")
        terminal.type(b"q")
        assert terminal.ended() == 0
        assert termios.tcgetattr(terminal.slave) == terminal.before
