"""R8: whatever ends it, the terminal is as it was, the status tells, and what was written is kept.

Ends by a signal leave 128 + its number, a fault of ours leaves 1.
"""

from __future__ import annotations

import shutil
import signal
import sys
import termios
import time
from pathlib import Path

import pytest

from console.notebook import drafts
from tests import world as worlds
from tests.emulator import Emulator
from tests.terminal import ROOT, Terminal

MODES = (b"?1049", b"?1000", b"?1003", b"?1006", b"?1015", b"?1004", b"?2004")
PAIRS = ((b"?25l", b"?25h"), (b"?7l", b"?7h"), (b">25u", b"<u"))
FAULT = """
from console.panes.feed import FeedPane
def fail(self):
    name = "canary of a customer"
    raise KeyError(name)
FeedPane.action_reload = fail
"""
NUMBERS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def restored(terminal: Terminal) -> None:
    """The terminal is as it was before, and every mode that was set has been taken back."""
    assert termios.tcgetattr(terminal.slave) == terminal.before
    for on, off in [*((b"%sh" % mode, b"%sl" % mode) for mode in MODES), *PAIRS]:
        begun, ended = (terminal.output.rfind(b"\x1b[" + one) for one in (on, off))
        assert begun <= ended, on


@pytest.mark.parametrize(
    "keys", [b"\x10", *(pytest.param(keys, marks=pytest.mark.slow) for keys in (b"", b"/ab"))]
)
@pytest.mark.parametrize("number", NUMBERS)
def test_r08_signals(built_world: Path, number: signal.Signals, keys: bytes) -> None:
    with Terminal(built_world, worlds.NOW) as terminal:
        terminal.wait_for("customers")
        terminal.type(keys)
        terminal.read(0.3)
        terminal.process.send_signal(number)
        assert terminal.ended() == 128 + number
        restored(terminal)


def test_r08_a_fault_of_ours(built_world: Path) -> None:
    with Terminal(built_world, worlds.NOW, code=FAULT) as terminal:
        terminal.wait_for("customers")
        terminal.type(b"r")
        assert terminal.ended(10) == 1
        restored(terminal)
        said = terminal.output.rpartition(b"\x1b[?1049l")[2].decode()
        assert "console: stopped by a mistake of its own (KeyError at " in said
        assert "Traceback" not in said
        assert b"canary" not in terminal.output


def test_r08_an_update_under_an_open_screen(built_world: Path, tmp_path: Path) -> None:
    """Parts that are first wanted later are those of another release."""
    shutil.copytree(ROOT / "console", tmp_path / "console")
    ours = {"PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"}
    with Terminal(built_world, worlds.NOW, environment=ours) as terminal:
        terminal.wait_for("customers")
        (tmp_path / "console/panes/note_box.py").write_text("from console.show import gone\n")
        terminal.type(b"n")
        assert terminal.ended(10) == 1
        restored(terminal)
        said = terminal.output.rpartition(b"\x1b[?1049l")[2].decode()
        assert "was updated while the screen was open (ImportError at note_box.py:1)" in said


@pytest.mark.slow
@pytest.mark.parametrize("number", NUMBERS)
def test_r08_while_it_opens(built_world: Path, number: signal.Signals, tmp_path: Path) -> None:
    """At any moment of the start: before the first sight, after it, while the screen loads."""
    command = [sys.executable, "-m", "console", "--mirror", str(built_world)]
    command += ["--notebook", str(tmp_path / "n.db"), "--now", "2026-04-01T08:50:00Z"]
    for moment in (0.25, 0.45, 0.7):
        with Terminal(built_world, 0, command=command) as terminal:
            terminal.read(moment)
            terminal.process.send_signal(number)
            assert terminal.ended(10) in (128 + number, -number)
            restored(terminal)


@pytest.mark.parametrize("number", [pytest.param(NUMBERS[0], marks=pytest.mark.slow), NUMBERS[1]])
def test_r08_what_was_being_written_is_kept(
    built_world: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """Signalled at once, before the fingers rest."""
    notebook = tmp_path / "n.db"
    command = [sys.executable, "-m", "console", "--mirror", str(built_world), "--as", "ada"]
    command += ["--notebook", str(notebook), "--now", "2026-04-01T08:50:00Z"]
    with Terminal(built_world, 0, command=command) as terminal:
        terminal.wait_for("customers")
        terminal.type(b"n")
        terminal.wait_for("Note")
        terminal.read(0.3)
        terminal.type(b"half a sentence")
        until_seen(terminal, "half a sentence")
        terminal.process.send_signal(number)
        assert terminal.ended() == 128 + number
        restored(terminal)
    assert kept(notebook) == ["half a sentence"]


def until_seen(terminal: Terminal, words: str) -> None:
    """Read until some words stand on the screen, in however many pieces they were sent."""
    end = time.monotonic() + 15
    while True:
        screen = Emulator(80, 24)
        screen.feed(terminal.output)
        if any(words in line for line in screen.text):
            return
        assert time.monotonic() < end, screen.text
        terminal.read(0.1)


def kept(notebook: Path) -> list[str]:
    """All drafts of ada."""
    from console.notebook.store import reading

    with reading(notebook, since=3) as db:
        assert db is not None
        places = db.execute("select place from draft where who = 'ada'").fetchall()
    return [drafts.find(notebook, place, "ada") for (place,) in places]
