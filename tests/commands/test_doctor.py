"""``console doctor``: every trouble is found, named, and comes with what to do."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from console.mirror.database import open_writer
from tests.cli import Console
from tests.commands.conftest import CALLS, NOW, lines
from tests.terminal import ROOT


def findings(console: Console) -> list[dict[str, Any]]:
    answer = console("doctor", "--json")
    found: list[dict[str, Any]] = answer.json["findings"]
    assert answer.status == any(one["state"] == "bad" for one in found)
    return found


def told(console: Console, state: str, words: str) -> str:
    """What to do about the one finding of a state that says some words."""
    found = [one for one in findings(console) if one["state"] == state and words in one["said"]]
    assert len(found) == 1, (words, findings(console))
    return str(found[0]["mend"])


def test_a_sound_one_is_ok_and_says_everything_that_was_looked_at(world: Console) -> None:
    world.mirror.parent.chmod(0o700)
    found = findings(world)
    assert [one for one in found if one["state"] == "bad"] == []
    assert {"SQLite", "Textual", "settings", "mirror", "notebook", "folder", "room", "clock",
            "backup", "terminal", "locale"} == {one["what"] for one in found}  # fmt: skip
    text = world("doctor").out
    assert "is whole: pages, indexes, checksums, counts" in text
    assert re.search(r"^0 bad, \d+ to look at, \d+ ok$", text, re.MULTILINE)


def test_modes_of_files_and_folders(world: Console) -> None:
    world.mirror.chmod(0o640)
    assert told(world, "bad", "others may open it (mode 0640)") == f"chmod 600 {world.mirror}"
    world.mirror.chmod(0o600)
    folder = world.mirror.parent
    folder.chmod(0o755)
    assert told(world, "look", "others may see what is in it") == f"chmod 700 {folder}"
    folder.chmod(0o777)
    assert told(world, "bad", "anybody may put a file in another's place")
    folder.chmod(0o700)


def test_a_damaged_mirror(world: Console) -> None:
    data = bytearray(world.mirror.read_bytes())
    data[-4096:] = os.urandom(4096)
    world.mirror.write_bytes(data)
    assert "import or sync again" in told(world, "bad", "is damaged")


def test_the_notebook_without_a_copy_and_with_one(world: Console) -> None:
    assert world("segments", "save", "Swedes", "country=SE").status == 0
    assert told(world, "look", "no copy of the notebook") == "console backup"
    assert world("backup").status == 0
    assert [one["state"] for one in findings(world) if one["what"] == "backup"] == ["ok"]
    later = Console(world.mirror.parent, "--now", "2026-04-05")
    assert told(later, "look", "1 of the notebook, the newest") == "console backup"


def test_a_clock_that_goes_backwards(tmp_path: Path) -> None:
    assert Console(tmp_path, "--now", "2099-01-01")("import", "-", stdin=lines(CALLS)).status == 0
    assert "NTP" in told(Console(tmp_path), "bad", "but the mirror was written")


def test_settings_and_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[sources.klaviyo]\nkind = "klaviyo"\nkey_env = "NO_SUCH_KEY"\n')
    console = Console(tmp_path, "--config", str(path))
    assert told(console, "look", "NO_SUCH_KEY") == "console source add klaviyo"
    monkeypatch.setenv("NO_SUCH_KEY", "pk_canary")
    assert "pk_canary" not in console("doctor").out
    assert [one["state"] for one in findings(console) if one["what"] == "key"] == ["ok"]
    path.write_text("timezone = 'Mars/Base'")
    assert told(console, "bad", "Mars/Base")


def test_a_long_wal_and_little_room(world: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    from console.commands import examining

    monkeypatch.setattr(examining, "WAL_LIMIT", 1000)
    writer = open_writer(world.mirror)
    writer.execute("insert into meta(key, value) values ('test', 'x')")
    assert "close consoles" in told(world, "look", "wait in its WAL")
    writer.close()
    monkeypatch.setattr(examining, "_NONE", 1 << 60)
    assert "make room" in told(world, "bad", "free in")


def in_terminal(column: int | None, *, term: str = "xterm-256color") -> tuple[int, str]:
    """Doctor in a terminal that says its cursor is in some column; its status and words."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "console", "--mirror", "nowhere.db", "--now", NOW, "doctor"],
        stdin=slave, stdout=slave, stderr=slave,
        env={**os.environ, "TERM": term, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    os.close(slave)
    said, ends = b"", time.monotonic() + 30
    while time.monotonic() < ends and (process.poll() is None or _ready(master)):
        try:
            said += os.read(master, 4096) if _ready(master) else b""
        except OSError:
            break
        if b"\x1b[6n" in said and column is not None:
            said = said.replace(b"\x1b[6n", b"")
            os.write(master, f"\x1b[5;{column}R".encode())
    os.close(master)
    return process.wait(), said.decode()


def _ready(master: int) -> bool:
    return bool(select.select([master], [], [], 0.1)[0])


@pytest.mark.parametrize(
    ("column", "status", "words"),
    [(2, 0, "é takes one column"), (3, 1, "takes 2 columns"), (None, 0, "the terminal does not")],
)
def test_the_terminal_is_asked_whether_it_reads_utf_8(
    column: int | None, status: int, words: str
) -> None:
    left, said = in_terminal(column)
    assert words in said
    assert "256 colours" in said
    assert left == status


def test_a_terminal_that_cannot_show_the_screen() -> None:
    left, said = in_terminal(None, term="dumb")
    assert left == 0
    assert "TERM=dumb: only plain tables" in said
    assert "\x1b" not in said
