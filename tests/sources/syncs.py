"""Syncing a played conversation into a mirror, without waiting."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.config import Config, SourceConfig
from console.mirror import syncs
from console.mirror.database import open_reader
from console.model import StreamRun
from console.sync.pulling import PullReport, pull
from tests.mirror.canonical import told
from tests.mirror.worlds import at
from tests.shared import SHARED
from tests.sources.replay import Vendor, conversation

KEY = "sk_canary_0b6e:part-us20"


def recorded(*names: str) -> Vendor:
    """The recorded conversations of these names."""
    assert SHARED is not None
    return conversation(SHARED / "sources" / "specs" / "replay", *names)


@dataclass
class Sync:
    """Syncs of one source into one mirror."""

    folder: Path
    kind: str
    url: str
    now: str = "2026-03-02T00:00"
    settings: dict[str, Any] = field(default_factory=dict)
    waited: list[float] = field(default_factory=list)

    @property
    def config(self) -> Config:
        """The settings that a sync is run with."""
        source = SourceConfig(
            self.kind, self.kind, base_url=self.url, key_env="KEY", settings=self.settings
        )
        return Config(
            mirror=self.folder / "mirror.db",
            notebook=self.folder / "notebook.db",
            now=at(self.now),
            sources={self.kind: source},
        )

    def run(self) -> PullReport:
        """Sync once."""
        return pull(self.config, sleep=self.waited.append, environment={"KEY": KEY})

    def streams(self) -> dict[str, StreamRun]:
        """Sync once; how each stream went, by its name."""
        return {run.stream: run for run in self.run().runs}

    def again(self, vendor: Vendor) -> None:
        """Sync once more from a vendor whose conversation begins anew: nothing changes."""
        before = self.told()
        vendor.rewind()
        vendor.asked.clear()
        for run in self.streams().values():
            assert (run.counts.new, run.counts.changed, run.deleted) == (0, 0, 0)
        assert self.told() == before

    def told(self) -> dict[str, list[Any]]:
        """What the mirror says."""
        return told(self.folder / "mirror.db")

    def state(self, stream: str) -> dict[str, Any]:
        """What a stream remembers."""
        db = open_reader(self.folder / "mirror.db")
        try:
            return syncs.states(db, self.kind)[stream][0]
        finally:
            db.close()

    def ask(self, query: str) -> list[Any]:
        """The rows of a query."""
        db = open_reader(self.folder / "mirror.db")
        try:
            return db.execute(query).fetchall()
        finally:
            db.close()
