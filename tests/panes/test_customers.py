from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from console.app import ConsoleApp
from console.clock import DAY
from console.config import Config
from console.mirror import customers as mirror
from console.mirror.database import Connection, Interrupted
from console.model import Batch, CustomerPage, Key, Record
from console.panes import roll
from console.panes.customers import CustomersPane
from console.panes.pane import People
from console.panes.roll import MOST, Wanted, Within
from console.show.pulse import sparkline
from console.widgets.row_list import RowList
from tests import world as worlds
from tests.screens import press, seen, settle, text, until

SIZE = (100, 30)


async def test_everybody_most_recently_seen_first(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2")
        pane = app.screen.query_one(CustomersPane)
        assert pane.roll.total == 12
        seen_at = [one.last_seen_at or 0 for one in pane.roll.found]
        assert seen_at == sorted(seen_at, reverse=True)
        assert "12 customers by last seen" in text(app)
        assert "[Acme] Ltd" in text(app)
        await press(pilot, "s", "s")
        assert pane.wanted.sort == "name"
        assert app.gate.hits == 0


async def test_search_as_you_type(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2", "slash", *"oka")
        assert "Amara Okafor" in text(app)
        assert "1 customer" in text(app)
        await press(pilot, "enter", "enter")
        assert "Okafor Fabrics" in text(app)
        assert "Signed up" in text(app)
        await press(pilot, "escape", "escape")
        assert "12 customers" in text(app)


async def test_a_match_shows_what_matched(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2", "slash", *"vip")
        assert any("Ada" in line and "vip" in line for line in seen(app))


async def test_nobody_found_says_what_to_do(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2", "slash", *"qqqq")
        assert "Nobody" in text(app)
        assert "clears the search" in text(app)


async def test_a_slow_answer_is_interrupted_and_never_shown(world: Config) -> None:
    interrupted: list[str] = []
    real = mirror.matching

    def slow(db: Connection, said: str, **more: object) -> CustomerPage:
        if said == "a":
            try:
                db.execute(
                    "with recursive n(i) as (select 1 union all select i + 1 from n)"
                    " select max(i) from n limit 1"
                ).fetchall()
            except Interrupted:
                interrupted.append(said)
                raise
        return real(db, said, **more)  # type: ignore[arg-type]

    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2")
        with patch.object(mirror, "matching", slow):
            await pilot.press("slash", "a")
            await pilot.pause(0.2)
            started = time.monotonic()
            await press(pilot, "d", "a")
        assert time.monotonic() - started < 5
        assert interrupted == ["a"]
        assert "1 customer" in text(app)
        assert "Ada Byström" in text(app)
        assert "did not work" not in text(app)


async def test_people_of_a_cell(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)

        def who(db: Connection) -> Iterator[int]:
            yield from (id for (id,) in db.execute("select id from customer limit 3").fetchall())

        app.screen.post_message(People("cohort 2 Mar, week 3", who))
        await settle(pilot)
        assert "cohort 2 Mar, week 3 · 3 customers" in text(app)
        await press(pilot, "slash", *"ada")
        assert "cohort 2 Mar, week 3 · 1 customer" in text(app)
        await press(pilot, "enter", "escape", "escape")
        assert "12 customers" in text(app)
        await press(pilot, "minus")
        assert app.screen.query_one("#feed").display


async def test_an_empty_cell(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2")
        app.screen.query_one(CustomersPane).show(
            Wanted(within=Within("an empty cell", lambda db: ()))
        )
        await settle(pilot)
        assert "There is nobody in “an empty cell”" in text(app)


async def test_check_in_before_a_call(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2", "i")
        pane = app.screen.query_one(CustomersPane)
        assert [one.customer.name for one in pane.roll.newcomers] == ["Jürgen Weiß", "Ada Byström"]
        shown = text(app)
        assert "2 new in 30 days · 1 not set up" in shown
        assert "not yet" in shown
        assert "same day" in shown
        line = next(line for line in seen(app) if "Jürgen" in line)
        assert "3/6" in line
        assert "used" in seen(app)[-3]
        assert "exports" in seen(app)[-2]
        await press(pilot, "s")
        assert "ordered by who needs someone first" in text(app)
        await press(pilot, "i")
        assert "12 customers" in text(app)


async def test_changes_by_others_appear_and_the_cursor_stays(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2", "j", "j", "j")
        pane = app.screen.query_one(CustomersPane)
        here = pane.customer
        new = Record(
            "customer", "c99", (Key("email", "new@example.com"),), {"name": "Zed New"}, b"{}"
        )
        visit = worlds.event(0, "Logged In", worlds.NOW - 1, verb="logged_in")
        visit = visit._replace(who=new.who)
        worlds.save(world, [(Batch("shopify", records=[new], events=[visit]), "shopify")])
        await pilot.pause(0.4)
        await settle(pilot)
        assert "Zed New" in text(app)
        assert pane.customer is not None
        assert here is not None
        assert pane.customer.id == here.id


async def test_unchanged_answers_are_not_painted_again(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2")
        rows = app.screen.query_one("#customers-rows", RowList)
        with patch.object(rows, "refresh") as refresh:
            app.screen.query_one(CustomersPane).mirror_changed()
            await settle(pilot)
        refresh.assert_not_called()


async def test_more_customers_come_while_scrolling(tmp_path: Path) -> None:
    settings = worlds.config(tmp_path)
    records = [
        Record("customer", f"c{n}", (Key("email", f"p{n}@x.se"),), {"name": f"P {n:03}"}, b"{}")
        for n in range(450)
    ]
    worlds.save(settings, [(Batch("shopify", records=records), "shopify")])
    app = ConsoleApp(settings)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2", "s", "s")
        pane = app.screen.query_one(CustomersPane)
        assert len(pane.roll.found) == 200
        await press(pilot, "G", "G", "G", "G")
        assert len(pane.roll.found) == 450
        assert "P 449" in text(app)


async def test_no_more_customers_are_held_than_some_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 400
    monkeypatch.setattr(roll, "MOST", most)
    settings = worlds.config(tmp_path)
    everybody = [f"P {n:04}" for n in range(2 * most + 100)]
    records = [
        Record("customer", name, (Key("email", f"{name[2:]}@x.se"),), {"name": name}, b"{}")
        for name in everybody
    ]
    worlds.save(settings, [(Batch("shopify", records=records), "shopify")])
    app = ConsoleApp(settings)
    async with app.run_test(size=(100, 70)) as pilot:
        await press(pilot, "2", "s", "s")
        pane = app.screen.query_one(CustomersPane)

        def held() -> int:
            names = [one.name for one in pane.roll.found]
            assert names == everybody[pane.roll.skipped :][: len(names)]
            assert len(names) <= most
            return pane.roll.skipped + len(names)

        while held() < len(everybody):
            at = held()
            await press(pilot, "G")
            assert held() > at
        await press(pilot, "G")
        assert everybody[-1] in text(app)
        # Back up, screen by screen: nobody is passed over, and the cursor does not jump.
        last = len(everybody) - 1
        while last > 0:
            await press(pilot, "ctrl+u")
            here = pane.roll.skipped + pane.rows.cursor
            assert here in (last, last - pane.rows.size.height + 1, 0)
            held()
            last = here
        assert pane.roll.skipped == 0
        await press(pilot, "G", "G", "G", "G", "G")
        assert pane.roll.skipped > 0
        await press(pilot, "g")
        assert (pane.roll.skipped, pane.rows.cursor) == (0, 0)
        assert everybody[0] in text(app)


async def test_while_a_range_is_marked_nobody_of_it_is_let_go_of(tmp_path: Path) -> None:
    settings = worlds.config(tmp_path)
    records = [
        Record("customer", f"c{n}", (Key("email", f"p{n}@x.se"),), {"name": f"P {n:04}"}, b"{}")
        for n in range(MOST + 300)
    ]
    worlds.save(settings, [(Batch("shopify", records=records), "shopify")])
    app = ConsoleApp(settings)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2", "s", "s", "v", "G", "G", "G", "G", "G", "v")
        pane = app.screen.query_one(CustomersPane)
        assert len(pane.roll.marks.ids) == MOST + 300
        await press(pilot, "g")
        assert len(pane.roll.found) == MOST + 300


async def test_bars_of_the_last_weeks_follow_what_customers_do(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2", "slash", *"nils", "enter")
        pane = app.screen.query_one(CustomersPane)
        nils = pane.customer
        assert nils is not None
        before = pane.pulse.of(nils.id)
        assert before is not None
        assert sparkline(before, 8) in next(line for line in seen(app) if "Nils Ek" in line)
        visits = [
            worlds.event(8, "Logged In", worlds.NOW - day * DAY - 1, verb="logged_in")
            for day in range(14)
        ]
        worlds.save(world, [(Batch("segment", events=visits), "segment")])
        await until(pilot, lambda: pane.pulse.of(nils.id) != before)
        now = pane.pulse.of(nils.id)
        assert now is not None
        assert now[-2] == 7
        assert sparkline(now, 8) in next(line for line in seen(app) if "Nils Ek" in line)
