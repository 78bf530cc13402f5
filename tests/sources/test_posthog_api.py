"""PostHog by its API: pages by time and uuid, history, late events, the same rows as files."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tests.sources.loopback import KEY, Mirror, Said, tally, vendor
from tests.sources.replay import Asked

_NOW = "2026-03-02T03:30:00Z"
_MORE = 'project_id = "12"'
_COUNT = "select count(*) from event"
_TIME = re.compile(r"timestamp (>=|<|>) toDateTime64\('([^']*)', 6, 'UTC'\)")
_AFTER = re.compile(r"timestamp = toDateTime64\('([^']*)'.*toString\(uuid\) > '([^']*)'\)\)")
_PACIFIC = timezone(timedelta(hours=-8))


class _Project:
    """Answers the one query, with times in its own zone."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.largest = 10_000
        self.between: list[dict[str, Any]] = []
        """What comes in after the first page."""

    def event(self, number: int, at: datetime, **more: Any) -> dict[str, Any]:
        return {"uuid": f"0190-{number:06}", "event": "Report Run", "distinct_id": "u1",
                "person_id": "p1", "properties": '{"$current_url": "x"}', "at": at,
                "person_properties": '{"email": "ana@example.com"}', **more}  # fmt: skip

    def __call__(self, asked: Asked) -> Said:
        assert asked.path == "/api/projects/12/query/"
        assert asked.headers["authorization"] == f"Bearer {KEY}"
        query = asked.body["query"]["query"]
        limit = int(query.rpartition(" ")[2])
        if limit > self.largest:
            return 500, {"detail": "Query exceeded its memory"}
        found = sorted(self.events, key=lambda one: (one["at"], one["uuid"]))
        if after := _AFTER.search(query):
            place = (_parsed(after[1]), after[2])
            found = [one for one in found if (one["at"], one["uuid"]) > place]
        for sign, text in _TIME.findall(query):
            at = _parsed(text)
            if sign == ">=":
                found = [one for one in found if one["at"] >= at]
            elif sign == "<":
                found = [one for one in found if one["at"] < at]
        self.events, self.between = self.events + self.between, []
        names = ("uuid", "event", "distinct_id", "person_id", "properties", "person_properties")
        rows = []
        for one in found[:limit]:
            at = one["at"].astimezone(_PACIFIC).isoformat(timespec="microseconds")
            rows.append([*(one[name] for name in names), at, at])
        return 200, {"results": rows, "columns": [*names, "timestamp", "created_at"]}


def _parsed(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)


def _at(minutes: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes, microseconds=7)


def test_a_small_project_is_one_walk(tmp_path: Path) -> None:
    project = _Project()
    project.events = [project.event(n, _at(n)) for n in range(5)]
    with vendor(project) as (url, asked):
        mirror = Mirror(tmp_path, "posthog", url, _MORE)
        assert tally(mirror.sync(_NOW))["events"] == (5, 0, 0)
        assert len(asked) == 1
        assert tally(mirror.sync(_NOW))["events"] == (0, 0, 0)
    assert mirror.rows("select email from customer") == ["ana@example.com"]


def test_history_is_whole_though_seconds_are_crowded(tmp_path: Path) -> None:
    project = _Project()
    # Two thousand in one instant, more than a page, and some each hour.
    project.events = [project.event(n, _at(60_000)) for n in range(2_000)]
    project.events += [project.event(5_000 + n, _at(n * 60)) for n in range(1_300)]
    project.between = [project.event(9_000 + n, _at(84_000 + n)) for n in range(9)]
    with vendor(project) as (url, asked):
        mirror = Mirror(tmp_path, "posthog", url, _MORE)
        assert tally(mirror.sync(_NOW))["events"] == (3_309, 0, 0)
        # After the first look comes what is newest.
        assert "timestamp <" not in asked[1].body["query"]["query"]
        assert tally(mirror.sync(_NOW))["events"] == (0, 0, 0)
        # A phone was offline for half a day; another's clock is a year ahead.
        project.events.append(project.event(9_500, _at(84_008) - timedelta(hours=12)))
        project.events.append(project.event(9_501, _at(84_008) + timedelta(days=365)))
        assert tally(mirror.sync(_NOW))["events"] == (2, 0, 0)
        project.events.append(project.event(9_502, _at(84_010)))
        assert tally(mirror.sync(_NOW))["events"] == (1, 0, 0)
    assert mirror.rows(_COUNT) == [3_312]


def test_a_query_that_is_too_much_is_made_smaller(tmp_path: Path) -> None:
    project = _Project()
    project.largest = 300
    project.events = [project.event(n, _at(n)) for n in range(700)]
    with vendor(project) as (url, _):
        mirror = Mirror(tmp_path, "posthog", url, _MORE)
        assert tally(mirror.sync(_NOW))["events"] == (700, 0, 0)
