"""The list behind the inbox: whoever is under the cursor stays among their neighbours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console import triage
from console.config import Config
from console.mirror.database import open_reader
from console.model import Inbox, InboxItem
from console.panes.inbox_roll import InboxRoll


@pytest.fixture
def item(world: Config) -> InboxItem:
    db = open_reader(world.mirror)
    found = triage.inbox(db, world.notebook, world.clock(), days=7, who="ann")
    db.close()
    return found.items[0]


def answer(item: InboxItem, ids: str) -> Inbox:
    items = tuple(replace(item, customer=replace(item.customer, id=ord(id))) for id in ids)
    return Inbox(len(items), items, 0)


@pytest.mark.parametrize(
    ("before", "here", "after", "shown"),
    [
        ("ABCD", "A", "BCDA", "ABCD"),  # a claim
        ("ABCD", "C", "CABD", "ABCD"),  # did something anew
        ("ABCD", "C", "ABD", "ABCD"),  # handled elsewhere
        ("ABCD", "C", "CD", "CD"),  # those above handled
        ("ABCD", "C", "XABCD", "XABCD"),  # somebody came in above
        ("ABCD", "B", "BCDA", "BCDA"),  # who stood above was claimed
        ("ABCD", "B", "XCDB", "XBCD"),
        ("A", "A", "", "A"),
    ],
)
def test_who_is_under_the_cursor_stays(
    world: Config, item: InboxItem, before: str, here: str, after: str, shown: str
) -> None:
    roll = InboxRoll(world.clock(), days=7, who="ann")
    roll.take(answer(item, before))
    row = before.index(here)
    roll.take(answer(item, after), row)
    assert "".join(map(chr, roll.ids)) == shown
    assert roll.gone == (here not in after)
    assert not roll.take(answer(item, after), shown.index(here))
    roll.release()
    assert "".join(map(chr, roll.ids)) == after
    assert not roll.gone


def test_one_of_more_than_were_read_may_still_be_there(world: Config, item: InboxItem) -> None:
    roll = InboxRoll(world.clock(), days=7, who="ann")
    roll.take(answer(item, "AB"))
    roll.take(replace(answer(item, "B"), total=9), 0)
    assert "".join(map(chr, roll.ids)) == "AB"
    assert not roll.gone
