"""Syncs with a vendor that fails and is killed, and the mirror that a clean run makes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from console.config import Config, SourceConfig
from console.sources import mailchimp_api, posthog_api
from console.sources.http import Limits
from console.sync.pulling import PullReport, pull
from tests.killed import killed
from tests.mirror.canonical import Told, difference, told
from tests.sources.books import BOOKS
from tests.sources.books.world import world
from tests.sources.faulty import Faulty

NOW = 1_772_409_600_000_000
SECRET = "pk_canary:5f1d"
IMPATIENT = Limits(connect=1.0, read=0.1, whole=0.2, export=0.2)
# What these say of a person has no time of its own, but that of the event which told it first.
UNDATED = frozenset({"amplitude", "mixpanel", "posthog", "stripe"})


def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
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
                killed(lambda: run(config, IMPATIENT), draw.uniform(0.02, 0.5))
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
