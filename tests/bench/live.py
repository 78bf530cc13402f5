"""Live: from a commit of an importer at full speed until a screen that follows it shows it.

The screen is the real one, driven without a terminal: what is timed ends where the frame would
be written.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from bisect import bisect_left
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

from rich.console import RenderableType
from textual.pilot import Pilot
from textual.screen import Screen

from console.app import ConsoleApp
from console.config import Config
from console.mirror import store
from console.panes.feed import FeedPane
from console.sources.names import verb_of
from tests.bench.measure import ROOT, times_of
from tests.bench.report import Report

_IMPORT = """
import sys, time
from console.settings import load
from console.mirror import rollup, store
from console.sync.importing import import_files
commit, flush, last = store.Writer.commit, rollup.Rollup.flush, [0.0]
def flushed(self):
    flush(self)
    # Only the commit itself is left to do.
    last[0] = time.time()
def noted(self):
    commit(self)
    (newest,) = self.db.execute("select coalesce(max(id), 0) from event").fetchone()
    print(last[0], newest, flush=True)
rollup.Rollup.flush, store.Writer.commit = flushed, noted
import_files([sys.argv[1]], load(mirror=sys.argv[2], notebook=sys.argv[2] + ".notebook"))
"""


class _Watched(ConsoleApp):
    """Notes when a frame was ready, and up to which arrival it is."""

    CSS_PATH = ROOT / "console" / "console.tcss"

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.frames: list[tuple[int, float]] = []

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        panes = self.screen_stack[0].query(FeedPane) if self.screen_stack else ()
        for pane in panes:
            reached = max(pane.held.bookmark, pane._counted)
            if not self.frames or reached > self.frames[-1][0]:
                self.frames.append((reached, time.time()))


def run(report: Report, lines: Path, folder: Path) -> None:
    """Follow an import at the top of the feed, and another one further down."""
    for place in ("at the top", "scrolled back"):
        mirror = folder / "live.db"
        _remove(mirror)
        # The screen opens on a mirror that is there.
        config = Config(mirror, folder / "live.notebook")
        store.Writer(mirror, config.clock(), {}, verb_of).close()
        before = getrusage(RUSAGE_SELF).ru_maxrss
        frames, commits = asyncio.run(_follow(lines, config, place == "scrolled back"))
        grown = (getrusage(RUSAGE_SELF).ru_maxrss - before) / 1024
        waits = [_shown(frames, newest) - at for at, newest in commits]
        if waits:
            name = f"live, from a commit to the frame that shows it, while importing, {place}"
            report.times(name, times_of(waits), "p95 250 ms")
            report.megabytes(f"live, memory the screen grew by, {place}", grown, "at most 20 MB")
        _remove(mirror)


async def _follow(
    lines: Path, config: Config, back: bool
) -> tuple[list[tuple[int, float]], list[tuple[float, int]]]:
    """When the frames were ready, and what was committed when."""
    app = _Watched(config)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("underscore", "underscore")
        child = subprocess.Popen(
            [sys.executable, "-c", _IMPORT, str(lines), str(config.mirror)], cwd=ROOT,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        if back:
            await _go_back(app, pilot, child)
        while child.poll() is None:
            await asyncio.sleep(0.05)
        await asyncio.sleep(1.5)
    said = child.stdout.read().splitlines() if child.stdout else []
    commits = [(float(at), int(newest)) for at, newest in (line.split() for line in said)]
    first = app.frames[0][0] if app.frames else 0
    return app.frames, [commit for commit in commits if commit[1] > first]


async def _go_back(app: _Watched, pilot: Pilot[None], child: subprocess.Popen[str]) -> None:
    pane = app.screen.query_one(FeedPane)
    while child.poll() is None and len(pane.held.rows) < 60:
        await asyncio.sleep(0.05)
    await pilot.press("ctrl+d")
    app.frames.clear()


def _shown(frames: list[tuple[int, float]], newest: int) -> float:
    place = bisect_left(frames, (newest, 0.0))
    return frames[place][1] if place < len(frames) else float("inf")


def _remove(mirror: Path) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{mirror}{end}").unlink(missing_ok=True)
