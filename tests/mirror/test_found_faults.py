"""Faults that attacks through the command line have found in the mirror."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from console.mirror.database import open_reader, open_writer
from tests.cli import Console

CSV = b"customer,event,at\nada@example.com,Signed Up,2026-03-01T10:00:00Z\n"


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(tmp_path, "--now", "2026-04-01")


@pytest.mark.parametrize("version", [0, 1, 9999, -5])
def test_a_database_of_another_program_is_left_alone(console: Console, version: int) -> None:
    with sqlite3.connect(console.mirror) as db:
        db.execute("create table theirs(x)")
        db.execute(f"pragma user_version = {version}")
    db.close()
    console.mirror.chmod(0o600)
    before = console.mirror.read_bytes()
    for command in (("feed",), ("status",), ("import", "-")):
        answer = console(*command, stdin=CSV)
        assert answer.status == 1
        assert "a database of another program" in answer.err
    assert console.mirror.read_bytes() == before


def test_the_notebook_is_not_written_as_a_mirror_nor_the_mirror_as_a_notebook(
    console: Console,
) -> None:
    assert console("import", "-", stdin=CSV).status == 0
    assert console("note", "ada@example.com", "called").status == 0
    notebook = console.mirror.with_name("notebook.db")
    before = notebook.read_bytes(), console.mirror.read_bytes()
    for command in (("feed",), ("import", "-")):
        answer = console("--mirror", str(notebook), *command, stdin=CSV)
        assert (answer.status, "is the notebook. Nothing was changed" in answer.err) == (1, True)
    for command in (("audit",), ("note", "ada@example.com", "again")):
        answer = console("--notebook", str(console.mirror), *command)
        assert (answer.status, "is the mirror. Nothing was changed" in answer.err) == (1, True)
    assert (notebook.read_bytes(), console.mirror.read_bytes()) == before


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_said_at_once(console: Console, make: Callable[[Path], None]) -> None:
    make(console.mirror)
    for command in (("feed",), ("status",), ("import", "-")):
        answer = console(*command, stdin=CSV)
        assert answer.status == 1
        assert "it is no file, but a folder or a device. Choose another place" in answer.err


def test_a_mirror_that_lacks_a_table_is_to_be_built_again(console: Console) -> None:
    assert console("import", "-", stdin=CSV).status == 0
    with sqlite3.connect(console.mirror) as db:
        db.execute("drop table customer")
    db.close()
    assert "The mirror can be built again" in console("customers").err


def test_a_link_that_leads_nowhere_yet_leads_to_a_private_mirror(console: Console) -> None:
    console.mirror.symlink_to("elsewhere.db")
    assert console("import", "-", stdin=CSV).status == 0
    assert stat.S_IMODE(console.mirror.with_name("elsewhere.db").stat().st_mode) == 0o600


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
