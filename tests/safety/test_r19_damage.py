"""R19: of damaged mirrors none ends the program, and what is damaged is found."""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyroaring import BitMap

from console import cli
from console.app import ConsoleApp
from console.config import Config
from console.mirror.database import open_as_it_is
from console.mirror.soundness import glance, whole
from console.notebook import notes
from console.notebook.changes import Signed
from tests.cli import Console
from tests.screens import settle, text

PAGE = 4096
QUESTIONS = (
    ("feed", "--level", "noise", "--json"),
    ("customers", "ada", "--json"),
    ("customer", "person4@example.com", "--json"),
    ("cohorts", "--period", "week", "--json"),
    ("status",),
)
# Nothing holds these a second time, so that one flipped bit in them is not noticed.
UNSEEN = {(table, column) for table, columns in {
    "record": "at hash fields", "event": "level lag amount currency quality",
    "object_search_docsize": "origin sz",
    "object_search_data": "block",
    "customer_search_data": "block",
    "customer": "name email phone account city region country timezone plan signed_up_at"
                " activated_at first_seen_at last_seen_at tags",
    "search_set": "customers",
}.items() for column in columns.split()}  # fmt: skip


def flip(data: bytearray, dice: random.Random) -> None:
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def blank(data: bytearray, dice: random.Random) -> None:
    page = dice.randrange(len(data) // PAGE) * PAGE
    data[page : page + PAGE] = bytes(PAGE)


def cut(data: bytearray, dice: random.Random) -> None:
    del data[dice.randrange(1, len(data)) :]


def garble(data: bytearray, dice: random.Random) -> None:
    page = dice.randrange(len(data) // PAGE) * PAGE
    data[page : page + PAGE] = dice.randbytes(PAGE)


def swap(data: bytearray, dice: random.Random) -> None:
    one, other = (dice.randrange(len(data) // PAGE) * PAGE for _ in range(2))
    data[one : one + PAGE], data[other : other + PAGE] = (
        data[other : other + PAGE], data[one : one + PAGE],
    )  # fmt: skip


DAMAGE: tuple[Callable[[bytearray, random.Random], None], ...] = (
    flip, flip, flip, flip, blank, cut, garble, swap,
)  # fmt: skip


def contents(path: Path) -> dict[str, Any]:
    """Every row of every table, and what the name of each column is."""
    db = open_as_it_is(path)
    found: dict[str, Any] = {}
    try:
        names = "select name from sqlite_master where type = 'table'"
        for (name,) in db.execute(names).fetchall():
            rows = db.execute(f"select * from {name}")
            columns = [one[0] for one in rows.description]
            found[name] = (
                columns,
                [
                    tuple(
                        _value(name, column, cell)
                        for column, cell in zip(columns, row, strict=True)
                    )
                    for row in rows.fetchall()
                ],
            )
    except Exception as error:
        return {"error": str(error)}
    finally:
        db.close()
    return found


def _value(table: str, column: str, cell: object) -> object:
    # One set can be written in several ways.
    if table in ("day_set", "search_set") and column == "customers":
        return frozenset(BitMap.deserialize(cell))
    return cell


def differing(before: dict[str, Any], after: dict[str, Any]) -> set[tuple[str, str]]:
    """The columns in which two states differ."""
    found = set()
    for name in before.keys() | after.keys():
        if before.get(name) == after.get(name):
            continue
        rows = [state[name][1] if name in state else [] for state in (before, after)]
        if len(rows[0]) != len(rows[1]):
            found.add((name, "rows"))
            continue
        for one, other in zip(*rows, strict=True):
            columns = before[name][0]
            found |= {(name, columns[n]) for n in range(len(one)) if one[n] != other[n]}
    return found


def ask(path: Path, question: tuple[str, ...]) -> tuple[int, str]:
    """A command's exit status and what it complained of; the process is this one."""
    sys.argv = ["console", "--mirror", str(path), "--now", "2026-04-01T10:50+02:00", *question]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as bad:
        os.dup2(out.fileno(), 1)
        os.dup2(bad.fileno(), 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
        status = 0
        try:
            cli.main()
        except SystemExit as left:
            status = int(left.code or 0)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        bad.seek(0)
        return status, bad.read().decode()


def examine(path: Path, before: dict[str, Any], kind: str, report: Callable[[str], None]) -> None:
    """What commands, the glance at start and `whole` make of a damaged file."""
    faults = whole(path)
    glance(path)
    for question in QUESTIONS:
        status, said = ask(path, question)
        if status not in (0, 1) or (status and said.count("\n") != 1):
            report(f"WRONG {question[0]} {status} {said[:200]!r}")
    after = contents(path)
    if faults:
        report(f"{kind} found")
    elif "error" in after:
        report(f"{kind} MISSED {after['error']}")
    elif changed := differing(before, after):
        report(f"{kind} {'unseen' if changed <= UNSEEN else f'MISSED {sorted(changed)}'}")
    else:
        report(f"{kind} harmless")


def run(folder: Path, mirror: Path, seeds: range) -> Counter[str]:
    """Examine that many damaged copies, in processes of their own; what became of them."""
    before, data = contents(mirror), mirror.read_bytes()
    told: Counter[str] = Counter()
    for first in range(seeds.start, seeds.stop, 50):
        log = folder / "log"
        log.write_text("")
        child = os.fork()
        if child == 0:
            with log.open("a", buffering=1) as lines:
                for seed in range(first, min(first + 50, seeds.stop)):
                    _one(folder, data, before, seed, lambda line: print(line, file=lines))
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status == 0, f"ended by {status} after {log.read_text()}"
        told.update(log.read_text().splitlines())
    return told


def _one(
    folder: Path, data: bytes, before: dict[str, Any], seed: int, report: Callable[[str], None]
) -> None:
    dice = random.Random(seed)
    damage = DAMAGE[seed % len(DAMAGE)]
    damaged = bytearray(data)
    damage(damaged, dice)
    place = folder / f"{seed}"
    place.mkdir(mode=0o700)
    path = place / "mirror.db"
    path.touch(0o600)
    path.write_bytes(damaged)
    try:
        examine(path, before, damage.__name__, report)
    except BaseException as error:
        report(f"WRONG {damage.__name__} {seed} {error!r}")
    shutil.rmtree(place)


def check(told: Counter[str], copies: int) -> None:
    """None ended the program; structure is always found, bits where anything tells of them."""
    assert not [line for line in told if "WRONG" in line or "MISSED" in line], told
    assert sum(told.values()) == copies
    assert all(told[f"{kind} unseen"] == 0 for kind in ("blank", "cut", "garble", "swap")), told
    assert told["cut found"] == copies // len(DAMAGE) + (copies % len(DAMAGE) > 5), told
    assert told["flip found"] > 5 * told["flip unseen"], told


def test_sixty_damaged_mirrors(tmp_path: Path, built_world: Path) -> None:
    shutil.copy(built_world, tmp_path / "mirror.db")
    sound = Console(tmp_path, "--now", "2026-04-01T10:50+02:00")
    assert [sound(*question).status for question in QUESTIONS] == [0] * len(QUESTIONS)
    assert whole(built_world) == []
    assert glance(built_world) is None
    check(run(tmp_path, built_world, range(60)), 60)


@pytest.mark.slow
def test_a_thousand_damaged_mirrors(tmp_path: Path, built_world: Path) -> None:
    told = run(tmp_path, built_world, range(1000, 2000))
    print(dict(told))
    check(told, 1000)


async def test_the_screen_says_that_a_mirror_is_damaged_and_what_to_do(
    tmp_path: Path, built_world: Path
) -> None:
    data = bytearray(built_world.read_bytes())
    for page in range(20, 40):
        data[page * PAGE : page * PAGE + 200] = b"\xff" * 200
    path = tmp_path / "mirror.db"
    path.touch(0o600)
    path.write_bytes(data)
    notes.add(tmp_path / "notebook.db", [(("a", "email", "b@c.de"),)], "kept", Signed("ada", 1))
    app = ConsoleApp(Config(path, tmp_path / "notebook.db"))
    async with app.run_test(size=(120, 30)) as pilot:
        for _ in range(30):
            await settle(pilot)
            await pilot.pause(0.1)
            if "The mirror is damaged" in text(app):
                break
        shown = " ".join(text(app).replace("▏", " ").split())
        assert "The mirror is damaged" in shown
        assert "nothing was changed, notebook.db is whole" in shown
        assert "import your exports again" in shown
    assert path.read_bytes() == data
