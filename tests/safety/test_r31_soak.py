"""R31: a console left alone for long with a live feed; `python -m tests.bench.soak` measures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.soak import SLOPE, WAL, Seen, Soak


def test_a_leak_is_seen_and_warming_up_is_not(tmp_path: Path) -> None:
    """The measure itself: a megabyte a minute is found, caches that fill at first are not."""
    for leak in (0.0, 1.0):
        soak = Soak(tmp_path, 1_000.0)
        soak.seen = [
            Seen(float(at), 60 + min(at, 150) / 5 + leak * at / 60, 20, 9)
            for at in range(0, 1_000, 2)
        ]
        assert soak.figures()["MB an hour"] == pytest.approx(leak * 60, abs=0.01)
        assert (soak.figures()["MB an hour"] > SLOPE) == bool(leak)


@pytest.mark.slow
def test_five_minutes(tmp_path: Path) -> None:
    """Too short for the slope of the memory; all else must hold."""
    soak = Soak(tmp_path, 300.0)
    assert soak.run() == 0
    found = soak.figures()
    print(found, soak.tenths())
    assert found["reconnects"] > 10
    assert abs(found["descriptors, change of the median"]) <= 1
    assert abs(found["threads, change of the median"]) <= 1
    assert found["largest WAL, MB"] < WAL
