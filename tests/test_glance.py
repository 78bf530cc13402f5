"""The first sight of the feed: true rows, in their places, and a terminal given back."""

from __future__ import annotations

import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from console.app import ConsoleApp
from console.config import Config
from console.glance import Glance
from tests import test_hostile
from tests import world as worlds
from tests.emulator import Emulator
from tests.safety.tokens import strange
from tests.screens import seen, settle
from tests.terminal import Terminal

OPEN = """
import sys
from console.commands.screen import open_screen
from console.settings import load
sys.exit(open_screen(load(mirror={mirror!r}, notebook={mirror!r} + ".n", now="2026-04-01T08:50Z")))
"""
SLOW = """
import sys, time, types
class Slow(types.ModuleType):
    def __getattr__(self, name):
        time.sleep(30)
sys.modules["console.app"] = Slow("console.app")
"""
BROKEN = "import sys\nsys.modules['console.app'] = None\n"


def read(config: Config) -> Glance:
    glance = Glance(config)
    assert glance._read()
    return glance


def opened(mirror: Path, before: str = "") -> Terminal:
    code = before + OPEN.format(mirror=str(mirror))
    return Terminal(mirror, worlds.NOW, size=(120, 40), command=[sys.executable, "-c", code])


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (137, 31), (160, 45)])
async def test_every_row_stands_where_the_screen_shows_it(
    world: Config, size: tuple[int, int]
) -> None:
    emulator = Emulator(*size)
    emulator.feed(read(world).painted(*size).encode())
    app = ConsoleApp(world)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        lines = seen(app)
        beside = app.query_one("#seats").size.width
    live = Emulator(*size)
    live.feed("".join(f"\x1b[{y}H{line}" for y, line in enumerate(lines, 1)).encode())
    # The first column is the cursor's.
    shown = [[cell.data for cell in row[1:beside]] for row in emulator.cells[2:-1]]
    assert shown == [[cell.data for cell in row[1:beside]] for row in live.cells[2:-1]]


async def test_the_screen_begins_with_what_was_read(world: Config) -> None:
    glance = read(world)
    app = ConsoleApp(world, glance=glance)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        with_it = seen(app)
    app = ConsoleApp(world)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert with_it == seen(app)


def test_where_there_is_no_room_nothing_is_shown(world: Config) -> None:
    assert read(world).painted(59, 40) == read(world).painted(80, 15) == ""


def test_strangers_text_does_nothing(tmp_path: Path) -> None:
    painted = read(test_hostile.build(tmp_path)).painted(120, 40)
    assert not strange(painted.encode())


def test_it_needs_no_screen(built_world: Path) -> None:
    code = (
        "import sys; from console import cli; from console.commands.screen import open_screen;"
        "from console.settings import load; from console.glance import Glance;"
        f"glance = Glance(load(mirror={str(built_world)!r}, notebook='/nowhere/n.db'));"
        "assert glance._read() and glance.painted(120, 40);"
        "print([n for n in ('textual', 'rich.console', 'sqlite_utils', 'httpx', 'numpy',"
        " 'pyroaring', 'orjson', 'zstandard', 'rapidfuzz') if n in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_keys_pressed_early_wait_for_the_screen(built_world: Path) -> None:
    with opened(built_world) as terminal:
        terminal.wait_for("\x1b[?7l")
        terminal.type(b"q")
        assert terminal.ended(15) == 0
        assert terminal.output.count(b"\x1b[?1049h") == 1
        assert b"\x1b[?1049l" in terminal.output
        assert termios.tcgetattr(terminal.slave) == terminal.before


@pytest.mark.parametrize("before", [SLOW, BROKEN])
def test_the_terminal_is_given_back_when_no_screen_comes(built_world: Path, before: str) -> None:
    with opened(built_world, before) as terminal:
        terminal.wait_for("\x1b[?7l")
        if before == SLOW:
            terminal.process.send_signal(signal.SIGTERM)
        assert terminal.ended(10) == (143 if before == SLOW else 1)
        assert b"\x1b[?7h\x1b[?1049l\x1b[?25h" in terminal.output
        assert termios.tcgetattr(terminal.slave) == terminal.before


def test_without_a_mirror_nothing_is_shown(tmp_path: Path) -> None:
    assert not Glance(worlds.config(tmp_path))._read()
