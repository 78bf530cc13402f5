"""Whatever a vendor does, and whenever the machine stops: the mirror is that of a clean run.

With each vendor: R23 and R24 of the requirements. What is promised is "at least once from the
source, exactly once in the mirror".
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from console.clock import DAY
from console.config import Config, SourceConfig
from console.sources import mailchimp_api, posthog_api
from console.sources.http import Limits
from console.sync.pulling import PullReport, pull
from tests.mirror.canonical import Told, difference, told
from tests.sources.books import BOOKS
from tests.sources.books.world import world
from tests.sources.faulty import FAULTS, Faulty

NOW = 1_772_409_600_000_000
SECRET = "pk_canary:5f1d"
IMPATIENT = Limits(connect=1.0, read=0.1, whole=0.2, export=0.2)
# What these say of a person has no time of its own, but that of the event which told it first.
UNDATED = frozenset({"amplitude", "mixpanel", "posthog", "stripe"})


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """As small as the made-up worlds are, where it is us who say how large a page is."""
    monkeypatch.setattr(mailchimp_api, "_COUNT", 7)
    monkeypatch.setattr(posthog_api, "_FULL", 40)


def settings(folder: Path, kind: str, url: str) -> Config:
    source = SourceConfig(kind, kind, base_url=url, key_env="KEY", settings=BOOKS[kind].settings)
    return Config(
        mirror=folder / "mirror.db",
        notebook=folder / "notebook.db",
        now=NOW,
        sources={kind: source},
    )


def run(config: Config, limits: Limits | None = None) -> PullReport:
    return pull(config, sleep=lambda _: None, limits=limits, environment={"KEY": SECRET})


def run_and_kill(config: Config, seconds: float) -> None:
    """A sync in a process of its own, killed after so many seconds if it is not through."""
    child = os.fork()
    if child == 0:
        try:
            run(config, IMPATIENT)
        finally:
            os._exit(0)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if os.waitpid(child, os.WNOHANG)[0]:
            return
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def clean_run(folder: Path, kind: str, seed: int) -> Told:
    folder.mkdir()
    vendor = Faulty(kind, seed, 0)
    try:
        vendor.calm()
        report = run(settings(folder, kind, vendor.url))
        assert report.clean, report.runs
    finally:
        vendor.stop()
    found = told(folder / "mirror.db")
    assert_is_whole(found, kind, seed)
    return found


def assert_is_whole(found: Told, kind: str, seed: int) -> None:
    """Nothing of the world is missing: two mirrors that lack the same would be equal, too."""
    holds = world(seed)
    if kind in ("amplitude", "klaviyo", "mixpanel", "posthog"):
        assert len(found["event"]) == len(holds.deeds)
    if kind not in ("amplitude", "mixpanel", "posthog"):
        people = [one for one in holds.people.values() if one.email or kind != "mailchimp"]
        # Those who only are in the records of removals were never people here.
        known = [row for row in found["record"] if row[1] == "customer" and row[5]]
        assert len(known) == len(people)
    if kind in ("gorgias", "hubspot", "intercom", "zendesk"):
        assert len(found["thread"]) == len(holds.tickets)
    if kind in ("recharge", "shopify", "stripe"):
        assert len([one for one in found["commerce"] if one[1] != "subscription"]) == len(
            holds.orders
        )


def planned_run(folder: Path, kind: str, seed: int, plan: dict[int, str]) -> Told:
    """A mirror built past these faults at these requests, and by one more sync without."""
    folder.mkdir(parents=True)
    vendor = Faulty(kind, seed, 0, plan)
    config = settings(folder, kind, vendor.url)
    strangers = -1
    try:
        said = repr(run(config, IMPATIENT).runs)
        assert SECRET.partition(":")[2] not in said
        vendor.calm()
        for _ in range(2):
            assert run(config).clean
    finally:
        strangers = vendor.stop()
    assert strangers == 0, "the key went to another host"
    return told(folder / "mirror.db")


def faulty_run(folder: Path, kind: str, seed: int) -> Told:
    folder.mkdir()
    draw = random.Random(seed)
    vendor = Faulty(kind, seed, draw.choice((10, 30, 60)))
    config = settings(folder, kind, vendor.url)
    strangers = -1
    try:
        for _ in range(draw.randint(1, 5)):
            if draw.random() < 0.6:
                run_and_kill(config, draw.uniform(0.02, 0.5))
            else:
                said = repr(run(config, IMPATIENT).runs)
                assert SECRET.partition(":")[2] not in said
        vendor.calm()
        # The first ends what an earlier one began; what has changed since comes with the next.
        for _ in range(2):
            through = run(config)
            assert through.clean, [one for one in through.runs if one.error or one.counts.rejected]
        again = run(config)
        assert again.clean, again.runs
        changed = [one for one in again.runs if one.counts.new or one.counts.changed]
        assert not changed, changed
    finally:
        strangers = vendor.stop()
    assert strangers == 0, "the key went to another host"
    return told(folder / "mirror.db")


def assert_same(kind: str, clean: Told, faulty: Told) -> None:
    if kind in UNDATED:
        clean, faulty = (
            {**one, "record": [(*row[:4], *row[5:]) for row in one["record"]]}
            for one in (clean, faulty)
        )
    assert clean["event"]
    assert not difference(clean, faulty)


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


def matrix(folder: Path, kind: str, requests: Sequence[int], faults: Sequence[str]) -> None:
    """R24: each of the faults at each of these requests, and at the five that ask once more."""
    clean = clean_run(folder / "clean", kind, 5)
    for number in requests:
        for fault in faults:
            plan = dict.fromkeys(range(number, number + 6), fault)
            found = planned_run(folder / f"{number} {fault}", kind, 5, plan)
            assert_same(kind, clean, found)


def test_r24_every_third_fault_at_a_page(tmp_path: Path) -> None:
    matrix(tmp_path, "shopify", [2], FAULTS[::3])


@pytest.mark.slow
@pytest.mark.parametrize("kind", BOOKS)
def test_r24_each_fault_at_each_page(tmp_path: Path, kind: str) -> None:
    matrix(tmp_path, kind, [1, 2, 3, 5, 8], FAULTS)
