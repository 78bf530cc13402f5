"""Sets, events and a reading by brute force agree, on a thousand random worlds."""

from __future__ import annotations

import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.analytics import cohorts, lifecycle, stickiness
from console.analytics.grid import CohortCell, Grid
from console.analytics.question import CohortQuestion
from console.clock import Clock
from console.mirror.activity import Activity
from console.mirror.database import open_reader
from console.mirror.store import Writer
from tests.analytics import brute
from tests.analytics.random_worlds import fill, question_of, world_of


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mirror with nothing in it: making its tables takes longer than filling them."""
    path = tmp_path_factory.mktemp("empty") / "mirror.db"
    Writer(path, Clock(0), {}, lambda kind, name: (None, None)).close()
    return path


@settings(
    max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**48), size=st.integers(0, 40))
def test_three_readings_agree(seed: int, size: int, empty: Path) -> None:
    dice = random.Random(seed)
    world = world_of(dice, size)
    asked = [question_of(dice, world) for _ in range(2)]
    answers = [brute.answer(question, world.past) for question in asked]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mirror.db"
        shutil.copy(empty, path)
        clock = fill(path, world)
        for activity in readers(path, clock):
            for question, (rows, groups) in zip(asked, answers, strict=True):
                grid = cohorts.grid(activity, question, clock)
                assert told(grid) == near(rows)
                assert {group.value: told(part) for group, part in grid.groups} == {
                    value: near(part) for value, part in groups.items()
                }
                _others_agree(activity, question, clock, world.past)
            if activity.days_fit or asked[0].window == "24h":
                _people_match(activity, asked[0], clock)


def readers(path: Path, clock: Clock) -> Iterator[Activity]:
    """The mirror as it is, then as if it were kept for another zone."""
    for zone in (clock.zone.key, "Pacific/Niue"):
        # Only the note is changed: the answers must then come from the events.
        with sqlite3.connect(path) as db:
            db.execute("update meta set value = ? where key = 'timezone'", (zone,))
        db.close()
        reader = open_reader(path)
        try:
            yield Activity(reader, clock)
        finally:
            reader.close()


def told(grid: Grid) -> list[Any]:
    return [
        (
            row.start,
            row.size,
            [brute.Number(cell.customers, cell.state, cell.value) for cell in row.cells],
        )
        for row in grid.rows
    ]


def near(rows: list[Any]) -> list[Any]:
    return [
        (start, size, [(n, state, value if value is None else pytest.approx(value, abs=1e-5))
                       for n, state, value in cells])
        for start, size, cells in rows
    ]  # fmt: skip


def _others_agree(
    activity: Activity, question: CohortQuestion, clock: Clock, past: brute.Past
) -> None:
    if question.breakdown is not None:
        return
    found = lifecycle.intervals(activity, question, clock).intervals
    assert [(one.new, one.returning, one.resurrected, one.dormant) for one in found] == (
        brute.lifecycle(question, past)
    )
    columns = stickiness.columns(activity, question, clock).columns
    assert [one.customers for one in columns] == brute.stickiness(question, past)


def _people_match(activity: Activity, question: CohortQuestion, clock: Clock) -> None:
    grid = cohorts.grid(activity, question, clock)
    for group, part in [(None, grid), *grid.groups]:
        for row, line in enumerate(part.rows):
            for cell in line.cells:
                place = CohortCell(row, cell.column, group)
                there = cohorts.people(activity, question, clock, place)
                gone = cohorts.people(activity, question, clock, place, missing=True)
                assert len(there) == cell.customers
                assert len({*there, *gone}) == line.size == len(there) + len(gone)
