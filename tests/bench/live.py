"""Live: from a commit of the importer to the answer of a reader that follows it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from console.mirror import feed
from console.mirror.database import Connection, NoMirror, data_version, open_reader
from console.model import FeedQuestion
from tests.bench.measure import ROOT, Times
from tests.bench.report import Report

_POLL = 0.1
_IMPORT = """
import sys, time
from console.config import load
from console.mirror import store
from console.sync import import_files
commit = store.Writer.commit
def noted(self):
    commit(self)
    print(time.time(), flush=True)
store.Writer.commit = noted
import_files([sys.argv[1]], load(mirror=sys.argv[2], notebook=sys.argv[2] + ".notebook"))
"""


def run(report: Report, lines: Path, folder: Path) -> None:
    """Follow an import at full speed."""
    mirror = folder / "live.db"
    for end in ("", "-wal", "-shm"):
        Path(f"{mirror}{end}").unlink(missing_ok=True)
    child = subprocess.Popen(
        [sys.executable, "-c", _IMPORT, str(lines), str(mirror)], cwd=ROOT,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    seen = _follow(child, mirror)
    commits = [float(line) for line in child.stdout or ()]
    child.wait()
    waits = sorted(
        (next((end for begin, end in seen if begin >= commit), time.time()) - commit) * 1000
        for commit in commits[:-1]
    )
    if waits:
        found = Times(waits[len(waits) // 2], waits[int(len(waits) * 0.95)])
        report.times(
            "live, from a commit to the feed's answer while importing", found, "p95 250 ms"
        )
    for end in ("", "-wal", "-shm"):
        Path(f"{mirror}{end}").unlink(missing_ok=True)


def _follow(child: subprocess.Popen[str], mirror: Path) -> list[tuple[float, float]]:
    """Ask for what arrived whenever somebody has written; when each asking began and ended."""
    seen: list[tuple[float, float]] = []
    db: Connection | None = None
    version, mark = -1, 0
    question = FeedQuestion(level="noise", limit=200)
    while child.poll() is None:
        time.sleep(_POLL)
        begun = time.time()
        try:
            db = db or open_reader(mirror)
        except NoMirror:
            continue
        found = data_version(db)
        if found != version:
            version = found
            _, mark = feed.after(db, max(mark, feed.bookmark(db) - question.limit), question)
            seen.append((begun, time.time()))
        else:
            # Nothing was written since the last answer: it still holds.
            seen.append((begun, begun))
    if db is not None:
        db.close()
    return seen
