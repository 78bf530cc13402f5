from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.binding import Binding

from console import app as application
from console.app import ConsoleApp, run
from console.config import Config
from console.mirror import feed
from console.notebook.store import last_visit, note_visit
from console.screen import MainScreen
from tests import world as worlds
from tests.screens import press, seen, settle, text

SIZE = (80, 24)


async def test_without_a_mirror_it_says_what_to_do_and_fills_by_itself(
    tmp_path: Path, built_world: Path
) -> None:
    settings = worlds.config(tmp_path)
    app = ConsoleApp(settings)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.3)
        await settle(pilot)
        shown = text(app)
        assert "console import PATH…" in shown
        assert "console demo" in shown
        assert "did not work" not in shown
        shutil.copy(built_world, settings.mirror)
        await pilot.pause(0.6)
        await settle(pilot)
        assert "payment of $29.00 failed" in text(app)
        await press(pilot, "j")
        assert app.focused is not None


async def test_a_damaged_mirror_is_a_sentence(tmp_path: Path) -> None:
    settings = worlds.config(tmp_path)
    settings.mirror.write_bytes(b"this is not a database at all" * 100)
    app = ConsoleApp(settings)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.5)
        await settle(pilot)
        shown = text(app)
        assert "That did not work" in shown
        assert "not a database" in shown
        assert "tries again" in shown


async def test_a_mistake_in_one_question_leaves_the_rest_standing(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        with patch.object(feed, "page", side_effect=RuntimeError("oops")):
            await press(pilot, "r")
        assert "RuntimeError" in text(app)
        await press(pilot, "2")
        assert "12 customers" in text(app)
        await press(pilot, "1", "r")
        assert "payment of $29.00 failed" in text(app)


async def test_a_failing_source_says_so_in_the_header(world: Config) -> None:
    from console.mirror.database import open_writer

    db = open_writer(world.mirror)
    db.execute(
        "insert into run(source, action, target, started_at, error)"
        " select id, 'sync', '', 1, 'the key was refused' from source where name = 'stripe'"
    )
    db.close()
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "✗ stripe: the key was refused" in seen(app)[0]


async def test_nothing_is_written_while_nothing_changes(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2", "slash")
        await pilot.pause(0.5)
        with patch.object(app, "_display") as display:
            await pilot.pause(2.5)
        display.assert_not_called()


async def test_every_binding_has_an_id_and_says_what_it_does(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2")
        screen = app.screen
        assert isinstance(screen, MainScreen)
        ids: dict[str, str] = {}
        for node in (screen, *screen.seats, *screen.query("RowList, LineView")):
            for _, binding in node._bindings:
                assert isinstance(binding, Binding)
                assert binding.id, binding
                assert binding.tooltip, binding
                assert ids.setdefault(binding.id, binding.action) == binding.action


async def test_keys_that_cannot_act_say_why(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        for key, why in (
            ("minus", "This is where you began"),
            ("h", "No profile is open"),
            ("Y", "No address of this customer's records is known"),
            ("escape", "Nothing to leave here; q quits"),
        ):
            await press(pilot, key)
            assert why in seen(app)[-1], key


async def test_copying_says_what_and_how(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app._driver is not None
        with patch.object(app._driver, "write") as write:
            await press(pilot, "y")
        written = [call.args[0] for call in write.call_args_list if "]52;" in call.args[0]]
        assert written == ["\x1b]52;c;cGVyc29uNEBleGFtcGxlLmNvbQ==\x07"]
        assert "person4@example.com" in seen(app)[-1]


async def test_tabs_neighbours_and_the_way_back(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        screen = app.screen
        assert isinstance(screen, MainScreen)
        await press(pilot, "2", "j", "enter")
        assert screen.opened is not None
        await press(pilot, "escape", "1", "minus")
        assert screen.pane.NAME == "customers"
        await press(pilot, "minus")
        assert screen.opened is None
        await press(pilot, "right_square_bracket")
        assert screen.pane.NAME != "feed"
        await press(pilot, "1", "left_square_bracket", "right_square_bracket")
        assert screen.pane.NAME == "feed"


async def test_help_is_searched_by_word_and_by_key_and_does_it(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "question_mark", *"quieter")
        shown = text(app)
        assert "Show more: quieter events too" in shown
        assert "Copy" not in shown
        await press(pilot, "enter")
        assert "routine and up" in text(app)
        await press(pilot, "question_mark", *"sort")
        assert "in Customers" in text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, MainScreen)
        await press(pilot, "question_mark", *"sort", "enter")
        assert "12 customers by newest" in text(app)


async def test_palette_and_go_to(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "ctrl+p", *"customers", "enter")
        screen = app.screen
        assert isinstance(screen, MainScreen)
        assert screen.pane.NAME == "customers"
        await press(pilot, "colon", *"feed urgent", "enter")
        assert "urgent" in seen(app)[1]
        await press(pilot, "colon", *"cust ada", "enter")
        assert "Ada Byström" in text(app)
        assert "1 customer" in text(app)
        await press(pilot, "colon", *"check", "enter")
        assert "new in 30 days" in text(app)
        await press(pilot, "colon", *"theme light", "enter")
        assert app.theme == "console-light"
        await press(pilot, "colon", *"nowhere", "enter")
        assert "no place called nowhere" in seen(app)[-1]


@pytest.mark.parametrize("theme", ["console-dark", "console-light", "nord", "ansi-dark"])
async def test_every_kind_of_theme_speaks_our_words(world: Config, theme: str) -> None:
    app = ConsoleApp(replace(world, theme=theme))
    async with app.run_test(size=(160, 45)) as pilot:
        await press(pilot, "2", "i")
        assert app.theme == theme
        assert "not set up" in text(app)


async def test_a_keymap_moves_keys(world: Config) -> None:
    app = ConsoleApp(replace(world, keymap={"tab.2": "c"}))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "c")
        assert "12 customers" in text(app)


async def test_files_and_programs_are_out_of_reach(world: Config, tmp_path: Path) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await app.run_action(f"screenshot('shot.svg', '{tmp_path}')")
        await app.run_action("suspend_process")
        app.open_url("https://example.com")
        assert not list(tmp_path.glob("shot*"))


async def test_a_crash_ends_in_one_line_without_data(world: Config) -> None:
    app = ConsoleApp(world)
    secret = "token-4711"

    def break_down() -> None:
        raise RuntimeError(secret)

    with pytest.raises(RuntimeError):  # noqa: PT012
        async with app.run_test(size=SIZE) as pilot:
            await settle(pilot)
            app.call_later(break_down)
            await pilot.pause(0.2)
    assert app.return_code == 1
    assert app.fault
    assert "RuntimeError at test_app.py" in app.fault
    assert secret not in app.fault
    assert not app._exit_renderables


def test_no_terminal_is_one_line_and_status_2(
    world: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_visits_are_remembered_per_person(tmp_path: Path) -> None:
    path = tmp_path / "home" / "notebook.db"
    assert last_visit(path, "ada") is None
    note_visit(path, "ada", 1000)
    note_visit(path, "bo", 2000)
    note_visit(path, "ada", 500)
    assert last_visit(path, "ada") == 1000
    assert last_visit(path, "bo") == 2000
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_a_visit_is_noted_only_by_a_running_clock(world: Config) -> None:
    async with ConsoleApp(world).run_test(size=SIZE) as pilot:
        await settle(pilot)
    assert not world.notebook.exists()
    async with ConsoleApp(replace(world, now=None, person="ada")).run_test(size=SIZE) as pilot:
        await settle(pilot)
    assert last_visit(world.notebook, "ada") is not None


async def test_a_mirror_that_is_slow_to_read_is_read_less_often(
    world: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it keeps changing; at every change, as long as reading it takes no time."""
    monkeypatch.setattr(application, "FOLLOW", 1_000)
    answering, rounds = [False], []
    monkeypatch.setattr(MainScreen, "answering", property(lambda screen: answering[0]))
    app = ConsoleApp(world)

    def looks(n: int) -> int:
        before = len(rounds)
        for _ in range(n):
            app._changed = True
            app._follow()
        return len(rounds) - before

    async with app.run_test() as pilot:
        await settle(pilot)
        monkeypatch.setattr(MainScreen, "mirror_changed", lambda screen: rounds.append(1))
        assert looks(10 * application.CALM) in (9, 10)
        answering[0] = True
        assert looks(10 * application.CALM) <= 1
        answering[0] = False
        assert looks(10 * application.CALM) == 0
        assert looks(application.REST * 10 * application.CALM) in (9, 10, 11)


async def test_ctrl_c_says_what_leaves(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+c")
        assert "q leaves the console" in text(app)
        assert app.return_code is None


async def test_what_others_write_while_it_shuts_down_is_nobodys(world: Config) -> None:
    """The screen stands on for a while, without its parts."""
    app = ConsoleApp(world)
    close, told = app._close_all, []

    async def closing() -> None:
        with (
            patch.object(app._notebook, "changed", return_value=True),
            patch.object(MainScreen, "notebook_changed", lambda screen: told.append(screen)),
        ):
            app._follow_notebook()
        await close()

    app._close_all = closing
    async with app.run_test() as pilot:
        await settle(pilot)
    assert told == []
