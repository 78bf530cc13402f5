"""The heat grid: numbers in their places, heads that stay, a cursor that costs little."""

from __future__ import annotations

import pytest
from rich.color import ColorSystem
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from console.show.lines import line
from console.themes import DARK, variables
from console.widgets.heat_grid import HeatGrid
from console.widgets.heat_table import Heat, HeatRow, HeatTable, Measures, Stretch


class Counted(HeatGrid):
    """Counts what it paints."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: list[int] = []

    def refresh(self, *regions: Region, **more: bool) -> HeatGrid:  # type: ignore[override]
        for region in regions:
            self.painted += range(region.y, region.bottom)
        if not regions:
            self.painted += range(self.size.height)
        super().refresh(*regions, **more)
        return self


class Host(App[None]):
    """A grid and nothing else."""

    def __init__(self, table: HeatTable, colours: ColorSystem = ColorSystem.TRUECOLOR) -> None:
        super().__init__()
        self.console._color_system = colours
        self.register_theme(DARK)
        self.theme = DARK.name
        self.animation_level = "none"
        self.table = table
        self.heard: list[tuple[str, int, int]] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield Counted()

    def on_mount(self) -> None:
        self.grid.show(self.table)
        self.grid.focus()

    @property
    def grid(self) -> Counted:
        return self.query_one(Counted)

    def on_heat_grid_moved(self, event: HeatGrid.Moved) -> None:
        assert event.control is self.grid
        self.heard.append(("moved", event.row, event.column))

    def on_heat_grid_opened(self, event: HeatGrid.Opened) -> None:
        self.heard.append(("opened", event.row, event.column))


def staircase(rows: int, columns: int, head: str = "row") -> HeatTable:
    """A row of means and then rows that get shorter, their last cell still filling."""

    def cells(row: int) -> tuple[Heat | None, ...]:
        filled = min(columns, max(1, rows - row))
        return tuple(
            Heat(f"{row * 7 + k}", k % 6, open=k == filled - 1 and row > 0) for k in range(filled)
        )

    heads = tuple(line("size" if k == 0 else str(k)) for k in range(columns))
    lines = [HeatRow(line("mean"), cells(0))]
    lines += [HeatRow(line(f"{head} {row}"), cells(row)) for row in range(1, rows)]
    return HeatTable(line("week of"), heads, tuple(lines), 1, 1)


def lines_of(app: Host) -> list[str]:
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


async def keys(pilot: Pilot[None], *pressed: str) -> None:
    await pilot.press(*pressed)
    await pilot.pause()


async def test_numbers_stand_in_the_cells_and_tell_their_state() -> None:
    app = Host(staircase(5, 4))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        heads, mean, first, second, *_ = lines_of(app)
        assert heads.split() == ["week", "of", "size", "1", "2", "3"]
        assert mean.split() == ["▌mean", "0", "1", "2", "3"]
        assert first.split() == ["row", "1", "7", "8", "9", "10…"]
        assert second.split() == ["row", "2", "14", "15", "16…"]


async def test_columns_are_in_line_whatever_the_heads_say() -> None:
    hostile = [
        "[/oops] Ltd",
        "日本語の名前が長い" * 4,
        "‮gpj.exe",
        "e" + "\u0301" * 40,
        "👩‍👩‍👧‍👦🇸🇪",
        "\x1b[2J",
        "",
    ]
    rows = tuple(HeatRow(line(text), (Heat("10"), Heat("20"))) for text in hostile)
    table = HeatTable(line("[b]corner"), (line("size"), line("[/x]")), rows, 0, 1)
    app = Host(table)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        places = set()
        for strip in strips[1 : 1 + len(rows)]:
            assert strip.cell_length == 60
            plain = strip.text
            places.add(strip.crop(0, 60).cell_length - len(plain[plain.rindex("20") :]))
            assert "\x1b" not in plain
        assert len(places) == 1
        assert "[/oops] Ltd" in strips[1].text


async def test_heads_stay_while_the_rest_scrolls() -> None:
    app = Host(staircase(40, 30))
    async with app.run_test(size=(50, 12)) as pilot:
        await keys(pilot, "G", *["right"] * 12)
        shown = lines_of(app)
        assert "week of" in shown[0]
        assert "12" in shown[0].split()
        assert "‹" in shown[0]
        assert "›" in shown[0]
        assert shown[1].startswith(" mean")
        assert shown[11].startswith("▌row 39")
        assert app.grid.row == 39
        await keys(pilot, "g", "circumflex_accent")
        shown = lines_of(app)
        assert "1" in shown[0].split()
        assert "‹" not in shown[0]
        assert shown[2].startswith(" row 1")


async def test_the_cursor_says_where_it_goes() -> None:
    app = Host(staircase(6, 6))
    async with app.run_test(size=(60, 10)) as pilot:
        await keys(pilot, "j", "l", "enter")
        assert app.heard == [("moved", 1, 0), ("moved", 1, 1), ("opened", 1, 1)]
        await keys(pilot, "up", "up", "left", "left")
        assert (app.grid.row, app.grid.column) == (0, 0)
        await keys(pilot, "down", "dollar_sign")
        assert (app.grid.row, app.grid.column) == (1, 4)


async def test_a_click_moves_and_a_second_one_opens() -> None:
    app = Host(staircase(6, 6))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        x = lines_of(app)[0].index("2")
        await pilot.click(Counted, offset=(x, 3))
        await pilot.click(Counted, offset=(x, 3))
        await pilot.pause()
        assert app.heard == [("moved", 2, 2), ("opened", 2, 2)]


async def test_a_step_paints_two_rows_and_the_heads() -> None:
    app = Host(staircase(12, 8))
    async with app.run_test(size=(60, 20)) as pilot:
        await keys(pilot, "j")
        app.grid.painted.clear()
        await keys(pilot, "j")
        assert sorted(set(app.grid.painted)) == [2, 3]
        app.grid.painted.clear()
        await keys(pilot, "l")
        assert sorted(set(app.grid.painted)) == [0, 3]


async def test_new_numbers_paint_the_rows_that_changed() -> None:
    table = staircase(12, 8)
    app = Host(table)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        app.grid.painted.clear()
        changed = HeatRow(table.rows[4].head, (Heat("99"), *table.rows[4].cells[1:]))
        rows = (*table.rows[:4], changed, *table.rows[5:])
        app.grid.show(HeatTable(table.corner, table.heads, rows, 1, 1))
        assert app.grid.painted == [5]
        await pilot.pause()
        app.grid.painted.clear()
        app.grid.show(HeatTable(table.corner, table.heads, rows, 1, 1))
        assert app.grid.painted == []


@pytest.mark.parametrize("way", ["no colour", "sixteen", "many"])
async def test_levels_can_be_told_without_colour(way: str) -> None:
    few = ColorSystem.STANDARD if way == "sixteen" else ColorSystem.TRUECOLOR
    app = Host(staircase(8, 7), few)
    app.no_color = way == "no colour"
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        mean = lines_of(app)[1]
        assert ("▁" in mean and "▇" in mean) == (way != "many")
        assert [number for number in mean.split() if number.isdecimal()] == list("0123456")
        shown = [segment.style for segment in app.grid.render_line(1)]
        grounds = {style.bgcolor for style in shown if style}
        assert (len(grounds) > 3) == (way == "many")


async def test_a_smaller_screen_keeps_the_cursor_in_sight() -> None:
    app = Host(staircase(30, 20))
    async with app.run_test(size=(140, 40)) as pilot:
        await keys(pilot, *["j"] * 12, *["l"] * 16)
        await pilot.resize_terminal(44, 10)
        await pilot.pause()
        shown = lines_of(app)
        assert "16" in shown[0].split()
        assert any(text.startswith("▌row 12") for text in shown)
        await pilot.resize_terminal(12, 3)
        await pilot.pause()
        assert all(len(text) <= 12 for text in lines_of(app))


async def test_words_stand_where_there_are_no_numbers() -> None:
    app = Host(staircase(5, 4))
    async with app.run_test(size=(60, 10)) as pilot:
        await keys(pilot, "j", "l")
        app.grid.say(line("Nobody here"))
        await keys(pilot, "j", "enter", "G", "dollar_sign")
        assert any("Nobody here" in text for text in lines_of(app))
        assert app.heard[-1][0] == "moved"
        app.grid.show(app.table)
        await pilot.pause()
        assert (app.grid.row, app.grid.column) == (1, 1)
        assert "week of" in lines_of(app)[0]


def test_bars_fill_what_is_left_and_no_more() -> None:
    bar = (Stretch(0.25, "░", ""), Stretch(0.0, "▓", ""), Stretch(0.75, "█", ""))
    rows = (HeatRow(line("a"), (Heat("1"),), bar), HeatRow(line("b"), (Heat("2"),)))
    table = HeatTable(line(""), (line("n"),), rows, 0, 1)
    assert Measures.of(table, 60).bar > 30
    assert Measures.of(table, 22).bar == 0
    from console.widgets.heat_paint import View, row_line

    view = View(table, Measures.of(table, 60), row=1)
    drawn = row_line(view, 0).plain
    assert len(drawn) <= 60
    assert drawn.count("░") == round(0.25 * view.measures.bar)
    assert "▓" not in drawn


def test_the_column_under_the_mouse() -> None:
    measures = Measures.of(staircase(5, 20), 50)
    assert measures.column_at(0, 0) is None
    assert measures.column_at(measures.first - 2, 0) == 0
    assert measures.column_at(measures.first, 4) == 5
    assert measures.column_at(49 + measures.cell, 0) is None
