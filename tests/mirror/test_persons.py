"""Lists of people find the same people again: after merges, and in a mirror built anew."""

from __future__ import annotations

from pathlib import Path

from console.analytics import segments
from console.config import Config
from console.mirror.activity import Activity
from console.mirror.database import open_reader
from console.mirror.persons import persons, recognised
from console.model import Batch, Key, Person, Record, Saved
from console.notebook import segments as notebook
from console.notebook.changes import Signed
from tests import world as worlds


def record(id: str, *keys: Key, kind: str = "customer") -> Record:
    return Record(kind, id, keys, {}, b"{}")  # type: ignore[arg-type]


def keys(**known: str) -> list[Key]:
    return [Key(kind, value) for kind, value in known.items()]  # type: ignore[arg-type]


ADA = record("1", *keys(source_id="1", email="ada@x.se"))
BO = record("2", *keys(source_id="2", email="bo@x.se"))
CY = record("3", *keys(source_id="3", phone="+46701234567"))
GHOST = record("4", *keys(anonymous_id="device"))
JOIN = record("1=2", *keys(email="ada@x.se"), *keys(email="bo@x.se"), kind="identify")


def people_of(settings: Config, ids: list[int]) -> tuple[Person, ...]:
    db = open_reader(settings.mirror)
    try:
        return persons(db, ids)
    finally:
        db.close()


def found(settings: Config, people: tuple[Person, ...]) -> set[int]:
    db = open_reader(settings.mirror)
    try:
        return set(recognised(db, people))
    finally:
        db.close()


def built(folder: Path, *records: Record, source: str = "shop") -> Config:
    folder.mkdir(exist_ok=True)
    settings = worlds.config(folder)
    worlds.save(settings, [(Batch(source, records=list(records)), "shopify")])
    return settings


def test_the_strongest_ways_to_know_somebody_are_kept(tmp_path: Path) -> None:
    settings = built(tmp_path, ADA, BO, CY, GHOST)
    assert people_of(settings, [2, 4, 99]) == (
        (("shop", "source_id", "2"), ("shop", "email", "bo@x.se")),
        (("shop", "anonymous_id", "device"),),
    )
    assert found(settings, people_of(settings, [2, 4])) == {2, 4}


def test_two_who_turn_out_to_be_one_are_one(tmp_path: Path) -> None:
    settings = built(tmp_path, ADA, BO, CY)
    people = people_of(settings, [1, 2, 3])
    worlds.save(settings, [(Batch("shop", records=[JOIN]), "shopify")])
    assert found(settings, people) == {1, 3}
    assert found(settings, people[1:2]) == {1}
    assert people_of(settings, [2]) == people_of(settings, [1])


def test_a_mirror_built_anew_knows_them_again(tmp_path: Path) -> None:
    people = people_of(built(tmp_path / "old", ADA, BO, CY), [2, 3])
    anew = built(tmp_path / "new", CY, BO, ADA)
    assert found(anew, people) == {1, 2}
    # Another source knows the address, but its own number 3 is somebody else.
    other = built(
        tmp_path / "other", record("3", *keys(source_id="3", email="bo@x.se")), source="m"
    )
    assert found(other, people) == {1}
    assert found(built(tmp_path / "none", GHOST), people) == set()


def test_a_list_is_a_condition_like_others(tmp_path: Path) -> None:
    settings = built(tmp_path, ADA, BO, CY)
    name = notebook.save(
        settings.notebook, "The two", people_of(settings, [1, 2]), Signed("ann", 5)
    )
    assert [(one.name, one.text, one.people) for one in notebook.read(settings.notebook)] == [
        ("The two", None, 2)
    ]
    shelf = notebook.Shelf(settings.notebook)
    assert shelf()["The two"] is shelf()["The two"]
    assert members(settings, segments.mention(name), shelf()) == {1, 2}
    assert members(settings, 'not segment:"THE TWO"', shelf()) == {3}
    saved = {**shelf(), "nested": 'segment:"The two" email=ada*'}
    assert members(settings, "segment:nested or phone=+46701234567", saved) == {1, 3}
    written = segments.parse("segment:nested", saved)
    assert written.text == '(segment:"The two" email=ada*)'
    assert notebook.remove(settings.notebook, "the two", Signed("ann", 6))
    assert shelf() == {}


def members(settings: Config, text: str, saved: Saved) -> set[int]:
    db = open_reader(settings.mirror)
    try:
        activity = Activity(db, settings.clock(), saved=lambda: saved)
        return set(segments.members(activity, segments.read(activity, text), activity.clock))
    finally:
        db.close()
