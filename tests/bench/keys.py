"""From a key to the numbers it asks for: the real screen, driven without a terminal."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from pathlib import Path

from textual.pilot import Pilot

from console.app import ConsoleApp
from console.clock import to_instant
from console.config import Config
from console.widgets.heat_grid import HeatGrid
from console.widgets.heat_table import HeatTable
from tests.bench.data import NOW
from tests.bench.measure import times_of
from tests.bench.report import Report

_CONDITIONS = ("country=SE", "plan=pro", "country=DE", "country=NO plan=free", "plan=scale")
_SPELLED = {"=": "equals_sign", " ": "space"}
_LONGEST = 10.0


def run(report: Report, mirror: Path, rounds: int) -> None:
    """Type conditions over the grid; the last letter of each is timed, again and again."""
    config = Config(
        mirror, mirror.with_suffix(".notebook"), now=to_instant(datetime.fromisoformat(NOW))
    )
    times = asyncio.run(_type(config, max(1, rounds // len(_CONDITIONS))))
    report.times("from a key to the new numbers in the grid", times_of(times), "p95 16 ms")


async def _type(config: Config, times: int) -> list[float]:
    app = ConsoleApp(config)
    taken = []
    async with app.run_test(size=(160, 45)) as pilot:
        await pilot.press("3")
        await _still(pilot)
        # What conditions need is read ahead once the grid stands.
        await asyncio.sleep(1)
        await _still(pilot)
        await pilot.press("slash")
        for condition in _CONDITIONS:
            *first, last = (_SPELLED.get(letter, letter) for letter in condition)
            await pilot.press(*first)
            for _ in range(times):
                await _still(pilot)
                taken.append(await _timed(app, last))
                await pilot.press("backspace")
            await pilot.press(*["backspace"] * len(first))
    return taken


async def _timed(app: ConsoleApp, key: str) -> float:
    """Seconds from a key until the grid was given a table."""
    grid = app.screen.query_one(HeatGrid)
    given = asyncio.Event()
    show = grid.show

    def shown(table: HeatTable, cursor: tuple[int, int] | None = None) -> None:
        show(table, cursor)
        given.set()

    grid.show = shown  # type: ignore[method-assign]
    started = time.perf_counter()
    app.simulate_key(key)
    try:
        await asyncio.wait_for(given.wait(), _LONGEST)
        return time.perf_counter() - started
    finally:
        grid.show = show  # type: ignore[method-assign]


async def _still(pilot: Pilot[None]) -> None:
    for _ in range(3):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
