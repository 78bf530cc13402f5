"""The check-in: what it tells of many is what each one's profile tells."""

from __future__ import annotations

from pathlib import Path

from console.clock import DAY, Clock
from console.mirror import profile
from console.mirror.database import open_reader
from console.mirror.newcomers import newcomers
from tests import world as worlds


def test_everybody_has_done_what_their_profile_says(tmp_path: Path) -> None:
    config = worlds.build(tmp_path)
    clock, db = config.clock(), open_reader(config.mirror)
    found = newcomers(db, clock, 400)
    assert len(found) > 5
    assert any(one.touched for one in found)
    assert any(sum(one.logins_by_week) for one in found)
    for one in found:
        told = profile.read(db, one.customer.id, clock)
        assert told is not None
        assert one.customer == told.customer
        assert one.touched == tuple(used.feature for used in told.features)
        assert one.untouched == told.untouched
        started = one.customer.signed_up_at or one.customer.first_seen_at or clock.now
        logins = [at for at in told.logins.recent if clock.day(at) >= clock.day(started)]
        assert sum(one.logins_by_week) == len(logins)
        newest = told.recent[:5]
        loud = [event for event in newest if event.level != "noise"]
        assert one.last == next(iter([*loud, *newest]), None)


def test_nothing_is_told_before_it_happens(tmp_path: Path) -> None:
    config = worlds.build(tmp_path)
    clock = Clock(worlds.NOW - 20 * DAY, config.clock().zone)
    db = open_reader(config.mirror)
    for one in newcomers(db, clock, 400):
        assert one.last is None or one.last.at <= clock.now
