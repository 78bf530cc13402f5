"""The inbox: what was loud, less what was handled."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from console.clock import DAY, HOUR, MINUTE
from console.mirror.customers import find
from console.mirror.database import Connection, open_reader
from console.mirror.persons import persons
from console.model import LEVELS, Inbox, Person
from console.notebook import notes, triage
from console.notebook.changes import Signed, undo
from console.triage import inbox, remarks, to_handle
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
        found = inbox(self.open(), self.book, clock, days=days, who=who, limit=limit)
        assert to_handle(self.open(), self.book, clock, days=days) == found.total
        return found

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


@pytest.mark.parametrize("seed", range(4))
def test_whoever_is_in_the_inbox_is_there_by_their_events_one_by_one(
    tmp_path: Path, seed: int
) -> None:
    dice, desk = random.Random(seed), Desk(tmp_path)
    verbs = (*["ticket_opened"] * 30, "charge_failed", *["logged_in"] * 9)
    hours = [f"2026-06-{day:02}T{hour:02}:00" for day in range(3, 10) for hour in range(24)]
    names = [f"c{number}" for number in range(60)]
    desk.world.save(
        *(
            event(f"{n}", who(external_id=dice.choice(names)), "x", dice.choice(hours), verb=verb)
            for n, verb in enumerate(dice.choices(verbs, k=300))
        )
    )
    known = [name for name in names if find(desk.open(), name)]
    for name in dice.sample(known, 6):
        triage.done(desk.book, [(desk.person(name), at(dice.choice(hours)))], desk.by())
    for name in dice.sample(known, 6):
        through = at(dice.choice(hours))
        triage.wait(desk.book, [(desk.person(name), through)], desk.now + DAY, desk.by())
    triage.claim(desk.book, [desk.person(name) for name in dice.sample(known, 4)], desk.by("ben"))
    total, order = one_by_one(desk, days=5)
    for limit in (1, 3, 200):
        found = desk.inbox(days=5, limit=limit)
        shown = [(one.customer.id, one.level, one.n, one.newest_at) for one in found.items]
        assert (found.total, shown) == (total, order[:limit])


def one_by_one(desk: Desk, days: int) -> tuple[int, list[tuple[int, str, int, int]]]:
    """The inbox of Ann, worked out from every event."""
    since = desk.now - days * DAY
    db = desk.open()
    found = []
    for (id,) in db.execute("select distinct customer from event").fetchall():
        written = remarks(db, desk.book, id, desk.now)
        begin = since if written.done_through is None else max(since, written.done_through + 1)
        rows = db.execute("select level, at from event where customer = ?", (id,)).fetchall()
        loud = [row for row in rows if row[0] >= 2 and begin <= row[1] <= desk.now]
        newest = max((when for _, when in loud), default=0)
        put_off = written.wait_until is not None and newest <= (written.waits_through or 0)
        if loud and not put_off:
            level = LEVELS[max(level for level, _ in loud)]
            place = (written.claimed_by not in (None, "ann"), level != "urgent", -newest, -id)
            found.append((place, (id, level, len(loud), newest)))
    return len(found), [row for _, row in sorted(found)]
