"""R23: whatever comes twice, late or in another order, each thing is in the mirror once.

With each vendor, past faults and kills, and by clocks that are wrong: the mirror is that of a
clean run. What is promised is "at least once from the source, exactly once in the mirror".
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from console.clock import DAY
from tests.mirror.canonical import Told, told
from tests.sources.books import BOOKS
from tests.sources.faulty import Faulty
from tests.sources.histories import (
    IMPATIENT,
    NOW,
    assert_same,
    clean_run,
    faulty_run,
    run,
    settings,
    small_pages,
)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    small_pages(monkeypatch)


def check(folder: Path, kind: str, seed: int) -> None:
    clean = clean_run(folder / "clean", kind, seed)
    assert_same(kind, clean, faulty_run(folder / "faulty", kind, seed))


@pytest.mark.parametrize("seed", [3])
@pytest.mark.parametrize("kind", BOOKS)
def test_a_mirror_built_through_faults_and_kills(tmp_path: Path, kind: str, seed: int) -> None:
    check(tmp_path, kind, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1020))
@pytest.mark.parametrize("kind", BOOKS)
def test_many_mirrors_built_through_faults_and_kills(tmp_path: Path, kind: str, seed: int) -> None:
    check(tmp_path, kind, seed)


def check_clocks(folder: Path, kind: str, seed: int) -> None:
    """R23: by a clock that is a day behind, then ahead, and right at last, all the same things.

    What was told ahead of a clock stays marked so.
    """
    clean, draw = clean_run(folder / "clean", kind, seed), random.Random(seed)
    (folder / "off").mkdir()
    vendor = Faulty(kind, seed, 20)
    config = settings(folder / "off", kind, vendor.url)
    try:
        for off in (-DAY, DAY, draw.choice((-DAY, DAY))):
            run(replace(config, now=NOW + off), IMPATIENT)
        vendor.calm()
        for _ in range(3):
            assert run(config).clean
    finally:
        vendor.stop()
    assert things(told(folder / "off" / "mirror.db")) == things(clean)


def things(found: Told) -> dict[str, list[str]]:
    """What there is, without how far its time can be trusted."""
    return {
        "events": sorted(str((row[0], row[2], row[3])) for row in found["event"]),
        "records": sorted(str((*row[:3], row[5])) for row in found["record"]),
        "customers": sorted(str(row[:8]) for row in found["customer"]),
    }


def test_r23_a_clock_that_is_wrong_by_a_day(tmp_path: Path) -> None:
    check_clocks(tmp_path, "zendesk", 1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", BOOKS)
def test_r23_clocks_that_are_wrong_by_a_day(tmp_path: Path, kind: str, seed: int) -> None:
    check_clocks(tmp_path, kind, seed)
