"""R29: no cell of a CSV of ours is a formula; JSON lines lose nothing."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

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
from tests.safety.strangers import generated

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
ATTACKS = [
    '=cmd|" /C calc"!A0', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1", "\0=1", "＝1+1", " =1+1",
    "\n=1+1", '=HYPERLINK("http://evil.example","x")', "＋4670", "=1\x1b[31m", '"=1+1', "'=1+1",
    "＠SUM", "－1", "-1", "-1.5", "+46701234567", "1e5", "=", "-",
]  # fmt: skip
_SPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _TEXT, _OFFICE = (_SPACE % name for name in ("table", "text", "office"))
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


class Cell(NamedTuple):
    """A cell as LibreOffice holds it."""

    text: str
    """What is seen."""
    kind: str | None
    formula: str | None


def opened(folder: Path, *names: str, quoted_is_text: bool) -> dict[str, list[list[Cell]]]:
    """Files of a folder as LibreOffice opens them.

    quoted_is_text: the box "Format quoted field as text" is ticked. As it comes it is not.
    """
    options = f"44,34,76,1,,0,{str(quoted_is_text).lower()},true"
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
         f"--infilter=Text - txt - csv (StarCalc):{options}", "--convert-to", "fods",
         "--outdir", str(folder / "out"), *(str(folder / f"{name}.csv") for name in names)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return {name: cells_of(folder / "out" / f"{name}.fods") for name in names}


def cells_of(document: Path) -> list[list[Cell]]:
    """The rows of a flat OpenDocument file; cells that are repeated stand once."""
    rows = ElementTree.parse(document)
    for blanks in rows.iter(f"{_TEXT}s"):
        blanks.text = " " * int(blanks.get(f"{_TEXT}c", "1"))
    return [
        [
            Cell(
                "\n".join("".join(line.itertext()) for line in cell.findall(f"{_TEXT}p")),
                cell.get(f"{_OFFICE}value-type"),
                cell.get(f"{_TABLE}formula"),
            )
            for cell in row.findall(f"{_TABLE}table-cell")
        ]
        for row in rows.iter(f"{_TABLE}table-row")
    ]


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed: no round trip"
)
@pytest.mark.parametrize("quoted_is_text", [True, False])
def test_a_spreadsheet_shows_text_and_runs_nothing(
    hostile: World, tmp_path: Path, quoted_is_text: bool
) -> None:
    texts = [*ATTACKS, *(f"{FORMULA[n % 11]}{text}" for n, text in enumerate(generated(400)))]
    (tmp_path / "ours.csv").write_text(csv_text([{"text": text} for text in texts]))
    with closing(open_reader(hostile.path)) as db:
        export = of_customers(customers.every(db), hostile.clock)
        path, _ = exporting.write(db, tmp_path / "exports", export, "csv", hostile.clock)
    path.rename(tmp_path / "screen.csv")
    with (tmp_path / "bare.csv").open("w", newline="") as file:
        csv.writer(file).writerows([[text] for text in ATTACKS if text > " "])
    found = opened(tmp_path, "ours", "screen", "bare", quoted_is_text=quoted_is_text)
    for name in ("ours", "screen"):
        assert not [cell for row in found[name] for cell in row if cell.formula]
    # Not because LibreOffice was told to leave formulas alone.
    assert [cell for row in found["bare"] for cell in row if cell.formula]
    written = [row[0] for row in read((tmp_path / "ours.csv").read_text())]
    pairs = list(zip((row[0] for row in found["ours"]), written, strict=True))
    assert [pair for pair in pairs if pair[0].kind == "string" and pair[0].text != pair[1]] == []
    numbers = {said for cell, said in pairs if cell.kind not in ("string", None)}
    assert numbers == (set() if quoted_is_text else {"-1", "-1.5", "1e5"})


def test_the_small_world_by_command_is_the_same_as_json(tmp_path: Path) -> None:
    from tests.cli import Console

    config = worlds.build(tmp_path)
    console = Console(config.mirror.parent, "--now", "2026-04-01T10:50+02:00")
    rows = read(console("customers", "--csv").out)
    told = console("customers", "--json").json["customers"]
    names = [line[rows[0].index("name")] for line in rows[1:]]
    assert names == [one["name"] for one in told]
