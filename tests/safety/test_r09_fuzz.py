"""R9: no bytes on its input ever end the program, nor make it believe what cannot be."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from console.tty.driver import SafeDriver
from console.tty.sizes import LARGEST
from tests import world as worlds
from tests.terminal import Terminal

QUITS = (10, 13, 17, 113)
"""Bytes that may quit: enter, which may choose it from a list, ctrl+q and q."""
REPORTS = (
    b"\x1b[9999999999u", b"\x1b[2048200~", b"\x1b[:200~", b"\x1b[1114112u", b"\x1b[55296u",
    b"\x1b[97;99999999u", b"\x1b[97;1:9999u", b"\x1b[-1u", b"\x1b[;;;;;u", b"\x1b[27;5;99999999~",
    b"\x1b[<0;99999999;99999999M", b"\x1b[<999999999;1;1M", b"\x1b[<0;-5;-5m", b"\x1b[<0;0;0M",
    b"\x1b[M\xff\xff\xff", b"\x1b[M   ", b"\x1b[48;30000;30000;30000;30000t",
    b"\x1b[48;99999999999999999999;1;1;1t", b"\x1b[48;0;0;0;0t", b"\x1b[48;-1;-1;-1;-1t",
    b"\x1b[?2026;99999$y", b"\x1b[?99999999;1$y", b"\x1b[99999999;99999999R", b"\x1b[?1;2c",
    b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\", b"\x1bP1$r0m\x1b\\", b"\x1b[I\x1b[O", b"\x1b[200~",
    b"\x1b[200~" + b"x" * 5000 + b"\x1b[201~", b"\x1b[201~", b"\x1b" * 300, b"\x1b[" + b"1;" * 999,
)  # fmt: skip
PIECES = (
    *REPORTS, b"\x1b[", b"\x1b]", b"\x1bO", b"\x1b[<", b";", b"M", b"u", b"~", b"t", b"$y",
)  # fmt: skip


class Deaf(SafeDriver):
    """The driver's ears alone: what it makes of bytes goes nowhere but into `heard`."""

    def __init__(self) -> None:
        self._debug = False
        self.heard = 0
        self.sizes: set[tuple[int, int]] = set()

    def send_message(self, message: Message) -> None:
        self.heard += 1
        if isinstance(message, events.Resize):
            self.sizes.add(cast(tuple[int, int], tuple(message.size)))


def noise(dice: random.Random, size: int) -> Iterator[bytes]:
    """Random bytes, and reports with bytes of theirs changed."""
    left = size
    while left > 0:
        if dice.random() < 0.5:
            made = dice.randbytes(dice.randrange(1, 40))
        else:
            piece = bytearray(dice.choice(PIECES)[:60])
            for _ in range(dice.randrange(3)):
                piece[dice.randrange(len(piece))] = dice.randrange(256)
            made = bytes(piece)
        left -= len(made)
        yield made


def listen(size: int, seed: int) -> Deaf:
    """Feed so many bytes to the driver, as its input thread does."""
    driver = Deaf()
    driver.process_message = driver.send_message  # type: ignore[method-assign]
    parser = XTermParser(False)
    for made in noise(random.Random(seed), size):
        parser = driver._feed(parser, made.decode("utf-8", "ignore"))
    return driver


def test_r09_the_driver_hears_out_thousands_of_bytes() -> None:
    assert listen(20_000, 1).heard > 100


@pytest.mark.slow
def test_r09_the_driver_hears_out_a_million_bytes() -> None:
    assert listen(1_000_000, 2).heard > 10_000


def test_r09_sizes_that_no_screen_has_are_not_believed() -> None:
    driver = Deaf()
    passed: list[Message] = []

    class App:
        def post_message(self, message: Message) -> None:
            passed.append(message)

    parser = XTermParser(False)
    for report in REPORTS:
        parser = driver._feed(parser, report.decode("utf-8", "ignore"))
    sizes = [message.size for message in passed if isinstance(message, events.Resize)]
    assert all(0 < w <= LARGEST[0] and 0 < h <= LARGEST[1] for w, h in sizes)


def alive(terminal: Terminal) -> None:
    """It still answers a key."""
    # Whatever was begun is ended: a sequence, a paste, a box.
    for keys in (b"\x1b[201~", b"\x1b[201~", b"\x1b", b"\x1b", b"\x1b", b"1"):
        terminal.read(0.5)
        terminal.type(keys)
    while terminal.read(0.5):
        pass
    assert terminal.process.poll() is None, terminal.output[-500:]
    at = len(terminal.output)
    terminal.type(b"2")
    for _ in range(150):
        terminal.read(0.2)
        if len(terminal.output) > at:
            break
    assert len(terminal.output) > at


def end(terminal: Terminal) -> None:
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.ended() == 128 + signal.SIGTERM
    assert b"mistake" not in terminal.output


def test_r09_every_single_byte_and_every_report(built_world: Path) -> None:
    with Terminal(built_world, worlds.NOW) as terminal:
        terminal.wait_for("customers")
        for byte in range(256):
            if byte not in QUITS:
                terminal.type(bytes([byte]))
        terminal.read(0.5)
        for report in REPORTS:
            terminal.type(report)
            terminal.read(0.02)
            assert terminal.process.poll() is None, report
        alive(terminal)
        end(terminal)


def fuzz(mirror: Path, size: int, seed: int) -> None:
    with Terminal(mirror, worlds.NOW) as terminal:
        terminal.wait_for("customers")
        for made in noise(random.Random(seed), size):
            terminal.type(bytes(byte for byte in made if byte not in QUITS))
            terminal.read(0.001)
            assert terminal.process.poll() is None, made
        alive(terminal)
        end(terminal)


def test_r09_thousands_of_bytes_through_a_terminal(built_world: Path) -> None:
    fuzz(built_world, 2_000, 3)


@pytest.mark.slow
def test_r09_a_hundred_thousand_bytes_through_a_terminal(built_world: Path) -> None:
    fuzz(built_world, 100_000, 4)
