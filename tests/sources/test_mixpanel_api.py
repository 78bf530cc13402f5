"""Mixpanel by its API: days of the project's zone, exports that break off, history."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.sources.loopback import Mirror, Said, tally, vendor
from tests.sources.replay import Asked

_NOW = "2026-03-02T03:00:00Z"
_ZONE = ZoneInfo("America/Los_Angeles")
_COUNT = "select count(*) from event"
_MORE = 'project_id = "77"\ntimezone = "America/Los_Angeles"\nsince = "2025-06-01"'


class _Project:
    """Gives the events of whole days of its zone; no more than `most` at once."""

    def __init__(self, most: int = 10_000) -> None:
        self.most = most
        self.lines: list[dict[str, Any]] = []

    def add(self, id: str, at: datetime) -> None:
        told = {"time": int(at.timestamp()), "distinct_id": "u1", "$insert_id": id}
        self.lines.append({"event": "Report Run", "properties": told})

    def __call__(self, asked: Asked) -> Said:
        assert asked.path == "/api/2.0/export"
        assert asked.query["project_id"] == "77"
        assert asked.headers["authorization"].startswith("Basic ")
        first = date.fromisoformat(asked.query["from_date"])
        last = date.fromisoformat(asked.query["to_date"])
        if last > datetime(2026, 3, 2, 3, tzinfo=UTC).astimezone(_ZONE).date():
            return 400, b"to_date cannot be later than today"
        found = []
        for line in self.lines:
            at = datetime.fromtimestamp(line["properties"]["time"], _ZONE).date()
            if first <= at <= last:
                found.append(json.dumps(line))
        cut = ["terminated early"] if len(found) > self.most else []
        return 200, "\n".join(found[: self.most] + cut).encode()


def test_history_and_the_newest_twice(tmp_path: Path) -> None:
    project, start = _Project(), datetime(2025, 6, 2, tzinfo=UTC)
    for n in range(270):
        project.add(f"e{n}", start + timedelta(days=n, hours=n % 24))
    with vendor(project) as (url, asked):
        mirror = Mirror(tmp_path, "mixpanel", url, _MORE)
        assert tally(mirror.sync(_NOW))["events"] == (270, 0, 0)
        assert asked[0].query["to_date"] == "2026-03-01"
        # Newest first, and no day twice.
        days = [(one.query["from_date"], one.query["to_date"]) for one in asked]
        assert days == sorted(days, reverse=True)
        assert all(old[1] < new[0] for new, old in pairwise(days))
        project.add("late", start + timedelta(days=266))
        asked.clear()
        assert tally(mirror.sync(_NOW))["events"] == (1, 0, 0)
        assert tally(mirror.sync(_NOW))["events"] == (0, 0, 0)
    assert asked[0].query == {
        "project_id": "77", "from_date": "2026-02-20", "to_date": "2026-03-01",
    }  # fmt: skip
    assert mirror.rows(_COUNT) == [271]


def test_a_window_that_breaks_off_is_halved(tmp_path: Path) -> None:
    project = _Project(most=20)
    for n in range(90):
        project.add(f"e{n}", datetime(2025, 12, 1, 12, tzinfo=UTC) + timedelta(days=n // 4))
    with vendor(project) as (url, asked):
        mirror = Mirror(tmp_path, "mixpanel", url, _MORE)
        assert tally(mirror.sync(_NOW))["events"] == (90, 0, 0)
        assert len(asked) < 90


def test_a_day_that_breaks_off_says_so(tmp_path: Path) -> None:
    project = _Project(most=5)
    for n in range(9):
        project.add(f"e{n}", datetime(2026, 2, 20, 12, tzinfo=UTC))
    with vendor(project) as (url, _):
        mirror = Mirror(tmp_path, "mixpanel", url, _MORE)
        report = mirror.sync(_NOW)
    assert report.runs[0].counts.new == 5
    assert "broke off the export of one day" in (report.runs[0].warning or "")


def test_another_zone_than_the_projects_is_a_sentence(tmp_path: Path) -> None:
    with vendor(_Project()) as (url, _):
        mirror = Mirror(tmp_path, "mixpanel", url, 'project_id = "77"\ntimezone = "Asia/Tokyo"')
        error = mirror.sync(_NOW).runs[0].error or ""
    assert "later than today" in error
    assert "timezone" in error


def test_a_silent_project_is_not_asked_for_years(tmp_path: Path) -> None:
    with vendor(_Project()) as (url, asked):
        more = 'project_id = "77"\ntimezone = "America/Los_Angeles"'
        mirror = Mirror(tmp_path, "mixpanel", url, more)
        assert tally(mirror.sync(_NOW))["events"] == (0, 0, 0)
    assert len(asked) < 25
