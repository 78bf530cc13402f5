"""The demo's data: made by its script, imported whole, and with the people its README names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import Console

FOLDER = Path(__file__).resolve().parent.parent / "sample_data"


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Console:
    made = Console(tmp_path_factory.mktemp("sample"), "--config", str(FOLDER / "demo.toml"))
    assert made("import", str(FOLDER)).status == 1, "two rows are refused, and it says so"
    return made


def test_it_is_what_its_script_makes() -> None:
    check = subprocess.run(
        [sys.executable, str(FOLDER / "make.py"), "--check"], capture_output=True, text=True
    )
    assert check.returncode == 0, check.stdout + check.stderr


def test_it_is_small() -> None:
    size = sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file())
    assert size < 8_000_000


def test_every_system_is_there(console: Console) -> None:
    status = console("status", "--json").json
    assert {source["source"] for source in status["sources"]} == {
        "shopify", "klaviyo", "stripe", "zendesk", "segment",
    }  # fmt: skip
    assert status["customers"] == 602
    assert 30_000 < status["events"] < 33_000


def test_exactly_two_rows_are_refused_and_named(console: Console) -> None:
    refused = console("rejects", "--json").json["rejects"]
    assert len(refused) == 2
    assert all(one["line"] and one["reason"] and one["raw"] for one in refused)


def test_importing_it_again_changes_nothing(console: Console) -> None:
    before = console("customers", "--json", "--limit", "1000").out
    files = console("import", str(FOLDER), "--json").json["files"]
    assert [(file["new"], file["changed"]) for file in files] == [(0, 0)] * len(files)
    assert console("customers", "--json", "--limit", "1000").out == before


@pytest.mark.parametrize("name", ["田中 ゆき", "نور الدين", "Siobhán O'Neill", "Bobby [/b] Tables"])
def test_people_worth_finding_are_found(console: Console, name: str) -> None:
    found = console("customers", name, "--json").json
    assert any(name in one["name"] for one in found["customers"])


def test_one_person_has_three_addresses(console: Console) -> None:
    (one,) = console("customers", "márta kovács", "--json").json["customers"]
    mails = {identity["value"] for identity in one["identities"] if identity["kind"] == "email"}
    assert len(mails) == 3
