from __future__ import annotations

from dataclasses import replace

import pytest

from console.app import ConsoleApp
from console.clock import DAY, HOUR, MINUTE
from console.config import Config
from console.mirror import feed
from console.mirror.database import open_reader
from console.model import Batch, Event
from console.panes import feed_log
from console.panes.feed import FeedPane
from console.panes.feed_log import BURST, PAGE
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
    async with app.run_test(size=(100, 16)) as pilot:
        await press(pilot, *["j"] * 16)
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


def flood(settings: Config, first: int, n: int) -> None:
    """Events of one customer, each on a minute of its own."""
    arrive(settings, *(worlds.event(0, "Party", worlds.NOW - number * MINUTE, level="urgent")
                       for number in range(first, first + n)))  # fmt: skip


async def test_a_flood_is_only_counted_while_reading_further_down(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(100, 16)) as pilot:
        await press(pilot, *["j"] * 16)
        pane, rows = app.screen.query_one(FeedPane), app.screen.query_one(RowList)
        before, cursor = list(pane.held.events), rows.cursor
        flood(world, 1, BURST + 50)
        await pilot.pause(0.4)
        await settle(pilot)
        assert f"+{BURST + 50}" in text(app)
        assert (pane.held.events, rows.cursor) == (before, cursor)
        flood(world, BURST + 51, 7)
        await pilot.pause(0.4)
        await settle(pilot)
        assert f"+{BURST + 57}" in text(app)
        await press(pilot, "p")
        flood(world, BURST + 60, 3)
        await pilot.pause(0.4)
        await settle(pilot)
        assert "paused, 3 waiting" in text(app)
        await press(pilot, "p", "g")
        assert pane.held.events[0].name == "Party"
        assert "↑" not in text(app)


async def test_whoever_follows_holds_no_more_than_some_pages(
    world: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_log, "_FOLLOWED", BURST + 30)
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        pane = app.screen.query_one(FeedPane)
        flood(world, 1, BURST * 2)
        await pilot.pause(0.4)
        await settle(pilot)
        assert [one.at for one in pane.held.events[:2]] == [
            worlds.NOW - MINUTE,
            worlds.NOW - 2 * MINUTE,
        ]
        assert len(pane.held.events) == PAGE
        for number in range(2):
            flood(world, BURST * 2 + 1 + number * 90, 90)
            await pilot.pause(0.4)
            await settle(pilot)
            assert len(pane.held.events) <= BURST + 30
        await press(pilot, "G", "G", "G", "G", "G")
        everything = feed.page(
            open_reader(world.mirror), replace(pane.question, until=worlds.NOW, limit=1000)
        )
        assert pane.held.events == list(everything.events)[: len(pane.held.events)]
        assert len(pane.held.events) > 2 * PAGE


async def test_whoever_reads_down_holds_no_more_than_some_pages(
    world: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 6 * PAGE
    monkeypatch.setattr(feed_log, "MOST", most)
    flood(world, 1, 9 * PAGE)
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        pane, rows = app.screen.query_one(FeedPane), app.screen.query_one(RowList)
        reader = open_reader(world.mirror)
        everything = feed.page(reader, replace(pane.question, until=worlds.NOW, limit=5000)).events

        def top() -> int:
            first = everything.index(pane.held.events[0])
            assert tuple(pane.held.events) == everything[first:][: len(pane.held.events)]
            assert len(pane.held.events) <= most
            return first

        while pane.held.next is not None:
            await press(pilot, "G")
            top()
        assert pane.held.events[-1] == everything[-1]
        assert top() > PAGE

        def here() -> int:
            entry = pane.held.entry(rows.cursor)
            assert entry is not None
            return everything.index(entry.event)

        # Back up: nothing is passed over.
        while top():
            before = here()
            await press(pilot, *["ctrl+u"] * 4)
            assert before - 4 * rows.size.height * 20 <= here() < before
        await press(pilot, *["G"] * 12)
        assert top()
        await press(pilot, "g")
        assert top() == 0
        assert here() == 0


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
