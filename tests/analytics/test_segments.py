"""Segments: the text, what it means, and where it is wrong."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.analytics import segments
from console.analytics.conditions import Did, Has, Length, Not, SegmentError, Some
from console.clock import Clock
from console.config import EventRule
from console.mirror.activity import Activity
from console.mirror.database import open_reader
from console.mirror.store import Writer
from console.model import Batch, Event, Record
from tests.analytics import brute
from tests.analytics.random_worlds import PEOPLE, fill, world_of
from tests.analytics.worlds import Reader, World, at, clock, mirror, save, who


def found(reader: Reader, text: str) -> str:
    """The names of those a segment holds for, in one line."""
    segment = segments.parse(text)
    ids = segments.members(reader.activity, segment, reader.clock)
    return " ".join(sorted(reader.called(ids)))


PROPERTIES = World(
    people={
        "ada": {
            "country": "SE", "plan": "pro", "tags": ["VIP", "beta"], "account": "Acme Ltd",
            "city": "Malmö", "email": "ada@acme.com", "name": "Ada O'Brien",
        },
        "bob": {"country": "SE", "plan": "free", "account": "ACME", "email": "bob@example.com"},
        "cyd": {"country": "NO", "plan": "pro", "tags": ["beta"], "account": "Acmeon"},
        "dee": {"name": "Dee [Acme]"},
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("country=SE", "ada bob"),
        ("country=se", "ada bob"),
        ("country=Sweden", "ada bob"),
        ("country!=SE", "cyd dee"),
        ("country=SE plan=pro", "ada"),
        ("country=SE and plan=pro", "ada"),
        ("country=NO or plan=free", "bob cyd"),
        ("country=SE plan=pro or country=NO", "ada cyd"),
        ("country=SE (plan=pro or country=NO)", "ada"),
        ("not country=SE", "cyd dee"),
        ("not (country=SE or country=NO)", "dee"),
        ("not not country=SE", "ada bob"),
        ("NOT country=SE AND plan=pro", "cyd"),
        ("plan!=free", "ada cyd dee"),
        ("plan=none", "dee"),
        ("plan!=none", "ada bob cyd"),
        ('plan="none"', ""),
        ("tag:vip", "ada"),
        ("tag:beta", "ada cyd"),
        ("not tag:vip", "bob cyd dee"),
        ("tag=none", "bob dee"),
        ("account:acme", "ada bob"),
        ("account=acme", "bob"),
        ("account=acme*", "ada bob cyd"),
        ("email:acme.com", "ada"),
        ("email=*@example.com", "bob"),
        ("name:o'brien", "ada"),
        ('name:"[acme]"', "dee"),
        ("city=malmö", "ada"),
        ("source:app", "ada bob cyd dee"),
        ("source:shopify", ""),
        ("id=ada", "ada"),
        (" country =  SE ", "ada bob"),
        ("(((country=SE)))plan=pro", "ada"),
        ("country=“SE”", "ada bob"),
    ],
)
def test_properties(text: str, who: str, tmp_path: Path) -> None:
    with mirror(tmp_path, PROPERTIES, clock("2026-06-30")) as reader:
        assert found(reader, text) == who


ACTS = (
    World(rules={"Log In": EventRule(verb="logged_in")})
    .did("ada", "Log In", "2026-06-30T08:00", "2026-06-25", "2026-06-24T23:59")
    .did("bob", "Log In", "2026-06-24", "2026-05-31")
    .did("cyd", "Log In", "2026-06-23T23:00", "2025-06-30", "2025-07-01")
    .did("dee", "Report Built", "2026-06-01", "2026-06-01", "2026-06-02")
    .did("fay", "Log In", "2026-07-01")
)


@pytest.mark.parametrize("sets", [True, False], ids=["sets", "events"])
@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("did:logged_in", "ada bob cyd"),  # fay's is in the future
        ('did:"Log In"', "ada bob cyd"),
        ('did:"log in"', "ada bob cyd"),
        ("did:log_in", "ada bob cyd"),
        ("not did:logged_in", "dee fay"),
        ("did:logged_in<7d", "ada bob"),  # today and six days: from the 24th
        ("did:logged_in<6d", "ada"),
        ("did:logged_in<=7d", "ada bob cyd"),
        ("did:logged_in>6d", "cyd"),  # last more than six days ago: the 23rd or earlier
        ("did:logged_in>5d", "bob cyd"),
        ("did:logged_in>7d", ""),
        ("did:logged_in>=7d", "cyd"),
        ("did:logged_in<1w", "ada bob"),
        ("did:logged_in<5h", "ada"),  # it is noon
        ("did:logged_in<=4h", "ada"),
        ("did:logged_in<4h", ""),
        ("did:logged_in in 7d", "ada bob"),
        ("did:logged_in=1 in 7d", "bob"),
        ("did:logged_in>=3 in 7d", "ada"),
        ("did:logged_in>1 in 2m", "ada bob"),
        ("did:logged_in>2 in 12m", "ada"),
        ("did:logged_in>1 in 12m", "ada bob cyd"),  # 2025-06-30 is out, 2025-07-01 in
        ("did:logged_in=3", "ada cyd"),
        ("did:logged_in<2 in 7d", "bob cyd dee fay"),
        ("did:logged_in!=0", "ada bob cyd"),
        ('did:"Report Built">=3 in 30d', "dee"),
        ('did:"Report Built">=3 in 29d', ""),
        ("did:feature:“Report Built”", "dee"),
        ("did:event:“Log In” and not did:verb:logged_in<7d", "cyd"),
        ("did:order_paid", ""),
        ("last_seen<7d", "ada bob"),
        ("last_seen>20d", "dee"),
        ("last_seen=2026-06-30", "ada"),
        ("first_seen<2026-01-01", "cyd"),
        ("first_seen>=2026-06-01 first_seen<=2026-06-24", "ada dee"),
        ("activated=none", "ada bob cyd dee fay"),
        ("activated!=none", ""),
        ("did:logged_in in 9999y", "ada bob cyd"),
        ("did:logged_in>9999m or last_seen>9999w", ""),
    ],
)
def test_acts(text: str, who: str, sets: bool, tmp_path: Path) -> None:
    with mirror(tmp_path, ACTS, clock("2026-06-30T12:00"), sets) as reader:
        assert found(reader, text) == who


FIRST = (
    World(people={"late": {"signed_up_at": at("2026-06-26T18:00")}})
    .did("quick", "join", "2026-06-01T18:00")
    .did("quick", "set up", "2026-06-07T23:59")
    .did("slow", "join", "2026-06-01T18:00")
    .did("slow", "set up", "2026-06-08T00:00")
    .did("never", "join", "2026-06-01T18:00")
    .did("young", "join", "2026-06-26T18:00")
    .did("late", "set up", "2026-06-26T08:00", "2026-06-27")
)


@pytest.mark.parametrize("sets", [True, False], ids=["sets", "events"])
@pytest.mark.parametrize(
    ("text", "who"),
    [
        ('did:"set up" first 7d', "late quick"),
        ('not did:"set up" first 7d', "never slow"),  # young may still
        ('not did:"set up" first 4d', "never quick slow"),
        ('not did:"set up" first 3d', "never quick slow young"),
        ('did:"set up">=2 first 7d', "late"),  # before the hour, but on the day, of signing up
        ('did:"set up"=1 first 7d', "quick"),
        ('did:"set up"<2 first 7d', "never quick slow"),
        ('not did:"set up"<2 first 7d', "late"),
        ('did:"set up" first 1m', "late quick slow"),
        ('did:"set up" first 150h', "late quick"),
        ('did:"set up"=1 first 12h', "late"),  # an hour before signing up does not count
        ('not did:"set up" first 150h', "never slow"),
        ('not did:"set up" first 24h', "never quick slow young"),
        ('did:"set up" first 9999y', "late quick slow"),
    ],
)
def test_first_days(text: str, who: str, sets: bool, tmp_path: Path) -> None:
    with mirror(tmp_path, FIRST, clock("2026-06-29T12:00"), sets) as reader:
        assert found(reader, text) == who


def _paid(person: str, day: str, amount: int, currency: str = "EUR", **more: Any) -> Event:
    return Event(
        f"{person}{day}{amount}{more}", who(person), "paid", at(day), amount=amount,
        currency=currency, **{"verb": "order_paid", **more},
    )  # fmt: skip


def test_spent(tmp_path: Path) -> None:
    asked = clock("2026-06-30T12:00")
    batch = Batch("shop")
    batch.events = [
        _paid("ada", "2026-06-01", 30_000),
        _paid("ada", "2025-06-30", 30_000),
        _paid("bob", "2026-06-01", 60_000),
        _paid("bob", "2026-06-02", 20_000, verb="refunded"),
        _paid("cyd", "2026-06-01", 50_001, verb="charge_paid"),
        _paid("cyd", "2026-06-02", 90_000, verb="order_placed"),
        Event("seen", who("dee"), "open", at("2026-06-01")),
    ]
    save(tmp_path / "sets.db", asked, batch)
    db = open_reader(tmp_path / "sets.db")
    reader = Reader(Activity(db, asked), asked)
    assert found(reader, "spent>500") == "ada cyd"
    assert found(reader, "spent>500 in 12m") == "cyd"
    assert found(reader, "spent>=300.00 in 12m") == "ada bob cyd"
    assert found(reader, "spent<=400 and not spent=0") == "bob"
    assert found(reader, "spent=0") == "dee"
    assert found(reader, "spent>500EUR or spent=400 EUR") == "ada bob cyd"
    batch.events = [_paid("dee", "2026-06-03", 9_000_000, "JPY")]
    save(tmp_path / "sets.db", asked, batch)
    assert found(reader, "spent>500 JPY") == "dee"
    with pytest.raises(SegmentError, match="EUR, JPY: say which") as raised:
        found(reader, "plan=pro or spent>500")
    assert raised.value.position == len("plan=pro or ")
    # Where orders themselves are kept, an event that repeats one is not money again.
    order = _paid("ada", "2026-06-01", 1_000)
    batch.events = []
    batch.records = [Record("order", "o1", who("ada"), {}, b"{}", events=(order,))]
    save(tmp_path / "sets.db", asked, batch)
    assert found(reader, "spent>0 EUR") == "ada"
    assert found(reader, "spent=10") == "ada"
    db.close()


@pytest.mark.parametrize(
    ("text", "wrong", "said"),
    [
        ("", "", "condition must stand here"),
        ("country=SE and", "", "condition must stand here"),
        ("country=SE or or plan=pro", "or plan", "condition must stand here"),
        ("country=SE (plan=pro", "(plan", "never closed"),
        ("country=SE) plan=pro", ") plan", "closes none"),
        ("contry=SE", "contry", "did you mean country"),
        ("country=SE plan=pro zzz=1", "zzz", "no property 'zzz'"),
        ("country", "", "must be compared"),
        ("country SE", "SE", "must be compared"),
        ("country=", "", "a value must stand here"),
        ("country=SE plan>pro", ">pro", "= or !="),
        ('name="Ada', '"Ada', "never closed"),
        ("did=logged_in", "=logged_in", "colon must stand here"),
        ("did:", "", "an event must stand here"),
        ("did:Report Built", "Built", "no property 'Built'"),
        ("did:open>=x", "x", "number of times"),
        ("did:open>=3.5", "3.5", "number of times"),
        ("did:open=7d", "=7d", "compared with < or >"),
        ("did:open in", "", "length like 30d"),
        ("did:open in 30", "30", "length like 30d"),
        ("did:open in 30x", "30x", "length like 30d"),
        ("did:open first week", "week", "length like 30d"),
        ("did:open<7d in 30d", "in 30d", "no property 'in'"),
        ("spent:500", ":500", "spent>500"),
        ("spent>lots", "lots", "amount like 500"),
        ("spent>500 in", "", "length like 30d"),
        ("signed_up<soon", "soon", "neither a length"),
        ("signed_up>2026-02-30", "2026-02-30", "neither a length"),
        ("signed_up:7d", ":7d", "compared with"),
        ("segment:nobody", "nobody", "no saved segment"),
        ("segment:loop", "loop", "contains itself"),
        ("segment:bad", "bad", "in the saved segment 'bad': customers have no property"),
        ("=SE", "=SE", "condition must stand here"),
        ("(" * 60 + "plan=a" + ")" * 60, None, "too many brackets"),
        ("plan=a " * 1000, None, "4000 characters"),
    ],
)
def test_errors_point_at_what_is_wrong(text: str, wrong: str | None, said: str) -> None:
    saved = {"loop": "plan=a or segment:loop", "bad": "plan=a zzz=1"}
    with pytest.raises(SegmentError) as raised:
        segments.parse(text, saved)
    error = raised.value
    assert said in error.reason
    if wrong is not None:
        assert text[error.position :].startswith(wrong) or (
            not wrong and error.position >= len(text)
        )
    lines = error.pointer().split("\n")
    assert lines[-1] == " " * error.position + "^"
    assert f"character {error.position + 1}:" in str(error)


def test_unknown_events_are_pointed_at(tmp_path: Path) -> None:
    with (
        mirror(tmp_path, ACTS, clock("2026-06-30T12:00")) as reader,
        pytest.raises(SegmentError, match="near it: Report Built") as raised,
    ):
        found(reader, "did:logged_in or did:“Reprot Built”<7d")
    assert raised.value.position == len("did:logged_in or did:")


def test_saved_segments_are_written_out() -> None:
    saved = {"big": "plan=pro or spent>500", "nordic": "country=SE or country=NO"}
    segment = segments.parse("segment:big not segment:nordic", saved)
    assert segment.text == "(plan=pro or spent>500) not (country=SE or country=NO)"
    assert segment.condition == segments.parse(segment.text).condition or segment.text
    assert isinstance(segments.parse("segment:big", saved).condition, Some)


def test_the_tree() -> None:
    condition = segments.parse('not did:"Report \\"X\\" Built">=3 in 30d').condition
    assert condition == Not(Did(8, 'Report "X" Built', ">=", 3, lately=Length(30, "d")))
    assert segments.parse("plan=none").condition == Has(0, "plan", "=", None)


def test_the_help_is_true() -> None:
    for example, _ in segments.EXAMPLES:
        segments.parse(example, {"big": "plan=pro"})
        assert example in segments.HELP
    assert isinstance(segments.parse(segments.EXAMPLES[0][0]).condition.parts[0], Has)  # type: ignore[union-attr]


@given(st.text(st.sampled_from("ab=<>!:()\"'“” 7dhm did:plan=not or and in first spent \n\x00é")))
@settings(max_examples=300)
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        segments.parse(text)
        position = 0
    except SegmentError as error:
        position = error.position
    assert 0 <= position <= len(text)


@pytest.mark.parametrize(
    ("day", "length", "before", "after"),
    [
        ("2024-03-31", Length(1, "m"), "2024-02-29", "2024-04-30"),
        ("2023-03-31", Length(1, "m"), "2023-02-28", "2023-04-30"),
        ("2024-01-31", Length(1, "m"), "2023-12-31", "2024-02-29"),
        ("2024-02-29", Length(1, "y"), "2023-02-28", "2025-02-28"),
        ("2024-12-30", Length(2, "w"), "2024-12-16", "2025-01-13"),
        ("2024-12-30", Length(14, "m"), "2023-10-30", "2026-02-28"),
        ("2024-12-30", Length(9999, "y"), "0002-01-01", "9998-12-31"),
        ("9990-12-30", Length(9999, "w"), "9799-05-12", "9998-12-31"),
    ],
)
def test_lengths(day: str, length: Length, before: str, after: str) -> None:
    epoch = date(1970, 1, 1)
    number = (date.fromisoformat(day) - epoch).days
    assert epoch + timedelta(length.before(number)) == date.fromisoformat(before)
    assert epoch + timedelta(length.after(number)) == date.fromisoformat(after)


def test_a_cancelled_segment_stops(tmp_path: Path) -> None:
    from console.mirror.database import Interrupted

    with mirror(tmp_path, ACTS, clock("2026-06-30T12:00")) as reader:
        activity = Activity(reader.activity.db, reader.clock, cancelled=lambda: True)
        with pytest.raises(Interrupted):
            segments.members(activity, segments.parse("plan=pro"), reader.clock)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "mirror.db"
    Writer(path, Clock(0), {}, lambda kind, name: (None, None)).close()
    return path


Test = Callable[[str], bool | None]
"""Whether something is true of a person; None when it cannot be known yet."""


def _random_condition(dice: random.Random, past: brute.Past, depth: int = 0) -> tuple[str, Test]:
    def days_ago(at: int) -> int:
        today = brute.local(past.now, past.zone).date()
        return (today - brute.local(at, past.zone).date()).days

    def acts(person: str, name: str) -> list[int]:
        return [
            event.at
            for event in past.events
            if (event.person, event.name) == (person, name) and event.at <= past.now
        ]

    choice = dice.randint(0, 8 if depth < 3 else 4)
    name, n = dice.choice(("open", "buy")), dice.randint(0, 12)
    if choice == 0:
        return "plan=pro", lambda person: past.plans.get(person) == "pro"
    if choice == 1:
        return f"did:{name}<{n}d", lambda p: any(days_ago(at) < n for at in acts(p, name))
    if choice == 2:
        times = dice.randint(0, 3)
        return (
            f"did:{name}>={times} in {n}d",
            lambda p: sum(days_ago(at) < n for at in acts(p, name)) >= times,
        )
    if choice == 3:
        return (
            f"did:{name}>{n}d",
            lambda p: bool(acts(p, name)) and min(map(days_ago, acts(p, name))) > n,
        )
    if choice == 4:

        def early(person: str) -> bool | None:
            seen = [at for one in ("open", "buy") for at in acts(person, one)]
            if not seen:
                return None
            arrived = days_ago(min(seen))
            if any(arrived - days_ago(at) < n for at in acts(person, name)):
                return True
            return None if arrived < n else False

        return f"did:{name} first {n}d", early
    left, first = _random_condition(dice, past, depth + 1)
    if choice == 5:
        return f"not ({left})", lambda p: None if first(p) is None else not first(p)
    right, second = _random_condition(dice, past, depth + 1)
    worst, word = (False, "and") if choice < 7 else (True, "or")

    def both(person: str) -> bool | None:
        answers = (first(person), second(person))
        if worst in answers:
            return worst
        return None if None in answers else not worst

    return f"({left}) {word} ({right})", both


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**48), size=st.integers(0, 40))
def test_segments_against_brute_force(seed: int, size: int, empty: Path) -> None:
    dice = random.Random(seed)
    world = world_of(dice, size)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mirror.db"
        shutil.copy(empty, path)
        asked = fill(path, world)
        db = open_reader(path)
        reader = Reader(Activity(db, asked), asked)
        for _ in range(4):
            text, holds = _random_condition(dice, world.past)
            wanted = {person for person in (*PEOPLE, "eve") if holds(person)}
            assert set(found(reader, text).split()) == wanted, text
        db.close()
