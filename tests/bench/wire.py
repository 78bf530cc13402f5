"""The line to the terminal: bytes and time per key, bytes and processor while idle, memory.

Beside a bare Textual DataTable of the same rows, in the same run. Peers that are their own
programs (posting, harlequin) want other versions of Textual and so an environment of their own:
``python -m venv peers && peers/bin/pip install posting``, then ``--peers peers/bin``.
"""

from __future__ import annotations

import random
import shutil
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.measure import Times, console
from tests.bench.report import Report
from tests.bench.session import COLOURS, Session

NOW = "2026-10-01T00:00Z"
_WALKING = 0.2
"""Seconds between two keys of somebody who walks through a list."""
DOWN, PAGE_DOWN = b"\x1b[B", b"\x1b[6~"
_TABLE = """
import random, sys
from textual.app import App
from textual.widgets import DataTable
dice = random.Random(1)
NAMES = "Ada Bea Cor Dana Elin Finn Gus Hanna Ines Jon".split()
class Table(App):
    def compose(self):
        yield DataTable(cursor_type="row")
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("time", "", "who", "where", "what", "source")
        for row in range(1000):
            who = f"{dice.choice(NAMES)} {dice.choice(NAMES)}sson"
            table.add_row(f"{23 - row // 50:02}:{row % 60:02}", who[:2].upper(), who.ljust(20),
                          dice.choice(("Lund, SE", "Oslo, NO", "Berlin, DE")).ljust(18),
                          dice.choice(("logged in", "built a report", "planned a batch")).ljust(40),
                          "segment")
Table().run()
"""
_LESS = "the less the better"
PEERS = {"posting": b"Collection", "harlequin": b"Catalog"}
"""Programs to start beside ours, and what stands in their first frame."""


def run(report: Report, mirror: Path, *, short: bool, peers: Path | None) -> None:
    """Measure all of it. peers: the folder of the programs in `PEERS`, where there is one."""
    rest = 0.1 if short else 1.0
    for colours in list(COLOURS)[short:]:
        _steps(report, mirror, colours, 1 if short else 16, rest)
    with _ours(mirror, rest) as ours:
        before = ours.memory()
        _idle(report, ours, 0.5 if short else 60)
        _letters(report, ours, "a" if short else "anbe", rest)
        _repaint(report, ours, 1 if short else 100, rest)
        report.amount("memory when opened", before, "MB", _LESS)
        _memory(report, ours, 5 if short else 400)
    _peers(report, peers, 1 if short else 20)


@contextmanager
def _ours(mirror: Path, rest: float, colours: str = "truecolor") -> Iterator[Session]:
    with Session(console(mirror, "--now", NOW), colours) as session:
        # The header is filled last.
        session.until(b"customers")
        session.listen(2 * rest)
        yield session


def _steps(report: Report, mirror: Path, colours: str, n: int, rest: float) -> None:
    with _ours(mirror, rest, colours) as ours:
        walked, settled, page = _walk(ours, n, rest)
    with Session([sys.executable, "-c", _TABLE], colours) as table:
        table.until(b"segment")
        table.listen(rest)
        step, step_settled, table_page = _walk(table, n, rest)
    beside = "beside a DataTable's"
    report.amount(f"step of the cursor, {colours}", walked, "bytes", _LESS)
    report.ratio(f"step of the cursor, {colours}, {beside}", walked / step, "at most 0.35")
    report.ratio(
        f"step with the profile shown after each, {colours}, {beside}",
        settled / step_settled,
        _LESS,
    )
    report.amount(f"page, {colours}", page, "bytes", _LESS)
    report.ratio(f"page, {colours}, {beside}", page / table_page, "at most 0.5")


def _walk(session: Session, n: int, rest: float) -> tuple[float, float, float]:
    """Bytes of a step while walking on, of one at rest, and of a page.

    As a held key repeats: what rests on a customer shows its profile, after the last one.
    """
    few = max(1, n // 4)
    # The first one is unlike the others: it brings the keys' focus.
    session.press(DOWN, _WALKING)
    walked = sum(session.press(DOWN, _WALKING).bytes for _ in range(n))
    session.listen(rest)
    settled = sum(session.press(DOWN, rest).bytes for _ in range(few))
    pages = sum(session.press(PAGE_DOWN, _WALKING).bytes for _ in range(few))
    return walked / n, settled / few, pages / few


def _letters(report: Report, ours: Session, letters: str, rest: float) -> None:
    ours.press(b"2", rest)
    ours.press(b"/", rest)
    typed = [ours.press(letter.encode(), rest).bytes for letter in letters]
    ours.press(b"\x1b", rest)
    report.amount(
        "letter typed into the search of customers", statistics.mean(typed), "bytes", _LESS
    )


def _repaint(report: Report, ours: Session, n: int, rest: float) -> None:
    """From a key to the first byte of what it changes, in the list of customers."""
    ours.press(b"\x1b", rest)
    dice = random.Random(1)
    taken = []
    for _ in range(n):
        heard = ours.press(dice.choice((DOWN, DOWN, DOWN, PAGE_DOWN)), _WALKING)
        taken.append(1000 * (_WALKING if heard.first is None else heard.first))
    taken.sort()
    found = Times(taken[len(taken) // 2], taken[min(len(taken) - 1, int(len(taken) * 0.95))])
    report.times("key to repaint", found, "p95 50 ms")


def _idle(report: Report, ours: Session, seconds: float) -> None:
    before = ours.cpu()
    heard = ours.listen(seconds)
    used = ours.cpu() - before
    report.amount("idle for a minute", heard.bytes * 60 / seconds, "bytes", "200; 0 wished for")
    report.amount("idle for a minute, processor", used * 60 / seconds, "s", _LESS)


def _memory(report: Report, ours: Session, n: int) -> None:
    dice = random.Random(2)
    keys = (b"j", b"j", b"k", PAGE_DOWN, b"G", b"g", b"1", b"2", b"3", b"+", b"_", b"\x1b")
    for _ in range(n):
        ours.press(dice.choice(keys), 0.05)
    report.amount(f"memory after {n} keys", ours.memory(), "MB", _LESS)


def _peers(report: Report, folder: Path | None, seconds: float) -> None:
    for name, wanted in PEERS.items():
        found = shutil.which(name, path=str(folder)) if folder else None
        if found is None:
            report.skip(name, "not there; see tests/bench/wire.py" if folder else "no --peers")
            continue
        with TemporaryDirectory() as home, Session([found], HOME=home) as peer:
            started = peer.until(wanted)
            if started is None:
                report.skip(name, "it shows no frame")
                continue
            peer.listen(4)
            before = peer.cpu()
            heard = peer.listen(seconds)
            used = peer.cpu() - before
        report.amount(f"{name}, first frame", started, "s")
        report.amount(f"{name}, idle for a minute", heard.bytes * 60 / seconds, "bytes")
        report.amount(f"{name}, idle for a minute, processor", used * 60 / seconds, "s")
