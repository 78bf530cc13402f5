"""R27: the same file twice changes nothing but the note of the run."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from console.mirror.database import open_as_it_is
from tests.cli import Console
from tests.commands.conftest import CALLS, lines

ROOT = Path(__file__).resolve().parents[2]
EXPORTS = sorted(path for path in (ROOT / "sample_data").rglob("*") if path.suffix in
                 (".csv", ".zip", ".gz", ".jsonl"))  # fmt: skip
# What tells of runs, and of files read to their end.
NOTED = {"run", "content", "sqlite_sequence"}


def rows(path: Path) -> dict[str, Any]:
    """Every row of every table but those that tell of runs."""
    with closing(open_as_it_is(path)) as db:
        names = [name for (name,) in db.execute(
            "select name from sqlite_master where type = 'table'").fetchall()]  # fmt: skip
        return {
            name: db.execute(f"select * from {name}").fetchall()
            for name in names
            if name not in NOTED and not name.startswith("customer_search")
        }


def check(console: Console, *arguments: str, stdin: bytes | None = None) -> None:
    first = console("import", *arguments, "--json", stdin=stdin)
    before = rows(console.mirror)
    again = console("import", *arguments, "--json", stdin=stdin)
    assert rows(console.mirror) == before
    assert again.status == first.status
    for one, other in zip(first.json["files"], again.json["files"], strict=True):
        assert one["read"] == other["read"]
        assert (other["new"], other["changed"]) == (0, 0)
        assert other["unchanged"] + other["rejected"] == other["read"]


def test_the_sample_exports_twice(tmp_path: Path) -> None:
    assert EXPORTS
    for folder in ("shopify", "stripe", "zendesk", "klaviyo"):
        check(Console(tmp_path, "--now", "2026-06-01"), str(ROOT / "sample_data" / folder))


@pytest.mark.parametrize("again", [CALLS, CALLS[::-1]], ids=["as it was", "in another order"])
def test_the_same_calls_twice(tmp_path: Path, again: list[dict[str, Any]]) -> None:
    console = Console(tmp_path, "--now", "2026-06-01")
    assert console("import", "-", stdin=lines(CALLS)).status == 0
    before = rows(console.mirror)
    assert console("import", "-", stdin=lines(again)).status == 0
    assert rows(console.mirror) == before
    check(console, "-", stdin=lines(CALLS))


def test_a_file_with_refused_rows_twice(tmp_path: Path) -> None:
    console = Console(tmp_path, "--now", "2026-06-01")
    check(console, "-", stdin=b"customer,event,at\na@example.com,Signed Up,2026-05-01\nb,c\n,,x\n")
