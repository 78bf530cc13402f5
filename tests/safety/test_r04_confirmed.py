"""R4: nothing that cannot be taken back happens by a key alone, and a paste is no key.

On the screen everything that changes something can be undone with `z`; what cannot be undone
is asked for on the command line only.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from console.app import ConsoleApp
from console.config import Config
from console.notebook.store import reading
from console.palette import commands
from console.screen import TABS, MainScreen
from tests.safety.watched import Watched
from tests.screens import settle

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
