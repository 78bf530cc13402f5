"""A file and the API tell of the same things: one row each, whichever came first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console.sync.importing import import_files
from tests.sources.books import BOOKS
from tests.sources.books.book import answering
from tests.sources.books.files import FILES
from tests.sources.books.world import World, world
from tests.sources.loopback import vendor
from tests.sources.syncs import Sync

RECORDS = (
    "select kind, ext_id from record where fields is not null and kind <> 'identify' order by 1, 2"
)
PEOPLE = "select name, email, city from customer where merged_into is null order by email"
EVENTS = (
    "select k.verb, k.name, c.email, e.at / 1000000, e.amount from event e"
    " join event_kind k on k.id = e.kind join customer c on c.id = e.customer"
    " order by 1, 2, 3, 4, 5"
)
MONEY = "select kind, name, status, amount, refunded, currency from commerce order by 1, 2, 4"
THREADS = "select subject, status, priority, created_at, closed_at from thread order by 1"


@pytest.fixture
def company() -> World:
    made = world(21, people=10, all_have_addresses=True)
    made.settle()
    return made


def said(sync: Sync) -> dict[str, list[Any]]:
    asked = {"records": RECORDS, "people": PEOPLE, "events": EVENTS, "money": MONEY}
    return {name: sync.ask(query) for name, query in (*asked.items(), ("threads", THREADS))}


@pytest.mark.parametrize("file_first", [True, False], ids=["file first", "api first"])
@pytest.mark.parametrize("kind", FILES)
def test_a_file_and_the_api_meet(
    tmp_path: Path, company: World, kind: str, file_first: bool
) -> None:
    files = [str(path) for path in FILES[kind](company, tmp_path)]
    with vendor(answering(BOOKS[kind](company))) as (url, _):
        (tmp_path / "alone").mkdir()
        alone = Sync(tmp_path / "alone", kind, url, settings=BOOKS[kind].settings)
        both = Sync(tmp_path, kind, url, settings=BOOKS[kind].settings)
        assert alone.run().clean
        for step in ("file", "api") if file_first else ("api", "file"):
            if step == "api":
                assert both.run().clean
            else:
                report = import_files(files, both.config)
                assert [one.error for one in report.files] == [None] * len(files)
                assert not report.rejects
    assert said(both) == said(alone)
