"""Marks on customers, and what is done with them: an export, a saved list."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.config import Config
from console.mirror.customers import every, in_order
from console.mirror.database import MirrorError, open_reader
from console.model import Batch, Key, Record
from console.notebook import segments as notebook
from console.notebook import triage
from console.panes.customers import CustomersPane
from console.panes.exporting import write
from console.panes.exports_of import of_customers
from console.panes.pane import People
from console.screen import MainScreen
from tests import test_hostile as hostile
from tests import world as worlds
from tests.screens import press, seen, settle, text

SIZE = (100, 30)


def pane_of(app: ConsoleApp) -> CustomersPane:
    screen = app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    assert isinstance(screen.pane, CustomersPane)
    return screen.pane


async def opened(pilot: Pilot[None]) -> CustomersPane:
    await settle(pilot)
    await press(pilot, "2")
    assert isinstance(pilot.app, ConsoleApp)
    return pane_of(pilot.app)


def ticks(app: ConsoleApp) -> int:
    return sum(line.lstrip("▌▏ ").startswith("✓") for line in seen(app)[:-1])


def exported(settings: Config) -> list[Path]:
    return sorted(settings.exports.glob("*")) if settings.exports.exists() else []


async def test_space_marks_and_takes_away(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await press(pilot, "space", "space")
        assert "12 customers by last seen · 2 marked" in text(app)
        assert ticks(app) == 2
        assert pane.rows.cursor == 2
        await press(pilot, "k", "space")
        assert "1 marked" in text(app)
        await press(pilot, "escape")
        assert "marked" not in text(app)
        assert ticks(app) == 0
        await press(pilot, "i", "space")
        assert "1 marked" in text(app)
        assert ticks(app) == 1


async def test_marks_are_kept_when_nothing_could_be_done(
    world: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise MirrorError("the disk is full")

    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await press(pilot, "space", "space")
        marked = set(pane.roll.marks.ids)
        with monkeypatch.context() as full:
            full.setattr(triage, "done", refused)
            await press(pilot, "d")
        assert "The disk is full" in seen(app)[-1]
        assert pane.roll.marks.ids == marked
        await press(pilot, "enter", "d", "escape")
        assert pane.roll.marks.ids == marked
        await press(pilot, "d")
        assert "Done: 2 customers" in seen(app)[-1]
        assert not pane.roll.marks.ids


async def test_a_range_is_seen_before_it_is_marked(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await press(pilot, "j", "j", "j", "v", "k", "k", "j")
        assert "2 rows, v marks them" in text(app)
        assert ticks(app) == 2
        assert not pane.roll.marks.ids
        await press(pilot, "k", "v")
        assert "3 marked" in text(app)
        await press(pilot, "G", "v", "k")
        assert "3 marked · 2 rows" in text(app)
        await press(pilot, "escape")
        assert "3 marked" in text(app)
        assert ticks(app) == 3
        await press(pilot, "v", "s")
        assert "rows, v" not in text(app)
        assert "3 marked" in text(app)


async def test_marks_outlive_sorting_and_searching_not_other_people(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await press(pilot, "space", "s", "s", "slash", *"oka", "enter")
        assert "1 customer · 1 marked" in text(app)
        await press(pilot, "space")
        assert "2 marked" in text(app)
        assert len(pane.roll.marks.ids) == 2
        app.screen.post_message(People("a cell", lambda db: (1, 2, 3)))
        await settle(pilot)
        assert "a cell · 3 customers" in text(app)
        assert "marked" not in text(app)


async def test_all_that_match_are_marked_and_said(tmp_path: Path) -> None:
    settings = many(tmp_path, 450)
    app = ConsoleApp(settings)
    async with app.run_test(size=(120, 30)) as pilot:
        pane = await opened(pilot)
        await press(pilot, "asterisk")
        assert len(pane.roll.marks.ids) == 450
        assert "Marked all 450 customers that match, 200 of them read so far" in seen(app)[-1]
        await press(pilot, "escape", "slash", *"zzzz", "enter", "asterisk")
        assert "nobody in this list" in seen(app)[-1]
        await press(pilot, "space", "v", "e", "S")
        assert app.screen is app.screen_stack[0]


def many(folder: Path, n: int) -> Config:
    settings = worlds.config(folder)
    records = [
        Record("customer", f"c{k}", (Key("email", f"p{k}@x.se"),), {"name": f"P {k:04}"}, b"{}")
        for k in range(n)
    ]
    worlds.save(settings, [(Batch("shopify", records=records), "shopify")])
    return settings


async def test_all_that_match_are_written_not_only_those_read(tmp_path: Path) -> None:
    settings = many(tmp_path, 1250)
    app = ConsoleApp(settings)
    async with app.run_test(size=(160, 30)) as pilot:
        await opened(pilot)
        await press(pilot, "s", "s", "e", "enter")
        (path,) = exported(settings)
        assert "1,250 customers in " in seen(app)[-1]
        assert path.name in seen(app)[-1]
        rows = list(csv.DictReader(io.StringIO(path.read_text())))
        assert [row["name"] for row in rows] == [f"P {k:04}" for k in range(1250)]
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        assert stat.S_IMODE(os.stat(path.parent).st_mode) == 0o700


async def test_the_marked_are_written_beside_what_is_there(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "e", *"cancel", "enter")
        assert exported(world) == []
        await press(pilot, "e", "escape", "space", "j", "space", "e", *"json")
        assert "JSON lines: 2 marked customers, nothing changed" in text(app)
        await press(pilot, "enter")
        (first,) = exported(world)
        lines = [json.loads(line) for line in first.read_text().splitlines()]
        assert len(lines) == 2
        assert {"id", "name", "identities", "last_seen_at"} <= set(lines[0])
        before = first.read_bytes()
        await press(pilot, "e", *"json", "enter")
        assert len(exported(world)) == 2
        assert first.read_bytes() == before
        assert exported(world)[0].name.endswith("-2.jsonl")


async def test_strangers_cannot_make_a_spreadsheet_run(tmp_path: Path) -> None:
    settings = hostile.build(tmp_path)
    app = ConsoleApp(settings)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "asterisk", "e", "enter", "S", *"mine", "enter")
        (path,) = exported(settings)
        for row in csv.reader(io.StringIO(path.read_text())):
            for cell in row:
                assert not cell.lstrip().startswith(("=", "+", "@"))
                assert "\x1b" not in cell
        assert app.gate.hits == 0
    assert [one.name for one in notebook.read(settings.notebook)] == ["mine"]


async def test_readonly_writes_nothing_and_says_why(world: Config) -> None:
    app = ConsoleApp(replace(world, readonly=True))
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await press(pilot, "space", "S")
        assert "--readonly" in seen(app)[-1]
        await press(pilot, "e")
        assert "No file: the console was opened with --readonly" in text(app)
        await press(pilot, "escape")
        pane.export("csv")
        await settle(pilot)
        assert "--readonly; nothing is written" in seen(app)[-1]
        assert "--readonly" in (pane.go_also("segment", "save x") or "")
    assert exported(world) == []
    assert not world.notebook.exists()


def test_what_cannot_be_finished_is_not_left(world: Config) -> None:
    db = open_reader(world.mirror)
    world.exports.write_text("in the way")
    for folder in (world.exports, world.exports / "below"):
        with pytest.raises(MirrorError, match="cannot be written"):
            write(db, folder, of_customers([1], world.clock()), "csv", world.clock())
    world.exports.unlink()
    full = patch("console.show.tables.csv_text", side_effect=OSError(28, "No space left"))
    with full, pytest.raises(MirrorError, match="No space left"):
        write(db, world.exports, of_customers([1], world.clock()), "csv", world.clock())
    assert exported(world) == []
    db.close()


def test_ids_of_all_and_of_the_merged(world: Config) -> None:
    db = open_reader(world.mirror)
    everybody = every(db, sort="name")
    assert len(everybody) == 12
    assert every(db, "ada") == every(db, "ada", within=everybody)
    assert every(db, "ada", within=()) == []
    assert in_order(db, set(everybody), "name") == everybody
    db.close()
    one, two = (Key("email", f"person{n}@example.com") for n in (0, 1))
    joined = Record("identify", "0=1", (one, two), {}, b"{}")
    worlds.save(world, [(Batch("segment", records=[joined]), "segment")])
    db = open_reader(world.mirror)
    assert len(in_order(db, [*everybody, 999])) == 11
    db.close()


async def test_people_are_saved_by_name(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        app.screen.post_message(People("a cell", lambda db: (1, 2, 3)))
        await settle(pilot)
        await press(pilot, "S")
        assert "Save a list of 3 customers by what name?" in text(app)
        await press(pilot, *"three", "enter")
        assert "segment:three stands for it" in seen(app)[-1]
        await press(
            pilot, "space", "colon", *"segment", "space", *"save", "space", *"Three", "enter"
        )
        assert "already a segment" in seen(app)[-1]
        await press(pilot, "escape", "escape")
        assert "12 customers" in text(app)
        assert pane_of(app).go_also("segment", "THREE") is None
        await settle(pilot)
        assert "segment:THREE · 3 customers" in text(app)
        assert pane_of(app).go_also("segment", "country=SE not segment:three") is None
        await settle(pilot)
        assert "country=SE not segment:three · 1 customer" in text(app)
        assert pane_of(app).go_also("segment", "save rest of Sweden") is None
        await settle(pilot)
        assert 'segment:"rest of Sweden" stands' in seen(app)[-1]
        assert pane_of(app).go_also("segment", "nobody") is None
        await settle(pilot)
        assert "no saved segment" in text(app)
        assert "Which segment" in (pane_of(app).go_also("segment", "") or "")
    found = {one.name: (one.text, one.people) for one in notebook.read(world.notebook)}
    assert found == {"three": (None, 3), "rest of Sweden": ("country=SE not segment:three", None)}
