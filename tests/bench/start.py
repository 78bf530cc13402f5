"""Start: from the command to the first useful frame, in a pseudo-terminal."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.measure import console
from tests.bench.report import Report
from tests.bench.session import Session

_LESS = "the less the better"
_BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("ready-to-read")
Bare().run()
"""


def run(report: Report, mirror: Path, rounds: int) -> None:
    """Start ours and a bare Textual app in turn."""
    bare, rows, screen = [], [], []
    for _ in range(rounds):
        bare.append(_until([sys.executable, "-c", _BARE], b"ready-to-read"))
        # Every line of the feed has a source at its end; none stands anywhere before.
        rows.append(_until(console(mirror, "--now", "2026-10-01T00:00Z"), b"segment"))
        screen.append(_until(console(mirror, "--now", "2026-10-01T00:00Z"), b"1 Feed"))
    if not all([*bare, *rows, *screen]):
        report.skip("start", "no frame was seen in this terminal")
        return
    beside = statistics.median(bare)
    report.amount("start, a bare Textual app", beside, "s")
    report.ratio(
        "start, first useful frame beside bare Textual",
        statistics.median(rows) / beside, "at most 1.5",
    )  # fmt: skip
    report.ratio(
        "start, keys answered beside bare Textual", statistics.median(screen) / beside, _LESS
    )


def _until(arguments: Sequence[str], wanted: bytes) -> float:
    """Seconds until a program has written `wanted` to its terminal; 0 when it never does."""
    with Session(arguments) as session:
        return session.until(wanted) or 0.0
