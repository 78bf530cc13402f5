"""On how many days of its last weeks each customer of a list was there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.clock import DAY, HOUR, Clock
from console.config import Config
from console.mirror.activity import Activity
from console.mirror.database import open_reader
from tests import world as worlds

WEEKS = 12


@pytest.fixture(scope="module")
def small(built_world: Path) -> Config:
    return worlds.config(built_world.parent)


def counted(settings: Config, clock: Clock, ids: list[int]) -> dict[int, tuple[int, ...]]:
    """The same from every single event, one after the other."""
    db = open_reader(settings.mirror)
    rows = db.execute(
        "select e.customer, e.at from event e join event_kind k on k.id = e.kind"
        " where k.own and e.at <= ?",
        (clock.now,),
    ).fetchall()
    db.close()
    days = {(customer, clock.day(at)) for customer, at in rows}
    this = clock.interval(clock.now, "week")
    return {
        id: tuple(
            sum((id, clock.first_day(week, "week") + n) in days for n in range(7))
            for week in range(this - WEEKS + 1, this + 1)
        )
        for id in ids
    }


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "Asia/Tokyo"])
@pytest.mark.parametrize("week", ["monday", "sunday"])
@pytest.mark.parametrize("ago", [0, 30 * DAY + 7 * HOUR])
def test_as_counted_one_by_one(small: Config, zone: str, week: str, ago: int) -> None:
    settings = replace(small, timezone=zone, week_start=week)  # type: ignore[arg-type]
    clock = replace(settings.clock(), now=settings.clock().now - ago)
    db = open_reader(settings.mirror)
    ids = [id for (id,) in db.execute("select id from customer").fetchall()]
    found = Activity(db, clock).active_days(ids, WEEKS)
    assert found == counted(settings, clock, ids)
    assert any(max(days) > 1 for days in found.values())
    assert Activity(db, clock).active_days(ids[2:4], WEEKS) == {id: found[id] for id in ids[2:4]}
    db.close()


def test_nobody_and_somebody_unknown(small: Config) -> None:
    db = open_reader(small.mirror)
    activity = Activity(db, small.clock())
    assert activity.active_days([], WEEKS) == {}
    assert activity.active_days([999_999], 3) == {999_999: (0, 0, 0)}
    db.close()
