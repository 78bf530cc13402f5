"""``console cohorts``: states of cells, the people behind them, wrong usage."""

from __future__ import annotations

import pytest

from tests.cli import Console

WINDOW = ("--period", "week", "--from", "2026-03-02", "--until", "2026-04-01")


def test_a_grid_has_the_fixed_shape(world: Console) -> None:
    grid = world("cohorts", "--json", *WINDOW, "--intervals", "8").json
    assert set(grid) >= {"question", "rows", "mean"}
    assert [row["start"] for row in grid["rows"]] == [
        "2026-03-02T00:00:00+01:00", "2026-03-09T00:00:00+01:00", "2026-03-16T00:00:00+01:00",
        "2026-03-23T00:00:00+01:00", "2026-03-30T00:00:00+02:00",
    ]  # fmt: skip
    for row in grid["rows"]:
        assert set(row) >= {"start", "size", "cells"}
        for cell in row["cells"]:
            assert set(cell) >= {"interval", "customers", "state", "value"}
            assert cell["value"] is None
    assert set(grid["mean"]) == {"kind", "cells"}


def test_cells_not_over_are_in_progress_and_those_not_begun_are_absent(world: Console) -> None:
    for now, states in (
        ("2026-03-16T00:00:00+01:00", ["complete", "complete", "in_progress"]),
        ("2026-03-15T23:59:59+01:00", ["complete", "in_progress"]),
        ("2026-03-09T00:00:00+01:00", ["complete", "in_progress"]),
        ("2026-03-08T23:59:59+01:00", ["in_progress"]),
    ):
        grid = world("--now", now, "cohorts", "--json", *WINDOW, "--intervals", "8").json
        assert [cell["state"] for cell in grid["rows"][0]["cells"]] == states
        means = grid["mean"]["cells"]
        assert all(cell["rate"] is None or cell["rows"] for cell in means)


def test_every_cell_opens_its_people_and_those_missing(world: Console) -> None:
    flags = (*WINDOW, "--intervals", "5", "--entry", "recurring")
    grid = world("cohorts", "--json", *flags).json
    for r, row in enumerate(grid["rows"]):
        for c, cell in enumerate(row["cells"]):
            there = world("cohorts", "--json", *flags, "--cell", f"{r}:{c}").json
            missing = world("cohorts", "--json", *flags, "--cell", f"{r}:{c}", "--missing").json
            assert there["total"] == len(there["customers"]) == cell["customers"]
            assert there["total"] + missing["total"] == row["size"]


@pytest.mark.parametrize(
    "flags",
    [
        ("--missing",),
        ("--group", "x"),
        ("--cell", "1"),
        ("--cell", "99:0"),
        ("--cell", "-1:0"),
        ("--period", "year"),
        ("--intervals", "0"),
        ("--brackets", "1-3,2-4"),
        ("--start-where", "x"),
        ("--start-event", "Never Seen"),
        ("--segment", "country="),
        ("--entry", "sometimes"),
    ],
)
def test_wrong_usage_is_one_line_and_status_two(world: Console, flags: tuple[str, ...]) -> None:
    answer = world("cohorts", *flags)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("console: ")
    assert answer.err.count("\n") == 1
