"""Searching as you type, as the screen does it: each letter asks on a connection of its own."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from console.clock import to_instant
from console.mirror import customers
from console.mirror.database import Connection, open_reader
from tests.bench import crowd
from tests.bench.data import NOW
from tests.bench.measure import calls
from tests.bench.report import Report

_LETTERS = (1, 2, 3, 4, 6, 8)
_MANY = 1_000_000


def run(report: Report, mirror: Path, lines: Path, rounds: int) -> None:
    """Search the customers of a mirror, and the lines they came from."""
    words = _measure(report, mirror, rounds)
    program = shutil.which("rg")
    if program is None:
        report.skip("ripgrep over the lines, 4 letters", "there is no rg program")
        return
    times = calls(
        lambda text: subprocess.run(
            [program, "-c", "-i", rf"\b{text}", str(lines)], capture_output=True
        ),
        [word[:4] for word in words[:3]],
    )
    report.times("ripgrep over the lines, 4 letters", times)


def run_crowd(report: Report, folder: Path, many: int, rounds: int) -> None:
    """Search so many customers, who are made where they are not there from an earlier run."""
    mirror = folder / f"{many}-customers.db"
    if not mirror.exists():
        crowd.write(mirror, many, to_instant(datetime.fromisoformat(NOW)))
    _measure(report, mirror, rounds)


def _measure(report: Report, mirror: Path, rounds: int) -> list[str]:
    db = open_reader(mirror)
    (many,) = db.execute("select count(*) from customer where merged_into is null").fetchone()
    dice = random.Random(6)
    words = list(_words(db, dice, 40 + rounds * 4))
    db.close()

    def typed(text: str) -> None:
        reader = open_reader(mirror)
        customers.matching(reader, text)
        reader.close()

    among, aim = f"search in {many:,} customers", f"p95 {15 if many < _MANY else 50} ms"
    for letters in _LETTERS:
        long = [word for word in words if len(word) >= letters]
        some = dice.sample(long, min(rounds, len(long)))
        report.times(
            f"{among}, {letters} letters", calls(typed, [word[:letters] for word in some]), aim
        )
    slips = [word[:2] + word[3:] for word in words if len(word) > 6 and word.isalpha()][:rounds]
    report.times(f"{among}, a typing slip", calls(typed, slips), "p95 40 ms")
    return words


def _words(db: Connection, dice: random.Random, many: int) -> Iterator[str]:
    """Words that people would type: of names, towns and addresses, heavy ones as often as met."""
    (last,) = db.execute("select max(id) from customer").fetchone()
    for _ in range(many):
        row = db.execute(
            "select name, city, email from customer where id >= ? and name is not null limit 1",
            (dice.randint(1, last),),
        ).fetchone()
        found = re.findall(r"\w+", " ".join(filter(None, row or ())).lower())
        if found:
            yield dice.choice(found)
