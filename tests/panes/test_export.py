"""`e` in every pane: what is shown, as filtered, to a file or to the clipboard."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from console.app import ConsoleApp
from console.config import Config
from console.mirror.database import open_reader
from console.model import FeedQuestion
from console.panes.exporting import Form, copied
from console.panes.exports_of import of_customers, of_feed
from tests.screens import press, seen, text

SIZE = (100, 30)


def the_one(settings: Config) -> Path:
    """The only export there is."""
    (path,) = settings.exports.glob("*")
    return path


async def exported(settings: Config, *keys: str, form: str = "csv") -> str:
    """What is in the file after some keys, `e` and a form; that it was said is checked too."""
    app = ConsoleApp(settings)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, *keys, "e", *form, "enter")
        path = the_one(settings)
        assert path.name in seen(app)[-1]
    assert path.stat().st_mode & 0o777 == 0o600
    return path.read_text()


async def test_the_feed_as_it_is_filtered(world: Config) -> None:
    rows = list(csv.DictReader((await exported(world, "plus")).splitlines()))
    assert {row["level"] for row in rows} == {"urgent"}
    assert rows[0]["customer_name"]


async def test_all_of_the_feed_not_only_what_was_read(world: Config) -> None:
    told = await exported(world, "underscore", "underscore", form="json")
    with closing(open_reader(world.mirror)) as db:
        (n,) = db.execute(
            "select count(*) from event where at <= ?", (world.clock().now,)
        ).fetchone()
    assert n > 100
    assert len({json.loads(row)["id"] for row in told.splitlines()}) == n


async def test_the_inbox_as_it_is_filtered(world: Config) -> None:
    told = await exported(world, "tab", "slash", *"siob", "enter", form="json")
    (row,) = [json.loads(one) for one in told.splitlines()]
    assert row["customer"]["name"] == "Siobhán O'Brien"


async def test_the_marked_of_the_inbox_as_text(world: Config) -> None:
    told = await exported(world, "tab", "space", form="text")
    assert told.split("\n")[0].split() == "# level customer what events newest state".split()
    assert len(told.splitlines()) == 5


@pytest.mark.parametrize("turns", range(3))
async def test_every_view_of_the_cohorts(world: Config, turns: int) -> None:
    told = await exported(world, "3", *["u"] * turns, form="json")
    (document,) = [json.loads(one) for one in told.splitlines()]
    assert document
    assert ("rows", "intervals", "columns")[turns] in document


async def test_a_copy_goes_through_the_terminal_and_no_file_is_written(world: Config) -> None:
    app = ConsoleApp(replace(world, kiosk=True))
    async with app.run_test(size=SIZE) as pilot:
        with patch.object(ConsoleApp, "copy_to_clipboard") as copy:
            await press(pilot, "2", "space", "e", *"copy csv", "enter")
        (told,) = copy.call_args.args
        assert len(list(csv.DictReader(told.splitlines()))) == 1
        assert "Copied 1 customer by your terminal" in seen(app)[-1]
    assert not world.exports.exists()


async def test_where_there_is_nothing_to_export_it_says_so(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "slash", *"zzz", "enter", "e")
        assert "There are no events in this feed" in text(app)


@pytest.mark.parametrize("form", ["csv", "jsonl", "text"])
def test_what_is_too_much_for_a_terminal_is_cut_at_a_line(world: Config, form: Form) -> None:
    with closing(open_reader(world.mirror)) as db:
        ids = [id for (id,) in db.execute("select id from customer").fetchall()]
        export = of_customers(ids, world.clock())
        whole = copied(db, export, form, 1 << 20)
        part = copied(db, export, form, 1_000)
    assert whole.whole
    assert whole.n == len(ids)
    assert not part.whole
    assert 0 < len(part.text.encode()) <= 1_000
    assert whole.text.startswith(part.text)
    assert part.text.endswith("\n")


@pytest.mark.parametrize(("form", "head"), [("csv", 1), ("text", 2)])
def test_later_parts_do_not_repeat_the_head(world: Config, form: Form, head: int) -> None:
    export = of_feed(FeedQuestion("noise"), world.clock())
    with closing(open_reader(world.mirror)) as db:
        whole = "".join(part for part, _ in export.parts(db, form))
        with patch("console.panes.exports_of._CHUNK", 7):
            parts = "".join(part for part, _ in export.parts(db, form))
    one, other = ([row.split() for row in told.splitlines()] for told in (whole, parts))
    assert one[0] == other[0]
    assert one[head:] == other[head:]
