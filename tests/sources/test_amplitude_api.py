"""Amplitude by its API: zips of gzipped hours, nothing there, too much at once."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from tests.sources.loopback import Mirror, Said, tally, vendor
from tests.sources.replay import Asked

_NOW = "2026-03-02T03:30:00Z"
_MORE = 'since = "2026-01-01"'


class _Project:
    """Gives hours by the time of upload; more than `most` events are too much."""

    def __init__(self, most: int = 10_000, status: int = 400) -> None:
        self.most = most
        self.status = status
        self.events: list[tuple[datetime, dict[str, Any]]] = []

    def add(self, uuid: str, happened: datetime, uploaded: datetime) -> None:
        told = {"uuid": uuid, "user_id": "u1", "event_type": "Report Run",
                "event_time": f"{happened:%Y-%m-%d %H:%M:%S.%f}",
                "server_upload_time": f"{uploaded:%Y-%m-%d %H:%M:%S.%f}"}  # fmt: skip
        self.events.append((uploaded, told))

    def __call__(self, asked: Asked) -> Said:
        assert asked.path == "/api/2/export"
        first, last = (
            datetime.strptime(asked.query[name], "%Y%m%dT%H").replace(tzinfo=UTC)
            for name in ("start", "end")
        )
        found = [one for at, one in self.events if first <= at < last + timedelta(hours=1)]
        if not found:
            return 404, b"Not Found"
        if len(found) > self.most:
            return self.status, b"<html>too large</html>"
        packed = io.BytesIO()
        with ZipFile(packed, "w") as archive:
            for n in range(0, len(found), 7):
                lines = "\n".join(map(json.dumps, found[n : n + 7]))
                archive.writestr(f"1/1_2026-01-01_0#{n}.json.gz", gzip.compress(lines.encode()))
        return 200, packed.getvalue()


def _at(hours: float) -> datetime:
    return datetime(2026, 1, 3, tzinfo=UTC) + timedelta(hours=hours)


def test_hours_by_their_upload_and_late_ones(tmp_path: Path) -> None:
    project = _Project()
    for n in range(200):
        project.add(f"e{n}", _at(n * 7), _at(n * 7 + 0.2))
    with vendor(project) as (url, asked):
        mirror = Mirror(tmp_path, "amplitude", url, _MORE)
        assert tally(mirror.sync(_NOW))["events"] == (200, 0, 0)
        spans = [(one.query["start"], one.query["end"]) for one in asked]
        assert spans[0][1] == "20260302T03"
        assert all(old[1] < new[0] for new, old in pairwise(spans))
        # It happened weeks ago, and was taken in only now.
        project.add("late", _at(1), _at(199 * 7 + 0.3))
        asked.clear()
        assert tally(mirror.sync(_NOW))["events"] == (1, 0, 0)
        assert tally(mirror.sync(_NOW))["events"] == (0, 0, 0)
    assert asked[0].query["start"] == "20260301T22"
    assert mirror.rows("select count(*) from event") == [201]


def test_too_much_is_halved(tmp_path: Path) -> None:
    for status in (400, 504):
        project = _Project(30, status)
        for n in range(300):
            project.add(f"e{n}", _at(n // 10), _at(n // 10))
        folder = tmp_path / str(status)
        folder.mkdir()
        with vendor(project) as (url, _):
            mirror = Mirror(folder, "amplitude", url, _MORE)
            assert tally(mirror.sync(_NOW))["events"] == (300, 0, 0)
        assert mirror.waits == []


def test_an_hour_that_is_too_much_is_a_sentence(tmp_path: Path) -> None:
    project = _Project(3)
    for n in range(9):
        project.add(f"e{n}", _at(1), _at(1))
    with vendor(project) as (url, _):
        report = Mirror(tmp_path, "amplitude", url, _MORE).sync(_NOW)
    assert "too large" in (report.runs[0].error or "")
