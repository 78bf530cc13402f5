"""What the screen takes of the machine does not grow with what is done on it."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.events import Key
from textual.geometry import Size
from textual.strip import Strip

from console.app import THREADS, ConsoleApp
from console.config import Config
from console.mirror.database import Connection
from console.model import Batch
from console.panes.feed import FeedPane
from console.tty import frame
from console.tty.frame import Frame, Piece
from tests import world as worlds
from tests.screens import press, settle

SIZE = (100, 30)
ROUND = ["1", "j", "G", "enter", "escape", "2", "j", "slash", *"ad", "enter", "escape", "s"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts what Linux tells of it")
async def test_threads_and_descriptors_stay_as_they_are(world: Config) -> None:
    def taken() -> tuple[int, int]:
        open_ = [one for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
        files = Counter(os.readlink(one) for one in open_ if os.path.lexists(one))
        ours = sum(n for file, n in files.items() if file.startswith(str(world.mirror)))
        return threading.active_count(), ours

    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        pane = app.screen.query_one(FeedPane)
        together = threading.Barrier(THREADS)

        def work(db: Connection) -> None:
            db.execute("select 1").fetchone()
            together.wait(20)

        # As many questions as there can be at a time, once: it takes no more from then on.
        for number in range(THREADS):
            pane.ask(work, lambda _: None, failed=pytest.fail, group=f"question {number}")
        before = None
        for number in range(5):
            visit = worlds.event(0, f"Visit {number}", worlds.NOW - number)
            save = [(Batch("segment", properties="", events=[visit]), "segment")]
            await asyncio.to_thread(worlds.save, world, save)
            await press(pilot, *ROUND)
            before = before or taken()
            assert taken() == before


async def test_however_many_keys_are_held_back_one_timer_waits_for_them(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        before = sum("set_timer#" in task.get_name() for task in asyncio.all_tasks())
        app.hold.begin()
        for _ in range(100):
            await app.on_event(Key("x", "x"))
        await pilot.pause(0.2)
        assert len(app._kept) == 100
        after = sum("set_timer#" in task.get_name() for task in asyncio.all_tasks())
        assert after <= before + 1
        app.hold.end(opened=True)
        await settle(pilot)
        assert not app._kept


def test_a_frame_forgets_runs_and_styles_that_were_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "_REMEMBERED", 50)
    ours = Frame()
    ours.fit(Size(80, 24))
    for number in range(500):
        style = Style(link=f"https://example.com/{number}")
        strip = Strip([Segment(f"{number:04}", style)])
        ours.paint([Piece(0, 0, strip)], ColorSystem.TRUECOLOR)
        assert len(ours._cells) <= 51
        assert len(ours._looks) <= 51
        assert len(ours._same) <= 51 * 4
