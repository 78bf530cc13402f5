"""R14, R15: many at once, no error, nothing acknowledged is lost, and the WAL stays short.

Once as fast as each can, which is more than anybody does; once as people at screens ask.
"""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from console.clock import Clock
from console.mirror.database import open_reader, open_writer
from console.mirror.soundness import whole
from console.notebook import audit
from tests.killed import killed
from tests.safety import crowd, held, people

LIMIT = 64 * 1024 * 1024


def check(together: crowd.Crowd) -> None:
    """Nobody failed; what each was told is kept is there, once."""
    config = together.config
    errors = [one.error for one in together.told if one.error]
    assert not errors, errors[0]
    assert all(one.done for one in together.told), together.told
    with closing(open_reader(config.notebook, 99)) as db:
        told = Counter(text for (text,) in db.execute("select text from note").fetchall())
        lines = db.execute("select count(*) from audit").fetchone()[0]
    written = [text for one in together.told if one.kind == "notes" for text in one.kept]
    assert told == Counter(["first", *written])
    assert lines == len(written) + 1
    assert audit.check(config.notebook) is None
    pages = {0} | {int(n) for one in together.told if one.kind == "sync" for n in one.kept}
    with closing(open_reader(config.mirror)) as db:
        events = db.execute("select count(*), count(distinct key) from event").fetchone()
    there = together.before + 500 * len(pages)
    assert events == (there, there)
    assert whole(config.mirror) == []
    assert whole(config.notebook) == []
    assert together.largest_wal < LIMIT


def figures(together: crowd.Crowd) -> str:
    """How many of each, and how long they took."""
    lines = [f"largest WAL {together.largest_wal / 1e6:.1f} MB"]
    for kind in ("sync", "notes", "reads"):
        times = sorted(time for one in together.told if one.kind == kind for time in one.times)
        p95, last = times[int(len(times) * 0.95)], times[-1]
        lines.append(f"{kind}: {len(times)}, p95 {p95 * 1000:.0f} ms, longest {last:.2f} s")
    return "; ".join(lines)


def test_a_sync_writers_and_readers_for_seconds(tmp_path: Path) -> None:
    together = crowd.Crowd(crowd.filled(tmp_path), 2)
    together.run(1, 2, 3)
    check(together)


@pytest.mark.slow
def test_a_sync_four_writers_and_twelve_readers_for_ten_minutes(tmp_path: Path) -> None:
    together = crowd.Crowd(crowd.filled(tmp_path), 600)
    together.run(1, 4, 12)
    print(figures(together))
    check(together)


def test_people_at_work_for_seconds(tmp_path: Path) -> None:
    together = people.crowd(people.mirror_of(tmp_path, 2_000), 3, pause=0.3)
    together.run(1, 2, 3)
    check(together)
    asked = {answer.kind for one in together.told for answer in one.answers}
    assert asked & people.KEYS.keys()
    assert {"again: head line", "again: to handle", "again: profile"} <= asked


@pytest.mark.slow
def test_twelve_people_at_work_on_a_million_events_for_ten_minutes(tmp_path: Path) -> None:
    together = people.crowd(people.mirror_of(tmp_path, 1_000_000), 600, pause=1.0)
    together.run(1, 4, 12)
    print(f"{figures(together)}\n{people.figures(together)}")
    check(together)
    worked = sorted(answer.worked for one in together.told for answer in one.answers)
    # Of the processor's time, in which whatever else the machine does has no part.
    assert people.percentile(worked, 0.95) < 0.1
    waited_for = max(answer.worked for one in together.told for answer in one.answers
                     if answer.kind != "read ahead")  # fmt: skip
    assert waited_for < 1.0


def test_what_is_held_is_seen(tmp_path: Path) -> None:
    config = crowd.filled(tmp_path)

    def look() -> None:
        longest = held.watch()
        with closing(open_reader(config.mirror)) as db:
            longest.take()
            db.execute("select id from event").fetchall()
            assert longest.take() > 0
            half = db.execute("select id from event")
            half.fetchone()
            assert longest.take() == 0
            half.close()
            assert longest.take() > 0
            db.execute("begin")
            db.execute("select id from event").fetchall()
            assert longest.take() == 0
            db.execute("rollback")
            assert longest.take() > 0
        (tmp_path / "seen").touch()

    assert not killed(look, 60)
    assert (tmp_path / "seen").exists()


def test_no_answer_leaves_a_read_open(tmp_path: Path) -> None:
    """However an answer is asked for, the WAL can be taken over and cut short after it."""
    config = crowd.filled(tmp_path)
    clock = Clock(crowd.NOW, config.clock().zone)
    writer = open_writer(config.mirror)
    for n in range(len(crowd.questions(config, clock, random.Random(1)))):
        with closing(open_reader(config.mirror)) as db:
            held = crowd.questions(config, clock, random.Random(n))[n](db)
            writer.execute("insert or replace into meta(key, value) values ('test', ?)", (n,))
            busy, left, _ = writer.execute("pragma wal_checkpoint(truncate)").fetchone()
            assert (busy, left) == (0, 0), n
            assert held is not None
    writer.close()


def test_a_wal_that_a_reader_held_is_cut_short_by_the_next_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from console.mirror import wal as walls

    monkeypatch.setattr(walls, "LONG", 300_000)
    monkeypatch.setattr(walls, "_AGAIN", 0.0)
    config = crowd.filled(tmp_path)
    wal = Path(f"{config.mirror}-wal")
    reader = open_reader(config.mirror)
    reader.execute("begin")
    reader.execute("select count(*) from event").fetchall()
    step = crowd.saving(config)
    for n in range(1, 4):
        step(n)
    grown = wal.stat().st_size
    assert grown > 300_000
    reader.execute("rollback")
    step(4)
    assert wal.stat().st_size < 300_000 < grown
