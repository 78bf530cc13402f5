"""R11: silent when nothing changes, and left when nobody is there."""

from __future__ import annotations

import os
import re
import signal
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from console.app import ConsoleApp
from console.config import Config
from tests import world as worlds
from tests.safety.sshd import MISSING, Server, readme_block
from tests.screens import settle, text
from tests.terminal import Terminal


def brief(minutes: float) -> str:
    """Code that gives a screen so many minutes without a key."""
    return (
        "import console.config as c, functools\n"
        f"c.Config = functools.partial(c.Config, idle_minutes={minutes})\n"
    )


def test_r11_it_is_silent_while_nothing_changes(built_world: Path) -> None:
    with Terminal(built_world, worlds.NOW) as terminal:
        terminal.wait_for("customers")
        for keys in (b"/", b"\x1b2", b"3"):
            terminal.type(keys)
            while terminal.read(0.3):
                pass
            assert terminal.read(0.7) == b"", keys


def test_r11_it_is_left_when_idle_and_says_so(built_world: Path) -> None:
    with Terminal(built_world, worlds.NOW, code=brief(0.05)) as terminal:
        terminal.wait_for("customers")
        assert terminal.ended(20) == 0
        left = terminal.output.partition(b"\x1b[?1049l")[2].decode()
        assert "console: closed after 3 seconds without a key (idle_minutes)" in left


@pytest.mark.slow
def test_r11_keys_keep_it(built_world: Path) -> None:
    with Terminal(built_world, worlds.NOW, code=brief(0.07)) as terminal:
        terminal.wait_for("customers")
        for _ in range(12):
            terminal.read(0.5)
            terminal.type(b"j")
        assert terminal.process.poll() is None


async def test_r11_the_end_is_announced(world: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    app = ConsoleApp(replace(world, idle_minutes=45))
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        assert "Nobody" not in text(app)
        monkeypatch.setattr("console.tty.idle.WARNING", 3000.0)
        app.leave_when_idle(45)
        for _ in range(100):
            await pilot.pause(0.1)
            if "Nobody is here?" in text(app):
                break
        assert re.search(
            r"Nobody is here\? The console closes in 2\d\d\d seconds; any key stays", text(app)
        )


async def test_r11_zero_is_for_never(world: Config) -> None:
    app = ConsoleApp(replace(world, idle_minutes=0))
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await pilot.pause(0.2)
        assert "Nobody" not in text(app)


def of_console(mirror: Path) -> list[int]:
    """The processes that have a console on this mirror."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if b"--kiosk" in words and str(mirror).encode() in words:
                found.append(int(process.name))
    return found


@pytest.mark.slow
@pytest.mark.skipif(MISSING is not None, reason=f"{MISSING} is not installed")
def test_r11_a_frozen_client_is_noticed_by_sshd(built_world: Path, tmp_path: Path) -> None:
    interval, most = 2, 2
    more = f"ClientAliveInterval {interval}\nClientAliveCountMax {most}"
    with Server(tmp_path, built_world, more=more) as server:
        server.allow(readme_block("restrict,pty,command=").strip())
        with Terminal(built_world, 0, command=server.ssh("-t")) as terminal:
            terminal.wait_for("customers", 30)
            # The blinking cursor of a text box would keep such a line alive for minutes.
            terminal.type(b"/")
            terminal.read(1)
            assert of_console(built_world)
            os.kill(terminal.process.pid, signal.SIGSTOP)
            begun = time.monotonic()
            while of_console(built_world):
                assert time.monotonic() - begun < interval * (most + 1) + 30
                time.sleep(0.2)
            print(f"R11: gone after {time.monotonic() - begun:.0f} s")
