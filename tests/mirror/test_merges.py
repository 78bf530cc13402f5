"""Merging and unmerging by hand: exact, durable, whatever else comes in between."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.clock import DAY, Clock
from console.config import EventRule
from console.mirror import customers, profile
from console.mirror.database import open_reader
from console.mirror.persons import recognised
from console.mirror.store import Writer
from console.model import Batch, Event, Key, Person, Record, Removal
from tests.mirror.canonical import difference, told
from tests.mirror.dumped import differences, dump
from tests.mirror.worlds import UTC, World, at, event, person, who

NOW = at("2026-06-30T12:00")
START = at("2026-06-01T00:00")
NAMES = ("Signed Up", "Logged In", "Report Built", "Order Completed")
VERBS = {"Signed Up": "signed_up", "Logged In": "logged_in", "Order Completed": "order_placed"}
SOURCES = ("shopify", "stripe")
KEYS = (
    *(Key("external_id", f"u{n}") for n in range(4)),
    *(Key("email", f"mail{n}@x.example") for n in range(2)),
    *(Key("source_id", f"{n}") for n in range(3)),
    Key("anonymous_id", "device"),
)
Step = Batch | list[Removal] | list[tuple[Person, Person]]


def verb_of(kind: str, name: str) -> tuple[str | None, str | None]:
    return VERBS.get(name), None


def writer(path: Path, rules: Mapping[str, EventRule] | None = None) -> Writer:
    return Writer(path, Clock(NOW, UTC), rules or {}, verb_of)


keys = st.sampled_from(KEYS)
whos = st.one_of(*[keys.map(lambda key: (key,))] * 3, st.tuples(keys, keys).map(tuple))
known = st.tuples(st.sampled_from(SOURCES), keys).map(
    lambda one: (one[0], one[1].kind, one[1].value)
)
persons = st.lists(known, min_size=1, max_size=2).map(tuple)
merges = st.lists(st.tuples(persons, persons), min_size=1, max_size=3)


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    made = Batch(draw(st.sampled_from(SOURCES)), properties="")
    for _ in range(draw(st.integers(2, 6))):
        made.events.append(_event(draw, draw(whos)))
    for _ in range(draw(st.integers(0, 2))):
        made.records.append(_record(draw, draw(whos)))
    return made


def _event(draw: st.DrawFn, who: tuple[Key, ...], of: str = "") -> Event:
    when = START + draw(st.integers(0, 2)) * DAY + draw(st.integers(0, 2)) * 1_000_000
    name = draw(st.sampled_from(NAMES))
    return Event(f"{of}{who}{name}{when}", who, name, when, raw=b"{}")


def _record(draw: st.DrawFn, who: tuple[Key, ...]) -> Record:
    kind, n = draw(st.sampled_from(("customer", "order", "thread"))), draw(st.integers(0, 2))
    fields: dict[str, Any] = {
        "customer": {"name": f"Name{n} Surname", "city": draw(st.sampled_from(("Oslo", "Umea"))),
                     "tags": [f"t{n}"], "account": f"Firm{n}"},
        "order": {"name": f"#{n}", "amount": 100, "currency": "SEK"},
        "thread": {"subject": f"Help {n}"},
    }[kind]  # fmt: skip
    # A source's own record of a customer is always theirs who have its id there.
    who = (Key("source_id", str(n)), *who) if kind == "customer" else who
    changed = START + draw(st.integers(0, 3)) * DAY
    events = tuple(_event(draw, who, f"{kind}{n}") for _ in range(draw(st.integers(0, 2))))
    return Record(kind, f"{n}", who, fields, b"{}", at=changed, events=events)  # type: ignore[arg-type]


removals = st.lists(
    st.builds(
        Removal,
        kind=st.sampled_from(("customer", "order")),
        id=st.sampled_from("012"),
        what=st.sampled_from(("deleted", "merged", "erased")),
        into=st.just("1"),
    ),
    min_size=1,
    max_size=1,
)


def run(path: Path, steps: list[Step], *, merging: bool) -> None:
    """Carry steps out, each in a session of its own as a sync would."""
    for step in steps:
        one = writer(path)
        try:
            if isinstance(step, Batch):
                one.begin()
                one.save(step, step.source)
                one.commit()
            elif step and isinstance(step[0], Removal):
                one.begin()
                one.remove("shopify", "shopify", step)  # type: ignore[arg-type]
                one.commit()
            elif merging:
                one.keep_merged(step)  # type: ignore[arg-type]
        finally:
            one.close()


def keep(path: Path, wanted: list[tuple[Person, Person]]) -> bool:
    one = writer(path)
    try:
        return one.keep_merged(wanted)
    finally:
        one.close()


steps = st.lists(st.one_of(batches(), batches(), merges, removals), min_size=3, max_size=8)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mirror with nothing in it."""
    path = tmp_path_factory.mktemp("empty") / "mirror.db"
    writer(path).close()
    return path


def check_world(folder: Path, empty: Path, done: list[Step], before: Any, last: Any) -> None:
    """A mirror that merged and unmerged as it was filled is one that was told at its end."""
    found = []
    for name in ("merging", "never"):
        path = folder / f"{name}.db"
        shutil.copy(empty, path)
        run(path, [*done, before], merging=name == "merging")
        keep(path, last)
        found.append(dump(path))
        assert not keep(path, last), "told the same again, nothing is left to do"
        keep(path, [])
        found.append(dump(path))
    assert differences(found[0], found[2]) == ""
    assert differences(found[1], found[3]) == ""


_any_world = given(done=steps, before=merges, last=merges)
_as_many = partial(settings, deadline=None, suppress_health_check=list(HealthCheck))


@_as_many(max_examples=25)
@_any_world
def test_only_the_last_list_counts(
    empty: Path, tmp_path_factory: pytest.TempPathFactory, done: list[Step], before: Any, last: Any
) -> None:
    check_world(tmp_path_factory.mktemp("worlds"), empty, done, before, last)


@pytest.mark.slow
@_as_many(max_examples=1000)
@_any_world
def test_only_the_last_list_counts_in_many_worlds(
    empty: Path, tmp_path_factory: pytest.TempPathFactory, done: list[Step], before: Any, last: Any
) -> None:
    check_world(tmp_path_factory.mktemp("worlds"), empty, done, before, last)


def known_as(**key: str) -> Person:
    return tuple(("segment", kind, value) for kind, value in key.items())


def visit(n: int, name: str = "Report Built", **keys: str) -> Event:
    return event(f"v{n}", who(**keys), name, f"2026-06-{n:02}T09:00")


def names(path: Path, word: str = "") -> list[tuple[str | None, int]]:
    """Whom a search finds, with how many events each has."""
    db = open_reader(path)
    found = customers.matching(db, word, sort="first_seen").customers
    read = (profile.read(db, one.id, Clock(NOW, UTC)) for one in found)
    return [(one.customer.name, one.events_total) for one in read if one]


ADA = person("1", who(external_id="u1", email="ada@x.example"), "2026-06-02", name="Ada Ek")
BO = person(
    "2",
    who(external_id="u2", email="bo@x.example"),
    "2026-06-03",
    city="Oslo",
    email="bo@x.example",
)
ADA_IS_BO = (known_as(external_id="u1"), known_as(external_id="u2"))


def test_two_are_one_everywhere_and_two_again(world: World) -> None:
    world.save(ADA, BO, visit(4, external_id="u1"), visit(5, external_id="u2"))
    db = open_reader(world.path)
    before = dump(world.path)
    assert keep(world.path, [ADA_IS_BO])
    assert names(world.path) == names(world.path, "ada oslo") == [("Ada Ek", 2)]
    for name in ("u2", "bo@x.example", "#2", "#1"):
        (one,) = customers.find(db, name)
        assert (one.id, one.city) == (1, "Oslo")
        assert {each.value for each in one.identities} >= {"u1", "u2", "bo@x.example"}
    assert customers.get(db, 2) == customers.get(db, 1)
    assert list(recognised(db, [known_as(external_id="u2")])) == [1]
    assert keep(world.path, [])
    assert differences(dump(world.path), before) == ""


def test_the_order_of_the_two_changes_nothing(world: World) -> None:
    world.save(ADA, BO, visit(4, external_id="u1"), visit(5, external_id="u2"))
    keep(world.path, [ADA_IS_BO])
    one_way = dump(world.path)
    keep(world.path, [])
    keep(world.path, [(ADA_IS_BO[1], ADA_IS_BO[0])])
    assert differences({**dump(world.path), "list": []}, {**one_way, "list": []}) == ""


def test_a_first_time_is_one_persons_first_time(world: World) -> None:
    first = visit(3, external_id="u1")
    world.save(first, visit(4, "Logged In", external_id="u1"))
    world.save(visit(5, "Logged In", external_id="u2"))

    def levels() -> list[int]:
        rows = open_reader(world.path).execute("select level from event order by id").fetchall()
        return [level for (level,) in rows]

    built, login, other = levels()
    assert login == other
    keep(world.path, [ADA_IS_BO])
    assert levels() == [built, login, login - 1]
    world.save(visit(6, "Logged In", external_id="u2"), visit(7, external_id="u2"))
    assert levels()[3:] == [login - 1, built - 1], "u1 has built a report already"
    keep(world.path, [])
    assert levels() == [built, login, login, login - 1, built]


def test_chains_and_whoever_comes_later(world: World) -> None:
    world.save(ADA, BO)
    u3 = known_as(external_id="u3")
    assert keep(world.path, [ADA_IS_BO, (ADA_IS_BO[1], u3)]), "u3 is not there yet"
    assert names(world.path) == [("Ada Ek", 0)]
    world.save(visit(6, external_id="u3"))
    assert len(names(world.path)) == 2
    assert keep(world.path, [ADA_IS_BO, (ADA_IS_BO[1], u3)])
    assert names(world.path) == [("Ada Ek", 1)]
    assert keep(world.path, [(ADA_IS_BO[1], u3)])
    assert sorted(names(world.path), key=str) == [("Ada Ek", 0), (None, 1)]


def test_a_source_may_join_them_anyway(world: World) -> None:
    world.save(ADA, BO, visit(4, external_id="u1"), visit(5, external_id="u2"))
    keep(world.path, [ADA_IS_BO])
    world.save(visit(6, external_id="u1", email="bo@x.example"))
    assert names(world.path) == [("Ada Ek", 3)]
    keep(world.path, [])
    assert names(world.path) == [("Ada Ek", 3)]


def test_what_joins_one_of_them_joins_the_person(world: World) -> None:
    world.save(ADA, BO, visit(5, external_id="u3"))
    keep(world.path, [ADA_IS_BO])
    world.save(visit(6, external_id="u3", email="bo@x.example"))
    assert names(world.path) == [("Ada Ek", 2)]
    keep(world.path, [])
    assert sorted(names(world.path), key=str) == [("Ada Ek", 0), (None, 2)]


def test_a_mirror_built_anew_in_another_order_says_the_same(tmp_path: Path) -> None:
    orders = [
        Record(
            "order", f"o{n}", who(external_id=f"u{n}"), {"name": f"#{n}"}, b"{}",
            events=(visit(n, "Order Completed", external_id=f"u{n}"),),
        )
        for n in (1, 2)
    ]  # fmt: skip
    things: list[Any] = [ADA, BO, *orders, *(visit(n, external_id=f"u{n % 3}") for n in (7, 8, 9))]
    answers = []
    for name, turn in (("one", 1), ("other", -1)):
        (tmp_path / name).mkdir()
        built = World(tmp_path / name)
        for place, thing in enumerate(things[::turn]):
            built.save(thing)
            keep(built.path, [ADA_IS_BO] if place % 2 else [])
        keep(built.path, [ADA_IS_BO])
        answers.append(told(built.path))
    assert difference(*answers) == ""


def test_another_reading_of_names_keeps_people_merged(world: World) -> None:
    world.save(ADA, BO, visit(4, external_id="u1"), visit(5, external_id="u2"))
    keep(world.path, [ADA_IS_BO])
    rules = {"Report Built": EventRule(level="notable")}
    writer(world.path, rules).close()
    one = dump(world.path)
    keep_none = writer(world.path, rules)
    keep_none.keep_merged([])
    keep_none.keep_merged([ADA_IS_BO])
    keep_none.close()
    assert differences(dump(world.path), one) == ""
    assert names(world.path) == [("Ada Ek", 2)]
