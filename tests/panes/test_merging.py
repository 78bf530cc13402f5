"""Two customers who are one: by key and by command, and back again exactly."""

from __future__ import annotations

from console.app import ConsoleApp
from console.config import Config
from console.panes.cohorts import CohortsPane
from console.panes.customers import CustomersPane
from tests.cli import Console
from tests.mirror import canonical
from tests.screens import press, seen, settle, text, until

SIZE = (120, 30)


def told(settings: Config) -> canonical.Told:
    return canonical.told(settings.mirror)


async def test_merge_by_search_undo_and_redo(world: Config) -> None:
    before = told(world)
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "3", "2", "slash", *"nils", "enter", "m")
        assert "Type to find the other one" in text(app)
        await press(pilot, *"tom")
        assert "Tom" in text(app)
        await press(pilot, "enter")
        await until(pilot, lambda: "11 customers" in seen(app)[0])
        assert "Merged Nils Ek and Tom · z takes it back" in text(app)
        await press(pilot, "escape")
        assert app.screen.query_one(CustomersPane).roll.total == 11
        await press(pilot, "3", "greater_than_sign")
        grid = app.screen.query_one(CohortsPane).state.view
        assert grid is not None
        assert grid.people_total == 11
        await press(pilot, "2", "z")
        await until(pilot, lambda: "12 customers" in seen(app)[0])
        assert told(world) == before
        await press(pilot, "Z")
        await until(pilot, lambda: "11 customers" in seen(app)[0])
        assert app.gate.hits == 0


async def test_two_marked_are_merged_and_a_merge_is_taken_back(world: Config) -> None:
    before = told(world)
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "2", "space", "space", "m")
        await until(pilot, lambda: "11 customers" in seen(app)[0])
        assert "marked" not in text(app)
        await press(pilot, "g", "m")
        assert "unmerge" in text(app)
        await press(pilot, "enter")
        await until(pilot, lambda: "12 customers" in seen(app)[0])
        assert told(world) == before


def test_merge_and_unmerge_by_command(world: Config) -> None:
    console = Console(world.mirror.parent, "--timezone", world.timezone, "--as", "ann")
    before = told(world)
    nils, tom, amara = (
        str(console("customer", name, "--json").json["id"])
        for name in ("Nils Ek", "Tom", "Amara Okafor")
    )
    answer = console("merge", nils, tom)
    assert (answer.status, answer.out) == (0, "Merged Nils Ek and Tom\n")
    one, other = (console("customer", who, "--json").json for who in (nils, tom))
    assert one["id"] == other["id"]
    assert console("customers", "--json").json["total"] == 11
    assert console("merge", tom, nils).err == "console: they are one customer already\n"
    assert console("merge", amara, tom).status == 0
    several = console("unmerge", tom)
    assert several.status == 1
    assert "which merge?" in several.err
    email = next(i["value"] for i in before_identities(console, amara) if "u11" in i["value"])
    assert console("unmerge", tom, email).status == 0
    assert console("customers", "--json").json["total"] == 11
    assert console("unmerge", tom).status == 0
    assert canonical.difference(told(world), before) == ""
    assert console("unmerge", tom).err.endswith("was not merged by hand\n")
    assert console("undo").status == 0
    assert console("customers", "--json").json["total"] == 11


def before_identities(console: Console, who: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = console("customer", who, "--json").json["identities"]
    return found
