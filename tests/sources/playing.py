"""A recorded (or made) conversation synced into a mirror of its own, for tests of sources."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.config import Config, SourceConfig
from console.model import StreamRun
from console.sync.pulling import PullReport, pull
from tests.shared import SHARED
from tests.sources.replay import Exchange, Vendor, conversation, serving

NOW = 1_772_409_600_000_000
"""2026-03-02T00:00:00Z, a little after the recordings."""
SECRET = "sk_canary_77c1"


@dataclass
class Played:
    """A vendor, and the mirror that it is synced into."""

    vendor: Vendor
    folder: Path
    kind: str
    settings: dict[str, Any]
    waits: list[float] = field(default_factory=list)

    def sync(self, now: int = NOW) -> dict[str, StreamRun]:
        """Sync once more; the runs by stream."""
        source = SourceConfig(
            self.kind, self.kind, base_url=self.vendor.url, key_env="K", settings=self.settings
        )
        config = Config(
            mirror=self.folder / "mirror.db",
            notebook=self.folder / "notebook.db",
            now=now,
            sources={self.kind: source},
        )
        report: PullReport = pull(config, sleep=self.waits.append, environment={"K": SECRET})
        assert SECRET not in repr(report)
        return {run.stream: run for run in report.runs}

    def again(self) -> None:
        """Sync once more, the conversation begins anew: nothing changes."""
        before = self.rows("select kind, ext_id, at, hash, fields from record")
        self.vendor.rewind()
        for run in self.sync().values():
            assert (run.counts.new, run.counts.changed, run.deleted, run.error) == (0, 0, 0, None)
        assert self.rows("select kind, ext_id, at, hash, fields from record") == before

    def rows(self, sql: str) -> list[Any]:
        """What the mirror answers; of one column, the bare values."""
        with closing(sqlite3.connect(self.folder / "mirror.db")) as db:
            rows = db.execute(sql).fetchall()
        return [row[0] if len(row) == 1 else row for row in rows]

    def told(self) -> list[tuple[str, str]]:
        """Verb and level of every event, oldest first."""
        levels = ("noise", "routine", "notable", "urgent")
        rows = self.rows(
            "select k.verb, e.level from event e join event_kind k on k.id = e.kind"
            " order by e.at, k.verb"
        )
        return [(verb, levels[level]) for verb, level in rows]

    def asked(self, path: str) -> list[dict[str, str]]:
        """The queries that came to a path."""
        return [one.query for one in self.vendor.asked if one.path == path]


@contextmanager
def recorded(kind: str, folder: Path, **settings: Any) -> Iterator[Played]:
    """The recorded conversation of a vendor."""
    assert SHARED is not None
    vendor = conversation(SHARED / "sources" / "specs" / "replay", kind)
    with serving(vendor):
        yield Played(vendor, folder, kind, settings)


@contextmanager
def made_up(kind: str, folder: Path, answers: list[Exchange], **settings: Any) -> Iterator[Played]:
    """A conversation made for a test: see `says`."""
    with serving(Vendor(answers)) as vendor:
        yield Played(vendor, folder, kind, settings)


def says(path: str, json: Any, code: int = 200, /, **query: str) -> Exchange:
    """One exchange: what a GET of `path` is answered with."""
    return {
        "request": {"method": "GET", "path": path, "query": query},
        "response": {"status": code, "headers": {}, "json": json},
    }
