"""Screens compared with the ones a person has looked at.

After a change that is meant: ``pytest tests/test_snapshots.py --snapshot-update``, then look
at the report it names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.config import Config
from tests import world as worlds
from tests.screens import press, settle

Compare = Callable[..., bool]
SMALL, LARGE = (80, 24), (160, 45)


def taken(
    compare: Compare, settings: Config, size: tuple[int, int], *keys: str, visit: int | None = None
) -> bool:
    """Press keys, wait until all is still, compare."""
    app = ConsoleApp(settings)
    app.desk = replace(app.desk, last_visit=visit)

    async def walk(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, *keys)
        # The profile beside a list waits for the cursor to rest.
        await pilot.pause(0.3)
        await settle(pilot)

    return compare(app, terminal_size=size, run_before=walk)


def test_feed_small(snap_compare: Compare, world: Config) -> None:
    visit = worlds.NOW - 20 * 3_600_000_000
    assert taken(snap_compare, world, SMALL, "j", visit=visit)


def test_feed_large(snap_compare: Compare, world: Config) -> None:
    assert taken(snap_compare, world, LARGE, "underscore")


def test_feed_empty(snap_compare: Compare, world: Config) -> None:
    assert taken(snap_compare, world, SMALL, "slash", *"zzz", "enter")


def test_customers_small(snap_compare: Compare, world: Config) -> None:
    assert taken(snap_compare, world, SMALL, "2", "j", "j")


@pytest.mark.parametrize("theme", ["console-dark", "console-light"])
def test_customers_large(snap_compare: Compare, world: Config, theme: str) -> None:
    assert taken(snap_compare, replace(world, theme=theme), LARGE, "2")


def test_check_in(snap_compare: Compare, world: Config) -> None:
    assert taken(snap_compare, world, SMALL, "2", "i")


def test_profile(snap_compare: Compare, world: Config) -> None:
    assert taken(snap_compare, world, SMALL, "2", "slash", *"siob", "enter", "enter")


def test_help(snap_compare: Compare, world: Config) -> None:
    assert taken(snap_compare, world, SMALL, "question_mark", *"feed")


def test_no_mirror(snap_compare: Compare, tmp_path: Path) -> None:
    settings = replace(worlds.config(tmp_path), mirror=Path("mirror.db"))
    assert taken(snap_compare, settings, SMALL)
