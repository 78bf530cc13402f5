from __future__ import annotations

from unittest.mock import patch

from textual.app import App, ComposeResult
from textual.content import Content

from console.themes import DARK, variables
from console.widgets.line_view import LineView
from console.widgets.row_list import RowList


class Listing(App[None]):
    """A million rows, every tenth of them a heading."""

    def __init__(self, count: int = 1_000_000) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name
        self.count = count
        self.painted: list[int] = []
        self.heard: list[object] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield RowList(self.paint, selectable=lambda row: row % 10 != 0)

    def on_mount(self) -> None:
        self.query_one(RowList).show(self.count)
        self.query_one(RowList).focus()

    def paint(self, row: int, width: int) -> Content:
        self.painted.append(row)
        return Content(f"row {row}")

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        self.heard.append(("moved", event.row))

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        self.heard.append(("opened", event.row))


async def test_only_rows_in_sight_are_painted() -> None:
    app = Listing()
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.press("G")
        await pilot.pause()
        assert app.query_one(RowList).cursor == 999_999
        assert len(set(app.painted)) < 100


async def test_a_step_repaints_two_rows() -> None:
    app = Listing()
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        app.painted.clear()
        await pilot.press("j")
        await pilot.pause()
        assert sorted(set(app.painted)) == [1, 2]


async def test_headings_are_stepped_over_and_shown_with_what_is_below() -> None:
    app = Listing()
    async with app.run_test(size=(40, 20)) as pilot:
        rows = app.query_one(RowList)
        assert rows.cursor == 1
        rows.select(9)
        await pilot.press("j")
        assert rows.cursor == 11
        await pilot.press("k")
        assert rows.cursor == 9
        rows.select(31)
        await pilot.press("g")
        assert rows.cursor == 1
        assert rows.scroll_offset.y == 0


async def test_pages_edges_and_enter() -> None:
    app = Listing(100)
    async with app.run_test(size=(40, 20)) as pilot:
        rows = app.query_one(RowList)
        await pilot.press("ctrl+d")
        assert rows.cursor == 21
        await pilot.press("ctrl+u", "ctrl+u")
        assert rows.cursor == 1
        await pilot.press("k")
        assert rows.cursor == 1
        await pilot.press("enter")
        await pilot.pause()
        assert ("opened", 1) in app.heard


async def test_clicks_move_then_open() -> None:
    app = Listing(100)
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.click(RowList, offset=(5, 4))
        await pilot.click(RowList, offset=(5, 4))
        await pilot.pause()
        assert app.heard[-2:] == [("moved", 4), ("opened", 4)]


async def test_the_same_rows_again_cost_nothing() -> None:
    app = Listing(100)
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause(0.2)
        rows = app.query_one(RowList)
        assert len(rows._painted) == 20
        with patch.object(rows, "refresh") as refresh:
            rows.show(100, 1)
        refresh.assert_not_called()
        with patch.object(rows, "refresh") as refresh:
            rows.show(100, 3)
        assert refresh.call_count == 2


async def test_words_instead_of_rows() -> None:
    app = Listing(100)
    async with app.run_test(size=(40, 20)) as pilot:
        rows = app.query_one(RowList)
        rows.say(Content("nothing here"))
        await pilot.pause()
        lines = [rows.paint_line(y).text for y in range(20)]
        assert sum("nothing here" in line for line in lines) == 1
        await pilot.press("j", "enter", "G")
        assert not app.heard


class Reading(App[None]):
    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield LineView()

    def on_mount(self) -> None:
        self.query_one(LineView).focus()


async def test_lines_are_laid_out_for_each_width() -> None:
    app = Reading()
    async with app.run_test(size=(40, 10)) as pilot:
        view = app.query_one(LineView)
        view.show(lambda width: [Content("x" * width) for _ in range(30)])
        await pilot.pause()
        assert view.lines[0].cell_length == 40
        await pilot.press("G")
        assert view.scroll_offset.y == 20
        await pilot.resize_terminal(60, 10)
        await pilot.pause()
        assert view.lines[0].cell_length == 60
        await pilot.press("g", "j", "ctrl+d")
        assert view.scroll_offset.y == 9
