"""R17: on a full or read-only disk reading goes on, nothing is lost, and a sentence says why."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson
import pytest

from console.app import ConsoleApp
from console.clock import Clock
from console.config import Config
from console.mirror import customers, feed
from console.mirror.database import MirrorError, open_reader
from console.mirror.soundness import whole
from console.model import FeedQuestion
from console.notebook import audit, backup, notes
from console.notebook.changes import Signed
from tests.bench.data import calls
from tests.cli import Console
from tests.mirror.canonical import difference, told
from tests.screens import settle, text
from tests.world import NOW

PERSON = (("segment", "external_id", "u1"),)


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    path = tmp_path / "calls.jsonl"
    path.write_bytes(b"".join(orjson.dumps(call) + b"\n" for call in calls(6_000)))
    return path


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of three megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m,mode=0700", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("a small file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def stuff(folder: Path) -> Path:
    """Take all the room there is."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(b"x" * 4096)
        except OSError:
            return ballast


def test_an_import_into_a_full_disk_ends_in_words_and_goes_on_later(
    tmp_path: Path, disk: Path, exported: Path
) -> None:
    clean, console = Console(tmp_path / "clean"), Console(disk)
    assert clean("import", str(exported)).status == 0
    (disk / "ballast").write_bytes(b"x" * 1_500_000)
    answer = console("import", str(exported))
    assert answer.status == 1
    assert str(console.mirror) in answer.err
    assert "bytes are free there: make room" in answer.err
    assert answer.err.count("\n") == 1
    assert console("status").status == 0
    assert whole(console.mirror) == []
    subprocess.run(["mount", "-o", "remount,size=30m", str(disk)], check=True)
    assert console("import", str(exported)).status == 0
    assert not difference(told(clean.mirror), told(console.mirror))


def test_notes_on_a_full_disk_are_refused_in_words_and_the_rest_goes_on(disk: Path) -> None:
    small = disk.parent / "small.jsonl"
    small.write_bytes(b"".join(orjson.dumps(call) + b"\n" for call in calls(300)))
    console = Console(disk)
    assert console("import", str(small)).status == 0
    notebook = disk / "notebook.db"
    notes.add(notebook, [PERSON], "kept", Signed("ada", NOW))
    with closing(open_reader(console.mirror)) as before:
        ballast = stuff(disk)
        with pytest.raises(MirrorError) as refused:
            _write(notebook, 1000)
        assert str(notebook) in str(refused.value)
        assert "bytes are free there: make room" in str(refused.value)
        for db in (before, open_reader(console.mirror)):
            assert feed.page(db, FeedQuestion(level="noise")).events
            assert customers.matching(db, "a").total
    assert console("feed", "--json").status == 0
    with pytest.raises(MirrorError, match="0 bytes are free"):
        backup.make(notebook, disk / "backups", clock_of(console))
    assert not list(disk.glob("backups/*"))
    ballast.unlink()
    notes.add(notebook, [PERSON], "after", Signed("ada", NOW))
    with closing(open_reader(notebook, 99)) as db:
        kept = [text for (text,) in db.execute("select text from note order by id").fetchall()]
    assert (kept[0], kept[-1]) == ("kept", "after")
    assert audit.check(notebook) is None
    assert whole(notebook) == whole(console.mirror) == []


def _write(notebook: Path, many: int) -> None:
    for n in range(many):
        notes.add(notebook, [PERSON], f"more {n} " + "x" * 3000, Signed("ada", NOW))


def clock_of(console: Console) -> Clock:
    return Config(console.mirror, console.mirror, now=NOW).clock()


def test_a_limit_on_the_size_of_files_is_as_a_full_disk(tmp_path: Path, exported: Path) -> None:
    console = Console(tmp_path / "limited")
    out = tmp_path / "said"
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
        answer = console("import", str(exported))
        out.write_text(f"{answer.status}{answer.err}")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    said = out.read_text()
    assert said.startswith("1console: ")
    assert str(console.mirror) in said
    assert "bytes are free there" in said
    assert said.count("\n") == 1
    assert whole(console.mirror) == []
    assert console("import", str(exported)).status == 0


def test_a_disk_that_became_read_only(disk: Path, tmp_path: Path) -> None:
    small = tmp_path / "small.jsonl"
    small.write_bytes(b"".join(orjson.dumps(call) + b"\n" for call in calls(300)))
    console = Console(disk)
    assert console("import", str(small)).status == 0
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        refused = console("import", str(small))
        assert refused.status == 1
        assert str(console.mirror) in refused.err
        assert refused.err.count("\n") == 1
        for command in (("feed",), ("status",), ("doctor",)):
            answer = console(*command)
            assert answer.status in (0, 1)
            assert answer.err.count("\n") <= 1
            if answer.status and not answer.out:
                assert str(console.mirror) in answer.err
                assert "SQLite must be able to write beside a mirror" in answer.err
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert console("import", str(small)).status == 0


async def test_the_screen_on_a_full_disk_reads_on_and_says_what_it_could_not_write(
    disk: Path, built_world: Path
) -> None:
    (disk / "mirror.db").write_bytes(built_world.read_bytes())
    (disk / "mirror.db").chmod(0o600)
    # Whoever has it open keeps the files beside it there.
    with closing(open_reader(disk / "mirror.db")) as held:
        held.execute("select count(*) from event").fetchall()
        stuff(disk)
        app = ConsoleApp(Config(disk / "mirror.db", disk / "notebook.db"))
        async with app.run_test(size=(240, 45)) as pilot:
            for _ in range(20):
                await settle(pilot)
                await pilot.pause(0.1)
                if "cannot be written" in text(app):
                    break
            shown = text(app)
            assert "cannot be written" in shown
            assert "0 bytes are free there" in shown
            await pilot.press("2")
            await settle(pilot)
            assert "Jürgen" in text(app)
