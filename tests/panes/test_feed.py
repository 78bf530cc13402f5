from __future__ import annotations

from dataclasses import replace

from console.app import ConsoleApp
from console.clock import DAY, HOUR, MINUTE
from console.config import Config
from console.model import Batch, Event
from console.panes.feed import FeedPane
from console.show.feed import Entry
from console.widgets.row_list import RowList
from tests import world as worlds
from tests.screens import press, settle, text

SIZE = (100, 30)


def arrive(settings: Config, *events: Event) -> None:
    worlds.save(settings, [(Batch("segment", properties="", events=list(events)), "segment")])


async def test_newest_first_under_days_in_words(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        shown = text(app)
        assert "Today · Wednesday 1 Apr" in shown
        assert "payment of $29.00 failed" in shown
        assert "set up their store" in shown
        assert shown.index("payment of $29.00") < shown.index("subscribed to Pro")
        assert "12 customers" in shown
        assert app.gate.hits == 0


async def test_level_source_and_filter(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        pane = app.screen.query_one(FeedPane)
        await press(pilot, "plus")
        assert {event.level for event in pane.held.events} == {"urgent"}
        await press(pilot, "plus")
        assert "Only urgent events are shown already" in text(app)
        await press(pilot, "underscore", "underscore")
        assert "routine" in {event.level for event in pane.held.events}
        await press(pilot, "f")
        assert {event.source for event in pane.held.events} == {"segment"}
        await press(pilot, "f", "f", "f", "f")
        assert pane.question.source is None
        await press(pilot, "slash", *"tax", "enter")
        assert pane.held.events
        assert all("tax" in (event.object or "") for event in pane.held.events)
        assert "“tax”" in text(app)
        await press(pilot, "escape")
        assert pane.question.text is None


async def test_nothing_found_says_what_to_do(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "slash", *"zzzz", "enter")
        assert "No such event" in text(app)
        assert "clears the filter" in text(app)


async def test_arrivals_appear_at_the_top_while_followed(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        now = worlds.NOW
        arrive(world, worlds.event(0, "Party", now - MINUTE, level="urgent", verb="rated",
                                   object="good"))  # fmt: skip
        await pilot.pause(0.4)
        await settle(pilot)
        pane = app.screen.query_one(FeedPane)
        assert pane.held.events[0].name == "Party"
        assert "rated us: good" in text(app)
        assert app.screen.query_one(RowList).cursor == 1


async def test_arrivals_are_counted_while_reading_further_down(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(100, 12)) as pilot:
        await press(pilot, *["j"] * 12)
        pane, rows = app.screen.query_one(FeedPane), app.screen.query_one(RowList)
        here = pane.held.rows[rows.cursor]
        line = rows.cursor - rows.scroll_offset.y
        now = worlds.NOW
        arrive(world, *(worlds.event(n, "Party", now - n * HOUR, level="urgent", verb="rated")
                        for n in range(3)))  # fmt: skip
        await pilot.pause(0.4)
        await settle(pilot)
        assert pane.held.rows[rows.cursor] == here
        assert rows.cursor - rows.scroll_offset.y == line
        assert "+3" in text(app)
        await press(pilot, "g")
        assert "+3" not in text(app)


async def test_late_arrivals_show_in_their_place(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        late = worlds.NOW - 3 * DAY
        arrive(world, worlds.event(2, "Late", late, level="urgent", verb="rated", object="late"))
        await pilot.pause(0.4)
        await settle(pilot)
        pane = app.screen.query_one(FeedPane)
        names = [event.name for event in pane.held.events]
        place = names.index("Late")
        assert place > 0
        assert pane.held.events[place - 1].at >= late >= pane.held.events[place + 1].at


async def test_pause_holds_and_counts_and_lets_go(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "p")
        arrive(world, worlds.event(0, "Party", worlds.NOW - MINUTE, level="urgent", verb="rated"))
        await pilot.pause(0.4)
        await settle(pilot)
        pane = app.screen.query_one(FeedPane)
        assert "paused, 1 waiting" in text(app)
        assert pane.held.events[0].name != "Party"
        await press(pilot, "p")
        assert pane.held.events[0].name == "Party"
        assert "paused" not in text(app)


async def test_folds_open_on_enter_and_others_open_the_customer(world: Config) -> None:
    now = worlds.NOW
    arrive(world, *(worlds.event(8, "Rated", now - n * MINUTE, level="urgent", verb="rated")
                    for n in range(6)))  # fmt: skip
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        pane = app.screen.query_one(FeedPane)
        fold = pane.held.rows[1]
        assert isinstance(fold, Entry)
        assert fold.n == 6
        assert "×6" in text(app)
        await press(pilot, "enter")
        assert sum(isinstance(row, Entry) and row.part for row in pane.held.rows) == 6
        await press(pilot, "enter")
        assert "Nils Ek" in text(app)
        assert "Signed up" in text(app)
        await press(pilot, "escape")
        assert "Signed up" not in text(app)


async def test_older_pages_come_while_scrolling(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "underscore", "underscore")
        pane = app.screen.query_one(FeedPane)
        first = len(pane.held.events)
        assert pane.held.next
        for _ in range(4):
            await press(pilot, "G")
        assert len(pane.held.events) > first
        keys = [(event.at, event.id) for event in pane.held.events]
        assert keys == sorted(keys, reverse=True)
        assert len(set(keys)) == len(keys)


async def test_since_you_were_last_here(world: Config) -> None:
    app = ConsoleApp(world)
    app.desk = app.get_default_screen().desk = replace(app.desk, last_visit=worlds.NOW - 20 * HOUR)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "2 new events since you were last here, yesterday 14:50" in text(app)


async def test_a_day_ends_without_a_key(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        pane = app.screen.query_one(FeedPane)
        assert "payment of $29.00 failed" in text(app)
        pane.desk = replace(pane.desk, config=replace(world, now=worlds.NOW + DAY))
        pane._minute()
        await settle(pilot)
        assert "Yesterday · Wednesday 1 Apr" in text(app)


async def test_the_last_hour_is_told_in_minutes_that_pass(world: Config) -> None:
    arrive(world, worlds.event(0, "Party", worlds.NOW - 4 * MINUTE, level="urgent", verb="rated"))
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "4 min" in text(app)
        pane = app.screen.query_one(FeedPane)
        pane.desk = replace(pane.desk, config=replace(world, now=worlds.NOW + 3 * MINUTE))
        pane._minute()
        await settle(pilot)
        assert "7 min" in text(app)
