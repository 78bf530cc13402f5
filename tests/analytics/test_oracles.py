"""The published cases of the shared folder, each asked from the sets and from the events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from console.analytics import cohorts, lifecycle
from console.analytics.grid import Cell, CohortCell, GridRow, Group
from console.analytics.means import mean_row
from console.analytics.question import CohortQuestion, Where
from console.clock import Clock
from tests.analytics.worlds import (
    Reader,
    World,
    at,
    clock,
    dates,
    mirror,
    numbers,
    rows_by_date,
    values,
)
from tests.shared import SHARED, needs_shared

ORACLES: dict[str, Any] = (
    json.loads((SHARED / "oracles" / "retention.json").read_text()) if SHARED else {}
)
ENTRY = {
    "recurring": "recurring",
    "first_time_matching_filters": "first-time",
    "first_ever": "first-ever",
}

pytestmark = needs_shared


def cases(section: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in ORACLES.get(section, [])]


def partial(id: str) -> dict[str, Any]:
    return next(case for case in ORACLES["retention_partial"] if case["id"] == id)


def world_of(dataset: dict[str, Any]) -> World:
    world = World()
    for person, time, name, *more in dataset["events"]:
        world.did(person, name, time, **(more[0] if more else {}))
    for person, ids in dataset["distinct_ids"].items():
        world.same += [(person, other) for other in ids if other != person]
    return world


def question_of(query: dict[str, Any]) -> CohortQuestion:
    def conditions(side: str) -> tuple[Where, ...]:
        where = query[side].get("where", {})
        return tuple(Where(name, "=", value) for name, value in where.items())

    return CohortQuestion(
        period=query["period"],
        intervals=query["total_intervals"],
        since=at(query["date_from"]) if query["date_from"] else None,
        until=at(query["date_to"]),
        entry=ENTRY[query["retention_type"]],  # type: ignore[arg-type]
        start_event=query["target"]["event"],
        start_where=conditions("target"),
        return_event=query["returning"]["event"],
        return_where=conditions("returning"),
        counting="on-or-after" if query["cumulative"] else "on",
        min_occurrences=query["minimum_occurrences"],
        breakdown=(query.get("breakdown") or {}).get("property"),
        value=(query.get("aggregate") or {}).get("property"),
    )


def cut(matrix: list[list[int]]) -> list[list[int]]:
    """Only what lies inside the window; the rest is padding."""
    rows = len(matrix)
    return [row[: rows - number] for number, row in enumerate(matrix)]


@pytest.fixture(params=[True, False], ids=["sets", "events"])
def sets(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.mark.parametrize("case", cases("retention"))
def test_retention(case: dict[str, Any], sets: bool, tmp_path: Path) -> None:
    query, expected = case["query"], case["expected"]
    asked = clock("2021-01-01", query["timezone"], query["week_start"])
    question = question_of(query)
    with mirror(tmp_path, world_of(ORACLES["datasets"][case["dataset"]]), asked, sets) as reader:
        grid = cohorts.grid(reader.activity, question, asked)
        if "triangle" in expected:
            assert numbers(grid) == expected["triangle"]
        if "matrix" in expected:
            assert numbers(grid) == cut(expected["matrix"])
        if "first_row_start" in expected:
            assert grid.rows[0].start == at(expected["first_row_start"])
        if "row_starts" in expected:
            assert dates(grid, asked) == expected["row_starts"]
        if "by_segment" in expected:
            found = {group.value: numbers(part) for group, part in grid.groups}
            wanted = {value: cut(rows) for value, rows in expected["by_segment"].items()}
            assert found == wanted
        if "sum_triangle" in expected:
            assert values(grid) == expected["sum_triangle"]
            average = CohortQuestion(**{**_fields(question), "aggregate": "average"})
            assert values(cohorts.grid(reader.activity, average, asked)) == expected["avg_triangle"]
        _people_match(reader, question, asked)


def _fields(question: CohortQuestion) -> dict[str, Any]:
    return {name: getattr(question, name) for name in CohortQuestion.__dataclass_fields__}


def _people_match(reader: Reader, question: CohortQuestion, asked: Clock) -> None:
    grid = cohorts.grid(reader.activity, question, asked)
    parts: list[tuple[Group | None, Any]] = [(None, grid), *grid.groups]
    for group, part in parts:
        for row, line in enumerate(part.rows):
            for cell in line.cells:
                place = CohortCell(row, cell.column, group)
                there = cohorts.people(reader.activity, question, asked, place)
                gone = cohorts.people(reader.activity, question, asked, place, missing=True)
                assert len(there) == cell.customers
                assert len(gone) == line.size - cell.customers
                assert not set(there) & set(gone)


def test_the_same_week_whenever_it_is_asked_about(tmp_path: Path) -> None:
    case = next(case for case in ORACLES["retention"] if case["id"] == "R03a")
    query = {**case["query"], "date_to": "2020-07-24T00:00:00Z"}
    asked = clock("2021-01-01", "UTC", "sunday")
    with mirror(tmp_path, world_of(ORACLES["datasets"]["weekly"]), asked) as reader:
        grid = cohorts.grid(reader.activity, question_of(query), asked)
        assert numbers(grid) == case["expected"]["triangle"]


def test_rolling_windows(sets: bool, tmp_path: Path) -> None:
    case = partial("X01")
    asked = clock("2021-01-01")
    question = {
        "period": "day", "intervals": 3, "since": at("2020-06-10"), "until": at("2020-06-20"),
        "entry": "recurring", "start_event": "$pageview", "return_event": "$pageview",
    }  # fmt: skip
    events = list(case["events_A"])
    for step, key in enumerate(("expected_A", "expected_A+B")):
        world = World()
        for person, time in events:
            world.did(person, "$pageview", time)
        (tmp_path / str(step)).mkdir()
        with mirror(tmp_path / str(step), world, asked, sets) as reader:
            for window, rows in case[key].items():
                grid = cohorts.grid(
                    reader.activity,
                    CohortQuestion(**question, window=window),  # type: ignore[arg-type]
                    asked,
                )
                assert len(grid.rows) == 11
                found = rows_by_date(grid, asked)
                for row, cells in rows.items():
                    for column, wanted in cells.items():
                        assert found[row.removeprefix("row ")][int(column)] == wanted
        events += case["events_B_added"]


def test_brackets(sets: bool, tmp_path: Path) -> None:
    case = partial("X04")
    brackets, last = [], 0
    for length in case["brackets"]:
        brackets.append((last + 1, last + length))
        last += length
    world = World()
    for person, time in case["events"]:
        world.did(person, "$pageview", time)
    asked = clock("2021-01-01")
    question = CohortQuestion(
        period="day", since=at("2020-06-10"), until=at(case["date_to"]), entry="recurring",
        brackets=tuple(brackets),
    )  # fmt: skip
    expected = case["expected_row_2020-06-10"]
    with mirror(tmp_path, world, asked, sets) as reader:
        grid = cohorts.grid(reader.activity, question, asked)
        assert rows_by_date(grid, asked)["2020-06-10"] == expected["counts"]
        assert [f"Day {column.label}" for column in grid.columns] == expected["labels"]
        _people_match(reader, question, asked)


def test_a_return_before_the_start_is_worth_nothing(tmp_path: Path) -> None:
    case = partial("X08")
    world = World()
    for person, time, name, *amount in case["events"]:
        world.did(person, name, time, **({"revenue": amount[0]} if amount else {}))
    asked = clock("2021-01-01")
    question = CohortQuestion(
        period="day", intervals=3, since=at("2020-06-10"), until=at("2020-06-12"),
        entry="recurring", start_event=case["target"], return_event=case["returning"],
        value="revenue",
    )  # fmt: skip
    with mirror(tmp_path, world, asked) as reader:
        grid = cohorts.grid(reader.activity, question, asked)
        assert grid.rows[0].cells[0].value == case["expected_row_2020-06-10"]["sum"]["0"]


def test_people_of_a_row(sets: bool, tmp_path: Path) -> None:
    case = partial("X10")
    world = world_of(ORACLES["datasets"]["base"])
    world.did("person2", "$pageview", "2020-06-17T05:00:00Z")
    asked = clock("2021-01-01")
    question = CohortQuestion(
        period="day", intervals=11, until=at("2020-06-20T06:00:00Z"), entry="recurring",
        start_event="$pageview", return_event="$pageview",
    )  # fmt: skip
    with mirror(tmp_path, world, asked, sets) as reader:
        found = cohorts.appearances(reader.activity, question, asked, 2)
        names = reader.names
        assert [
            {"person": _person(names[one.id]), "appearances": list(one.columns)} for one in found
        ] == case["expected_people"]


def _person(name: str) -> str:
    return {"alias1": "person1"}.get(name, name)


@pytest.mark.parametrize("case", cases("lifecycle"))
def test_lifecycle(case: dict[str, Any], sets: bool, tmp_path: Path) -> None:
    world = World()
    for person, times in case["events"].items():
        world.did(person, "$pageview", *times)
    variants = {
        "expected": (case.get("timezone", "UTC"), "monday"),
        "expected_sunday": ("UTC", "sunday"),
        "expected_monday": ("UTC", "monday"),
        "expected_UTC": ("UTC", "monday"),
        "expected_US/Pacific": ("America/Los_Angeles", "monday"),
    }
    for key, (zone, week_start) in variants.items():
        if key not in case:
            continue
        asked = clock("2021-01-01", zone, week_start)  # type: ignore[arg-type]
        question = CohortQuestion(
            period=case["interval"],
            since=at(case["date_from"], zone),
            until=at(case["date_to"], zone),
            start_event="$pageview",
        )
        (tmp_path / week_start / zone).mkdir(parents=True)
        with mirror(tmp_path / week_start / zone, world, asked, sets) as reader:
            found = lifecycle.intervals(reader.activity, question, asked).intervals
        expected = case[key]
        assert [one.new for one in found] == expected["new"]
        assert [one.returning for one in found] == expected["returning"]
        assert [one.resurrected for one in found] == expected["resurrecting"]
        assert [-one.dormant for one in found] == expected["dormant"]


def _rows(cohorts: dict[str, list[int]], states: dict[str, list[str]] | None = None) -> Any:
    rows = []
    for name, counts in cohorts.items():
        cells = [
            Cell(
                column, count, (states or {}).get(name, ["complete"] * 9)[column],  # type: ignore[arg-type]
                count / counts[0] if counts[0] else None,
            )
            for column, count in enumerate(counts)
        ]  # fmt: skip
        rows.append(GridRow(0, 0, counts[0], "complete", tuple(cells)))
    return rows


def test_means_leave_out_what_is_not_over() -> None:
    case = ORACLES["averages"]["pooled_vs_simple_vs_mixpanel"]
    states = {name: ["complete", "in_progress"] for name in case["data"] if "incomplete" in name}
    rows = _rows(case["data"], states)
    pooled = mean_row(rows, 2, "weighted").cells[1]
    simple = mean_row(rows, 2, "simple").cells[1]
    assert pooled.rate is not None
    assert simple.rate is not None
    assert round(pooled.rate * 100, 2) == case["pooled_percent"]
    assert round(simple.rate * 100, 2) == case["simple_mean_percent"]
    assert (pooled.rows, pooled.customers, pooled.of) == (2, 900, 1500)


def test_means_count_cohorts_nobody_came_back_from() -> None:
    rows = _rows({"a": [10, 5], "b": [10, 0], "c": [0, 0]})
    assert mean_row(rows, 2, "weighted").cells[1].rate == 0.25
    simple = mean_row(rows, 2, "simple").cells[1]
    assert (simple.rate, simple.rows) == (0.25, 2)


@pytest.mark.parametrize(
    ("expected", "segment", "counting"),
    [
        ("expected_on", None, "on"),
        ("expected_on_or_after", None, "on-or-after"),
        ("expected_on_country_US", "country=US", "on"),
        ("expected_on_members_RU1_RU4", "id=RU1 or id=RU4", "on"),
    ],
)
def test_openpanel_days(
    expected: str, segment: str | None, counting: Any, sets: bool, tmp_path: Path
) -> None:
    case = ORACLES["openpanel"]["day"]
    world = World()
    for person, days in case["events"].items():
        world.did(person, "app_open", *(f"{day}T12:00:00Z" for day in days))
        country = case["country"].get(person, case["country"]["others"])
        world.people[person] = {"country": country}
    asked = clock("2024-06-01")
    question = CohortQuestion(
        period="day", intervals=3, since=at("2024-03-04"), until=at("2024-03-06"),
        start_event="app_open", return_event="app_open", counting=counting, segment=segment,
    )  # fmt: skip
    with mirror(tmp_path, world, asked, sets) as reader:
        found = rows_by_date(cohorts.grid(reader.activity, question, asked), asked)
    for number, (day, counts) in enumerate(case[expected].items()):
        # The third day of the second cohort lies outside the window: absent, not 0.
        assert found[day] == counts[: 3 - number]
    assert found["2024-03-06"] == [0]


def test_openpanel_week_across_the_year(sets: bool, tmp_path: Path) -> None:
    case = ORACLES["openpanel"]["week_across_year"]
    world = World()
    for person, days in case["events"].items():
        world.did(person, "app_open", *(f"{day}T12:00:00Z" for day in days))
    asked = clock("2025-06-01", week_start=case["week_start"])
    question = CohortQuestion(intervals=2, since=at("2024-12-29"), until=at("2025-01-06"))
    with mirror(tmp_path, world, asked, sets) as reader:
        found = rows_by_date(cohorts.grid(reader.activity, question, asked), asked)
    assert found["2024-12-29"] == case["expected_on"]["2024-12-29"]


def test_openpanel_weighted_average_a_week_later() -> None:
    # OpenPanel counts the week still running as if it were over; ours is asked a week later.
    case = ORACLES["openpanel"]["weighted_average"]
    now = at(case["now"]) + 7 * 86_400_000_000
    states = {}
    for name, counts in case["cohorts"].items():
        ends = [at(name) + (k + 1) * 7 * 86_400_000_000 for k in range(len(counts))]
        states[name] = ["complete" if end <= now else "in_progress" for end in ends]
    means = mean_row(_rows(case["cohorts"], states), 4, "weighted").cells
    assert [round(mean.rate or 0, 2) for mean in means] == case["expected_percent"]
