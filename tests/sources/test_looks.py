"""Weekly looks at all ids: who is gone at the vendor without a word is hidden here."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.model import StreamRun
from console.sources import mailchimp_api
from tests.sources.books import BOOKS
from tests.sources.books.book import answering
from tests.sources.books.world import World, world
from tests.sources.loopback import vendor
from tests.sources.syncs import Sync

LOOKING = ("gorgias", "hubspot", "intercom", "klaviyo", "mailchimp", "recharge", "shopify")
LISTED = "select name from customer where merged_into is null order by id"


@pytest.fixture
def company() -> World:
    made = world(5, people=9, all_have_addresses=True)
    made.settle()
    # Else they are known by what they asked and bought.
    made.tickets.clear()
    made.orders.clear()
    return made


def looked(sync: Sync, days: int) -> StreamRun:
    """Sync so many days later; how the look went."""
    sync.now = f"2026-03-{2 + days:02}T00:00"
    return next(run for name, run in sync.streams().items() if name.startswith("gone"))


@pytest.mark.parametrize("kind", LOOKING)
def test_who_is_gone_is_hidden(
    tmp_path: Path, company: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailchimp_api, "_COUNT", 4)
    with vendor(answering(BOOKS[kind](company, page=4))) as (url, _):
        sync = Sync(tmp_path, kind, url)
        assert looked(sync, 0).error is None
        assert len(sync.ask(LISTED)) == 9
        del company.people[3]
        assert "gone" not in sync.streams(), "a week has not passed"
        run = looked(sync, 8)
        # Of a member their membership, too.
        many = 2 if kind == "mailchimp" else 1
        assert (run.deleted, run.error, run.warning) == (many, None, None)
        assert len(sync.ask(LISTED)) == 8
        assert looked(sync, 16).deleted == 0


@pytest.mark.parametrize("kind", LOOKING)
def test_too_many_gone_at_once_are_not_believed(tmp_path: Path, kind: str) -> None:
    company = world(5, people=60, all_have_addresses=True)
    company.tickets.clear()
    with vendor(answering(BOOKS[kind](company, page=50))) as (url, _):
        sync = Sync(tmp_path, kind, url)
        looked(sync, 0)
        for n in range(30):
            del company.people[n]
        company.orders.clear()
        run = looked(sync, 8)
        assert run.deleted == 0
        assert "too many at once" in str(run.warning)
        assert len(sync.ask(LISTED)) == 60
