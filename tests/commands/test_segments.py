"""``console segments``, and ``segment:NAME`` wherever a condition stands."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from console.notebook import segments as notebook
from console.notebook.changes import Signed
from console.notebook.store import last_visit, note_visit
from tests.cli import Console


def test_saved_listed_and_removed(world: Console) -> None:
    assert world("segments").out.startswith("No segment is saved yet")
    assert world("segments", "--json").json == {"segments": []}
    kept = world("segments", "save", "Big  spenders ", "spent>100 USD", "or", "city=Malmö")
    assert kept.status == 0
    assert 'segment:"Big spenders"' in kept.out
    listed = world("segments", "--json").json["segments"]
    assert listed == [
        {
            "name": "Big spenders",
            "condition": "spent>100 USD or city=Malmö",
            "people": None,
            "made_at": "2026-04-01T12:00:00+02:00",
        }
    ]
    assert "city=Malmö" in world("segments").out
    assert world("segments", "remove", "BIG spenders").status == 0
    gone = world("segments", "remove", "Big spenders")
    assert (gone.status, gone.out) == (1, "")
    assert "no saved segment" in gone.err


def test_names_are_unique_whatever_their_capitals(world: Console) -> None:
    assert world("segments", "save", "Übrige", "plan=none").status == 0
    again = world("segments", "save", "übrige", "plan=pro")
    assert again.status == 1
    assert "already a segment" in again.err
    assert world("segments", "--json").json["segments"][0]["condition"] == "plan=none"


@pytest.mark.parametrize(
    ("name", "condition", "status", "said"),
    [
        ("x", "country=SE plam=pro", 2, "character 12: customers have no property 'plam'"),
        ("x", "segment:x", 2, "character 9: there is no saved segment 'x'"),
        ("x", " ", 2, "must stand here"),
        (" ", "country=SE", 1, "needs a name"),
        ('a"b', "country=SE", 1, "no quotes"),
        ("a\x1b[31m", "country=SE", 1, "no quotes"),
        ("x" * 61, "country=SE", 1, "60 characters"),
    ],
)
def test_what_will_not_do_is_refused(
    world: Console, name: str, condition: str, status: int, said: str
) -> None:
    answer = world("segments", "save", name, condition)
    assert (answer.status, answer.out) == (status, "")
    assert said in answer.err
    assert world("segments", "--json").json == {"segments": []}


def test_readonly_changes_nothing(world: Console) -> None:
    world("segments", "save", "mine", "city=Malmö")
    for words in (("save", "x", "city=Malmö"), ("remove", "mine")):
        answer = world("--readonly", "segments", *words)
        assert answer.status == 1
        assert "--readonly" in answer.err
    assert [one["name"] for one in world("segments", "--json").json["segments"]] == ["mine"]


def test_it_stands_wherever_a_condition_does(world: Console) -> None:
    world("segments", "save", "Mine", "city=Malmö")
    for command in (("customers", "--json"), ("cohorts", "--json"), ("lifecycle", "--json"),
                    ("stickiness", "--json"), ("cohorts", "--cell", "8:0", "--json")):  # fmt: skip
        plain = world(*command, "--segment", "city=Malmö")
        named = world(*command, "--segment", "segment:mine")
        assert named.status == plain.status == 0
        for part in ("rows", "customers", "intervals", "columns"):
            assert named.json.get(part) == plain.json.get(part)
    shown = world("cohorts", "--compare", "segment:mine", "not segment:MINE")
    assert shown.status == 0
    assert "A city=Malmö" in shown.out or "A (city=Malmö)" in shown.out
    wrong = world("customers", "--segment", "country=SE segment:nobody")
    assert wrong.status == 2
    assert "no saved segment 'nobody'" in wrong.err


def test_one_may_stand_in_another(world: Console) -> None:
    world("segments", "save", "here", "city=Malmö")
    world("segments", "save", "not here", "not segment:here")
    found = world("customers", "--json", "--segment", 'segment:"not here"').json
    assert found["total"] == 2
    world("segments", "remove", "here")
    broken = world("customers", "--segment", 'segment:"not here"')
    assert broken.status == 2
    assert "in the saved segment 'not here'" in broken.err


def test_a_notebook_that_cannot_be_read_matters_only_to_who_asks_it(world: Console) -> None:
    path = world.mirror.with_name("notebook.db")
    path.write_bytes(b"no database at all" * 100)
    assert world("customers", "--segment", "city=Malmö").status == 0
    commands = [
        ("customers", "--segment", "segment:x"),
        ("segments",),
        ("segments", "save", "x", "city=Malmö"),
        ("segments", "remove", "x"),
    ]
    for command in commands:
        answer = world(*command)
        assert answer.status == 1
        assert "notebook.db" in answer.err


def test_a_notebook_of_before_gains_its_tables(tmp_path: Path) -> None:
    path = tmp_path / "notebook.db"
    note_visit(path, "ada", 5)
    db = sqlite3.connect(path)
    db.executescript(
        "drop table segment; drop table segment_person; pragma user_version = 1;"
        "delete from _sqlite_migrations where name = 'segments'"
    )
    db.close()
    assert notebook.read(path) == ()
    assert notebook.Shelf(path)() == {}
    assert not notebook.remove(path, "big", Signed("ann", 6))
    assert notebook.save(path, "big", "plan=pro", Signed("ann", 7)) == "big"
    assert notebook.Shelf(path)() == {"big": "plan=pro"}
    assert last_visit(path, "ada") == 5
