from __future__ import annotations

from console.app import ConsoleApp
from console.config import Config
from console.panes.profile import ProfilePart
from console.screen import MainScreen
from tests.screens import press, settle, text


async def open_customer(pilot: object, app: ConsoleApp, words: str) -> None:
    await press(pilot, "2", "slash", *words, "enter", "enter")  # type: ignore[arg-type]


async def test_all_that_is_known(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(100, 120)) as pilot:
        await open_customer(pilot, app, "siob")
        shown = text(app)
        for words in (
            "Siobhán O'Brien", "O'Brien Knits · Scale · Galway, IE", "person4@example.com",
            "3 months ago", "Set up     1 day after signing up", "$29.00 a month",
            "beta, vip", "Logins", "Mon", "Features", "6 of 6 used", "Subscriptions",
            "Known as", "shopify, stripe, segment", "Every login", "History",
            "payment of $29.00 failed",
        ):  # fmt: skip
            assert words in shown, words
        assert app.gate.hits == 0


async def test_every_login_is_in_the_strip(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(100, 60)) as pilot:
        await open_customer(pilot, app, "tom")
        part = app.screen.query_one(ProfilePart)
        assert part.profile is not None
        lines = [line.plain for line in part.view.lines]
        first = next(n for n, line in enumerate(lines) if line.startswith(" Logins"))
        cells = "".join(line[5:] for line in lines[first + 2 : first + 9])
        assert sum(int(cell) for cell in cells if cell.isdigit()) == part.profile.logins.total


async def test_the_history_reads_on_to_its_end(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_customer(pilot, app, "tom")
        part = app.screen.query_one(ProfilePart)
        assert part.profile is not None
        assert len(part._history) == 50
        for _ in range(12):
            await press(pilot, "G")
        assert len(part._history) == part.profile.events_total > 50
        ids = [event.id for event in part._history]
        assert len(set(ids)) == len(ids)
        assert "signed up" in text(app)


async def test_beside_the_list_when_there_is_room(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        assert "Signed up" in text(app)
        await press(pilot, "2")
        screen = app.screen
        assert isinstance(screen, MainScreen)
        part = app.screen.query_one(ProfilePart)
        await press(pilot, "j", "j")
        await pilot.pause(0.3)
        await settle(pilot)
        assert part.customer is not None
        assert screen.pane.customer is not None
        assert part.customer.id == screen.pane.customer.id
        await press(pilot, "l")
        assert part.view.has_focus
        await press(pilot, "h")
        assert not part.view.has_focus


async def test_narrow_takes_the_place_of_the_list_and_gives_it_back(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2")
        part = app.screen.query_one(ProfilePart)
        assert not part.display
        await press(pilot, "enter")
        assert part.display
        assert not app.screen.query_one("#seats").display
        await press(pilot, "escape")
        assert not part.display
        assert app.screen.query_one("#seats").display


async def test_a_resize_lays_it_out_anew(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "enter")
        await pilot.resize_terminal(160, 45)
        await settle(pilot)
        part = app.screen.query_one(ProfilePart)
        assert part.display
        assert all(line.cell_length <= part.view.size.width for line in part.view.lines)
        await pilot.resize_terminal(60, 15)
        await settle(pilot)
        assert all(line.cell_length <= part.view.size.width for line in part.view.lines)
