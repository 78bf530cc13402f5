"""R6: any terminal, any size: everything by keyboard, and one line where nothing fits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.binding import Binding

from console.app import ConsoleApp
from console.config import Config
from console.palette import commands
from console.screen import LEAST, TABS, MainScreen
from tests import world as worlds
from tests.screens import press, seen, settle, text
from tests.terminal import Terminal

TERMS = (
    "xterm-256color", "screen-256color", "tmux-256color", "xterm", "screen", "linux", "vt100",
    "vt220", "ansi", "rxvt", "rxvt-unicode-256color", "cygwin", "konsole", "putty", "alacritty",
    "xterm-kitty", "foot", "st-256color", "eterm-color", "no-such-terminal",
)  # fmt: skip
FAST = ("xterm", "no-such-terminal")


def visit(mirror: Path, term: str, environment: dict[str, str] | None = None) -> bytes:
    """Open the console, look at two panes and leave; what it wrote."""
    with Terminal(mirror, worlds.NOW, term=term, environment=environment) as terminal:
        terminal.wait_for("customers", 30)
        terminal.type(b"2")
        terminal.wait_for("by last seen")
        terminal.type(b"q")
        assert terminal.ended(10) == 0
        assert terminal.output.rstrip().endswith((b"l", b"h"))
        return terminal.output


@pytest.mark.parametrize(
    "term", [pytest.param(term, marks=[] if term in FAST else pytest.mark.slow) for term in TERMS]
)
def test_r06_terminals_by_their_names(built_world: Path, term: str) -> None:
    output = visit(built_world, term)
    # Without a word of 256 or more colours none is sent.
    if "256" not in term:
        assert b"[34]8;2;" not in output
    assert b"mistake" not in output


def test_r06_sixteen_colours_are_the_terminals_own(built_world: Path) -> None:
    looks = re.findall(rb"\x1b\[([0-9;]*)m", visit(built_world, "xterm"))
    # The cursor's row is blue there, not the grey that is nearest to a blend.
    assert any(b"44" in look.split(b";") for look in looks)


def grey(code: bytes) -> bool:
    """Whether one of the 256 colours is black, white or between them."""
    number = int(code)
    return number in (0, 7, 8, 15) or number >= 232 or (number >= 16 and (number - 16) % 43 == 0)


@pytest.mark.slow
def test_r06_no_colour_when_told(built_world: Path) -> None:
    shown = re.findall(rb"[34]8;5;([0-9]+)", visit(built_world, "xterm-256color"))
    assert not all(map(grey, shown))
    output = visit(built_world, "xterm-256color", {"NO_COLOR": "1"})
    assert all(map(grey, re.findall(rb"[34]8;5;([0-9]+)", output)))


@pytest.mark.parametrize("size", [(59, 24), (80, 15), (1, 1)])
async def test_r06_too_small_is_said_in_one_line(world: Config, size: tuple[int, int]) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        lines = [line for line in seen(app) if line.strip()]
        assert len(lines) <= 1
        if size[0] >= 24:
            assert lines[0].strip() == "Too small: 60×16 needed"
        await press(pilot, "2", "enter", "3", "question_mark", "escape", "1")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "payment of $29.00 failed" in text(app)
        assert "Too small" not in text(app)
        await pilot.resize_terminal(*size)
        await press(pilot, "q")
    assert app.return_code == 0


@pytest.mark.parametrize(
    "size",
    [
        LEAST,
        pytest.param((80, 24), marks=pytest.mark.slow),
        pytest.param((300, 80), marks=pytest.mark.slow),
    ],
)
async def test_r06_every_pane_in_sizes_that_do(world: Config, size: tuple[int, int]) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for seat in (*map(str, range(1, TABS + 1)), "tab"):
            for keys in ((seat,), ("enter",), ("escape",), ("question_mark",), ("escape",)):
                await press(pilot, *keys)
                widths = {strip.cell_length for strip in app.screen._compositor.render_strips()}
                assert widths == {size[0]}
                assert "did not work" not in text(app)
        assert app.fault is None


async def test_r06_all_is_reached_by_keys(world: Config) -> None:
    """Whatever a click does, a key does too; and every key can be looked up by a key."""
    app = ConsoleApp(world)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        main = app.screen
        assert isinstance(main, MainScreen)
        listed = {one.words.keys for one in commands(main)}
        for tab in range(1, TABS + 1):
            assert any(str(tab) in keys.split() for keys in listed), tab
        for seat in main.seats:
            for binding in type(seat).BINDINGS:
                assert isinstance(binding, Binding)
                assert binding.key
                assert binding.id
