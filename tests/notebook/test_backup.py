"""Copies of the notebook: whole, private, restored by putting one in its place."""

from __future__ import annotations

import json
import shutil
import stat
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.clock import DAY, HOUR, Clock
from console.mirror.database import MirrorError, NoMirror
from console.notebook import backup, segments
from console.notebook.changes import Signed
from console.notebook.store import last_visit, note_visit

CLOCK = Clock(1_772_409_600_000_000, ZoneInfo("Europe/Stockholm"))


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    path = tmp_path / "notebook.db"
    note_visit(path, "ada", 5)
    segments.save(path, "Swedes", "country=SE", Signed("ada", 7))
    return path


def test_a_copy_holds_everything_and_is_private(notebook: Path) -> None:
    folder = notebook.parent / "backups"
    made = backup.make(notebook, folder, CLOCK)
    assert made.path.name == "notebook-20260302-010000.db"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert {path.name for path in folder.iterdir()} == {made.path.name, made.lines.name}
    rows = [json.loads(line) for line in made.lines.read_text().splitlines()]
    assert {"table": "visit", "person": "ada", "at": 5} in rows
    assert [row["text"] for row in rows if row["table"] == "segment"] == ["country=SE"]
    assert backup.kept(folder) == [made]


def test_it_is_restored_by_putting_it_in_its_place(notebook: Path) -> None:
    made = backup.make(notebook, notebook.parent / "backups", CLOCK)
    notebook.write_bytes(b"gone" * 1000)
    for end in ("-wal", "-shm"):
        Path(f"{notebook}{end}").unlink(missing_ok=True)
    with pytest.raises(MirrorError, match=r"newest backup.*console doctor"):
        segments.read(notebook)
    shutil.copy(made.path, notebook)
    assert [one.name for one in segments.read(notebook)] == ["Swedes"]
    note_visit(notebook, "ada", 9)
    assert last_visit(notebook, "ada") == 9


def test_one_a_day_by_itself_and_the_newest_fourteen_stay(notebook: Path) -> None:
    folder = notebook.parent / "backups"
    clock = CLOCK
    for day in range(20):
        clock = replace(CLOCK, now=CLOCK.now + day * DAY)
        assert backup.daily(notebook, folder, clock)
        assert backup.daily(notebook, folder, replace(clock, now=clock.now + HOUR)) is None
    found = backup.kept(folder)
    assert len(found) == backup.KEPT
    assert found[0].at.day == 21
    assert len(list(folder.iterdir())) == 2 * backup.KEPT


def test_a_folder_may_be_called_like_a_uri(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(notebook.parent)
    made = backup.make(notebook, Path("file:copies?mode=memory"), CLOCK)
    assert [one.name for one in segments.read(made.path)] == ["Swedes"]


def test_why_there_is_no_copy(notebook: Path) -> None:
    folder = notebook.parent / "backups"
    made = backup.make(notebook, folder, CLOCK)
    before = made.path.read_bytes()
    with pytest.raises(MirrorError, match="there is a copy of this second already"):
        backup.make(notebook, folder, CLOCK)
    assert made.path.read_bytes() == before
    with pytest.raises(MirrorError, match="there is a file, and no folder, already"):
        backup.make(notebook, notebook, CLOCK)
    with pytest.raises(MirrorError, match="its name is not UTF-8"):
        backup.make(notebook, notebook.parent / "\udcff", CLOCK)


def test_two_consoles_that_copy_in_one_second(
    notebook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = notebook.parent / "backups"

    def slow(part: Path) -> list[str]:
        monkeypatch.undo()
        monkeypatch.setattr(backup.os, "getpid", lambda: 1)
        backup.make(notebook, folder, CLOCK)
        return []

    monkeypatch.setattr(backup, "whole", slow)
    # The other was faster, and today's copy is there.
    assert backup.daily(notebook, folder, CLOCK) is None
    [made] = backup.kept(folder)
    assert [one.name for one in segments.read(made.path)] == ["Swedes"]
    assert sorted(path.name for path in folder.iterdir()) == [made.path.name, made.lines.name]


def test_no_notebook_no_copy(tmp_path: Path) -> None:
    assert backup.daily(tmp_path / "notebook.db", tmp_path / "backups", CLOCK) is None
    with pytest.raises(NoMirror, match="nothing to copy"):
        backup.make(tmp_path / "notebook.db", tmp_path / "backups", CLOCK)
    assert not (tmp_path / "backups").exists()


def test_a_damaged_one_is_not_copied_over_good_copies(notebook: Path) -> None:
    folder = notebook.parent / "backups"
    made = backup.make(notebook, folder, CLOCK)
    data = bytearray(notebook.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    notebook.write_bytes(data)
    with pytest.raises(MirrorError, match=r"damaged|malformed"):
        backup.make(notebook, folder, replace(CLOCK, now=CLOCK.now + DAY))
    assert backup.kept(folder) == [made]
    assert not list(folder.glob("*.part"))
