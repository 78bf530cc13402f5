"""R5: hostile text never costs layout: on other terminals too every row stands straight.

In a wide terminal a line divides list and profile. It has to stand in the same column of every
row, whatever is written to the left of it, and nothing may be pushed past the right edge.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.config import Config
from tests import test_hostile as hostile
from tests import world as worlds
from tests.safety.strangers import Strangers, build, generated
from tests.safety.watched import SIZE, Watched
from tests.terminal import ROOT, START

DIVIDER = "▏"


def crooked(rows: list[list[str]]) -> list[str]:
    """Rows in whose place for the divider something else stands; a row is a text for each cell."""
    body = rows[1:-1]
    places = [row.index(DIVIDER) if DIVIDER in row else -1 for row in body]
    most = max(set(places), key=places.count)
    assert most > 0
    return ["".join(row) for row, place in zip(body, places, strict=True) if place != most]


def look(watched: Watched, pages: int) -> Iterator[list[list[str]]]:
    """Pages of the feed and of the customers."""
    watched.press(b"_", b"_")
    for pane in (b"1", b"2"):
        watched.press(pane, b"g")
        for _ in range(pages):
            yield watched.cells()
            watched.press(b"\x04")


def straight(settings: Config, folder: Path, pages: int) -> None:
    with Watched(settings.mirror, folder) as watched:
        for rows in look(watched, pages):
            assert crooked(rows) == []
        watched.quit()


def test_r05_known_evils_stand_straight(tmp_path: Path) -> None:
    straight(hostile.build(tmp_path), tmp_path, 1)


@pytest.mark.slow
def test_r05_generated_texts_stand_straight(tmp_path: Path) -> None:
    straight(build(tmp_path, Strangers(generated(2_000, seed=5)), 400), tmp_path, 20)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_r05_they_stand_straight_in_tmux(tmp_path: Path) -> None:
    settings = hostile.build(tmp_path)
    start = START.format(
        mirror=str(settings.mirror), notebook=str(settings.notebook), now=worlds.NOW
    )
    command = shlex.join([sys.executable, "-c", start])
    tmux = ["tmux", "-L", f"console-{os.getpid()}", "-f", os.devnull]

    def run(*words: str) -> str:
        # Without the size that the test's own terminal may have.
        environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
        return subprocess.run(
            [*tmux, *words], check=True, capture_output=True, text=True, env=environment
        ).stdout

    def dividers() -> dict[int, set[int]]:
        """In which columns of each row tmux finds the divider."""
        run("copy-mode")
        run("send-keys", "-X", "top-line")
        run("send-keys", "-X", "start-of-line")
        found: dict[int, set[int]] = {}
        while True:
            run("send-keys", "-X", "search-forward", DIVIDER)
            x, y = map(int, run("display", "-p", "#{copy_cursor_x} #{copy_cursor_y}").split())
            if x in found.setdefault(y, set()):
                run("send-keys", "-X", "cancel")
                return found
            found[y].add(x)

    size = ("-x", str(SIZE[0]), "-y", str(SIZE[1]))
    run("-u", "new-session", "-d", *size, "-e", f"PYTHONPATH={ROOT}", command)
    try:
        for keys in ("_", "_", "C-d", "2", "C-d"):
            for _ in range(100):
                if run("capture-pane", "-p").count(DIVIDER) > SIZE[1] // 2:
                    break
                time.sleep(0.2)
            run("send-keys", keys)
            time.sleep(1)
            found = dividers()
            assert len(set.intersection(*found.values())) == 1, found
            assert len(found) >= SIZE[1] - 4
    finally:
        run("kill-server")
