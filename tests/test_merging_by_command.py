"""Merges that the notebook has are in the mirror after every import, and in what is shown."""

from __future__ import annotations

import json
from pathlib import Path

from console.model import Person
from console.notebook import merges
from console.notebook.changes import Signed
from tests.cli import Console

LINES = [
    {"type": "track", "userId": user, "event": "Report Built", "messageId": f"{user}-{n}",
     "timestamp": f"2026-03-0{n}T09:00:00Z"}
    for user in ("u1", "u2")
    for n in (1, 2, 3)
]  # fmt: skip
ADA: Person = (("segment", "external_id", "u1"),)
BO: Person = (("segment", "external_id", "u2"),)
BY = Signed("test", 1)


def test_an_import_merges_whom_the_notebook_has_as_one(tmp_path: Path) -> None:
    notebook = tmp_path / "notebook.db"
    console = Console(tmp_path, "--now", "2026-04-02", "--notebook", str(notebook))

    def brought(*lines: dict[str, str]) -> None:
        text = "\n".join(map(json.dumps, lines)).encode()
        assert console("import", "-", "--as", "segment", stdin=text).status == 0

    merges.merge(notebook, ADA, BO, BY)
    brought(*LINES)
    (one,) = console("customers", "--json").json["customers"]
    assert {each["value"] for each in one["identities"]} == {"u1", "u2"}
    for who in ("u1", "u2", "#1", "#2"):
        found = console("customer", who, "--json").json
        assert (found["id"], found["events"]["total"]) == (one["id"], 6)
        assert found["identities"] == one["identities"]
    assert "u2" in console("customer", "u1").out
    merges.unmerge(notebook, (BO, ADA), BY)
    brought(LINES[0])
    assert console("customer", "u2", "--json").json["events"]["total"] == 3
    assert console("customers", "--json").json["total"] == 2
