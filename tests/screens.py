"""Reading a running app as a person would: what stands on the screen, once it is still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from console.app import ConsoleApp
from console.screen import MainScreen


async def settle(pilot: Pilot[None]) -> None:
    """Wait until every question is answered and every message handled."""
    main = pilot.app.screen_stack[0]
    for _ in range(5):
        if isinstance(main, MainScreen):
            await asyncio.wrap_future(main.writing._pool.submit(lambda: None))
        with suppress(WorkerCancelled):
            await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        while isinstance(pilot.app, ConsoleApp) and pilot.app._kept:
            await pilot.pause(0.02)


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Wait for what happens by itself, as long as a slow machine may need."""
    for _ in range(100):
        await settle(pilot)
        if true():
            return
        await pilot.pause(0.1)
    raise AssertionError("it did not happen")


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one after the other, and wait."""
    for key in keys:
        await pilot.press(key)
    await settle(pilot)


def seen(app: ConsoleApp) -> list[str]:
    """The lines of the screen as text, without blanks at their ends."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def text(app: ConsoleApp) -> str:
    """The screen as one text."""
    return "\n".join(seen(app))
