"""The recorded conversations, and all that vendors may say otherwise without meaning it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.config import Config, SourceConfig
from console.pulling import PullReport, pull
from tests.mirror.canonical import Told, difference, told
from tests.shared import SHARED, needs_shared
from tests.sources import variations
from tests.sources.replay import Exchange, Vendor, serving

NOW = 1_772_409_600_000_000
NAMES = ("gorgias", "intercom", "klaviyo", "mailchimp", "recharge", "shopify_graphql",
         "shopify_rest", "stripe", "zendesk")  # fmt: skip
SETTINGS: dict[str, dict[str, Any]] = {
    "intercom": {"contacts": ["6762aaaa"], "conversations": ["471"]},
    "mailchimp": {"lists": ["l1"], "campaigns": ["c1"], "since": "2026-02-28"},
    "recharge": {"since": "2020-01-01"},
    "zendesk": {"since": 1772341200},
}
SAME: dict[str, Callable[[str, list[Exchange]], list[Exchange]]] = {
    "one by one": variations.one_by_one,
    "an empty page first": variations.an_empty_page_first,
    "things twice": variations.twice,
    "429 with seconds": variations.failing(429, {"Retry-After": "7"}),
    "429 with a date": variations.failing(429, {"Retry-After": "Mon, 02 Mar 2026 00:00:09 GMT"}),
    "429 without a word": variations.failing(429, {}),
    "500": variations.failing(500, {}),
    "503 with seconds": variations.failing(503, {"Retry-After": "3"}),
}
pytestmark = needs_shared


def recorded(name: str) -> list[Exchange]:
    assert SHARED is not None
    text = (SHARED / "sources" / "specs" / "replay" / f"{name}.json").read_text()
    found: list[Exchange] = json.loads(text)["exchanges"]
    return found


def synced(folder: Path, name: str, exchanges: list[Exchange], **settings: Any) -> PullReport:
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


@pytest.mark.parametrize("how", SAME)
@pytest.mark.parametrize("name", NAMES)
def test_the_same_is_said_otherwise(tmp_path: Path, name: str, how: str) -> None:
    exchanges = recorded(name)
    varied = SAME[how](name, exchanges)
    if varied == exchanges:
        pytest.skip("there is nothing in it that can be told so")
    assert synced(tmp_path / "a", name, exchanges).clean
    report = synced(tmp_path / "b", name, varied)
    assert report.clean, report.runs
    assert not difference(meaning(tmp_path / "a"), meaning(tmp_path / "b"))


@pytest.mark.parametrize("how", [variations.reordered, variations.more_members])
@pytest.mark.parametrize("name", NAMES)
def test_members_in_another_order_and_unknown_ones(
    tmp_path: Path, name: str, how: Callable[[str, list[Exchange]], list[Exchange]]
) -> None:
    assert synced(tmp_path / "a", name, recorded(name)).clean
    report = synced(tmp_path / "b", name, how(name, recorded(name)))
    assert report.clean, report.runs
    left, right = (meaning(tmp_path / folder, raw=False) for folder in "ab")
    assert not difference(left, right)
