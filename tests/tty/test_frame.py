"""What a terminal shows is the same whether updates are sent whole or as differences."""

from __future__ import annotations

import io
import os
import random
import signal
import struct
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from console.tty.frame import Frame
from console.tty.pen import terminal_erases
from tests import world as worlds
from tests.emulator import Emulator
from tests.terminal import Terminal

WIDTH, HEIGHT = 24, 3
STYLES = [
    Style.parse(words)
    for words in (
        "none", "red", "bold red on blue", "dim #112233 on #445566", "on #445566", "underline",
        "reverse", "bold", "italic strike on blue", "default on default",
    )
]  # fmt: skip
WORDS = ["a", "Ada", "   ", "        ", "é", "漢字", "ｱ", "·", "▌", "x  y", "カ"]
DOUBTFUL = ["👍🏽", "🇸🇪", "❤️", "👨‍👩‍👧", "e\u0301\u0302", "🌻", "1️⃣"]


CONSOLE = Console(color_system="256", force_terminal=True)


def sent(frame: Frame, update: LayoutUpdate) -> str:
    return frame.delta(update).render_segments(CONSOLE)


def _strip(runs: list[tuple[str, int]], width: int) -> Strip:
    made = Strip([Segment(text, STYLES[style]) for text, style in runs])
    return made.adjust_cell_length(width, STYLES[0]).crop(0, width)


def lines(words: list[str], width: int = WIDTH) -> st.SearchStrategy[Strip]:
    run = st.tuples(st.sampled_from(words), st.integers(0, len(STYLES) - 1))
    return st.lists(run, min_size=1, max_size=8).map(lambda runs: _strip(runs, width))


def wholes(words: list[str]) -> st.SearchStrategy[LayoutUpdate]:
    return st.lists(lines(words), min_size=HEIGHT, max_size=HEIGHT).map(
        lambda made: LayoutUpdate([[one] for one in made], Region(0, 0, WIDTH, HEIGHT))
    )


@st.composite
def parts(draw: st.DrawFn, words: list[str]) -> ChopsUpdate:
    cut = draw(st.integers(1, WIDTH - 1))
    chops = [
        {0: draw(lines(words, cut)), cut: draw(lines(words, WIDTH - cut))} for _ in range(HEIGHT)
    ]
    spans = []
    for y in sorted(draw(st.sets(st.integers(0, HEIGHT - 1), min_size=1))):
        # Widgets are painted from their edge on; what is dirty begins at one.
        left = draw(st.sampled_from([0, cut]))
        spans.append((y, left, draw(st.integers(left + 1, WIDTH))))
    return ChopsUpdate(chops, spans, [[cut, WIDTH]] * HEIGHT)


@pytest.mark.parametrize(
    ("colours", "erases"), [("truecolor", True), ("256", False), ("standard", True)]
)
def test_differences_show_what_whole_updates_show(
    colours: Literal["truecolor", "256", "standard"], erases: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.tty.frame.terminal_erases", lambda: erases)
    console = Console(color_system=colours, force_terminal=True)
    for style in STYLES:
        style._ansi = None  # Rich remembers codes for the colours it met first.

    @settings(max_examples=40, deadline=None, database=None)
    @given(wholes(WORDS), st.lists(st.one_of(parts(WORDS), wholes(WORDS)), max_size=5))
    def holds(first: LayoutUpdate, then: list[LayoutUpdate | ChopsUpdate]) -> None:
        frame = Frame()
        whole, differing = Emulator(WIDTH, HEIGHT), Emulator(WIDTH, HEIGHT)
        for update in [first, *then]:
            whole.feed(update.render_segments(console).replace("\n", "\r\n").encode())
            differing.feed(frame.delta(update).render_segments(console).encode())
            assert differing.cells == whole.cells

    holds()


@settings(max_examples=30, deadline=None, database=None)
@given(st.lists(wholes(WORDS + DOUBTFUL), min_size=2, max_size=5))
def test_what_terminals_disagree_on_leaves_nothing_behind(updates: list[LayoutUpdate]) -> None:
    """The last frame looks the same on a terminal that has shown others before."""
    frame, seen = Frame(), Emulator(WIDTH, HEIGHT)
    for update in updates:
        seen.feed(sent(frame, update).encode())
    fresh = Emulator(WIDTH, HEIGHT)
    fresh.feed(sent(Frame(), updates[-1]).encode())
    assert seen.cells == fresh.cells


def test_the_same_again_is_not_sent_and_one_letter_is_one_letter() -> None:
    frame = Frame()
    said = ["Ada Byström", "Adi Byström"]
    first, second = (
        LayoutUpdate([[_strip([(words, 1), ("  SE", 2)], WIDTH)]], Region(0, 0, WIDTH, 1))
        for words in said
    )
    assert "Ada" in sent(frame, first)
    assert sent(frame, first) == ""
    assert sent(frame, second) == "\x1b[1;3H\x1b[31mi\x1b[m"
    frame.forget()
    assert "Byström" in sent(frame, second)


def test_a_flag_is_sent_in_one_piece() -> None:
    update = LayoutUpdate([[_strip([("SE 🇸🇪 Malmö", 0)], WIDTH)]], Region(0, 0, WIDTH, 1))
    assert "🇸🇪" in sent(Frame(), update)


@pytest.mark.parametrize("term", ["no-such-terminal", "", "xterm-256color"])
def test_without_a_terminal_or_a_description_nothing_is_erased(
    term: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert terminal_erases() is False


def test_no_control_reaches_the_terminal() -> None:
    update = LayoutUpdate([[Strip([Segment("a\x1b[2Jb\x9b\x07é", None)])]], Region(0, 0, 9, 1))
    assert sent(Frame(), update) == "\x1b[1Ha[2Jbé"


# -- the whole application ---------------------------------------------------------------

BESIDE = """
from console.tty.frame import Delta
_own, _side = Delta.render_segments, open({side!r}, "w", encoding="utf-8", newline="")
def _both(self, console):
    _side.write(self._update.render_segments(console).replace("\\n", "\\r\\n"))
    _side.flush()
    return _own(self, console)
Delta.render_segments = _both
"""
KEYS = [
    *"jjjkGgl2jj1h3jl>2s/ada", "\x1b", "?", "\x1b", "\x04", "\x15", "\r", "-", "+", "_", ":",
    "\x1b", *" v*", "\x1b", "\x0c",
]  # fmt: skip
SIZES = [(80, 24), (120, 40), (61, 17), (160, 45)]


def _quiet(terminal: Terminal, side: Path) -> bytes:
    """Read until nothing more is sent; the file as it then is."""
    sent = b""
    while terminal.read(0.4) or sent != side.read_bytes():
        sent = side.read_bytes()
    return sent


def _walk(mirror: Path, folder: Path, keys: list[str], sizes: list[tuple[int, int]]) -> None:
    side = folder / "whole"
    code = BESIDE.format(side=str(side))
    with Terminal(mirror, worlds.NOW, size=sizes[0], code=code) as terminal:
        terminal.wait_for("every source")
        terminal.read(0.5)
        differing, whole = Emulator(*sizes[0]), Emulator(*sizes[0])
        fed = 0
        done = 0
        sizes = sizes[1:]
        for number, key in enumerate(keys, 1):
            terminal.type(key.encode())
            terminal.read(0.08)
            if number % 9 and number != len(keys):
                continue
            sent = _quiet(terminal, side)
            differing.feed(terminal.output[done:])
            whole.feed(sent[fed:])
            done, fed = len(terminal.output), len(sent)
            assert differing.text == whole.text, number
            assert differing.cells == whole.cells, number
            if sizes:
                size = sizes.pop(0)
                differing.resize(*size)
                whole.resize(*size)
                ioctl(terminal.slave, TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
                os.kill(terminal.process.pid, signal.SIGWINCH)
        assert terminal.process.poll() is None


def test_every_screen_looks_as_if_sent_whole(built_world: Path, tmp_path: Path) -> None:
    _walk(built_world, tmp_path, KEYS, SIZES[:3])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_random_walks_look_as_if_sent_whole(built_world: Path, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    keys = dice.choices([*KEYS, *"jjjjjjkkkllhhnp[]fixbz%uM<=a"], k=150)
    _walk(built_world, tmp_path, keys, dice.choices(SIZES, k=12))
