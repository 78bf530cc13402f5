"""R24: whatever a vendor answers to whichever request, the mirror is that of a clean run.

No key goes to another host. How long an answer may take is held in `tests/sources/test_http.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.sources.books import BOOKS
from tests.sources.faulty import FAULTS
from tests.sources.histories import assert_same, clean_run, planned_run, small_pages


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    small_pages(monkeypatch)


def memory(what: str) -> int:
    """Bytes of memory that this process has: VmRSS now, VmHWM at most since `forget`."""
    line = next(one for one in Path("/proc/self/status").read_text().split("\n") if what in one)
    return int(line.split()[1]) * 1024


def forget() -> int:
    """Count the most memory anew; what there is now."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")


def matrix(folder: Path, kind: str, requests: Sequence[int], faults: Sequence[str]) -> None:
    """Each of the faults at each of these requests, and at the five that ask once more."""
    clean = clean_run(folder / "clean", kind, 5)
    for number in requests:
        for fault in faults:
            plan = dict.fromkeys(range(number, number + 6), fault)
            found = planned_run(folder / f"{number} {fault}", kind, 5, plan)
            assert_same(kind, clean, found)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="not Linux: no /proc")
def test_r24_no_answer_costs_much_memory(tmp_path: Path) -> None:
    before = forget()
    matrix(tmp_path, "shopify", [2], ["bomb", "header", "endless"])
    assert memory("VmHWM") - before < 200 * 1024 * 1024


def test_r24_every_third_fault_at_a_page(tmp_path: Path) -> None:
    matrix(tmp_path, "shopify", [2], FAULTS[::3])


@pytest.mark.slow
@pytest.mark.parametrize("kind", BOOKS)
def test_r24_each_fault_at_each_page(tmp_path: Path, kind: str) -> None:
    matrix(tmp_path, kind, [1, 2, 3, 5, 8], FAULTS)
