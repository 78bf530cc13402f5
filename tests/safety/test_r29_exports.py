"""R29: no cell of a CSV of ours is a formula; JSON lines lose nothing."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.mirror import customers
from console.mirror.database import open_reader
from console.panes import exporting
from console.panes.exports_of import of_customers
from console.show import documents
from console.show.tables import csv_text
from tests import world as worlds
from tests.mirror.worlds import World, person, who

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
ATTACKS = [
    '=cmd|" /C calc"!A0', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1", "\0=1", "＝1+1", " =1+1",
    "\n=1+1", '=HYPERLINK("http://evil.example","x")', "＋4670", "=1\x1b[31m", '"=1+1', "'=1+1",
    "＠SUM", "－1", "-1", "-1.5", "+46701234567", "1e5", "=", "-",
]  # fmt: skip
cells = st.one_of(
    st.none(),
    st.integers(),
    st.sampled_from(ATTACKS),
    st.tuples(st.sampled_from([*FORMULA, " ", "\n", ""]), st.text(max_size=12)).map("".join),
)


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=5))
@example([(one, one) for one in ATTACKS])
def test_no_cell_begins_a_formula(rows: list[tuple[object, object]]) -> None:
    found = read(csv_text([{"one": one, "other": other} for one, other in rows]))
    assert found[0] == ["one", "other"]
    assert len(found) == len(rows) + 1
    for line, given_row in zip(found[1:], rows, strict=True):
        assert len(line) == 2
        for cell, value in zip(line, given_row, strict=True):
            number = cell.lstrip("-").replace(".", "", 1).isdigit() and cell[:1] == "-"
            assert number or not cell.lstrip().startswith(FORMULA), (cell, value)
            assert not any(ord(letter) < 32 and letter not in "\n" for letter in cell)


@pytest.fixture
def hostile(tmp_path: Path) -> World:
    """Customers called like formulas, exactly as somebody signed up."""
    world = World(tmp_path)
    world.save(
        *(person(f"c{n}", who(source_id=f"c{n}"), name=name, city=f"{name}, {n}")
          for n, name in enumerate(ATTACKS)),
        source="shopify",
    )  # fmt: skip
    return world


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_files_written_by_the_screen(hostile: World, tmp_path: Path, form: exporting.Form) -> None:
    with closing(open_reader(hostile.path)) as db:
        ids = customers.every(db)
        path, n = exporting.write(
            db, tmp_path / "exports", of_customers(ids, hostile.clock), form, hostile.clock
        )
        people = customers.as_of(db, customers.by_ids(db, ids), hostile.clock.now)
    assert n == len(ATTACKS)
    text = path.read_text()
    if form == "jsonl":
        told = [json.loads(line) for line in text.splitlines()]
        assert told == [documents.customer(one, hostile.clock) for one in people]
        return
    for line in read(text)[1:]:
        assert not any(cell.lstrip().startswith(("=", "@", "＝")) for cell in line), line


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed: no round trip"
)
def test_a_spreadsheet_shows_text_and_runs_nothing(tmp_path: Path) -> None:
    given_rows = [{"n": n, "text": text} for n, text in enumerate(ATTACKS)]
    (tmp_path / "in.csv").write_text(csv_text(given_rows), encoding="utf-8")
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1",
         "--outdir", str(tmp_path / "out"), str(tmp_path / "in.csv")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    back = read((tmp_path / "out" / "in.csv").read_text(encoding="utf-8"))
    shown = [line[1] for line in back[1:]]
    assert shown == [line[1] for line in read(csv_text(given_rows))[1:]]


def test_the_small_world_by_command_is_the_same_as_json(tmp_path: Path) -> None:
    from tests.cli import Console

    config = worlds.build(tmp_path)
    console = Console(config.mirror.parent, "--now", "2026-04-01T10:50+02:00")
    rows = read(console("customers", "--csv").out)
    told = console("customers", "--json").json["customers"]
    names = [line[rows[0].index("name")] for line in rows[1:]]
    assert names == [one["name"] for one in told]
