"""R20: an older console never writes what a newer one made; several may bring a file forward."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from console.app import ConsoleApp
from console.config import Config
from console.mirror import schema as mirror_schema
from console.mirror.database import MirrorError, open_as_it_is, open_plain, open_reader, open_writer
from console.notebook import notes, segments
from console.notebook import schema as notebook_schema
from console.notebook.changes import Signed
from tests.cli import Console
from tests.commands.conftest import CALLS, NOW, lines
from tests.screens import settle, text

OPEN_MIRROR = """
import sys
from pathlib import Path
from console.clock import Clock
from console.mirror.store import Writer
sys.stdin.read()
Writer(Path(sys.argv[1]), Clock(0), {}, lambda *_: (None, None)).close()
"""
OPEN_NOTEBOOK = """
import sys
from pathlib import Path
from console.notebook.store import note_visit
sys.stdin.read()
note_visit(Path(sys.argv[1]), sys.argv[2], 5)
"""


def shape(path: Path) -> set[tuple[str, str, str]]:
    """Tables with their columns, indexes and triggers of a file."""
    with closing(open_as_it_is(path)) as db:
        found = db.execute("select type, name from sqlite_master where name not like 'sqlite_%'")
        return {
            (type, name, ",".join(sorted(one[1] for one in db.execute(
                f"pragma table_info('{name}')").fetchall())))
            for type, name in found.fetchall()
        }  # fmt: skip


def first_mirror(path: Path) -> None:
    """A mirror of the first format, as the first console made it."""
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    steps = Migrations("mirror")

    @steps()
    def first(db: Database) -> None:
        for statement in mirror_schema._statements(mirror_schema.TABLES):
            db.execute(statement)
        for statement in mirror_schema._statements(mirror_schema.EVENT_INDEXES):
            db.execute(statement)

    _made(path, steps, 1)


def first_notebook(path: Path) -> None:
    """A notebook of the first format: of visits alone."""
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    steps = Migrations("notebook")

    @steps()
    def first(db: Database) -> None:
        db.table("visit").create({"person": str, "at": int}, pk="person", not_null={"person", "at"})

    _made(path, steps, 1)


def _made(path: Path, steps: object, version: int) -> None:
    from sqlite_utils import Database

    db = open_writer(path)
    steps.apply(Database(db))  # type: ignore[attr-defined]
    db.execute(f"pragma user_version = {version}")
    db.close()


def together(code: str, path: Path, many: int) -> None:
    """Run a program many times at once."""
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(path), f"p{n}"],
                         stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for n in range(many)
    ]  # fmt: skip
    for one in started:
        assert one.stdin
        one.stdin.close()
    assert [(one.wait(), one.stderr and one.stderr.read()) for one in started] == [(0, b"")] * many


def version(path: Path) -> int:
    with closing(open_as_it_is(path)) as db:
        return int(db.execute("pragma user_version").fetchone()[0])


def test_several_bring_an_old_mirror_forward_at_once(tmp_path: Path) -> None:
    first_mirror(tmp_path / "old.db")
    together(OPEN_MIRROR, tmp_path / "old.db", 2)
    assert version(tmp_path / "old.db") == mirror_schema.VERSION
    together(OPEN_MIRROR, tmp_path / "new.db", 1)
    assert shape(tmp_path / "old.db") == shape(tmp_path / "new.db")


def test_several_bring_an_old_notebook_forward_at_once(tmp_path: Path) -> None:
    first_notebook(tmp_path / "old.db")
    together(OPEN_NOTEBOOK, tmp_path / "old.db", 3)
    assert version(tmp_path / "old.db") == notebook_schema.VERSION
    together(OPEN_NOTEBOOK, tmp_path / "new.db", 1)
    assert shape(tmp_path / "old.db") == shape(tmp_path / "new.db")
    with closing(open_reader(tmp_path / "old.db", 99)) as db:
        assert db.execute("select count(*) from visit").fetchone() == (3,)


@pytest.fixture
def newer(tmp_path: Path) -> Console:
    """A mirror and a notebook that a console of the future has written."""
    console = Console(tmp_path, "--now", NOW)
    assert console("import", "-", stdin=lines(CALLS)).status == 0
    assert console("segments", "save", "Swedes", "country=SE").status == 0
    for path, now in ((console.mirror, mirror_schema.VERSION),
                      (tmp_path / "notebook.db", notebook_schema.VERSION)):  # fmt: skip
        db = open_plain(path, 5)
        db.execute(f"pragma user_version = {now + 1}")
        db.execute("pragma wal_checkpoint(truncate)").fetchall()
        db.close()
    return console


def test_an_older_console_reads_and_writes_nothing_of_a_newer_one(newer: Console) -> None:
    notebook = newer.mirror.with_name("notebook.db")
    before = newer.mirror.read_bytes(), notebook.read_bytes()
    for command in (("feed",), ("customers",), ("status",), ("import", "-")):
        answer = newer(*command, stdin=lines(CALLS))
        assert answer.status == 1
        assert "was written by a newer console" in answer.err
        assert "pip install --upgrade" in answer.err
    for change in (
        lambda: notes.add(notebook, [(("a", "email", "b"),)], "x", Signed("ada", 1)),
        lambda: segments.read(notebook),
    ):
        with pytest.raises(MirrorError, match="was written by a newer console"):
            change()
    assert (newer.mirror.read_bytes(), notebook.read_bytes()) == before


async def test_the_screen_says_so_too(newer: Console) -> None:
    before = newer.mirror.read_bytes()
    app = ConsoleApp(Config(newer.mirror, newer.mirror.with_name("notebook.db")))
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        assert "newer console" in text(app)
        await pilot.press("2")
        await settle(pilot)
        assert "newer console" in text(app)
    assert newer.mirror.read_bytes() == before


def test_a_console_that_is_open_notices_that_the_format_changed(tmp_path: Path) -> None:
    """Every question opens the file anew, so that it is asked what it is each time."""
    console = Console(tmp_path, "--now", NOW)
    assert console("import", "-", stdin=lines(CALLS)).status == 0
    first = open_reader(console.mirror)
    writer = open_writer(console.mirror)
    writer.execute(f"pragma user_version = {mirror_schema.VERSION + 1}")
    with pytest.raises(MirrorError, match="newer console"):
        open_reader(console.mirror)
    first.close()
    writer.close()
