"""The wall: the feed with room, and counters that are true."""

from __future__ import annotations

import pytest

from console.app import ConsoleApp
from console.clock import DAY
from console.config import Config
from console.mirror.database import open_reader
from console.mirror.tallies import tallies
from console.notebook.views import View
from tests.cli import Console
from tests.screens import press, seen, settle, text


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_wall_needs_no_key(world: Config, size: tuple[int, int]) -> None:
    app = ConsoleApp(world, view=View("wall", "wall", {}, "ann", 0))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        lines = seen(app)
        assert any("Siobhán" in line for line in lines)
        assert "to handle" in text(app)
        assert "active customers" in text(app)
        assert "yesterday" in text(app)
        await press(pilot, "1")
        assert "yesterday" not in text(app)
        assert app.gate.hits == 0


def test_counters_are_the_events_of_the_day(world: Config) -> None:
    db, clock = open_reader(world.mirror), world.clock()
    found = {one.verb: one for one in tallies(db, clock)}
    start = clock.start_of_day(clock.today)
    for verb, one in found.items():
        if verb is None:
            continue
        for n, since, until in (
            (one.n, start, clock.now),
            (one.before, clock.start_of_day(clock.today - 1), clock.now - DAY),
        ):
            counted = db.execute(
                "select count(*) from event e join event_kind k on k.id = e.kind"
                " where k.verb = ? and e.at between ? and ?",
                (verb, since, until),
            ).fetchone()
            assert n == counted[0]
    assert found["charge_failed"].money == ((2900, "USD"),)
    assert "order_placed" not in found
    db.close()


def test_the_wall_is_for_the_screen(world: Config) -> None:
    assert Console(world.mirror.parent)("--wall", "feed").status == 2
