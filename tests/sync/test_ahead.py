from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from console.config import Config
from console.mirror import feed, status
from console.mirror.database import open_reader
from console.model import FeedQuestion
from console.settings import load
from console.sync import ahead, importing
from tests.bench.data import calls
from tests.mirror.canonical import difference, told
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
    first = importing.import_files([str(export)], alone)
    monkeypatch.setattr(ahead, "WORTH_IT", 0)
    second = importing.import_files([str(export)], together)
    assert first.files[0].counts == second.files[0].counts
    assert contents(alone.mirror) == contents(together.mirror)


@pytest.mark.usefixtures("small")
def test_a_file_read_to_its_end_is_known(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = settings(tmp_path, "m.db")
    new = importing.import_files([str(export)], config).files[0].counts
    before = whole(config.mirror)

    def never(*_: object) -> None:
        raise AssertionError("it was read again")

    monkeypatch.setattr(importing, "parts", never)
    again = importing.import_files([str(export)], config).files[0].counts
    assert (again.read, again.unchanged, again.new) == (new.read, new.read, 0)
    assert whole(config.mirror) == before


def track(**said: object) -> str:
    call = {"type": "track", "event": "Ran", "userId": "u_1", "timestamp": 1_790_000_000}
    return json.dumps({**call, **said}) + "\n"


def noted_starts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Where in its file each reading begins, as they come."""
    starts = []

    def noting(document: object, order: ahead.Order) -> object:
        starts.append(order.start)
        return parts(document, order)

    parts = ahead.parts
    monkeypatch.setattr(importing, "parts", noting)
    return starts


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("more", "offset"),
    [
        ([track(messageId="later")], True),
        ([track(messageId="later", receivedAt="2026-09-30T00:00:00Z"), "broken\n"], True),
        # What only the whole file tells: which of like lines it is, what a group is called,
        # whether a person has changed.
        ([track(messageId="later"), track()], False),
        (
            [
                '{"type":"group","messageId":"g2","userId":"u_1","groupId":"g","timestamp":1790000001}\n'
            ],
            False,
        ),
        ([track(messageId="t", context={"traits": {"plan": "pro"}})], False),
    ],
)
def test_of_a_file_that_has_grown_the_rest_is_read(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str], offset: bool
) -> None:
    group = {
        "type": "group",
        "groupId": "g",
        "traits": {"name": "Gamma"},
        "timestamp": 1_790_000_000,
    }
    with export.open("a") as file:
        file.write(track() + json.dumps({**group, "messageId": "g1", "userId": "u_2"}) + "\n")
    grown, fresh = settings(tmp_path, "grown.db"), settings(tmp_path, "fresh.db")
    before = importing.import_files([str(export)], grown).files[0].counts
    with export.open("a") as file:
        file.writelines(more)
    starts = noted_starts(monkeypatch)
    after = importing.import_files([str(export)], grown)
    whole_size, lines = export.stat().st_size - sum(map(len, more)), LINES + 2
    assert starts[0] == (whole_size, starts[0][1])
    assert starts[0][1] > lines
    assert starts[1:] == ([] if offset else [(0, 0)])
    counts = after.files[0].counts
    assert counts.read == before.read + len(more)
    assert counts.unchanged == before.read
    assert [reject.line for reject in after.rejects] == [starts[0][1] + 2] * ("broken\n" in more)
    importing.import_files([str(export)], fresh)
    assert not difference(told(grown.mirror), told(fresh.mirror))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("change", ["start", "last line", "packed"])
def test_a_file_whose_start_is_another_is_read_whole(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    config = settings(tmp_path, "m.db")
    text = export.read_text()
    if change == "last line":
        export.write_text(text[:-1])
    importing.import_files([str(export)], config)
    if change == "start":
        text = text.replace("Lund", "Malm", 1)
    grown = (text + track(messageId="later")).encode()
    export.write_bytes(gzip.compress(grown) if change == "packed" else grown)
    starts = noted_starts(monkeypatch)
    assert importing.import_files([str(export)], config).files[0].counts.new == 1
    assert starts == [(0, 0)]


@pytest.mark.usefixtures("small")
def test_a_file_with_refusals_is_read_again(export: Path, tmp_path: Path) -> None:
    with export.open("a") as file:
        file.write('{"type":"track","userId":"u_1"}\n')
    config = settings(tmp_path, "m.db")
    for _ in range(2):
        report = importing.import_files([str(export)], config)
        assert report.files[0].counts.rejected == 1
        assert len(report.rejects) == 1


@pytest.mark.usefixtures("small")
def test_stopped_half_way_it_is_whole_and_goes_on(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = settings(tmp_path, "m.db")
    clock = config.clock()
    monkeypatch.setattr("console.sources.jsonlines.MOST_EVENTS", 500)
    monkeypatch.setattr(importing, "_COMMIT_SECONDS", 0.0)
    monkeypatch.setattr(ahead, "is_big", lambda document: False)
    seen = 0

    def stop(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.import_files([str(export)], config, progress=stop)
    db = open_reader(config.mirror)
    there = status.read(db).events
    assert 0 < there < LINES
    assert stored_sets(db) == sets_from_events(db, clock)
    counts = importing.import_files([str(export)], config).files[0].counts
    assert counts.new + counts.unchanged == counts.read
    assert status.read(db).events == LINES
    assert stored_sets(db) == sets_from_events(db, clock)


@pytest.mark.usefixtures("small")
def test_a_reader_that_cannot_go_on_says_why(tmp_path: Path) -> None:
    export = tmp_path / "broken.json"
    export.write_text("[" + ",".join(json.dumps(call) for call in calls(200)))
    report = importing.import_files([str(export)], settings(tmp_path, "m.db"))
    assert "does not end" in (report.files[0].error or "")
