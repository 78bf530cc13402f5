"""Walk 3: a cell opens its people, and they are as many as it says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from console.analytics import cohorts
from console.analytics.grid import Grid
from console.analytics.question import CohortQuestion
from console.app import ConsoleApp
from console.clock import Clock
from console.config import Config
from console.mirror.activity import Activity
from console.mirror.database import open_reader
from console.panes.cohorts import CohortsPane
from console.panes.customers import CustomersPane
from console.panes.grid_views import GridView
from console.screen import MainScreen
from tests.screens import press, seen, settle, text

QUESTIONS = (
    CohortQuestion(),
    CohortQuestion(period="month", entry="recurring"),
    CohortQuestion(
        period="day",
        entry="recurring",
        intervals=20,
        counting="on-or-after",
        segment="not country=SE",
    ),
    CohortQuestion(start_event="signed_up", return_event="order_paid", brackets=((1, 3), (4, 9))),
    CohortQuestion(window="24h", min_occurrences=2),
    CohortQuestion(breakdown="country"),
    CohortQuestion(by="account", breakdown="plan"),
)


def grids(grid: Grid, clock: Clock) -> list[GridView]:
    """The whole and every part of a split, as the pane shows them."""
    parts = [GridView(part, clock, group) for group, part in grid.groups]
    return [GridView(replace(grid, groups=()), clock), *parts]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_every_cell_of_the_table_has_the_people_it_counts(
    world: Config, question: CohortQuestion
) -> None:
    clock = world.clock()
    db = open_reader(world.mirror)
    activity = Activity(db, clock)
    whole = cohorts.grid(activity, question, clock)
    met = 0
    for view in grids(whole, clock):
        table = view.table("number")
        for row in range(1, len(table.rows)):
            size = view.grid.rows[row - 1].size
            for column, cell in enumerate(table.rows[row].cells):
                assert cell is not None
                here = view.behind(row, column, missing=False)
                gone = view.behind(row, column, missing=True)
                if isinstance(here, str):
                    assert cell.text in ("0", "·")
                    continue
                people = here.find(activity)
                assert len(people) == len(set(people)) == int(cell.text.replace(",", ""))
                met += len(people)
                missing = () if isinstance(gone, str) else gone.find(activity)
                if column:
                    assert len(people) + len(missing) == size
                    assert not set(people) & set(missing)
    assert met > 0
    db.close()


async def test_walk_3_a_cell_opens_its_people(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "percent_sign")
        pane = front(app)
        assert isinstance(pane, CohortsPane)
        view = pane.state.shown
        assert isinstance(view, GridView)
        row = next(
            number for number, one in enumerate(view.grid.rows, 1)
            if len(one.cells) > 2 and one.cells[2].customers > 0
        )  # fmt: skip
        pane.grid.select(row, 2)
        await settle(pilot)
        cell = view.grid.rows[row - 1].cells[2]
        size = view.grid.rows[row - 1].size
        assert f"{size} customer" in text(app)
        assert f"{cell.customers} of them" in text(app)
        assert await people_behind(app, pilot, "enter") == cell.customers
        assert "back in week 2" in text(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, MainScreen)
        assert app.screen.opened is not None
        await press(pilot, "escape", "minus")
        assert front(app) is pane
        assert (pane.grid.row, pane.grid.column) == (row, 2)
        pane.grid.select(row, 2)
        await settle(pilot)
        if cell.customers < size:
            assert await people_behind(app, pilot, "x") == size - cell.customers
            assert "not back in week 2" in text(app)
        else:
            await press(pilot, "x")
            assert "Nobody is missing" in seen(app)[-1]
        assert app.gate.hits == 0


async def people_behind(app: ConsoleApp, pilot: Pilot[None], key: str) -> int:
    await press(pilot, key)
    pane = front(app)
    assert isinstance(pane, CustomersPane)
    total = pane.roll.total
    assert total is not None
    listed = [line for line in seen(app) if "customer" in line]
    assert any(f"{total} customer" in line for line in listed)
    assert pane.query_one("#customers-rows").count == total  # type: ignore[attr-defined]
    return total


def front(app: ConsoleApp) -> object:
    assert isinstance(app.screen, MainScreen)
    return app.screen.pane
