"""What can be asked and what is refused; means, shares and comparisons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console.analytics import cohorts, compare, lifecycle, stickiness
from console.analytics.acts import as_text, condition_of, number
from console.analytics.conditions import SegmentError
from console.analytics.grid import Cell, GridRow
from console.analytics.means import mean_row
from console.analytics.proportions import newcombe, wilson
from console.analytics.question import CohortQuestion, Column, QuestionError, Where, parse_brackets
from console.mirror.occurrences import Occurrence
from tests.analytics.worlds import World, at, clock, mirror, numbers


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"period": "year"}, "period: 'year' is none of hour, day, week, month"),
        ({"entry": "second"}, "entry"),
        ({"counting": "after"}, "counting"),
        ({"window": "25h"}, "window"),
        ({"by": "shop"}, "by"),
        ({"aggregate": "median"}, "aggregate"),
        ({"mean": "harmonic"}, "mean"),
        ({"intervals": 0}, "intervals: 0 is not from 1 to 400"),
        ({"intervals": 401}, "intervals"),
        ({"min_occurrences": 0}, "min occurrences"),
        ({"since": 2, "until": 1}, "later than until"),
        ({"brackets": ((0, 3),)}, "column 0 is the start itself"),
        ({"brackets": ((1, 3), (3, 4))}, "may not overlap"),
        ({"brackets": ((4, 3),)}, "ends before it begins"),
        ({"brackets": ((1, 500),)}, "more than 400"),
    ],
)
def test_questions_that_cannot_be_asked(options: dict[str, Any], said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        CohortQuestion(**options)


def test_defaults_ask_for_weekly_first_time_retention() -> None:
    question = CohortQuestion()
    assert (question.period, question.entry, question.start_event) == ("week", "first-time", None)
    assert question.columns == tuple(Column(k, k) for k in range(12))


def test_brackets_are_read() -> None:
    assert parse_brackets("1-3, 4-7,9") == ((1, 3), (4, 7), (9, 9))
    for text in ("", "1-", "a-b", "1-3-5", "-2"):
        with pytest.raises(QuestionError, match="is not like 4-7"):
            parse_brackets(text)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("plan=pro", Where("plan", "=", "pro")),
        ("plan != pro", Where("plan", "!=", "pro")),
        ("total>=50", Where("total", ">=", "50")),
        ("total<50", Where("total", "<", "50")),
        ("name=a=b", Where("name", "=", "a=b")),
        ("url=http://x?a>b", Where("url", "=", "http://x?a>b")),
    ],
)
def test_conditions_are_read(text: str, where: Where) -> None:
    assert Where.parse(text) == where
    assert Where.parse(str(where)) == where


def test_conditions_that_are_none() -> None:
    for text in ("plan", "=pro", ""):
        with pytest.raises(QuestionError, match="is not a condition"):
            Where.parse(text)


@pytest.mark.parametrize(
    ("condition", "value", "passes"),
    [
        ("x=1", 1, True), ("x=1", 1.0, True), ("x=1.0", "1", True), ("x=1", "one", False),
        ("x=true", True, True), ("x=1", True, False), ("x!=1", None, True), ("x=1", None, False),
        ("x>5", 10, True), ("x>5", "10", True), ("x>5", "ten", False), ("x<5", None, False),
        ("x=SE", "SE", True), ("x=SE", "se", False), ("x=a", ["b", "a"], True),
        ("x!=a", ["b", "a"], False), ("x>=2026-01-31", "2026-02-01", True),
        ("x<2026-01-31", "2026-02-01", False), ("x>2026-01-31T00:00+01:00",
                                                "2026-01-30T23:30Z", True),
        ("x<b", "a", True), ("x=nan", float("nan"), True), ("x>1", float("inf"), False),
    ],
)  # fmt: skip
def test_conditions(condition: str, value: Any, passes: bool) -> None:
    occurrence = Occurrence(1, 0, None, None, None, {"x": value})
    assert condition_of(Where.parse(condition))(occurrence) is passes


def test_values_as_text_and_number() -> None:
    assert [as_text(v) for v in (None, "", True, 3.0, 3.5, {"b": 1, "a": 2})] == [
        None, None, "true", "3", "3.5", '{"a": 2, "b": 1}',
    ]  # fmt: skip
    assert [number(v) for v in (True, "12.5", " 3 ", "x", None, "nan", [1], 1e300)] == [
        None, 12.5, 3.0, None, None, None, None, None,
    ]  # fmt: skip


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    asked = clock("2026-09-01")
    with mirror(tmp_path, World().did("a", "open", "2026-06-01"), asked) as reader:
        for question, said in (
            (CohortQuestion(period="hour", since=at("2020-01-01")), "more than 2000 rows"),
            (CohortQuestion(since=at("2027-01-01")), "later than until"),
            (CohortQuestion(until=2**62), "years 1 to 9999"),
            (CohortQuestion(breakdown="customer:shoe"), "no property 'shoe'"),
            (CohortQuestion(start_event="nope"), "start event: there is no event"),
        ):
            with pytest.raises(QuestionError, match=said):
                cohorts.grid(reader.activity, question, asked)
        for ask in (lifecycle.intervals, stickiness.columns):
            with pytest.raises(QuestionError, match="breakdown"):
                ask(reader.activity, CohortQuestion(breakdown="plan"), asked)
        with pytest.raises(SegmentError):
            cohorts.grid(reader.activity, CohortQuestion(segment="zzz=1"), asked)


def test_wilson_and_newcombe() -> None:
    # Newcombe 1998, table II: 56/70 v 48/80, method 10; and Wilson for 17 of 42.
    low, high = newcombe(56, 70, 48, 80) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)
    low, high = newcombe(9, 10, 3, 10) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.1705, 0.8090)
    low, high = newcombe(10, 10, 0, 10) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.6075, 1.0)
    low, high = wilson(17, 42) or (0, 0)
    assert (round(low, 2), round(high, 2)) == (0.27, 0.56)
    assert wilson(0, 0) is None
    assert newcombe(1, 2, 0, 0) is None


def _row(size: int, back: int, value: float, valued: int) -> GridRow:
    first = Cell(0, size, "complete", 1.0)
    return GridRow(0, 1, size, "complete", (
        first, Cell(1, back, "complete", back / size, value, valued),
    ))  # fmt: skip


def test_means_of_values() -> None:
    rows = [_row(10, 5, 100.0, 5), _row(30, 15, 40.0, 15)]
    assert mean_row(rows, 2, "weighted", "sum").cells[1].value == 70
    assert mean_row(rows, 2, "weighted", "average").cells[1].value == (500 + 600) / 20
    assert mean_row(rows, 2, "simple", "average").cells[1].value == 70
    assert mean_row(rows, 2, "weighted").cells[1].value is None
    assert mean_row([_row(10, 0, 0.0, 0)], 2, "weighted", "average").cells[1].value == 0


def test_comparison(tmp_path: Path) -> None:
    world = World()
    for place in range(60):
        person = f"p{place}"
        world.people[person] = {"plan": "pro" if place < 30 else "free"}
        world.did(person, "open", "2026-06-01")
        if place < 24 or place >= 54:
            world.did(person, "open", "2026-06-02")
    asked = clock("2026-06-03T12:00")
    question = CohortQuestion(period="day", intervals=3)
    with mirror(tmp_path, world, asked) as reader:
        found = compare.grids(reader.activity, question, asked, "plan=pro", "plan=free")
        assert (numbers(found.first)[0], numbers(found.second)[0]) == ([30, 24, 0], [30, 6, 0])
        back, third = found.rows[0].cells
        assert back.points is not None
        assert back.low is not None
        assert round(back.points, 3) == 0.6
        assert back.low < 0.6 < (back.high or 0)
        assert back.says
        # The third day is not over.
        assert (third.state, third.says) == ("in_progress", False)
        assert found.pooled[0].points == back.points
        assert found.overlap == 0
        few = compare.grids(reader.activity, question, asked, "id=p1 or id=p2", "plan=free")
        assert not few.rows[0].cells[0].says
        assert not few.rows[0].cells[0].enough
        same = compare.grids(reader.activity, question, asked, "plan!=none", "plan=free")
        assert same.overlap == 30
        within = CohortQuestion(period="day", intervals=3, segment="plan=pro")
        nobody = compare.grids(reader.activity, within, asked, "id!=none", "plan=free")
        assert nobody.rows[0].cells[0].points is None
        with pytest.raises(SegmentError) as raised:
            compare.grids(reader.activity, within, asked, "plan=pro", "plan=pro zzz=1")
        assert raised.value.position == len("plan=pro ")


def test_rows_and_columns_need_not_be_square(tmp_path: Path) -> None:
    asked = clock("2026-09-01")
    with mirror(tmp_path, World().did("a", "open", "2026-06-01"), asked) as reader:
        question = CohortQuestion(
            period="day", intervals=3, since=at("2026-06-01"), until=at("2026-06-06")
        )
        grid = cohorts.grid(reader.activity, question, asked)
        assert [len(row.cells) for row in grid.rows] == [3, 3, 3, 3, 2, 1]


def test_a_property_of_ones_own_is_no_breakdown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.analytics.detail.MAX_VALUES", 2)
    world = World()
    for place in range(3):
        world.did("a", "open", "2026-06-01", order=place)
    asked = clock("2026-06-02T12:00")
    question = CohortQuestion(period="day", entry="recurring", breakdown="order")
    with (
        mirror(tmp_path, world, asked) as reader,
        pytest.raises(QuestionError, match="'order' has more than 2 values"),
    ):
        cohorts.grid(reader.activity, question, asked)


def test_only_so_many_groups_are_shown(tmp_path: Path) -> None:
    world = World()
    for place in range(30):
        world.people[f"p{place}"] = {"city": f"city {place:02}"}
        world.did(f"p{place}", "open", "2026-06-01")
    world.people["p99"] = {"city": "city 17"}
    world.did("p99", "open", "2026-06-01")
    asked = clock("2026-06-02T12:00")
    question = CohortQuestion(period="day", intervals=2, breakdown="city")
    with mirror(tmp_path, world, asked) as reader:
        grid = cohorts.grid(reader.activity, question, asked)
    assert len(grid.groups) == 25
    assert grid.groups_left_out == 5
    assert grid.groups[0][0].value == "city 17"
