"""R4: nothing that cannot be taken back happens by a key alone, and a paste is no key.

On the screen everything that changes something can be undone with `z`; what cannot be undone
is a command, and asks for a number that nobody can know before.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from console.app import ConsoleApp
from console.config import Config
from console.mirror.customers import find
from console.mirror.database import open_reader
from console.notebook.store import reading
from console.palette import commands
from console.screen import TABS, MainScreen
from tests.safety.watched import Watched
from tests.screens import settle
from tests.terminal import Terminal

LOOKING = frozenset(
    "among app.quit app.repaint ask back checkin compare copy edge filter goto help inbox into "
    "leave level links mark mark_all mean missing open out page palette pause period range reload "
    "seat sort source split step sync unit view waiting".split()
)
"""What changes nothing but the view, marks among them; `sync` reads what is new."""
UNDONE = frozenset("done claim wait note tag merge keep undo redo".split())
"""What changes the notebook; z takes it back, and the audit tells it."""
WRITING = frozenset({"export"})
"""What writes a file of its own name after a form was chosen; never over another."""


async def test_r04_every_key_is_known_to_be_harmless_or_undone(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        main = app.screen
        assert isinstance(main, MainScreen)
        actions = {one.action.split("(")[0] for one in commands(main)}
    assert actions - LOOKING - UNDONE - WRITING == set(), "say what these do, here"


def changes(notebook: Path) -> int:
    """How many changes the audit tells of."""
    with reading(notebook, since=3) as db:
        return db.execute("select count(*) from audit").fetchone()[0] if db else 0


def pasted(mirror: Path, folder: Path, seats: Sequence[bytes], boxes: Sequence[bytes]) -> None:
    with Watched(mirror, folder) as watched:
        for seat in seats:
            watched.press(seat)
            for keys in ("d", "z", "q", "dcwnm#*e", "d\r", "S\rname\r", "m\r\r"):
                watched.paste(keys)
        for box in boxes:
            watched.press(b"2", box)
            watched.paste("d\rq\ry\r47\r")
            watched.press(b"\x1b", b"\x1b")
        watched.quit()
    assert changes(mirror.parent / "n.db") == 0
    assert not (mirror.parent / "exports").exists()


def test_r04_a_paste_is_no_key(built_world: Path, tmp_path: Path) -> None:
    pasted(built_world, tmp_path, [b"2"], [b":"])


@pytest.mark.slow
def test_r04_a_paste_is_no_key_anywhere(built_world: Path, tmp_path: Path) -> None:
    seats = [*(b"%d" % tab for tab in range(1, TABS + 1)), b"\t"]
    pasted(built_world, tmp_path, seats, [b"?", b"\x10", b":", b"/", b"S", b"n"])


@pytest.mark.parametrize(
    "typed", [None, "0000", *(pytest.param(one, marks=pytest.mark.slow) for one in ("yes", "Ada"))]
)
def test_r04_erasing_asks_for_a_number(world: Config, typed: str | None) -> None:
    """None: the number itself. The lines of a paste that stand before it are no answer."""
    command = [sys.executable, "-m", "console", "--mirror", str(world.mirror)]
    command += ["--notebook", str(world.notebook), "erase", "person0@example.com"]
    with Terminal(world.mirror, 0, command=command) as terminal:
        terminal.type(b"1234\nyes\nAda Bystr\xc3\xb6m\n")
        terminal.wait_for("To go on, type ", 30)
        terminal.read(0.3)
        asked = re.search(rb"type (\d{4}): ", terminal.output)
        assert asked is not None
        assert terminal.process.poll() is None
        terminal.type((asked[1] if typed is None else typed.encode()) + b"\n")
        status = terminal.ended(30)
    assert status == (0 if typed is None else 1)
    db = open_reader(world.mirror)
    try:
        assert bool(find(db, "person0@example.com")) is (typed is not None)
    finally:
        db.close()
