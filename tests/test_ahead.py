from __future__ import annotations

import json
from pathlib import Path

import pytest

from console import ahead, sync
from console.config import Config, load
from console.mirror import feed, status
from console.mirror.database import open_reader
from console.model import FeedQuestion
from tests.bench.data import calls
from tests.mirror.reading import sets_from_events, stored_sets, whole

LINES = 3_000


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "calls.jsonl"
    path.write_text("".join(json.dumps(call) + "\n" for call in calls(LINES)))
    return path


def settings(tmp_path: Path, name: str) -> Config:
    return load(
        mirror=str(tmp_path / name), notebook=str(tmp_path / "n.db"), now="2026-10-01T00:00Z"
    )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is worth a process of its own."""
    monkeypatch.setattr(ahead, "WORTH_IT", 0)


def contents(path: Path) -> list[tuple[object, ...]]:
    db = open_reader(path)
    page = feed.page(db, FeedQuestion(level="noise", limit=10_000), properties=True)
    return [(one.at, one.name, one.level, one.customer.name, one.properties) for one in page.events]


def test_a_process_ahead_reads_what_one_process_reads(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, together = settings(tmp_path, "alone.db"), settings(tmp_path, "together.db")
    first = sync.import_files([str(export)], alone)
    monkeypatch.setattr(ahead, "WORTH_IT", 0)
    second = sync.import_files([str(export)], together)
    assert first.files[0].counts == second.files[0].counts
    assert contents(alone.mirror) == contents(together.mirror)


@pytest.mark.usefixtures("small")
def test_a_file_read_to_its_end_is_known(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = settings(tmp_path, "m.db")
    new = sync.import_files([str(export)], config).files[0].counts
    before = whole(config.mirror)

    def never(*_: object) -> None:
        raise AssertionError("it was read again")

    monkeypatch.setattr(sync, "parts", never)
    again = sync.import_files([str(export)], config).files[0].counts
    assert (again.read, again.unchanged, again.new) == (new.read, new.read, 0)
    assert whole(config.mirror) == before


@pytest.mark.usefixtures("small")
def test_a_file_with_refusals_is_read_again(export: Path, tmp_path: Path) -> None:
    with export.open("a") as file:
        file.write('{"type":"track","userId":"u_1"}\n')
    config = settings(tmp_path, "m.db")
    for _ in range(2):
        report = sync.import_files([str(export)], config)
        assert report.files[0].counts.rejected == 1
        assert len(report.rejects) == 1


@pytest.mark.usefixtures("small")
def test_stopped_half_way_it_is_whole_and_goes_on(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = settings(tmp_path, "m.db")
    clock = config.clock()
    monkeypatch.setattr("console.sources.jsonlines.MOST_EVENTS", 500)
    monkeypatch.setattr(sync, "_COMMIT_SECONDS", 0.0)
    monkeypatch.setattr(ahead, "_apart", lambda document: False)
    seen = 0

    def stop(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync.import_files([str(export)], config, progress=stop)
    db = open_reader(config.mirror)
    there = status.read(db).events
    assert 0 < there < LINES
    assert stored_sets(db) == sets_from_events(db, clock)
    counts = sync.import_files([str(export)], config).files[0].counts
    assert counts.new + counts.unchanged == counts.read
    assert status.read(db).events == LINES
    assert stored_sets(db) == sets_from_events(db, clock)


@pytest.mark.usefixtures("small")
def test_a_reader_that_cannot_go_on_says_why(tmp_path: Path) -> None:
    export = tmp_path / "broken.json"
    export.write_text("[" + ",".join(json.dumps(call) for call in calls(200)))
    report = sync.import_files([str(export)], settings(tmp_path, "m.db"))
    assert "does not end" in (report.files[0].error or "")
