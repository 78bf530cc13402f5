"""Every vendor in one config, synced side by side into one mirror, twice."""

from __future__ import annotations

import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from console.sources.apis import APIS
from tests.cli import Console
from tests.mirror.canonical import Told, difference, told
from tests.sources.books import BOOKS
from tests.sources.books.book import answering
from tests.sources.books.world import NOW, World, world
from tests.sources.loopback import vendor
from tests.sources.replay import Asked

KEY = "user:sk_canary_9a40"
FIGURES = ("new", "changed", "deleted", "rejected")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.sync.pulling._waiting", lambda stop: lambda seconds: None)
    monkeypatch.setenv("SYNC_KEY", KEY)


@pytest.fixture
def company() -> World:
    """A company that has every one of its customers in every system."""
    made = world(11, people=12, all_have_addresses=True)
    made.settle()
    return made


@pytest.fixture
def console(tmp_path: Path, company: World) -> Iterator[Console]:
    """The command line with all twelve in its config."""
    text = []
    with ExitStack() as stack:
        for kind, book in BOOKS.items():
            url, _ = stack.enter_context(vendor(answering(book(company))))
            text.append(f'[sources.{kind}]\nkey_env = "SYNC_KEY"\nbase_url = "{url}"\n')
            text += [f'{name} = "{value}"\n' for name, value in book.settings.items()]
        config = tmp_path / "config.toml"
        config.write_text("".join(text))
        yield Console(tmp_path, "--config", str(config), "--now", NOW.isoformat())


def test_there_is_a_made_up_vendor_for_every_api() -> None:
    assert set(BOOKS) == set(APIS)


def test_all_twelve_side_by_side_twice(console: Console, company: World) -> None:
    first = console("sync", "--json")
    assert first.status == 0, first.out
    assert {one["source"] for one in first.json["sources"]} == set(APIS)
    for source in first.json["sources"]:
        for run in source["streams"]:
            assert run["error"] is None, (source["source"], run)
    assert_is_the_company(console.mirror, company)
    before = undated(console.mirror)
    second = console("sync", "--json")
    assert second.status == 0, second.out
    for source in second.json["sources"]:
        for run in source["streams"]:
            assert [run[name] for name in FIGURES] == [0, 0, 0, 0], (source["source"], run)
    assert not difference(before, undated(console.mirror))
    for part in KEY.split(":")[1:]:
        assert part not in first.out + first.err + second.out + second.err


def undated(mirror: Path) -> Told:
    """A mirror without when a person was last told of, which reading again may renew."""
    found = told(mirror)
    found["record"] = [(*row[:4], *row[5:]) for row in found["record"]]
    return found


def assert_is_the_company(mirror: Path, company: World) -> None:
    people, deeds = len(company.people), len(company.deeds)
    orders, tickets = len(company.orders), len(company.tickets)
    messages = sum(len(one.messages) for one in company.tickets.values())
    subscribed = sum(n % 3 == 0 for n in company.people)
    opened = sum(one.name == "Opened Email" for one in company.deeds)
    cents = sum(one.cents for one in company.orders.values())
    with closing(sqlite3.connect(mirror)) as db:
        ask = db.execute
        # Each once, though twelve systems have them.
        assert ask("select count(*) from customer where merged_into is null").fetchone() == (
            people,
        )
        records = {
            (source, kind): n
            for source, kind, n in ask(
                "select s.name, r.kind, count(*) from record r join source s on s.id = r.source"
                " where r.fields is not null group by 1, 2"
            )
        }
        events = dict(
            ask(
                "select s.name, sum(k.n) from event_kind k join source s on s.id = k.source"
                " group by 1"
            ).fetchall()
        )
        money = dict(
            ask(
                "select s.name, sum(c.amount) from commerce c join record r on r.id = c.record"
                " join source s on s.id = r.source where c.kind in ('order', 'charge') group by 1"
            ).fetchall()
        )
        removed = dict(
            ask(
                "select s.name, count(*) from removal x join source s on s.id = x.source group by 1"
            ).fetchall()
        )
    assert {kind: records[kind, "customer"] for kind, of in records if of == "customer"} == (
        dict.fromkeys(set(BOOKS) - {"amplitude", "mixpanel", "posthog"}, people)
    )
    for source in ("gorgias", "hubspot", "intercom", "zendesk"):
        assert records[source, "thread"] == tickets
    for source in ("gorgias", "intercom", "zendesk"):
        assert records[source, "message"] == messages
    assert records["shopify", "order"] == orders
    for source in ("recharge", "stripe"):
        assert records[source, "charge"] == orders
        assert records[source, "subscription"] == subscribed
    assert money == {"recharge": cents, "shopify": cents, "stripe": cents}
    assert records["hubspot", "account"] == records["mailchimp", "campaign"] == 1
    assert {
        source: events[source] for source in ("amplitude", "klaviyo", "mixpanel", "posthog")
    } == (dict.fromkeys(("amplitude", "klaviyo", "mixpanel", "posthog"), deeds))
    assert events["mailchimp"] == opened
    assert removed == {
        "gorgias": 1, "hubspot": 4, "intercom": 1, "recharge": 1, "shopify": 1, "stripe": 1,
        "zendesk": 2,
    }  # fmt: skip


def test_status_tells_the_story_of_all_twelve(console: Console, company: World) -> None:
    console("sync")
    story = {one["source"]: one for one in console("status", "--json").json["sources"]}
    assert set(story) == set(APIS)
    for kind, source in story.items():
        assert source["error"] is None, kind
        assert source["last_sync"] == NOW.isoformat(), kind
        assert source["lag_seconds"] == 0, kind
        assert source["rejected"] == 0, kind
        assert source["records"] + source["events"] > 0, kind
        streams = {one["stream"] for one in source["streams"]}
        assert streams == {stream.name for stream in APIS[kind].streams}
    said = " ".join(one["warning"] or "" for one in story["stripe"]["streams"])
    assert "last 30 days" in said
    text = console("status").out
    for kind in APIS:
        assert kind in text


def test_no_secret_is_anywhere(
    console: Console, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    said = [console("sync"), console("status", "--json"), console("rejects"), console("source",
            "list", "--json"), console("sync", "--json")]  # fmt: skip
    told = "".join(one.out + one.err for one in said) + caplog.text
    secrets = {KEY.partition(":")[2], b64encode(KEY.encode()).decode()}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"mirror.db", "config.toml"}
    for secret in secrets:
        assert secret not in told
        for path in files:
            assert secret.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("kind", APIS)
def test_a_vendor_that_says_the_key_back_is_not_repeated(tmp_path: Path, kind: str) -> None:
    def refuse(asked: Asked) -> tuple[int, object]:
        return 401, {"errors": [{"detail": f"no such key: {KEY}", "message": f"bad {KEY}"}]}

    with vendor(refuse) as (url, _):
        settings = "".join(f'{name} = "{one}"\n' for name, one in BOOKS[kind].settings.items())
        config = tmp_path / "config.toml"
        config.write_text(f'[sources.{kind}]\nkey_env = "SYNC_KEY"\nbase_url = "{url}"\n{settings}')
        console = Console(tmp_path, "--config", str(config), "--now", NOW.isoformat())
        answers = console("sync"), console("status", "--json")
    assert answers[0].status == 1
    assert "401" in answers[0].out
    for one in answers:
        assert KEY.partition(":")[2] not in one.out + one.err
    assert KEY.partition(":")[2].encode() not in (tmp_path / "mirror.db").read_bytes()
