"""A sync beside the screen: told as it goes, stopped when it should be."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from console.config import Config, SourceConfig
from console.mirror import status
from console.mirror.database import open_reader
from console.mirror.turn import turn
from console.model import STOPPED
from console.sync.background import BackgroundSync, Ended, Moved
from tests.sources.loopback import KEY, Said, vendor
from tests.sources.replay import Asked

NOW = 1_772_409_600_000_000


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNC_KEY", KEY)


def settings(folder: Path, url: str) -> Config:
    source = SourceConfig("klaviyo", "klaviyo", base_url=url, key_env="SYNC_KEY")
    return Config(
        mirror=folder / "mirror.db", notebook=folder / "n.db", now=NOW,
        sources={"klaviyo": source},
    )  # fmt: skip


def profiles(*ids: str, next: str | None = None) -> Any:
    made = [
        {
            "id": one,
            "attributes": {"email": f"{one}@example.com", "updated": "2026-03-01T00:00:00Z"},
        }
        for one in ids
    ]
    return {"data": made, "links": {"next": next}}


def test_it_tells_how_it_goes_and_how_it_went(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Said:
        if asked.path != "/api/profiles":
            return 200, {"data": [], "links": {"next": None}}
        time.sleep(0.12)
        page = int(asked.query.get("page[cursor]", "1"))
        more = f"{url}/api/profiles?page[cursor]={page + 1}" if page < 4 else None
        return 200, profiles(f"p{page}", next=more)

    with vendor(answer) as (url, _):
        *news, last = BackgroundSync(settings(tmp_path, url)).news()
    assert isinstance(last, Ended)
    assert (last.refusal, last.stopped) == (None, False)
    [run] = [run for run in last.runs if run.stream == "profiles"]
    assert run.counts.new == 4
    moved = [run.counts.new for one in news if isinstance(one, Moved) for run, _ in one.runs
             if run.stream == "profiles"]  # fmt: skip
    assert moved == sorted(moved)
    assert moved[0] < 4
    assert KEY not in repr(last)


def test_what_cannot_begin_is_a_sentence(tmp_path: Path) -> None:
    config = settings(tmp_path, "http://127.0.0.1:9")
    assert _refusal(config, "nobody").startswith("there is no source 'nobody'")
    with turn(config.mirror):
        assert _refusal(config).startswith("another `console sync` (process")


def _refusal(config: Config, *wanted: str) -> str:
    [ended] = BackgroundSync(config, wanted).news()
    assert isinstance(ended, Ended)
    return ended.refusal or ""


def test_it_stops_when_told_even_while_a_vendor_is_silent(tmp_path: Path) -> None:
    silent = threading.Event()
    asked_again = threading.Event()

    def answer(asked: Asked) -> Said:
        if asked.path != "/api/profiles":
            return 200, {"data": [], "links": {"next": None}}
        if "page[cursor]" not in asked.query:
            return 200, profiles("p1", next=f"{url}/api/profiles?page[cursor]=2")
        asked_again.set()
        silent.wait(30)
        return 200, profiles("p2")

    with vendor(answer) as (url, _):
        config = settings(tmp_path, url)
        sync = BackgroundSync(config)
        said: list[object] = []
        listener = threading.Thread(target=lambda: said.extend(sync.news()))
        listener.start()
        assert asked_again.wait(30)
        sync.stop(grace=0.2)
        listener.join(10)
        silent.set()
    last = said[-1]
    assert isinstance(last, Ended)
    assert last.stopped
    with turn(config.mirror):
        pass
    reader = open_reader(config.mirror)
    assert status.read(reader).customers == 1
    reader.close()


def test_a_sync_that_was_stopped_is_no_failure(tmp_path: Path) -> None:
    stopped = threading.Event()

    def answer(asked: Asked) -> Said:
        if asked.path != "/api/profiles":
            return 200, {"data": [], "links": {"next": None}}
        page = int(asked.query.get("page[cursor]", "0")) + 1
        if page == 3:
            sync.stop(grace=10)
            stopped.set()
        time.sleep(0.05)
        return 200, profiles(f"p{page}", next=f"{url}/api/profiles?page[cursor]={page}")

    with vendor(answer) as (url, _):
        config = settings(tmp_path, url)
        sync = BackgroundSync(config)
        *_, last = sync.news()
    assert stopped.is_set()
    assert isinstance(last, Ended)
    assert last.stopped
    assert [run.error for run in last.runs if run.stream == "profiles"] == [STOPPED]
    reader = open_reader(config.mirror)
    [source] = status.read(reader).sources
    reader.close()
    assert source.error is None


def test_a_sync_stopped_before_it_began_never_begins(tmp_path: Path) -> None:
    sync = BackgroundSync(settings(tmp_path, "http://127.0.0.1:9"))
    sync.stop()
    assert list(sync.news()) == [Ended(stopped=True)]
    assert not (tmp_path / "mirror.db").exists()
