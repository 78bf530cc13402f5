"""One sync at a time, between threads and processes, whatever becomes of the one before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.mirror.database import MirrorError
from console.mirror.turn import Taken, turn
from tests.cli import Console

HOLDS = """
import sys, time
from pathlib import Path
from console.mirror.turn import turn
with turn(Path(sys.argv[1]), "console sync --follow"):
    print("there", flush=True)
    time.sleep(60)
"""


def test_the_turn_is_one_persons_and_comes_back(tmp_path: Path) -> None:
    mirror = tmp_path / "home" / "mirror.db"
    with turn(mirror):
        with pytest.raises(Taken, match=rf"`console sync` \(process {os.getpid()}\)"), turn(mirror):
            pass
        with turn(tmp_path / "other.db"):
            pass
    with turn(mirror):
        pass
    assert Path(f"{mirror}-sync").stat().st_mode & 0o777 == 0o600


def test_it_ends_with_the_process_that_has_it(tmp_path: Path) -> None:
    console = Console(tmp_path, "--config", str(tmp_path / "c.toml"))
    (tmp_path / "c.toml").write_text(
        '[sources.klaviyo]\nkey_env = "NONE"\nbase_url = "http://127.0.0.1:9"\n'
    )
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(console.mirror)], stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"there\n"
        refused = console("sync")
        assert refused.status == 1
        assert f"another `console sync --follow` (process {other.pid})" in refused.err
        assert not console.mirror.exists()
        other.kill()
    assert "the environment has no NONE" in console("sync").out


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MirrorError, match="cannot be written"), turn(tmp_path / "file" / "m.db"):
        pass
