"""The inbox: one key each, the cursor on the next, and everything taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input

from console import triage as work_list
from console.app import ConsoleApp
from console.config import Config
from console.mirror.database import MirrorError, open_reader
from console.mirror.persons import persons
from console.model.tombs import tomb
from console.notebook import audit, drafts, erasing, notes, triage
from console.notebook.changes import Signed
from console.notebook.schema import VERSION as NOTEBOOK
from console.notebook.views import View
from console.panes.inbox import InboxPane
from console.panes.note_box import NoteBox, NoteText
from console.panes.pane import Meant
from console.screen import MainScreen
from console.tty import typed_ahead
from console.widgets.chooser import Chooser
from tests import world as worlds
from tests.screens import press, seen, settle, text, until

SIZE = (100, 30)


def names(app: ConsoleApp) -> list[str]:
    return [one.customer.name or "?" for one in app.screen.query_one(InboxPane).roll.rows]


def here(app: ConsoleApp) -> str | None:
    customer = app.screen.query_one(InboxPane).customer
    return customer.name if customer else None


async def opened(pilot: Pilot[None]) -> ConsoleApp:
    await settle(pilot)
    await press(pilot, "tab")
    app = pilot.app
    assert isinstance(app, ConsoleApp)
    return app


@pytest.fixture
def colleague(world: Config) -> Iterator[Signed]:
    return Signed("ben", worlds.NOW)


def person_of(settings: Config, name: str) -> tuple[tuple[str, str, str], ...]:
    db = open_reader(settings.mirror)
    id = db.execute("select id from customer where name = ?", (name,)).fetchone()[0]
    (found,) = persons(db, [id])
    db.close()
    return found


def places(settings: Config) -> list[str]:
    # By the console's own SQLite: two libraries in one process take each other's locks away.
    db = open_reader(settings.notebook, NOTEBOOK)
    found = db.execute("select place from draft where who = ?", (settings.person,)).fetchall()
    db.close()
    return [place for (place,) in found]


def drafted(settings: Config) -> list[str]:
    return [drafts.find(settings.notebook, place, settings.person) for place in places(settings)]


async def test_done_leads_to_the_next_and_undo_back(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        before = names(app)
        assert before == ["Siobhán O'Brien", "Ada Byström", "ليلى حداد"]
        assert "3 to handle" in seen(app)[0]
        await press(pilot, "j", "d")
        assert names(app) == [before[0], before[2]]
        assert here(app) == before[2]
        assert "2 to handle" in seen(app)[0]
        assert "Done: Ada Byström · z takes it back" in text(app)
        await press(pilot, "d")
        assert here(app) == before[0]
        await press(pilot, "z", "z")
        assert names(app) == before
        assert here(app) == before[1]
        assert "Undone: done" in text(app)
        await press(pilot, "Z")
        assert names(app) == [before[0], before[2]]
        assert app.gate.hits == 0
    told = [(line.who, line.action) for line in audit.read(world.notebook)]
    assert told == [(world.person, one) for one in ("redo", "undo", "undo", "done", "done")]


async def test_all_shown_are_done_at_once(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "asterisk", "d")
        assert "All done" in text(app)
        assert "Done: 3 customers" in text(app)
        await press(pilot, "z")
        assert len(names(app)) == 3
        await press(pilot, "space", "space", "d")
        assert len(names(app)) == 1
        await press(pilot, "z", "g", "v", "j", "v")
        assert "2 marked" in text(app)
        await press(pilot, "escape")
        assert "marked" not in text(app)


async def test_a_range_follows_the_rows_that_a_filter_leaves(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "j", "v", "j", "slash", *"ada", "enter", "v")
        assert "1 marked" in text(app)
        await press(pilot, "d")
        assert "Done: Ada Byström" in text(app)
        await press(pilot, "escape", "v", "j", "slash", *"ليلى", "enter", "v")
        assert "marked" not in text(app)


async def test_what_waits_is_listed_and_comes_back(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "w")
        assert "tomorrow: tomorrow 08:00" in text(app)
        await press(pilot, *"3 days", "enter")
        assert "Put off: Siobhán O'Brien" in text(app)
        assert "1 waiting" in text(app)
        await press(pilot, "f")
        assert names(app) == ["Siobhán O'Brien"]
        assert "back Sat 4 Apr 08:00" in text(app)
    later = replace(world, now=worlds.NOW + 4 * 86_400_000_000)
    app = ConsoleApp(later)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        assert "Siobhán O'Brien" in names(app)


async def test_a_colleagues_claim_is_seen_and_respected(world: Config, colleague: Signed) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        before = names(app)
        triage.claim(world.notebook, [person_of(world, "Siobhán O'Brien")], colleague)
        await until(pilot, lambda: "ben is at it" in text(app))
        assert names(app) == before
        assert here(app) == "Siobhán O'Brien"
        await press(pilot, "c")
        assert "Ben is at it; a claim lapses after ten minutes" in text(app)
        await press(pilot, "j")
        assert names(app) == [before[1], before[2], "Siobhán O'Brien"]
        assert here(app) == before[1]
        await press(pilot, "c")
        assert "yours" in text(app)
        await press(pilot, "c")
        assert "Given up" in text(app)
        assert "yours" not in text(app)


async def test_nobody_comes_up_under_the_cursor_by_itself(world: Config, colleague: Signed) -> None:
    """Two write into one notebook: the key acts on whom its owner saw."""
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        first, second, third = names(app)
        await press(pilot, "j")
        done = [(person_of(world, name), worlds.NOW) for name in (first, second)]
        triage.done(world.notebook, done, colleague)
        await until(pilot, lambda: "left this list" in text(app))
        assert names(app) == [second, third]
        assert "1 to handle" in text(app)
        await press(pilot, "space")
        assert "This customer has left the list" in text(app)
        await press(pilot, "asterisk")
        assert "1 marked" in text(app)
        await press(pilot, "escape", "number_sign", *"late", "enter")
        assert f"Tagged {second}" in text(app)
        await press(pilot, "d")
        assert "It is handled already" in text(app)
        assert names(app) == [third]
        assert "left this list" not in text(app)
    changes = [line.action for line in audit.read(world.notebook) if line.who == world.person]
    assert changes == ["tag"]


async def test_who_was_handled_elsewhere_is_gone_when_one_comes_back(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(160, 45)) as pilot:
        await opened(pilot)
        before = names(app)
        await press(pilot, "enter", "d", "escape")
        assert names(app) == before[1:]
        assert here(app) == before[1]
        await press(pilot, "z", "Z")
        assert names(app) == before[1:]
        await press(pilot, "1")
        triage.done(
            world.notebook, [(person_of(world, before[1]), worlds.NOW)], Signed("ben", worlds.NOW)
        )
        await until(pilot, lambda: "1 to handle" in seen(app)[0])
        await press(pilot, "tab")
        assert names(app) == before[2:]


@pytest.mark.parametrize("action", ["done", "claim"])
async def test_marks_are_kept_when_nothing_could_be_done(
    world: Config, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        before = names(app)
        await press(pilot, "space", "space")
        with monkeypatch.context() as full:
            full.setattr(triage, action, out_of_room)
            await press(pilot, action[0])
            assert "The disk is full" in text(app)
            assert names(app) == before
            assert "2 marked" in text(app)
            assert here(app) == before[2]
        await press(pilot, action[0])
        assert "2 customers · z takes it back" in text(app)
        assert "marked" not in text(app)


@pytest.mark.parametrize("place", ["feed", "inbox", "wall"])
async def test_the_inbox_is_worked_out_once_for_each_change(
    world: Config, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    app = ConsoleApp(world, view=View(place, place, {}, "ann", 0))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        main = app.screen_stack[0]
        assert isinstance(main, MainScreen)
        assert "3 to handle" in seen(app)[0]
        asked: list[int] = []

        def counted(real: Any, *all_of: Any, **more: Any) -> Any:
            asked.append(1)
            return real(*all_of, **more)

        for name in ("inbox", "to_handle"):
            monkeypatch.setattr(work_list, name, partial(counted, getattr(work_list, name)))
        for change in (main.notebook_changed, main.mirror_changed):
            asked.clear()
            change()
            await settle(pilot)
            assert len(asked) == 1


async def test_a_note_is_kept_while_it_is_written(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "n", *"Call")
        assert isinstance(app.screen, NoteBox)
        await press(pilot, "escape")
        assert drafted(world) == ["Call"]
        await press(pilot, "n", *" her", "ctrl+j", *"now", "enter")
        assert "Noted on Siobhán O'Brien" in text(app)
        assert drafted(world) == []
        assert "✎" in text(app)
        await press(pilot, "enter")
        assert "Written here" in text(app)
        assert "Call her" in text(app)
        assert app.gate.hits == 0


async def test_what_was_being_written_outlives_the_screen(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("n")
        await settle(pilot)
        await pilot.press(*"half a sent")
        app.exit()
    assert drafted(world) == ["half a sent"]


def out_of_room(*_: object, **__: object) -> None:
    raise MirrorError("the disk is full")


async def test_a_note_that_cannot_be_saved_is_there_again(
    world: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "n")
        app.screen.query_one(NoteText).text = "x" * 10_001
        await press(pilot, "enter")
        assert "A note may have 10,000 characters" in text(app)
        assert drafted(world) == ["x" * 10_001]
        with monkeypatch.context() as full:
            full.setattr(drafts, "keep", out_of_room)
            full.setattr(notes, "add", out_of_room)
            await press(pilot, "n", "backspace", "enter")
            assert "The disk is full" in text(app)
        await press(pilot, "n")
        assert app.screen.query_one(NoteText).text == "x" * 10_000
        await press(pilot, "enter")
        assert "Noted on Siobhán O'Brien" in text(app)
        assert drafted(world) == []


async def test_a_note_on_somebody_erased_meanwhile_is_not_kept(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "n", *"Call")
        ours, by = person_of(world, "Siobhán O'Brien"), Signed("ben", worlds.NOW)
        erasing.erase(world.notebook, ours, ["O'Brien"], by, [tomb(b"k", *one) for one in ours])
        await press(pilot, *" her", "enter")
        assert "Erased meanwhile, so nothing that was written on them was kept" in text(app)
    assert drafted(world) == []
    assert [line.action for line in audit.read(world.notebook)] == ["erase"]


async def test_a_draft_stays_with_its_customer_when_the_mirror_is_made_anew(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "n", *"Call", "escape")
    ours = person_of(world, "Siobhán O'Brien")
    assert places(world) == ["note:1:" + json.dumps([ours[0]])]


async def test_marks_act_also_where_a_filter_hides_them(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "space", "slash", *"ada", "enter")
        assert names(app) == ["Ada Byström"]
        assert "1 marked" in text(app)
        await press(pilot, "d")
        assert "Done: Siobhán O'Brien" in text(app)
        assert names(app) == ["Ada Byström"]


async def test_who_is_not_there_does_not_draw_the_cursor_later(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "2", "number_sign", *"late", "enter", "tab")
        pane = app.screen.query_one(InboxPane)
        pane.taken_back(Meant(((99, 0),), "somebody"))
        await settle(pilot)
        await press(pilot, "j")
        before = here(app)
        pane.roll.held = None
        pane.read()
        await settle(pilot)
        assert here(app) == before
        assert pane._wanted is None


@pytest.mark.parametrize(
    ("keys", "typed"), [(":inbox d", "inbox d"), ("ndone", "done"), ("#dd", "dd"), ("wd", "d")]
)
async def test_what_is_typed_ahead_goes_into_the_box(world: Config, keys: str, typed: str) -> None:
    """All at once, as a line that lags brings it: no letter may act on a customer."""
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        for letter in keys:
            app.post_message(events.Key(_character_to_key(letter), letter))
        await until(pilot, lambda: said_in_box(app) == typed)
        await press(pilot, "escape")
        assert len(names(app)) == 3


@pytest.mark.parametrize("leave", ["enter", "escape"])
async def test_a_key_that_closes_its_box_holds_back_no_other(
    world: Config, monkeypatch: pytest.MonkeyPatch, leave: str
) -> None:
    monkeypatch.setattr(typed_ahead, "_PATIENCE", 60.0)
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "n", *"hi", leave)
        assert not isinstance(app.screen, NoteBox)
        before = here(app)
        app.post_message(events.Key("j", "j"))
        for _ in range(100):  # `settle` would wait for what is held back
            await pilot.pause(0.05)
            if here(app) != before:
                break
        assert here(app) != before


async def test_what_is_typed_for_a_box_that_cannot_come_does_nothing(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "c")
        world.notebook.chmod(0o644)
        for letter in "nddd":
            app.post_message(events.Key(_character_to_key(letter), letter))
        await settle(pilot)
        await press(pilot, "escape")
        world.notebook.chmod(0o600)
        assert "done" not in [line.action for line in audit.read(world.notebook)]


def said_in_box(app: ConsoleApp) -> str | None:
    if found := app.screen.query(NoteText):
        return found.first().text
    inputs = app.screen.query(Input) if isinstance(app.screen, Chooser) else None
    return inputs.first().value if inputs else None


async def test_tags_are_given_and_taken(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "number_sign", *"late", "enter")
        assert "Tagged Siobhán O'Brien" in text(app)
        assert "#late" in text(app)
        await press(pilot, "j", "number_sign", "enter")
        assert "Tagged Ada Byström" in text(app)
        await press(pilot, "number_sign")
        assert "take #late away" in text(app)
        await press(pilot, "enter")
        assert "Tag taken from Ada Byström" in text(app)


async def test_strangers_and_colleagues_text_is_only_text(world: Config) -> None:
    hostile = "\x1b]0;owned\x07[/] [@click=app.quit]x[/] \u202e\x9b31m"
    by = Signed("ann", worlds.NOW)
    notes.add(world.notebook, [person_of(world, "Siobhán O'Brien")], hostile, by)
    triage.claim(
        world.notebook, [person_of(world, "Ada Byström")], Signed("[b]\x1b[2J", worlds.NOW)
    )
    app = ConsoleApp(world)
    async with app.run_test(size=(160, 45)) as pilot:
        await opened(pilot)
        assert "[@click=app.quit]x[/]" in text(app)
        await press(pilot, "n")
        app.screen.query_one(NoteText).post_message(_paste(hostile))
        await settle(pilot)
        assert "\x1b" not in app.screen.query_one(NoteText).text
        assert app.gate.hits == 0


def _paste(said: str) -> object:
    from textual.events import Paste

    return Paste(said)


async def test_filter_back_and_reasons(world: Config) -> None:
    app = ConsoleApp(replace(world, readonly=True))
    async with app.run_test(size=SIZE) as pilot:
        await opened(pilot)
        await press(pilot, "slash", *"payout", "enter")
        assert names(app) == ["Ada Byström"]
        await press(pilot, "d")
        assert "opened with --readonly" in text(app)
        await press(pilot, "tab")
        assert "notable and up" in text(app)
        await press(pilot, "tab")
        assert names(app) == ["Ada Byström"]
        await press(pilot, "escape")
        assert len(names(app)) == 3
        assert not world.notebook.exists()
