"""The inbox: what was loud, less what was handled."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.clock import DAY, HOUR, MINUTE
from console.mirror.customers import find
from console.mirror.database import Connection, open_reader
from console.mirror.persons import persons
from console.model import Inbox, Person
from console.notebook import notes, triage
from console.notebook.changes import Signed, undo
from console.triage import inbox, remarks
from tests.mirror.worlds import World, at, event, who

ADA, BO, CY = (who(external_id=name) for name in ("ada", "bo", "cy"))


class Desk:
    """A mirror, a notebook, and Ann."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, now="2026-06-10T12:00")
        self.book = folder / "notebook.db"
        self.now = self.world.clock.now

    def open(self) -> Connection:
        return open_reader(self.world.path)

    def inbox(self, who: str = "ann", days: int = 7, limit: int = 200) -> Inbox:
        clock = self.world.clock.__class__(self.now, self.world.clock.zone)
        return inbox(self.open(), self.book, clock, days=days, who=who, limit=limit)

    def names(self, **given: object) -> list[str]:
        ids = [item.customer.id for item in self.inbox(**given).items]  # type: ignore[arg-type]
        return [person[0][2] for person in persons(self.open(), ids)]

    def id(self, name: str) -> int:
        return find(self.open(), name)[0].id

    def person(self, name: str) -> Person:
        return persons(self.open(), [self.id(name)])[0]

    def by(self, who: str = "ann") -> Signed:
        return Signed(who, self.now)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.world.save(
        event("1", ADA, "ticket", "2026-06-09T10:00", verb="ticket_opened"),
        event("2", ADA, "login", "2026-06-09T11:00", verb="logged_in"),
        event("3", BO, "failed", "2026-06-08T10:00", verb="charge_failed"),
        event("4", BO, "ticket", "2026-06-08T12:00", verb="ticket_opened"),
        event("5", CY, "ticket", "2026-06-09T12:00", verb="ticket_opened"),
        event("6", CY, "failed", "2026-05-09T12:00", verb="charge_failed"),
    )
    return made


def test_urgent_first_then_newest_and_nothing_old(desk: Desk) -> None:
    found = desk.inbox()
    assert desk.names() == ["bo", "cy", "ada"]
    assert found.total == 3
    urgent = found.items[0]
    assert (urgent.level, urgent.n, urgent.event.verb) == ("urgent", 2, "charge_failed")
    assert urgent.newest_at == at("2026-06-08T12:00")
    assert desk.inbox(limit=1).total == 3
    assert desk.names(days=40)[0] == "cy"


def test_handled_is_gone_until_something_new_happens(desk: Desk) -> None:
    bo = desk.inbox().items[0]
    triage.done(desk.book, [(desk.person("bo"), bo.newest_at)], desk.by())
    assert desk.names() == ["cy", "ada"]
    desk.world.save(event("7", BO, "ticket", "2026-06-10T11:00", verb="ticket_opened"))
    assert desk.names() == ["bo", "cy", "ada"]
    back = desk.inbox().items[0]
    assert (back.n, back.level) == (1, "notable")
    undo(desk.book, desk.by())
    assert desk.inbox().items[0].n == 3


def test_what_waits_comes_back_by_itself_or_when_something_happens(desk: Desk) -> None:
    item = desk.inbox().items[0]
    triage.wait(desk.book, [(desk.person("bo"), item.newest_at)], desk.now + DAY, desk.by())
    assert (desk.names(), desk.inbox().waiting) == (["cy", "ada"], 1)
    desk.now += DAY
    assert desk.names() == ["bo", "cy", "ada"]
    desk.now -= HOUR
    assert desk.names() == ["cy", "ada"]
    desk.world.save(event("7", BO, "ticket", "2026-06-10T12:30", verb="ticket_opened"))
    assert desk.names() == ["bo", "cy", "ada"]


def test_what_others_claim_comes_last_until_it_lapses(desk: Desk) -> None:
    triage.claim(desk.book, [desk.person("bo")], desk.by("ben"))
    assert desk.names() == ["cy", "ada", "bo"]
    assert desk.names(who="ben") == ["bo", "cy", "ada"]
    assert desk.inbox().items[-1].remarks.claimed_by == "ben"
    desk.now += 10 * MINUTE
    assert desk.names() == ["bo", "cy", "ada"]
    assert desk.inbox().items[0].remarks.claimed_by is None


def test_what_is_written_of_two_who_turn_out_to_be_one_is_together(desk: Desk) -> None:
    notes.add(desk.book, [desk.person("ada")], "First", desk.by())
    notes.add(desk.book, [desk.person("bo")], "Second", Signed("ben", desk.now + 1))
    notes.tag(desk.book, [desk.person("bo")], "vip", desk.by())
    triage.done(desk.book, [(desk.person("bo"), desk.now)], desk.by())
    assert desk.names() == ["cy", "ada"]
    desk.world.save(event("8", (*ADA, *BO), "Identify", "2026-06-09T13:00"))
    db = desk.open()
    told = remarks(db, desk.book, desk.id("bo"), desk.now)
    assert [note.text for note in told.notes] == ["Second", "First"]
    assert told.tags == ("vip",)
    assert told.done_through == desk.now
    assert remarks(db, desk.book, desk.id("cy"), desk.now).notes == ()
