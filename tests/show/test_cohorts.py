"""Cohort grids in words and numbers."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from console.analytics.grid import Cell, Grid, GridRow, Group, MeanCell, MeanRow
from console.analytics.question import CohortQuestion, Column, Where
from console.clock import DAY, Clock
from console.show import acts, cohort_bars, cohort_words, cohorts, intervals, numbers
from console.show.question_words import changed, grid_pieces, lifecycle_pieces, stickiness_pieces
from console.widgets.heat_table import LEVELS

NOW = 1_780_000_000_000_000  # Thu 2026-05-28 20:26 UTC
CLOCK = Clock(NOW, ZoneInfo("Europe/Stockholm"))
WEEK = CLOCK.interval(NOW, "week")


def a_grid(question: CohortQuestion | None = None, **changes: object) -> Grid:
    """Three cohorts of 42, 10 and 0: 17 and 5 of the first came back."""
    question = question or CohortQuestion(intervals=3)
    starts = [CLOCK.start(WEEK - 2 + n, "week") for n in range(4)]
    cells = (
        (Cell(0, 42, "complete", 1.0), Cell(1, 17, "complete", 17 / 42),
         Cell(2, 5, "in_progress", 5 / 42)),
        (Cell(0, 10, "complete", 1.0), Cell(1, 10, "in_progress", 1.0)),
        (Cell(0, 0, "in_progress", None),),
    )  # fmt: skip
    rows = tuple(
        GridRow(starts[n], starts[n + 1], cells[n][0].customers, cells[n][0].state, cells[n])
        for n in range(3)
    )
    mean = (
        MeanCell(0, 1.0, 2, 52, 52),
        MeanCell(1, 17 / 42, 1, 17, 42),
        MeanCell(2, None, 0, 0, 0),
    )
    grid = Grid(question, question.columns, rows, MeanRow("weighted", mean), NOW, 52)
    return replace(grid, **changes)


def says(grid: Grid, row: int, column: int) -> str:
    return cohort_words.sentence(grid, row, column, CLOCK).plain


def test_a_cell_in_a_sentence() -> None:
    grid = a_grid()
    assert says(grid, 1, 1) == (
        "Week of 11 May: 42 customers; 17 of them (40 %, 27–56) came back in week 1"
    )
    assert says(grid, 1, 2).endswith("came back in week 2; week not over")
    assert says(grid, 1, 0) == "Week of 11 May: 42 customers"
    assert says(grid, 2, 2) == "Week of 18 May: 10 customers; week 2 has not begun"
    assert says(grid, 3, 0) == "Week of 25 May: no customers; week not over"


def test_the_mean_says_what_it_is_of() -> None:
    grid = a_grid()
    assert says(grid, 0, 0) == "52 customers in 2 cohorts"
    assert says(grid, 0, 1) == (
        "Weighted mean: 17 of 42 customers (40 %, 27–56) came back in week 1,"
        " over 1 complete cohort"
    )
    assert says(grid, 0, 2) == "52 customers in 2 cohorts; no cohort has week 2 behind it yet"
    simple = replace(grid, mean=replace(grid.mean, kind="simple"))
    assert says(simple, 0, 1) == (
        "Simple mean: 40 % came back in week 1, over 1 complete cohort, each counting the same"
    )


def test_other_questions_in_the_same_sentence() -> None:
    question = CohortQuestion(
        intervals=3, by="account", return_event="order_placed", min_occurrences=2,
        return_where=(Where("total", ">=", "50"),), counting="on-or-after", value="amount",
    )  # fmt: skip
    grid = a_grid(question, currency="SEK")
    cell = replace(grid.rows[0].cells[1], value=1234.5)
    row = replace(grid.rows[0], cells=(grid.rows[0].cells[0], cell))
    grid = replace(grid, rows=(row, *grid.rows[1:]))
    assert says(grid, 1, 1) == (
        "Week of 11 May: 42 accounts; 17 of them (40 %, 27–56) placed an order with total>=50"
        " at least 2 times in week 1 or after, 1,234.50 SEK in all"
    )
    wide = CohortQuestion(brackets=((1, 2),))
    grid = a_grid(wide)
    assert says(grid, 1, 1).endswith("came back in weeks 1–2")
    daily = a_grid(CohortQuestion(period="day", intervals=3, window="24h"))
    assert "came back on their day 1" in says(daily, 1, 1)


def test_the_table_tells_states_apart() -> None:
    table = cohorts.table(a_grid(), CLOCK)
    assert [head.plain for head in table.heads] == ["size", "1", "2"]
    assert [row.head.plain for row in table.rows] == ["weighted mean", "11 May", "18 May", "25 May"]
    mean, first, second, third = table.rows
    assert [cell.text for cell in mean.cells if cell] == ["52", "40"]
    assert [(cell.text, cell.open) for cell in first.cells if cell] == [
        ("42", False), ("40", False), ("12", True)
    ]  # fmt: skip
    assert [cell.level for cell in first.cells if cell] == [0, LEVELS - 1, 0]
    assert len(second.cells) == 2
    assert [cell.text for cell in third.cells if cell] == ["0"]
    assert (table.fixed_rows, table.fixed_columns) == (1, 1)
    counted = cohorts.table(a_grid(), CLOCK, "number")
    assert [cell.text for cell in counted.rows[1].cells if cell] == ["42", "17", "5"]


def test_an_empty_cohort_is_not_zero_percent() -> None:
    grid = a_grid()
    empty = replace(grid.rows[0], size=0, cells=(
        Cell(0, 0, "complete", None), Cell(1, 0, "complete", None)))  # fmt: skip
    table = cohorts.table(replace(grid, rows=(empty, *grid.rows[1:])), CLOCK)
    assert [cell.text for cell in table.rows[1].cells if cell] == ["0", "·"]


def test_a_split_shows_a_row_per_value_and_nothing_of_it_is_markup() -> None:
    part = a_grid(CohortQuestion(intervals=3, breakdown="country"))
    groups = ((Group("[/b]\x1b[2J"), part), (Group(None), part))
    grid = replace(part, groups=groups)
    table = cohorts.split_table(grid)
    heads = [row.head.plain for row in table.rows]
    assert heads == ["everyone", "[/b]␛[2J", "none"]
    assert cohort_words.split_sentence(grid, 1, 1).plain.startswith("country [/b]␛[2J: 17 of 42")
    assert cohort_words.split_sentence(grid, 0, 1).plain.startswith("Everyone: 17 of 42")


def test_titles_of_people() -> None:
    grid = a_grid()
    title = cohort_words.people_title
    assert title(grid, 0, 1, CLOCK, missing=False) == "Week of 11 May · back in week 1"
    assert title(grid, 0, 1, CLOCK, missing=True) == "Week of 11 May · not back in week 1"
    assert title(grid, 0, 0, CLOCK, missing=False) == "Week of 11 May · first did anything"


@pytest.mark.parametrize(
    ("rate", "said"),
    [(0, "0"), (0.001, "<1"), (0.4, "40"), (0.994, "99"), (0.999, ">99"), (1, "100")],
)
def test_a_share_never_says_none_of_some_nor_all_of_most(rate: float, said: str) -> None:
    assert numbers.percent(rate) == said


def test_short_amounts() -> None:
    values = (0, 3, 3.14159, 42.5, 999.9, 1204, 38_400, 1_234_567, -12.5, 2.5e13, float("inf"))
    said = ["0", "3", "3.14", "42.5", "1,000", "1,204", "38k", "1.2M", "−12.5", "25.0T", "∞"]
    assert [numbers.short(value) for value in values] == said
    assert all(len(numbers.short(value)) <= 6 for value in values)


def test_intervals_have_names() -> None:
    start = CLOCK.start(WEEK, "week")
    assert intervals.name(start, "week", CLOCK) == "Week of 25 May"
    assert intervals.name(start, "day", CLOCK) == "Monday 25 May"
    assert intervals.name(start, "month", CLOCK) == "May 2026"
    assert intervals.name(start, "hour", CLOCK) == "25 May, 00:00"
    assert intervals.name(start - 400 * DAY, "week", CLOCK) == "Week of 20 April 2025"
    assert intervals.head(start, "hour", CLOCK) == "25 May 00:00"
    assert intervals.short(start, "week", CLOCK) == "Week of 25 May"
    assert intervals.later(Column(4, 7), "month") == "months 4–7"


def test_what_they_did() -> None:
    assert acts.did(None) == "did anything"
    assert acts.did("order_placed") == "placed an order"
    assert acts.did("charge_failed") == "had a payment fail"
    assert acts.did("Report\x1bBuilt") == "did “Report␛Built”"
    assert acts.did("feature:reports") == "used “reports”"


def sentence(question: CohortQuestion, *, every: bool = False) -> str:
    return "".join(piece.words.plain for piece in grid_pieces(question, CLOCK, every=every))


def test_the_question_reads_as_a_sentence() -> None:
    assert sentence(CohortQuestion()) == (
        "Of customers who first did anything, by week, how many did anything again in each week,"
        " among everyone."
    )
    asked = CohortQuestion(
        period="day", start_event="order_placed", segment="country=SE", entry="recurring",
        counting="on-or-after", brackets=((1, 3), (4, 7)), breakdown="plan", value="amount",
        aggregate="average", min_occurrences=3, intervals=8, mean="simple", window="24h",
    )  # fmt: skip
    assert sentence(asked) == (
        "Of customers who in any day placed an order, by day, how many did anything again"
        " at least 3 times on or after days 1–3, 4–7 each from their own start, among country=SE,"
        " over 8 days, split by plan, averaging amount, with a simple mean."
    )
    assert "any properties" in sentence(CohortQuestion(), every=True)


def test_every_part_of_the_sentence_can_be_changed() -> None:
    from console.panes.question_parts import parts

    known = parts(CLOCK)
    shown = [
        piece.id
        for make in (grid_pieces, lifecycle_pieces, stickiness_pieces)
        for piece in make(CohortQuestion(), CLOCK, every=True)
        if piece.id
    ]
    assert set(shown) == set(known)


def test_what_a_step_back_changed() -> None:
    one = CohortQuestion()
    assert changed(one, replace(one, period="month")) == "by month"
    assert changed(one, replace(one, segment="plan=pro")) == "among plan=pro"
    assert changed(one, one) == ""


def test_a_caret_stands_under_the_wrong_character() -> None:
    words = cohort_bars.slip("country=SE plam", 11, "no property plam", 3, 80).plain
    assert words.index("^") == 14
    assert words.endswith("no property plam")
    far = cohort_bars.slip("x" * 90, 70, "this goes on too long", 3, 80).plain
    assert far.index("^") == 73
    assert far.strip().startswith("this goes on")


def test_every_state_has_words() -> None:
    def text(lines: tuple[object, ...]) -> str:
        return " ".join(str(line) for line in lines)

    assert "console import" in text(cohort_bars.nobody(CohortQuestion(), 0))
    narrowed = text(cohort_bars.nobody(CohortQuestion(segment="plan=x"), 12))
    assert "No customer first did anything in these 12 weeks among plan=x." in narrowed
    assert "z takes it back" in text(cohort_bars.trouble("start event: there is no event"))
