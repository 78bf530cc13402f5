"""R10: a terminal that nobody reads costs nothing: no memory, no open read, and it recovers."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from console.config import Config
from console.mirror.database import open_writer
from console.model import Batch
from tests import world as worlds
from tests.terminal import Terminal

GROWTH = 10 * 1024 * 1024
"""Bytes that it may grow meanwhile."""


def memory(pid: int) -> int:
    """The process's resident memory in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def write(settings: Config, number: int) -> None:
    """Something new for the feed to show."""
    batch = Batch("segment", properties="")
    batch.events += [
        worlds.event(one % 12, f"Event {number} {one}", worlds.NOW - 1, level="urgent")
        for one in range(20)
    ]
    worlds.save(settings, [(batch, "segment")])


def is_free(settings: Config) -> bool:
    """Whether the whole WAL can be written back: nobody holds an old state open."""
    db = open_writer(settings.mirror)
    try:
        for _ in range(20):
            if not db.execute("pragma wal_checkpoint(truncate)").fetchone()[0]:
                return True
            time.sleep(0.1)
        return False
    finally:
        db.close()


def unread(world: Config, seconds: float) -> int:
    """Leave a console unread while others write; answers by how much it has grown."""
    with Terminal(world.mirror, worlds.NOW, size=(200, 60)) as terminal:
        terminal.wait_for("customers")
        terminal.read(0.5)
        before = memory(terminal.process.pid)
        end = time.monotonic() + seconds
        number = 0
        while time.monotonic() < end:
            number += 1
            write(world, number)
            # The feed moves with every write, and so do its rows under somebody's keys.
            terminal.type(b"jjkk" + b"G" + b"g" if number < 200 else b"")
            time.sleep(0.1)
        grown = memory(terminal.process.pid) - before
        assert is_free(world)
        terminal.type(b"\x1b")
        terminal.read(2)
        # To the newest, and the whole screen once more.
        terminal.type(b"1g")
        terminal.read(1)
        terminal.type(b"\x0c")
        terminal.wait_for(f"Event {number} ", 10)
        terminal.type(b"q")
        assert terminal.ended(10) == 0
        return grown


def test_r10_for_some_seconds(world: Config) -> None:
    assert unread(world, 1.5) < GROWTH


@pytest.mark.slow
def test_r10_for_ten_minutes(world: Config) -> None:
    grown = unread(world, float(os.environ.get("CONSOLE_UNREAD_SECONDS", "600")))
    print(f"R10: grown by {grown / 1e6:.1f} MB")
    assert grown < GROWTH
