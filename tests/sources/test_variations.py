"""The recorded conversations, and all that vendors may say otherwise without meaning it."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from console.config import Config, SourceConfig
from console.sync.pulling import PullReport, pull
from tests.mirror.canonical import Told, difference, told
from tests.shared import SHARED, needs_shared
from tests.sources import variations
from tests.sources.replay import Exchange, Vendor, serving
from tests.sources.variations import renamed

NOW = 1_772_409_600_000_000
NAMES = ("gorgias", "intercom", "klaviyo", "mailchimp", "recharge", "shopify_graphql",
         "shopify_rest", "stripe", "zendesk")  # fmt: skip
SETTINGS: dict[str, dict[str, Any]] = {
    "intercom": {"contacts": ["6762aaaa"], "conversations": ["471"]},
    "mailchimp": {"lists": ["l1"], "campaigns": ["c1"], "since": "2026-02-28"},
    "recharge": {"since": "2020-01-01"},
    "zendesk": {"since": 1772341200},
}
Vary = Callable[[str, list[Exchange]], list[Exchange]]
SAME: dict[str, Vary] = {
    "one by one": variations.one_by_one,
    "an empty page first": variations.an_empty_page_first,
    "things twice": variations.twice,
    "a cursor that expires": variations.expired,
    "429 without a word": variations.failing(429, {}),
}
MORE_OF_THE_SAME: dict[str, Vary] = {
    "429 with seconds": variations.failing(429, {"Retry-After": "7"}),
    "429 with a date": variations.failing(429, {"Retry-After": "Mon, 02 Mar 2026 00:00:09 GMT"}),
    "500": variations.failing(500, {}),
    "503 with seconds": variations.failing(503, {"Retry-After": "3"}),
}
pytestmark = needs_shared


def recorded(name: str) -> list[Exchange]:
    assert SHARED is not None
    text = (SHARED / "sources" / "specs" / "replay" / f"{name}.json").read_text()
    found: list[Exchange] = json.loads(text)["exchanges"]
    return found


def synced(
    folder: Path, name: str, exchanges: list[Exchange], *, strict: bool = True, **settings: Any
) -> PullReport:
    folder.mkdir(exist_ok=True)
    kind = name.partition("_")[0]
    with serving(Vendor(exchanges)) as vendor:
        source = SourceConfig(
            kind, kind, base_url=vendor.url, key_env="K",
            settings={**SETTINGS.get(kind, {}), **settings},
        )  # fmt: skip
        config = Config(
            mirror=folder / "m.db", notebook=folder / "n.db", now=NOW, sources={kind: source}
        )
        report = pull(config, sleep=lambda _: None, environment={"K": "user:k-us20"})
        if strict:
            assert vendor.complaints == []
            assert vendor.unplayed == []
    return report


def meaning(folder: Path, *, raw: bool = True) -> Told:
    """What the mirror says; without the raw records where they are not the same."""
    found = told(folder / "m.db")
    if not raw:
        found["record"] = [row[:-1] for row in found["record"]]
        found["event"] = [row[:-1] for row in found["event"]]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_same_is_said_otherwise(tmp_path: Path, name: str) -> None:
    said_so(tmp_path, name, SAME)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_same_is_said_after_more_failures(tmp_path: Path, name: str) -> None:
    said_so(tmp_path, name, MORE_OF_THE_SAME)


def said_so(folder: Path, name: str, hows: Mapping[str, Vary]) -> None:
    exchanges = recorded(name)
    assert synced(folder / "as it is", name, exchanges).clean
    for how, vary in hows.items():
        varied = vary(name, exchanges)
        if varied != exchanges:
            report = synced(folder / how, name, varied)
            assert report.clean, (how, report.runs)
            assert not difference(meaning(folder / "as it is"), meaning(folder / how)), how


@pytest.mark.parametrize("name", NAMES)
def test_members_in_another_order_and_unknown_ones(tmp_path: Path, name: str) -> None:
    assert synced(tmp_path / "as it is", name, recorded(name)).clean
    before = meaning(tmp_path / "as it is", raw=False)
    for vary in (variations.reordered, variations.more_members):
        folder = tmp_path / vary.__name__
        report = synced(folder, name, vary(name, recorded(name)))
        assert report.clean, report.runs
        assert not difference(before, meaning(folder, raw=False))


IDS = {
    "gorgias": {"500": "88001", "499": "88002", "777": "4242"},
    "intercom": {"6762f0f3": "aa01", "6762f0f4": "aa02", "6762aaaa": "aa03", "471": "9" * 15},
    "klaviyo": {"01A": "01JZ8M4T5R", "01B": "Xq2RtN", "e1": "4Mh2", "mPO": "VwXyZ1"},
    "mailchimp": {"l1": "f00ba4", "c1": "9a8b7c", "8b5e76e755": "00e0aa", "ct1": "x"},
    "recharge": {"64962974": "9007199254740993", "817715206": "5", "1": "100200300"},
    "shopify_graphql": {"6100000001001": "9007199254740993", "7210448301100": "12"},
    "shopify_rest": {"7210448301100": "9007199254740995", "6100000001009": "3"},
    "stripe": {"cus_A": "cus_Q1w2E3", "cus_B": "cus_1", "sub_1": "sub_9Z", "ch_1": "py_3N"},
    "zendesk": {"1077": "35436", "1595": "9007199254740993", "396331237000": "7"},
}


@pytest.mark.parametrize("name", NAMES)
def test_other_ids(tmp_path: Path, name: str) -> None:
    ids = IDS[name]
    assert synced(tmp_path / "as it is", name, recorded(name)).clean
    settings = json.loads(renamed(json.dumps(SETTINGS.get(name, {})), ids))
    varied = json.loads(renamed(json.dumps(recorded(name)), ids))
    report = synced(tmp_path / "other", name, varied, **settings)
    assert report.clean, report.runs
    for table in ("customer", "event", "commerce", "thread", "message", "removal", "record"):
        query = f"select count(*) from {table}"
        assert counted(tmp_path / "other", query) == counted(tmp_path / "as it is", query), table
    found = {str(row[1:3]) for row in counted(tmp_path / "other", "select * from removal")}
    assert not any(repr(old) in one for one in found for old in ids)


def counted(folder: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "m.db")) as db:
        return db.execute(query).fetchall()


# What a thing cannot be told without costs that thing, or the page; nothing else.
STRUCTURE = ("the answer has no list", "the answer is not about", "Throttled", "404")


@pytest.mark.parametrize("name", NAMES)
def test_a_member_that_is_missing_costs_its_own_thing_alone(tmp_path: Path, name: str) -> None:
    assert_little_is_lost(tmp_path, name, chance=0.04)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_any_member_that_is_missing_costs_its_own_thing_alone(tmp_path: Path, name: str) -> None:
    assert_little_is_lost(tmp_path, name, chance=1.0)


def assert_little_is_lost(folder: Path, name: str, chance: float) -> None:
    draw, exchanges = random.Random(7), recorded(name)
    tried = 0
    for number, one in enumerate(exchanges):
        if one["response"]["status"] >= 300:
            continue
        for place in variations.places(one["response"]["json"]):
            if draw.random() > chance:
                continue
            tried += 1
            null = draw.random() < 0.5
            varied = variations.without(exchanges, number, place, null=null)
            report = synced(folder / str(tried), name, varied, strict=False)
            errors = [run.error for run in report.runs if run.error]
            assert all(any(word in error for word in STRUCTURE) for error in errors), (
                place,
                errors,
            )
            assert len(report.rejects) <= 1, (place, report.rejects)
    assert tried
