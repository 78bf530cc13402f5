"""Whatever a vendor does, and whenever the machine stops: the mirror is that of a clean run."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from console.config import Config, SourceConfig
from console.pulling import PullReport, pull
from console.sources.http import Limits
from tests.mirror.canonical import Told, difference, told
from tests.sources.faulty import Faulty, world

NOW = 1_772_409_600_000_000
SECRET = "pk_canary_5f1d"
LIMITS = Limits(connect=1.0, read=0.25, whole=0.5)


def settings(folder: Path, url: str) -> Config:
    source = SourceConfig("klaviyo", "klaviyo", base_url=url, key_env="KEY")
    return Config(
        mirror=folder / "mirror.db",
        notebook=folder / "notebook.db",
        now=NOW,
        sources={"klaviyo": source},
    )


def run(config: Config) -> PullReport:
    return pull(config, sleep=lambda _: None, limits=LIMITS, environment={"KEY": SECRET})


def run_and_kill(config: Config, seconds: float) -> None:
    """A sync in a process of its own, killed after so many seconds if it is not through."""
    child = os.fork()
    if child == 0:
        try:
            run(config)
        finally:
            os._exit(0)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if os.waitpid(child, os.WNOHANG)[0]:
            return
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def clean_run(folder: Path, seed: int) -> Told:
    folder.mkdir()
    vendor = Faulty(seed, 0)
    try:
        vendor.calm()
        report = run(settings(folder, vendor.url))
        assert report.clean, report.runs
    finally:
        vendor.stop()
    found = told(folder / "mirror.db")
    holds = world(seed)
    assert len(found["event"]) == len(holds.events)
    assert len(found["record"]) == len(holds.profiles)
    return found


def faulty_run(folder: Path, seed: int) -> Told:
    folder.mkdir()
    draw = random.Random(seed)
    vendor = Faulty(seed, draw.choice((10, 30, 60)))
    config = settings(folder, vendor.url)
    strangers = -1
    try:
        for _ in range(draw.randint(1, 5)):
            if draw.random() < 0.6:
                run_and_kill(config, draw.uniform(0.02, 0.5))
            else:
                said = repr(run(config).runs)
                assert SECRET not in said
        vendor.calm()
        assert run(config).clean
        again = run(config)
        assert again.clean
        assert sum(one.counts.new + one.counts.changed for one in again.runs) == 0
    finally:
        strangers = vendor.stop()
    assert strangers == 0, "the key went to another host"
    return told(folder / "mirror.db")


def check(folder: Path, seed: int) -> None:
    assert not difference(clean_run(folder / "clean", seed), faulty_run(folder / "faulty", seed))


@pytest.mark.parametrize("seed", range(16))
def test_a_mirror_built_through_faults_and_kills(tmp_path: Path, seed: int) -> None:
    check(tmp_path, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1220))
def test_many_mirrors_built_through_faults_and_kills(tmp_path: Path, seed: int) -> None:
    check(tmp_path, seed)
