"""R from any pane, what the header tells of the sources, and the panel that tells all."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.config import Config, SourceConfig
from console.mirror.database import open_reader
from console.mirror.turn import turn
from console.panes.sources import SourcesBox
from console.screen import MainScreen
from tests.cli import Console
from tests.screens import press, seen, settle, text
from tests.sources.loopback import KEY, Said, vendor
from tests.sources.replay import Asked

SIZE = (80, 24)
NOTHING: Said = (200, {"data": [], "links": {"next": None}})
HOSTILE = "\x1b]0;owned\x07[@click=app.quit]no[/]\x9b31m\u202e 401 key"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNC_KEY", KEY)


def asking(settings: Config, url: str, *kinds: str) -> Config:
    sources = {kind: SourceConfig(kind, kind, base_url=url, key_env="SYNC_KEY") for kind in kinds}
    return replace(settings, sources=sources)


def person(name: str) -> dict[str, Any]:
    about = {"email": f"{name}@example.com", "first_name": name, "updated": "2026-03-01"}
    return {"id": name, "attributes": about}


class Paused:
    """A vendor that gives a page of profiles, and the next when it is let."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.url = ""

    def __call__(self, asked: Asked) -> Said:
        if asked.path != "/api/profiles":
            return NOTHING
        if "page[cursor]" not in asked.query:
            more = {"next": f"{self.url}/api/profiles?page[cursor]=2"}
            return 200, {"data": [person("Ina")], "links": more}
        self.go_on.wait(30)
        return 200, {"data": [person("Olu")], "links": {"next": None}}


@asynccontextmanager
async def paused_amid(settings: Config) -> AsyncIterator[tuple[ConsoleApp, Pilot[None], Paused]]:
    """A console whose one source will pause between two pages."""
    paused = Paused()
    with vendor(paused) as (paused.url, _):
        app = ConsoleApp(asking(settings, paused.url, "klaviyo"))
        async with app.run_test(size=SIZE) as pilot:
            yield app, pilot, paused


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Wait until something is true, which another process brings about."""
    for _ in range(300):
        if true():
            return
        await pilot.pause(0.05)
    raise AssertionError(text(pilot.app))  # type: ignore[arg-type]


async def test_a_sync_from_any_pane_is_told_as_it_goes_and_never_in_the_way(world: Config) -> None:
    async with paused_amid(world) as (app, pilot, paused):
        await press(pilot, "2")
        assert "klaviyo: never synced" in seen(app)[0]
        await pilot.press("R")
        await until(pilot, lambda: "⟳ klaviyo profiles 1" in seen(app)[0])
        await pilot.press("slash", *"ada")
        await until(pilot, lambda: "1 customer" in text(app))
        await pilot.press("escape", "R")
        await until(pilot, lambda: "A sync is running (klaviyo" in seen(app)[-1])
        paused.go_on.set()
        await settle(pilot)
        assert "Synced klaviyo: 2 new" in seen(app)[-1]
        assert "⟳" not in text(app)
        await press(pilot, "R")
        assert "Synced klaviyo: nothing new" in seen(app)[-1]
        await until(pilot, lambda: "14 customers" in seen(app)[0])


async def test_esc_stops_it_when_it_was_said_that_it_does(world: Config) -> None:
    async with paused_amid(world) as (app, pilot, paused):
        await pilot.press("R")
        await until(pilot, lambda: "profiles 1" in seen(app)[0])
        await pilot.press("escape")
        assert "esc again stops it" in seen(app)[-1]
        await pilot.press("escape")
        assert "sync" in seen(app)[-1]
        paused.go_on.set()
        await settle(pilot)
        assert "The sync was stopped" in seen(app)[-1]
        assert "goes on from there" in seen(app)[-1]
        await press(pilot, "escape")
        assert "Nothing to leave here" in seen(app)[-1]
        await until(pilot, lambda: "klaviyo: stopped" in seen(app)[0])


async def test_who_leaves_ends_the_sync_and_keeps_what_came(world: Config) -> None:
    paused = Paused()
    with vendor(paused) as (paused.url, _):
        app = ConsoleApp(asking(world, paused.url, "klaviyo"))
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press("R")
            await until(pilot, lambda: "profiles 1" in seen(app)[0])
            screen = app.screen
            assert isinstance(screen, MainScreen)
            sync = screen._sync
            assert sync is not None
            await pilot.press("q")
        process = sync._process
        assert process is not None
        process.wait(20)
        with turn(world.mirror):
            pass
        paused.go_on.set()
    reader = open_reader(world.mirror)
    [(found,)] = reader.execute("select count(*) from customer where name = 'Ina'").fetchall()
    reader.close()
    assert found == 1


async def test_what_stands_in_its_way_is_said(world: Config, tmp_path: Path) -> None:
    configured = asking(world, "http://127.0.0.1:9", "klaviyo")
    cases = (
        (replace(configured, readonly=True), "--readonly: nothing may be synced"),
        (world, "No source is asked by API yet: `console source add klaviyo`"),
        (replace(world, path=_written(tmp_path, "[sources.x]\nkey = 'k'")), "does not belong in"),
    )
    for settings, why in cases:
        app = ConsoleApp(settings)
        async with app.run_test(size=SIZE) as pilot:
            await press(pilot, "R")
            assert why in seen(app)[-1]
    app = ConsoleApp(world)
    async with app.run_test(size=(120, 24)) as pilot:
        await press(pilot, "question_mark", *"systems' apis")
        assert "no source is asked by API yet" in text(app)


async def test_one_sync_at_a_time_also_of_others(world: Config) -> None:
    app = ConsoleApp(asking(world, "http://127.0.0.1:9", "klaviyo"))
    async with app.run_test(size=(120, 24)) as pilot:
        with turn(world.mirror, "console sync --follow"):
            await press(pilot, "R")
        assert "Nothing was synced: another `console sync --follow` (process" in seen(app)[-1]


async def test_a_source_added_meanwhile_is_asked(world: Config, tmp_path: Path) -> None:
    with vendor(lambda asked: NOTHING) as (url, asked):
        path = _written(tmp_path, f'[sources.klaviyo]\nkey_env = "SYNC_KEY"\nbase_url = "{url}"')
        app = ConsoleApp(replace(world, path=path))
        async with app.run_test(size=SIZE) as pilot:
            await press(pilot, "colon", *"sync klaviyo", "enter")
            assert "Synced klaviyo: nothing new" in seen(app)[-1]
            await press(pilot, "colon", *"sync nobody", "enter")
            assert "there is no source 'nobody'" in seen(app)[-1]
    assert asked
    assert asked[0].headers["authorization"] == f"Klaviyo-API-Key {KEY}"


def _written(folder: Path, text: str) -> Path:
    (folder / "config.toml").write_text(text)
    return folder / "config.toml"


async def test_a_vendors_words_are_only_words(world: Config) -> None:
    def answer(asked: Asked) -> Said:
        status = 401 if asked.path.startswith("/api/v2") else 400
        return status, {"error": HOSTILE, "errors": [{"detail": HOSTILE}]}

    with vendor(answer) as (url, _):
        app = ConsoleApp(asking(world, url, "zendesk", "klaviyo"))
        async with app.run_test(size=SIZE) as pilot:
            await press(pilot, "R")
            assert seen(app)[-1].startswith(" ✗ ")
            assert "failed" in seen(app)[-1]
            await until(pilot, lambda: "✗ zendesk: key refused" in seen(app)[0])
            await press(pilot, "colon", *"sources", "enter")
            assert "answers with 400" in text(app)
            assert "␛]0;owned␇[@click=app.quit]no[/]" in text(app)
            await press(pilot, "escape", "question_mark", "escape")
            assert app.is_running
    assert app.gate.hits == 0
    assert app.return_code is None or not app.return_code


async def test_the_panel_and_the_command_line_tell_the_same(world: Config, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Said:
        return (401, {"error": "no"}) if asked.path.startswith("/api/v2") else NOTHING

    with vendor(answer) as (url, _):
        path = _written(
            tmp_path,
            f'[sources.zendesk]\nkey_env = "SYNC_KEY"\nbase_url = "{url}"\n'
            '[sources.klaviyo]\nkey_env = "NO_SUCH_KEY"\n[sources.gorgias]\nkey_file = "g"\n',
        )
        app = ConsoleApp(replace(world, path=path))
        async with app.run_test(size=(120, 50)) as pilot:
            await press(pilot, "colon", *"sync zendesk klaviyo", "enter")
            await press(pilot, "colon", *"status", "enter")
            assert isinstance(app.screen, SourcesBox)
            await until(pilot, lambda: "2 failed" in text(app))
            shown = " ".join(text(app).split())
            await press(pilot, "j", "G", "escape")
            assert isinstance(app.screen, MainScreen)
    flags = ("--config", str(path), "--now", "2026-04-01T08:50:00Z")
    console = Console(tmp_path, *flags)
    plain = " ".join(console("status").out.split())
    story = {one["source"]: one for one in console("status", "--json").json["sources"]}
    assert {name: one["state"] for name, one in story.items()} == {
        "klaviyo": "failed", "zendesk": "failed", "gorgias": "never",
        "segment": "files", "shopify": "files", "stripe": "files",
    }  # fmt: skip
    for name, one in story.items():
        assert one["says"].removesuffix(", just now") in shown, name
        if one["to_do"]:
            assert one["to_do"] in plain
            assert one["to_do"].split(",")[0] in shown
    assert "no key to use" in story["klaviyo"]["says"]
    assert "the environment has no NO_SUCH_KEY" in shown
    assert "the environment has no NO_SUCH_KEY" in plain


async def test_a_sync_in_the_panel(world: Config) -> None:
    async with paused_amid(world) as (app, pilot, paused):
        await press(pilot, "colon", *"sources", "enter")
        await pilot.press("R")
        await until(pilot, lambda: "profiles: 1 read, 1 new" in text(app))
        await pilot.press("R", "escape")
        assert isinstance(app.screen, SourcesBox), "esc stops it, and does not close"
        await until(pilot, lambda: "Stopping" in text(app) or "stopped" in text(app))
        paused.go_on.set()
        await settle(pilot)
        assert "goes on from there" in text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, MainScreen)


async def test_without_a_mirror_r_makes_one(tmp_path: Path) -> None:
    from tests import world as worlds

    with vendor(lambda asked: NOTHING) as (url, _):
        app = ConsoleApp(asking(worlds.config(tmp_path), url, "klaviyo"))
        async with app.run_test(size=SIZE) as pilot:
            await settle(pilot)
            assert "R asks the systems that are configured" in text(app)
            await press(pilot, "R")
            await until(pilot, lambda: "There is nothing to show yet" not in text(app))
