"""The header: what needs somebody first, shorter and shorter as room is less, never cut off."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from console.clock import DAY, HOUR, MINUTE, Clock
from console.config import SourceConfig
from console.model import Counts, SourceStatus, Status, StreamRun
from console.show import header
from console.show.standing import standings

NOW = 1_775_033_400_000_000
CLOCK = Clock(NOW, ZoneInfo("UTC"))


def status(*sources: SourceStatus) -> Status:
    return Status("mirror.db", 1, 602, 40, 30_000, "UTC", sources)


def by_files(name: str = "shopify", **more: object) -> SourceStatus:
    given: dict[str, object] = {
        "last_sync": NOW, "newest": NOW - 4 * MINUTE, "events": 1, "records": 1, "rejected": 0,
        **more,
    }  # fmt: skip
    return SourceStatus(name, **given)  # type: ignore[arg-type]


def by_api(name: str, ago: int, error: str | None = None) -> SourceStatus:
    run = StreamRun(name, "all", NOW - ago, NOW - ago, Counts(), error=error)
    return SourceStatus(name, NOW - ago, None, 1, 1, 0, error=error, streams=(run,))


def facts(
    found: Status | None, room: int = 90, name: str = "sample data", doing: str = "",
    never: str | None = None,
) -> str:  # fmt: skip
    sources = {never: SourceConfig(never, never, key_env="K")} if never else {}
    told = standings(found, sources, CLOCK)
    shown = header.facts(name, found, told, CLOCK, room, doing)
    assert shown.cell_length <= max(room, 2)
    return shown.plain.strip()


def test_whose_how_many_how_fresh() -> None:
    said = "sample data · 602 customers · 1 source, imported just now · newest 4 min ago"
    assert facts(status(by_files())) == said
    assert facts(None) == "sample data"


def test_less_room_leaves_what_matters() -> None:
    assert facts(status(by_files()), 45) == "602 customers · 1 source · newest 4 min ago"
    assert facts(status(by_files()), 36) == "602 customers · newest 4 min ago"
    assert facts(status(by_files()), 20) == "602 customers"


def test_stale_and_partial_say_so() -> None:
    old = by_files(last_sync=NOW - 3 * DAY, rejected=2)
    assert "1 source, imported 3 days ago · 2 rows refused" in facts(status(old))
    assert "imported 3 days ago" in facts(status(old), 30)


def test_those_that_are_asked_are_told_one_by_one_where_there_is_room() -> None:
    found = status(by_api("klaviyo", 4 * MINUTE), by_api("stripe", HOUR), by_files("table"))
    said = facts(found, 120)
    assert "stripe 1h · klaviyo 4m · 1 by files, imported just now" in said
    many = status(*(by_api(name, 4 * MINUTE) for name in ("gorgias", "klaviyo", "recharge")))
    assert facts(many, 60) == "602 customers · gorgias 4m · klaviyo 4m · recharge 4m"
    assert facts(many, 50) == "602 customers · 3 sources, oldest 4 min ago"
    assert facts(many, 34) == "602 customers · asked 4 min ago"


FAILING = status(
    by_api("klaviyo", 4 * MINUTE), by_api("stripe", 3 * DAY),
    by_api("zendesk", 2 * HOUR, "zendesk: GET /x: 401; is the key right, and may it read this?"),
    by_api("shopify", HOUR, "shopify: GET /y: 503"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("room", "said"),
    [
        (160, "✗ zendesk: key refused, 2 h ago · ✗ shopify: its server fails, 1 h ago"
              " · stripe: asked 3 days ago · sample data · 602 customers · klaviyo 4m"),
        (80, "✗ zendesk: key refused, 2 h ago, and 1 more · stripe: asked 3 days ago"),
        (47, "✗ zendesk: key refused, 2 h ago, and 1 more"),
        (30, "✗ zendesk: key refused +1"),
        (16, "✗ zendesk +1"),
        (11, "✗ 2 failed"),
        (4, "✗"),
    ],
)  # fmt: skip
def test_what_fails_comes_before_everything_and_is_shortened_last(room: int, said: str) -> None:
    assert facts(FAILING, room) == said


def test_a_sync_tells_how_it_comes_on() -> None:
    assert facts(FAILING, 60, doing="klaviyo events 1,240") == (
        "⟳ klaviyo events 1,240 · ✗ zendesk: key refused +1"
    )
    assert facts(None, doing="starting") == "⟳ starting · sample data"


def test_what_was_never_read_is_told_too() -> None:
    assert facts(status(), never="klaviyo").startswith("klaviyo: never synced · sample data")


def test_no_room_is_too_little() -> None:
    for room in range(1, 170):
        facts(FAILING, room, doing="klaviyo events 1,240")
        facts(status(by_files("語" * 40, error="\x1b[2J" + "x" * 400)), room)
