"""Faults that attacks through the command line have found in the mirror."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from console.mirror.database import open_reader, open_writer
from tests.cli import Console

CSV = b"customer,event,at\nada@example.com,Signed Up,2026-03-01T10:00:00Z\n"


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(tmp_path, "--now", "2026-04-01")


def test_a_database_of_another_program_is_left_alone(console: Console) -> None:
    with sqlite3.connect(console.mirror) as db:
        db.execute("create table theirs(x)")
    db.close()
    before = console.mirror.read_bytes()
    for command in (("feed",), ("status",), ("import", "-")):
        answer = console(*command, stdin=CSV)
        assert answer.status == 1
        assert "a database of another program" in answer.err
    assert console.mirror.read_bytes() == before


def test_a_file_with_nothing_in_it_is_no_mirror_yet(console: Console) -> None:
    console.mirror.touch()
    answer = console("customers")
    assert answer.status == 1
    assert "There is no mirror" in answer.err
    assert console("import", "-", stdin=CSV).status == 0
    assert console("customers").status == 0


def test_nobody_is_shown_for_an_address_that_is_only_like_theirs(console: Console) -> None:
    assert console("import", "-", stdin=CSV).status == 0
    assert console("customer", "nobody@example.com").status == 1
    assert console("customers", "nobody@example.com", "--json").json["total"] == 0
    assert console("feed", "--customer", "eda@example.com").status == 1
    assert console("customer", "ada@example.com").status == 0


def test_several_may_make_the_same_mirror_at_once(console: Console) -> None:
    command = (
        "import sys; from console.mirror.store import Writer; from console.clock import Clock;"
        "from pathlib import Path;"
        "sys.stdin.read(1); Writer(Path(sys.argv[1]), Clock(0), {}, lambda *_: (None, None))"
    )
    makers = [
        subprocess.Popen(
            [sys.executable, "-c", command, str(console.mirror)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    for maker in makers:
        assert maker.stdin
        maker.stdin.close()
    assert [(maker.wait(), maker.stderr and maker.stderr.read()) for maker in makers] == [
        (0, b"")
    ] * 4


def test_opening_to_write_takes_no_lock_from_a_reader(console: Console) -> None:
    assert console("import", "-", stdin=CSV).status == 0
    reader = open_reader(console.mirror)
    reader.execute("select count(*) from event").fetchone()
    held = _locks(console.mirror)
    writer = open_writer(console.mirror)
    assert _locks(console.mirror) >= held > 0
    writer.close()
    reader.close()


def _locks(path: Path) -> int:
    """How many locks there are on a file."""
    table = Path("/proc/locks")
    if not table.exists():
        pytest.skip("this system does not list its locks")
    return sum(f":{path.stat().st_ino} " in line for line in table.read_text().splitlines())
