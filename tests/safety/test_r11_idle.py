"""R11: silent when nothing changes, and left when nobody is there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from console.app import ConsoleApp
from console.config import Config
from tests import world as worlds
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
        for keys in (b"/", b"\x1b", b"2", b"\r", b"\x1b", b"3", b"?"):
            terminal.type(keys)
            terminal.read(0.5)
            assert terminal.read(1) == b"", keys


def test_r11_it_is_left_when_idle_and_says_so(built_world: Path) -> None:
    with Terminal(built_world, worlds.NOW, code=brief(0.05)) as terminal:
        terminal.wait_for("customers")
        assert terminal.ended(20) == 0
        left = terminal.output.partition(b"\x1b[?1049l")[2].decode()
        assert "console: closed after 3 seconds without a key (idle_minutes)" in left


def test_r11_keys_keep_it(built_world: Path) -> None:
    with Terminal(built_world, worlds.NOW, code=brief(0.07)) as terminal:
        terminal.wait_for("customers")
        for _ in range(12):
            terminal.read(0.5)
            terminal.type(b"j")
        assert terminal.process.poll() is None


async def test_r11_the_end_is_announced(world: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.idle.WARNING", 30.0)
    app = ConsoleApp(replace(world, idle_minutes=0.4))
    async with app.run_test(size=(100, 24)) as pilot:
        for _ in range(50):
            await pilot.pause(0.1)
            if "Nobody is here?" in text(app):
                break
        assert re.search(
            r"Nobody is here\? The console closes in \d\d seconds; any key stays", text(app)
        )


async def test_r11_zero_is_for_never(world: Config) -> None:
    app = ConsoleApp(replace(world, idle_minutes=0))
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await pilot.pause(0.2)
        assert "Nobody" not in text(app)
