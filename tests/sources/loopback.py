"""A vendor on loopback that a test writes in a few lines, and a sync of it."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from console.settings import load
from console.sync.pulling import PullReport, pull
from tests.sources.replay import Asked, listening

Said = tuple[int, Any] | tuple[int, Any, dict[str, str]]
"""Status and body (bytes as they are, all else as JSON), and headers."""
Answering = Callable[[Asked], Said]

KEY = "user:s3cret-k3y"


@contextmanager
def vendor(answering: Answering) -> Iterator[tuple[str, list[Asked]]]:
    """Serve what `answering` says; gives the base_url and what was asked for."""
    asked: list[Asked] = []
    lock = threading.Lock()

    def reply(one: Asked) -> tuple[int, bytes, dict[str, str]]:
        with lock:
            asked.append(one)
            status, said, *more = answering(one)
        data = said if isinstance(said, bytes) else json.dumps(said).encode()
        return status, data, more[0] if more else {}

    with listening(reply) as url:
        yield url, asked


class Mirror:
    """A mirror in a folder of the test, kept fresh from one vendor on loopback."""

    def __init__(self, folder: Path, kind: str, url: str, more: str = "") -> None:
        self.waits: list[float] = []
        self._path = folder / "mirror.db"
        self._config = folder / "console.toml"
        self._config.write_text(
            f'[sources.{kind}]\nkey_env = "K"\nbase_url = "{url}"\n{more}\n', encoding="utf-8"
        )

    def sync(self, now: str) -> PullReport:
        """Sync at `now` (ISO 8601); nothing is waited for."""
        config = load(mirror=str(self._path), config=str(self._config), now=now)
        return pull(config, sleep=self.waits.append, environment={"K": KEY})

    def rows(self, sql: str) -> list[Any]:
        """What the mirror answers; rows of one column as bare values."""
        with closing(sqlite3.connect(self._path)) as db:
            found = db.execute(sql).fetchall()
        return [row[0] if len(row) == 1 else row for row in found]


def tally(report: PullReport) -> dict[str, tuple[int, int, int]]:
    """Of each stream: what was new, changed, rejected; fails the test where it failed."""
    for run in report.runs:
        assert run.error is None, run
    return {
        run.stream: (run.counts.new, run.counts.changed, run.counts.rejected) for run in report.runs
    }
