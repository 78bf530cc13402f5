"""The cohorts pane: every key, every state, and the people behind the numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from console.analytics.question import CohortQuestion
from console.app import ConsoleApp
from console.config import Config
from console.mirror.database import open_writer
from console.panes import cohort_ground
from console.panes.cohorts import CohortsPane
from console.panes.customers import CustomersPane
from console.panes.grid_views import GridView
from console.screen import MainScreen
from console.widgets.heat_grid import HeatGrid
from tests import test_hostile as hostile
from tests import world as worlds
from tests.screens import press, seen, settle, text

SIZE = (80, 24)


def pane_of(app: ConsoleApp) -> CohortsPane:
    screen = app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    assert isinstance(screen.pane, CohortsPane)
    return screen.pane


def question_of(app: ConsoleApp) -> CohortQuestion:
    return pane_of(app).state.asked.question


def foot(app: ConsoleApp) -> str:
    return seen(app)[-1]


async def opened(pilot: Pilot[None]) -> CohortsPane:
    await settle(pilot)
    await press(pilot, "3")
    app = pilot.app
    assert isinstance(app, ConsoleApp)
    return pane_of(app)


async def typed(pilot: Pilot[None], words: str) -> None:
    names = {"=": "equals_sign", " ": "space", ":": "colon", "!": "exclamation_mark"}
    for letter in words:
        await pilot.press(names.get(letter, letter))
    await settle(pilot)


async def test_the_weekly_grid_stands_at_once(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        shown = text(app)
        assert "Of customers who first did anything, by week, how many did anything again" in shown
        assert "weighted mean" in shown
        assert "of them (" in shown
        assert "Week of" in shown
        assert foot(app).strip().startswith("⏎")
        assert app.gate.hits == 0


async def test_one_key_changes_the_period(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "greater_than_sign")
        assert question_of(app).period == "month"
        assert "Mar 2026" in text(app)
        await press(pilot, "greater_than_sign")
        assert "nothing longer than a month" in foot(app)
        await press(pilot, *["less_than_sign"] * 3)
        assert question_of(app).period == "hour"
        await press(pilot, "z", "z", "z", "z")
        assert question_of(app).period == "week"
        assert "Undone: by week" in foot(app)
        await press(pilot, "Z")
        assert question_of(app).period == "month"


async def test_numbers_and_shares(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        assert "% of each cohort" in text(app)
        await press(pilot, "percent_sign")
        assert pane.state.unit == "number"
        assert "% of each cohort" not in text(app)
        await press(pilot, "u", "percent_sign")
        assert "one unit" in foot(app)


async def test_a_segment_slices_with_every_letter(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        whole = pane.state.view
        assert whole is not None
        await press(pilot, "slash")
        await typed(pilot, "country=SE plam")
        shown = seen(app)
        typed_at = next(n for n, line in enumerate(shown) if line.startswith(" / country=SE plam"))
        caret = shown[typed_at + 1]
        assert caret.index("^") == 3 + len("country=SE ")
        assert "did you mean plan?" in caret
        assert pane.state.view is not None
        assert 0 < pane.state.view.people_total < whole.people_total
        await press(pilot, *["backspace"] * 5)
        assert "^" not in text(app)
        assert question_of(app).segment == "country=SE"
        await press(pilot, "enter")
        assert pane.grid.has_focus
        assert "among country=SE." in text(app)
        await press(pilot, "z")
        assert question_of(app).segment is None
        await press(pilot, "Z", "escape")
        assert question_of(app).segment is None


async def test_nobody_has_words(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        assert pane.go("country=XX") is None
        await settle(pilot)
        assert "Nobody here" in text(app)
        assert "among country=XX" in text(app)
        await press(pilot, "enter", "x")
        assert "There are no numbers here yet" in foot(app)
        await press(pilot, "escape")
        assert "Nobody here" not in text(app)


async def test_the_sentence_is_walked_and_turned(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(120, 30)) as pilot:
        pane = await opened(pilot)
        await press(pilot, "a")
        assert pane.sentence.has_focus
        assert "any properties" in text(app)
        await press(pilot, "down")
        assert question_of(app).by == "account"
        await press(pilot, "up")
        assert question_of(app).by == "customer"
        await press(pilot, "l", "j")
        assert question_of(app).entry == "recurring"
        await press(pilot, "backspace")
        assert question_of(app).entry == "first-time"
        await press(pilot, "l", "j")
        assert question_of(app).start_event is not None
        await press(pilot, "escape")
        assert pane.grid.has_focus
        assert "any properties" not in text(app)


async def test_a_part_is_chosen_or_written(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(120, 30)) as pilot:
        pane = await opened(pilot)
        await press(pilot, "a", "l", "l", "enter")
        await typed(pilot, "placed no")
        await press(pilot, *["backspace"] * 9)
        await typed(pilot, "logged")
        await press(pilot, "enter")
        assert question_of(app).start_event == "logged_in"
        pane.sentence.point("intervals")
        await press(pilot, "enter")
        await typed(pilot, "5")
        await press(pilot, "enter")
        assert question_of(app).intervals == 5
        pane.sentence.point("columns")
        await press(pilot, "enter")
        await typed(pilot, "3-1")
        assert "ends before it begins" in text(app)
        await press(pilot, "enter", "escape")
        assert question_of(app).brackets == ()


async def test_an_unknown_event_is_said_and_taken_back(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await press(pilot, "a")
        pane.sentence.point("start")
        await press(pilot, "enter")
        await typed(pilot, "Nothing like it")
        await press(pilot, "enter")
        assert "That cannot be asked" in text(app)
        assert "Nothing like it" in text(app)
        await press(pilot, "z")
        assert "weighted mean" in text(app)


async def test_a_split_opens_and_closes(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await press(pilot, "b")
        await typed(pilot, "coun")
        await press(pilot, "enter")
        assert question_of(app).breakdown == "country"
        assert "everyone" in text(app)
        await press(pilot, "g", "j")
        row = pane.grid.row
        await press(pilot, "x")
        assert "enter opens them" in foot(app)
        await press(pilot, "enter")
        assert "weighted mean" in text(app)
        await press(pilot, "escape")
        assert pane.grid.row == row
        assert "everyone" in text(app)
        await press(pilot, "escape")
        assert question_of(app).breakdown is None


async def test_lifecycle_and_stickiness_lead_to_people(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await press(pilot, "u")
        assert "returning" in text(app)
        assert "█" in text(app)
        await press(pilot, "G", "up", "circumflex_accent")
        cell = pane.grid.table.cell(pane.grid.row, 0)
        assert cell is not None
        await press(pilot, "x")
        assert "u leads there" in foot(app)
        await press(pilot, "enter")
        assert shown_people(app) == int(cell.text)
        await press(pilot, "minus", "u")
        assert "or more %" in text(app)
        await press(pilot, "g")
        cell = pane.grid.table.cell(0, 0)
        assert cell is not None
        if cell.text != "0":
            await press(pilot, "enter")
            assert shown_people(app) == int(cell.text)


def shown_people(app: ConsoleApp) -> int:
    screen = app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    assert isinstance(screen.pane, CustomersPane)
    assert screen.pane.roll.total is not None
    return screen.pane.roll.total


async def test_two_segments_side_by_side(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(120, 30)) as pilot:
        pane = await opened(pilot)
        await press(pilot, "equals_sign")
        await typed(pilot, "plan=Pro")
        await press(pilot, "enter")
        assert pane.state.asked.kind == "compare"
        assert "plan=Pro and the rest differ?" in text(app)
        assert "all cohorts" in text(app)
        await press(pilot, "l")
        assert "points" in text(app)
        await press(pilot, "escape")
        assert pane.state.asked.kind == "grid"


async def test_where_people_were_is_found_again(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await press(pilot, "greater_than_sign", "up")
        place = (pane.grid.row, pane.grid.column)
        await press(pilot, "circumflex_accent")
        place = (pane.grid.row, 0)
        await press(pilot, "enter", "minus")
        assert pane_of(app) is pane
        assert question_of(app).period == "month"
        assert (pane.grid.row, pane.grid.column) == place


async def test_what_others_write_appears(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        assert pane.state.view is not None
        before = pane.state.view.people_total
        batch = worlds.Batch("segment", properties="properties")
        batch.events.append(worlds.event(77, "Signed Up", worlds.NOW - 1, verb="signed_up"))
        worlds.save(world, [(batch, "segment")])
        for _ in range(40):
            await pilot.pause(0.1)
            if pane.state.view.people_total != before:
                break
        assert pane.state.view.people_total == before + 1


async def test_an_answer_that_comes_late_is_dropped(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        for key in ("greater_than_sign", "less_than_sign", "less_than_sign", "greater_than_sign"):
            await pilot.press(key)
        await settle(pilot)
        assert question_of(app).period == "week"
        assert "week of" in text(app)
        assert pane.state.view is not None


async def test_a_broken_mirror_is_said_and_read_again(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        pane._study.close()
        path = Path(world.mirror)
        whole = path.read_bytes()
        db = open_writer(path)
        db.execute("pragma wal_checkpoint(truncate)")
        db.close()
        path.write_bytes(b"no database at all" * 100)
        await press(pilot, "r")
        assert "That did not work" in text(app)
        path.write_bytes(whole)
        await press(pilot, "r")
        assert "weighted mean" in text(app)


async def test_words_after_the_colon(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        for said in ("month", "lifecycle", "plan=Pro against plan=Basic"):
            assert pane.go(said) is None
            await settle(pilot)
        assert pane.state.asked.kind == "compare"
        assert question_of(app).period == "month"
        assert "plan=Pro and plan=Basic differ?" in text(app)


async def test_strangers_text_is_only_text(tmp_path: Path) -> None:
    app = ConsoleApp(hostile.build(tmp_path))
    async with app.run_test(size=(100, 30)) as pilot:
        pane = await opened(pilot)
        for part in ("country", "account", "event:x[/b]"):
            question = replace(question_of(app), breakdown=part)
            pane.change(replace(pane.state.asked, question=question))
            await settle(pilot)
            assert "everyone" in text(app)
            await press(pilot, "G", "l", "enter", "enter", "3", "escape")
        await press(pilot, "a", "l", "l")
        for _ in range(30):
            await press(pilot, "j")
        await press(pilot, "enter", "down", "down", "escape", "escape", "b", "escape")
        await press(pilot, "equals_sign", "down", "down", "escape")
        assert app.gate.hits == 0
        assert app.fault is None


@pytest.mark.parametrize("size", [(20, 6), (40, 12), (80, 24), (160, 45)])
async def test_it_fits_every_screen(world: Config, size: tuple[int, int]) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=size) as pilot:
        pane = await opened(pilot)
        for keys in (("u",), ("u",), ("u", "a"), ("escape",), ("b",)):
            await press(pilot, *keys)
            assert len(seen(app)) == size[1]
        await press(pilot, "escape")
        assert pane.query_one(HeatGrid).table.rows
        assert app.gate.hits == 0


async def test_a_condition_is_saved_and_found_by_name(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        await press(pilot, "S")
        assert "no condition here yet" in foot(app)
        pane.go("country=SE")
        await settle(pilot)
        assert pane.state.view is not None
        sliced = pane.state.view.people_total
        await press(pilot, "S")
        await typed(pilot, "the north")
        assert "Save the condition country=SE as the north" in text(app)
        await press(pilot, "enter")
        assert 'segment:"the north" stands for it' in foot(app)
        assert pane.state.known.segments[0] == 'segment:"the north"'
        await press(pilot, "escape")
        assert pane.go_also("segment", "The North") is None
        await settle(pilot)
        assert question_of(app).segment == 'segment:"The North"'
        assert pane.state.view.people_total == sliced
        view = pane.state.view
        assert isinstance(view, GridView)
        sizes = [row.size for row in view.grid.rows]
        pane.grid.select(sizes.index(max(sizes)) + 1, 0)
        await press(pilot, "enter")
        assert shown_people(app) == max(sizes) > 0
        await press(pilot, "minus")
        pane.compare('segment:"the north" against the rest')
        await settle(pilot)
        assert pane.state.asked.kind == "compare"
        pane.go("segment:south")
        await settle(pilot)
        assert "no saved segment" in text(app)
        await press(pilot, "S")
        await typed(pilot, "south")
        await press(pilot, "enter")
        assert "Not saved: segment, character 9" in foot(app)
    readonly = ConsoleApp(replace(world, readonly=True))
    async with readonly.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        pane.go("country=SE")
        await press(pilot, "S")
        assert "--readonly" in foot(readonly)


async def test_a_condition_is_completed(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "slash")
        await typed(pilot, "plan!=Pro cou")
        assert "plan!=Pro country=" in text(app)
        await press(pilot, "right")
        assert question_of(app).segment == "plan!=Pro country=SE"


async def test_what_comes_next_is_read_ahead(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        pane = await opened(pilot)
        assert not pane._cold
        activity = pane._study._activity
        assert activity is not None
        with patch.object(activity.traits, "pairs", side_effect=AssertionError):
            for condition in ("country=SE", "plan=Pro tag:vip", "source:shopify account:ek"):
                pane.go(condition)
                await settle(pilot)
                assert "That did not work" not in text(app)
        # Not while somebody writes.
        with patch.object(cohort_ground, "CALM", 3600):
            pane.mirror_changed()
            await settle(pilot)
        assert pane._cold
        with patch.object(cohort_ground, "CALM", 0.01):
            pane.mirror_changed()
            await settle(pilot)
        for _ in range(200):
            await pilot.pause(0.01)
            if not pane._cold:
                break
        assert not pane._cold


@pytest.mark.parametrize(("size", "weeks"), [((160, 45), 26), ((120, 40), 12), ((80, 24), 12)])
async def test_half_a_year_of_weeks_where_it_fits(
    world: Config, size: tuple[int, int], weeks: int
) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "3")
        pane = app.screen.query_one(CohortsPane)
        assert pane.state.asked.question.intervals == weeks
        await press(pilot, ">")
        assert pane.state.asked.question.intervals == 12
        await press(pilot, "<")
        assert pane.state.asked.question.intervals == weeks
        await press(pilot, "escape")
        assert not pane.action_clear()
