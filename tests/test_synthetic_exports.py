"""Eight people in eight systems: what must come out is written in their expected.json."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli import Console
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared
FOLDER = SHARED / "data" / "synthetic_exports" if SHARED else Path()
NOW = "2026-03-02T12:00:00Z"
STREAMS = ("segment", "posthog", "mixpanel", "amplitude")


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads((FOLDER / "expected.json").read_text())


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Console:
    made = Console(tmp_path_factory.mktemp("synthetic"), "--now", NOW)
    answer = made("import", *exports(), "--json")
    assert answer.status == 0, answer.err or answer.out
    return made


def exports() -> list[str]:
    return [str(file) for file in sorted(FOLDER.iterdir()) if file.name != "expected.json"]


def profile(console: Console, email: str) -> dict[str, Any]:
    return console("customer", email, "--json").json


def test_every_file_is_recognised_and_read_whole(tmp_path: Path) -> None:
    made = Console(tmp_path, "--now", NOW)("import", *exports(), "--json").json
    assert made["rejects"] == []
    for file in made["files"]:
        assert file["kind"], file
        assert file["read"] == sum(
            file[part] for part in ("new", "changed", "unchanged", "rejected")
        ), file


def test_people_are_joined_across_systems(console: Console, expected: dict[str, Any]) -> None:
    found = console("customers", "--json", "--limit", "100").json
    assert found["total"] == len(expected["people"])
    by_email = {one["email"]: one for one in found["customers"]}
    assert set(by_email) == {person["key"] for person in expected["people"]}
    for person in expected["people"]:
        known = {
            (identity["source"], identity["kind"], identity["value"])
            for identity in by_email[person["key"]]["identities"]
        }
        assert {("klaviyo", "source_id", id) for id in person["klaviyo_ids"]} <= known
        assert ("shopify", "source_id", str(person["shopify_id"])) in known
        assert ("stripe", "source_id", person["stripe_id"]) in known
        assert ("zendesk", "source_id", str(person["zendesk_requester_id"])) in known


def test_orders_are_right_to_the_cent(console: Console, expected: dict[str, Any]) -> None:
    found = {
        order["name"]: (person["key"], order)
        for person in expected["people"]
        for order in profile(console, person["key"])["orders"]
    }
    assert len(found) == len(expected["shopify_orders"])
    for wanted in expected["shopify_orders"]:
        email, order = found[wanted["name"]]
        assert email == wanted["email"]
        assert order["id"] == str(wanted["id"])
        assert order["status"] == wanted["financial_status"]
        assert Decimal(order["amount"]) == Decimal(str(wanted["total"]))
        assert Decimal(order["refunded"] or 0) == Decimal(str(wanted["refunded"]))
        assert len(order["items"]) == wanted["line_items"]
        assert datetime.fromisoformat(order["at"]) == datetime.fromisoformat(
            wanted["created_at_utc"]
        )


@pytest.mark.parametrize("stream", STREAMS)
def test_each_stream_has_its_events_once(
    console: Console, expected: dict[str, Any], stream: str
) -> None:
    feed = console("feed", "--source", stream, "--level", "noise", "--limit", "1000", "--json").json
    assert len(feed["events"]) == expected["events_unique_per_stream"]
    times = [datetime.fromisoformat(one["at"]) for one in feed["events"]]
    assert times == sorted(times, reverse=True), "late events stand in their place"
    late = [one for one in feed["events"] if one["late"]]
    assert late
    assert all(one["level"] in ("noise", "routine") for one in late)


@pytest.mark.parametrize("stream", STREAMS)
def test_a_line_delivered_twice_counts_as_read(
    tmp_path: Path, expected: dict[str, Any], stream: str
) -> None:
    (file,) = [path for path in exports() if stream in path]
    (made,) = Console(tmp_path, "--now", NOW)("import", file, "--json").json["files"]
    assert made["read"] == expected["events_lines_per_stream"]
    assert made["new"] == expected["events_unique_per_stream"]
    assert made["unchanged"] == 1


def test_importing_everything_again_changes_nothing(console: Console) -> None:
    before = console("customers", "--json", "--limit", "100").out
    made = console("import", *exports(), "--json").json
    for file in made["files"]:
        assert (file["new"], file["changed"]) == (0, 0), file
        assert file["unchanged"] == file["read"]
    assert console("customers", "--json", "--limit", "100").out == before


def test_the_order_of_files_does_not_matter(
    console: Console, tmp_path: Path, expected: dict[str, Any]
) -> None:
    turned = Console(tmp_path, "--now", NOW)
    for file in reversed(exports()):
        assert turned("import", file).status == 0

    def telling(one: dict[str, Any]) -> dict[str, Any]:
        identities = sorted(tuple(sorted(identity.items())) for identity in one["identities"])
        return {**one, "id": None, "identities": identities}

    def people(where: Console) -> list[dict[str, Any]]:
        found = where("customers", "--json", "--limit", "100").json["customers"]
        return sorted((telling(one) for one in found), key=lambda one: one["email"])

    assert people(turned) == people(console)


def test_a_folder_is_read_like_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    for file in exports():
        (folder / Path(file).name).write_bytes(Path(file).read_bytes())
    made = Console(tmp_path, "--now", NOW)("import", str(folder), "--json").json
    assert len(made["files"]) == len(exports())
    assert made["rejects"] == []


def test_standard_input_is_read_like_a_file(tmp_path: Path) -> None:
    (file,) = [path for path in exports() if "segment" in path]
    made = Console(tmp_path, "--now", NOW)(
        "import", "-", "--as", "segment", "--json", stdin=Path(file).read_bytes()
    )
    assert made.json["files"][0]["new"] == 48
