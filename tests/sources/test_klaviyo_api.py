"""Klaviyo by its API: the recorded conversation, big accounts, and where it meets the export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.sync.importing import import_files
from tests.mirror.worlds import at
from tests.shared import needs_shared
from tests.sources.books.book import answering
from tests.sources.books.klaviyo import Klaviyo
from tests.sources.books.world import world
from tests.sources.loopback import vendor
from tests.sources.replay import Vendor, serving
from tests.sources.syncs import Sync, recorded


@pytest.fixture
def played(tmp_path: Path) -> Iterator[tuple[Vendor, Sync]]:
    with serving(recorded("klaviyo")) as vendor:
        yield vendor, Sync(tmp_path, "klaviyo", vendor.url)


def on_recorded_paths(vendor: Vendor) -> int:
    return len(vendor.asked) - len(vendor.beyond)


@needs_shared
def test_the_recorded_conversation(played: tuple[Vendor, Sync]) -> None:
    vendor, sync = played
    runs = sync.streams()
    assert vendor.complaints == vendor.unplayed == []
    assert runs["profiles"].counts.new == 3
    assert (runs["events"].counts.read, runs["events"].counts.new) == (5, 4)
    assert on_recorded_paths(vendor) == 5
    assert sync.waited == [pytest.approx(1.05)]
    assert not any(run.error for run in runs.values())
    assert "404" in (runs["campaigns"].warning or "")
    first = vendor.asked[0]
    assert first.headers["authorization"].startswith("Klaviyo-API-Key ")
    assert first.headers["revision"] == "2026-07-15"


@needs_shared
def test_the_cursor_does_not_pass_now(played: tuple[Vendor, Sync]) -> None:
    _, sync = played
    sync.run()
    assert sync.state("events")["seen"] == at("2026-03-01T07:30")
    [(quality,)] = sync.ask("select quality from event where at = (select max(at) from event)")
    assert quality == 3, "kept, and marked as of the future"


@needs_shared
def test_again_it_asks_for_less_and_changes_nothing(played: tuple[Vendor, Sync]) -> None:
    vendor, sync = played
    sync.run()
    sync.again(vendor)
    asked = [one.query.get("filter") for one in vendor.asked if "page[cursor]" not in one.query]
    assert "greater-than(updated,2026-03-01T07:56:00Z)" in asked
    assert "greater-or-equal(datetime,2026-02-28T07:30:00Z)" in asked


@needs_shared
def test_what_the_events_say(played: tuple[Vendor, Sync]) -> None:
    _, sync = played
    sync.run()
    rows = sync.ask(
        "select k.name, k.verb, e.amount, e.object, c.name from event e"
        " join event_kind k on k.id = e.kind join customer c on c.id = e.customer order by e.id"
    )
    assert ("Placed Order", "order_paid", 4490, None, "Ana Pérez") in rows
    assert ("Opened Email", "mail_opened", None, "Hola", "Ana Pérez") in rows


@needs_shared
def test_the_export_and_the_api_meet_in_one_row(
    played: tuple[Vendor, Sync], tmp_path: Path
) -> None:
    _, sync = played
    sync.run()
    table = tmp_path / "list.csv"
    table.write_text(
        "Email,Klaviyo ID,First Name,Last Name,City,Email Marketing Consent\n"
        "ana.perez@example.com,01A,Ana,Old,Toledo,SUBSCRIBED\n"
    )
    report = import_files([str(table)], sync.config)
    assert report.files[0].counts.unchanged == 1, "an export does not say when it was true"
    assert sync.ask("select name, city from customer where email like 'ana%'") == [
        ("Ana Pérez", "Madrid")
    ]
    assert sync.ask("select count(*) from record where ext_id = '01A'") == [(1,)]


def test_a_big_account_is_read_newest_first(tmp_path: Path) -> None:
    company = world(6)
    start = company.deeds[0]
    company.deeds += [
        replace(start, n=n, at=start.at - timedelta(hours=n))
        for n in range(len(company.deeds), 700)
    ]
    with vendor(answering(Klaviyo(company))) as (url, _):
        sync = Sync(tmp_path, "klaviyo", url)
        seen: list[int] = []
        sync_pages(sync, seen)
    # The first look is at the oldest; then they go back from now.
    newest = seen[1]
    assert newest == max(seen)
    assert sync.ask("select count(*) from event") == [(700,)]
    assert sync.state("events")["spans"] == []


def sync_pages(sync: Sync, seen: list[int]) -> None:
    """Sync, noting the newest event there is after each page of events."""
    from console.sync.pulling import pull
    from tests.sources.syncs import KEY

    def progress(run: Any, total: int | None) -> None:
        if run.stream == "events":
            rows = sync.ask("select at from event order by id desc limit 1")
            seen.append(rows[0][0])

    pull(sync.config, sleep=sync.waited.append, environment={"KEY": KEY}, progress=progress)


def page(*data: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"data": list(data), "links": {"next": None}, **more}


def exchange(path: str, body: Any, **query: str) -> dict[str, Any]:
    return {
        "request": {"method": "GET", "path": path, "query": query},
        "response": {"status": 200, "headers": {}, "json": body},
    }


def profile(id: str, **told: Any) -> dict[str, Any]:
    return {"type": "profile", "id": id, "attributes": told}


def test_what_is_not_said_is_kept_and_what_is_null_is_cleared(tmp_path: Path) -> None:
    told: dict[str, Any] = {
        "email": "a@example.com",
        "first_name": "Ada",
        "updated": "2026-02-01T00:00:00Z",
    }
    told |= {"organization": "Ek", "location": {"city": "Lund", "country": "Sweden"}}
    vendor = Vendor(
        [
            exchange("/api/profiles", page(profile("1", **told))),
            exchange("/api/profiles", page(profile("1", updated="2026-02-02T00:00:00Z",
                                                   organization=None, location={}))),
        ]
    )  # fmt: skip
    with serving(vendor):
        sync = Sync(tmp_path, "klaviyo", vendor.url)
        sync.run()
        sync.run()
    [(fields,)] = sync.ask("select fields from record")
    known = json.loads(fields)
    assert (known["name"], known["city"], known["account"]) == ("Ada", "Lund", None)


def test_a_bad_object_costs_itself_alone(tmp_path: Path) -> None:
    vendor = Vendor(
        [
            exchange(
                "/api/profiles",
                page(
                    profile("1", first_name="Ada", updated="2026-02-01T00:00:00Z"),
                    {"attributes": {}},
                    profile("2", updated="the day before"),
                    "oh",  # type: ignore[arg-type]
                ),
            )
        ]
    )
    with serving(vendor):
        sync = Sync(tmp_path, "klaviyo", vendor.url)
        report = sync.run()
    [run] = [run for run in report.runs if run.stream == "profiles"]
    assert (run.counts.new, run.counts.rejected) == (1, 3)
    assert [(one.path, one.column) for one in report.rejects] == [
        ("klaviyo/profiles", "id"), ("klaviyo/profiles/2", "updated"), ("klaviyo/profiles", None),
    ]  # fmt: skip


def test_who_left_the_mails_unsubscribed(tmp_path: Path) -> None:
    marketing = {"consent": "UNSUBSCRIBED", "consent_timestamp": "2026-01-05T10:00:00+00:00"}
    told = {"updated": "2026-02-01T00:00:00Z", "subscriptions": {"email": {"marketing": marketing}}}
    vendor = Vendor([exchange("/api/profiles", page(profile("1", **told)))])
    with serving(vendor):
        sync = Sync(tmp_path, "klaviyo", vendor.url)
        sync.run()
    assert sync.ask("select k.verb, e.at from event e join event_kind k on k.id = e.kind") == [
        ("unsubscribed", at("2026-01-05T10:00"))
    ]


def test_campaigns(tmp_path: Path) -> None:
    campaign = {
        "type": "campaign", "id": "c1",
        "attributes": {"name": "March", "send_time": "2026-03-01T07:00:00Z",
                       "updated_at": "2026-03-01T07:00:00Z"},
        "relationships": {"campaign-messages": {"data": [{"id": "m1"}]}},
    }  # fmt: skip
    message = {"id": "m1", "attributes": {"definition": {"content": {"subject": "Hola"}}}}
    vendor = Vendor(
        [
            exchange("/api/campaigns", page(campaign, included=[message]),
                     filter="equals(messages.channel,'email')"),
            exchange("/api/campaigns", page(), filter="equals(messages.channel,'sms')"),
        ]
    )  # fmt: skip
    with serving(vendor):
        sync = Sync(tmp_path, "klaviyo", vendor.url)
        sync.run()
    assert sync.told()["campaign"] == [("c1", "March", "Hola", "email", at("2026-03-01T07:00"))]


def test_metrics_that_are_not_included_are_asked_for_once(tmp_path: Path) -> None:
    def event(id: str, metric: str) -> dict[str, Any]:
        related = {
            "profile": {"data": {"id": "1"}}, "metric": {"data": {"id": metric}},
        }  # fmt: skip
        told = {"datetime": "2026-02-01T00:00:00Z", "event_properties": {}}
        return {"type": "event", "id": id, "attributes": told, "relationships": related}

    metric = {"type": "metric", "id": "m", "attributes": {"name": "Placed Order"}}
    vendor = Vendor(
        [
            exchange("/api/events", page(event("a", "m"), event("b", "m"), event("c", "x"))),
            exchange("/api/metrics", page(metric)),
        ]
    )
    with serving(vendor):
        sync = Sync(tmp_path, "klaviyo", vendor.url)
        sync.run()
    assert sync.ask("select name, n from event_kind order by name") == [
        ("Placed Order", 2), ("metric x", 1),
    ]  # fmt: skip
