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
from console.clock import DAY, HOUR, MINUTE
from console.config import Config, SourceConfig
from console.mirror import syncs
from console.mirror.database import open_writer
from console.model import STOPPED, Counts, StreamRun
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


WENT = {
    "klaviyo": (4 * MINUTE, None),
    "mailchimp": (50 * MINUTE, STOPPED),
    "stripe": (3 * DAY, None),
    "zendesk": (2 * HOUR, "zendesk: GET /api/v2/incremental/tickets/cursor.json: 401 (Couldn't "
                "authenticate you\x1b[2J[/b]); is the key right, and may it read this?"),
}  # fmt: skip


def synced(settings: Config, **went: tuple[int, str | None]) -> Config:
    """Settings with sources that are asked by API, and how long ago and how each went."""
    db = open_writer(settings.mirror)
    for kind, (ago, error) in went.items():
        at = worlds.NOW - ago
        run = StreamRun(kind, "events", at, at, Counts(read=1240, new=12), error=error)
        syncs.save_run(db, kind, run)
    db.close()
    kinds = dict.fromkeys((*went, *(() if len(went) < 4 else ("gorgias",))))
    sources = {kind: SourceConfig(kind, kind, key_env="K") for kind in kinds}
    return replace(settings, sources=sources)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_sources_of_every_state(
    snap_compare: Compare, world: Config, size: tuple[int, int]
) -> None:
    assert taken(snap_compare, synced(world, **WENT), size, "colon", *"sources", "enter")


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_sources_that_fail(snap_compare: Compare, world: Config, size: tuple[int, int]) -> None:
    assert taken(snap_compare, synced(world, **WENT), size)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_sources_that_are_fresh(
    snap_compare: Compare, world: Config, size: tuple[int, int]
) -> None:
    fresh = {"klaviyo": (4 * MINUTE, None), "recharge": (HOUR, None)}
    assert taken(snap_compare, synced(world, **fresh), size)
