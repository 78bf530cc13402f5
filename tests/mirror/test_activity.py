"""Who did what when: names, days and events, what is remembered and for how long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from console.clock import Clock
from console.config import EventRule
from console.mirror.activity import ALWAYS, Activity
from console.mirror.database import Interrupted, open_reader
from console.mirror.memory import Memory
from console.mirror.schema import SET_ANY, SET_FEATURE, SET_KIND, SET_VERB
from console.mirror.selectors import Selector, UnknownEvent
from console.model import Record
from tests.mirror.worlds import World, at, event, who

ADA, BOB = who(external_id="ada"), who(external_id="bob")
JUNE, JULY = at("2026-06-01"), at("2026-07-01")


@pytest.fixture
def filled(world: World) -> World:
    world.rules = {
        "Report Built": EventRule(verb="feature_used", feature="reports"),
        "Mail": EventRule(verb="mail_sent"),
        "Log In": EventRule(verb="logged_in"),
    }
    world.save(
        event("1", ADA, "Report Built", "2026-06-01T10:00", properties={"kind": "sales"}),
        event("2", ADA, "Report Built", "2026-06-01T11:00", properties={"kind": "tax"}),
        event("3", BOB, "Log In", "2026-06-02T00:00"),
        event("4", BOB, "Mail", "2026-06-03T00:00"),
        event("5", BOB, "log in", "2026-06-04T00:00"),
        event("6", ADA, "Log In", "2026-07-09T00:00"),
    )
    return world


@pytest.fixture
def activity(filled: World) -> Iterator[Activity]:
    db = open_reader(filled.path)
    reading = Activity(db, filled.clock)
    with reading.snapshot():
        yield reading
    db.close()


def people(activity: Activity, name: str | None, start: int = ALWAYS, end: int = JULY) -> int:
    return len(activity.did(activity.select(name), start, end))


@pytest.mark.parametrize(
    ("name", "scope", "customers"),
    [
        (None, SET_ANY, 2),
        ("logged_in", SET_VERB, 1),
        ("feature_used", SET_VERB, 1),
        ("Log In", SET_KIND, 1),
        ("log in", SET_KIND, 1),
        ("LOG IN", SET_KIND, 1),
        ("report_built", SET_KIND, 1),
        ("reports", SET_FEATURE, 1),
        ("verb:logged_in", SET_VERB, 1),
        ("event:Report Built", SET_KIND, 1),
        ("feature:Reports", SET_FEATURE, 1),
        ("Mail", SET_KIND, 1),
        ("mail_sent", SET_VERB, 1),
        ("order_paid", SET_VERB, 0),  # a verb of ours that nothing has yet
    ],
)
def test_names(name: str | None, scope: int, customers: int, activity: Activity) -> None:
    assert activity.select(name).scope == scope
    assert people(activity, name) == customers


def test_exact_case_goes_before_any_case(activity: Activity) -> None:
    assert len(activity.select("Log In").kinds or ()) == 1
    assert activity.select("log in") != activity.select("Log In")
    assert len(activity.select("LOG IN").kinds or ()) == 2


@pytest.mark.parametrize(
    ("name", "near"),
    [("Reprot Built", "Report Built"), ("loged_in", "logged_in"), ("event:logged_in", "logged_in")],
)
def test_unknown_names(name: str, near: str, activity: Activity) -> None:
    with pytest.raises(UnknownEvent, match=f"no event called.*{near}"):
        activity.select(name)
    with pytest.raises(UnknownEvent, match=r"called 'zzzzzz'$"):
        activity.select("zzzzzz")


def test_anything_is_what_customers_did_themselves(activity: Activity) -> None:
    third = at("2026-06-03")
    assert people(activity, None, third, third + 86_400_000_000) == 0
    assert people(activity, "Mail", third, third + 86_400_000_000) == 1


def test_spans(activity: Activity) -> None:
    what = activity.select("Report Built")
    assert activity.tally(what, ALWAYS, JULY) == [(1, 2)]
    assert activity.tally(what, JUNE, at("2026-06-01T11:00")) == [(1, 1)]
    assert sum(n for _, n in activity.tally(what, at("2026-06-01T10:30"), JULY)) == 1
    assert len(activity.did(what, ALWAYS, JULY, 2)) == 1
    assert len(activity.did(what, ALWAYS, JULY, 3)) == 0
    assert activity.did(what, JULY, JUNE) == activity.did(what, JUNE, JUNE)
    assert activity.firsts(what, ALWAYS, JULY) == {1: at("2026-06-01T10:00")}
    assert sorted(activity.instants(what, ALWAYS, JULY)) == [
        (1, at("2026-06-01T10:00")), (1, at("2026-06-01T11:00")),
    ]  # fmt: skip
    day = activity.clock.day(JUNE)
    assert activity.daily(what, ALWAYS, JULY) == [(day, 1, 2)]


def test_nothing_in_the_future_is_seen(activity: Activity) -> None:
    what, end = activity.select("Log In"), at("2027-01-01")
    assert activity.horizon == at("2026-06-04")
    assert len(activity.did(what, ALWAYS, end)) == 1
    assert len(activity.tally(what, ALWAYS, end)) == len(activity.firsts(what, ALWAYS, end)) == 1
    later = Clock(at("2026-07-10"), activity.clock.zone)
    reading = Activity(activity.db, later)
    with reading.snapshot():
        assert len(reading.did(what, ALWAYS, end)) == 2


def test_properties(filled: World, activity: Activity) -> None:
    found = list(activity.occurrences(activity.select("Report Built"), ALWAYS, JULY))
    assert [one.get("kind") for one in found] == ["sales", "tax"]
    assert [one.get("object") for one in found] == [None, None]
    assert [one.get("nothing") for one in found] == [None, None]
    assert not list(activity.occurrences(Selector(SET_KIND, (), ()), ALWAYS, JULY))


def test_properties_of_what_follows_from_a_record(world: World) -> None:
    paid = event("o:paid", ADA, "orders/paid", "2026-06-01", verb="order_paid", amount=2940,
                 currency="EUR", object="#1001")  # fmt: skip
    order = Record(
        "order", "o1", ADA, {"name": "#1001"}, b'{"Total": "29.40", "Address": {"City": "Umea"}}',
        events=(paid,),
    )  # fmt: skip
    world.save(order, source="shopify")
    db = open_reader(world.path)
    reading = Activity(db, world.clock)
    with reading.snapshot():
        (found,) = reading.occurrences(reading.select("order_paid"), ALWAYS, JULY)
    assert found.get("Total") == "29.40"
    assert found.get("Address.City") == "Umea"
    assert (found.get("amount"), found.get("currency"), found.get("object")) == (
        29.4, "EUR", "#1001",
    )  # fmt: skip
    assert found.money == 29.4
    db.close()


def test_many_properties_in_blocks(world: World) -> None:
    events = [
        event(str(n), ADA, "open", "2026-06-01T10:00", properties={"n": n}) for n in range(5000)
    ]
    world.save(*events[::2])
    world.save(*events[1::2])
    db = open_reader(world.path)
    reading = Activity(db, world.clock)
    with reading.snapshot():
        what = reading.select("open")
        found = sorted(one.get("n") for one in reading.occurrences(what, ALWAYS, JULY))
    assert found == list(range(5000))
    db.close()


def test_remembered_until_somebody_commits(filled: World) -> None:
    db = open_reader(filled.path)
    reading = Activity(db, filled.clock)
    with reading.snapshot():
        what = reading.select("Log In")
        first = reading.did(what, ALWAYS, JULY)
        assert reading.did(what, ALWAYS, JULY) is first
    with reading.snapshot():
        assert reading.did(what, ALWAYS, JULY) is first
        filled.save(event("7", ADA, "Log In", "2026-06-05"))
        # Inside one snapshot the mirror stands still.
        assert len(reading.did(what, JUNE, JULY)) == 1
    with reading.snapshot():
        assert len(reading.did(what, ALWAYS, JULY)) == 2
    assert not db.in_transaction
    db.close()


def test_another_zone_than_the_mirrors(filled: World) -> None:
    db = open_reader(filled.path)
    reading = Activity(db, Clock(filled.clock.now, ZoneInfo("America/New_York")))
    with reading.snapshot():
        assert not reading.days_fit
        what = reading.select("Log In")
        second = at("2026-06-01T04:00")
        assert len(reading.did(what, second, second + 86_400_000_000)) == 1
        day = reading.clock.day(at("2026-06-01T12:00"))
        assert reading.daily(what, ALWAYS, JULY) == [(day, 2, 1)]
    db.close()


def test_a_failed_read_leaves_no_transaction(filled: World) -> None:
    db = open_reader(filled.path)
    reading = Activity(db, filled.clock, cancelled=lambda: True)
    with pytest.raises(Interrupted), reading.snapshot(), reading.snapshot():
        list(reading.instants(reading.select(None), ALWAYS, JULY))
    assert not db.in_transaction
    reading._cancelled = None
    with reading.snapshot():
        assert len(list(reading.instants(reading.select(None), ALWAYS, JULY))) == 4
    db.close()


def test_threads_wait_for_each_other(filled: World) -> None:
    db = open_reader(filled.path)
    reading = Activity(db, filled.clock)
    found: list[int] = []

    def ask() -> None:
        for _ in range(20):
            with reading.snapshot():
                found.append(len(reading.did(reading.select(None), ALWAYS, JULY)))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 80
    db.close()


def test_traits(filled: World) -> None:
    filled.save(
        Record("customer", "a", ADA, {"plan": "pro", "tags": ["vip", "new"], "account": "Acme"},
               b"{}"),
        source="shop",
    )  # fmt: skip
    db = open_reader(filled.path)
    traits = Activity(db, filled.clock).traits
    assert list(traits.everyone()) == [1, 2]
    assert {tag: list(ids) for tag, ids in traits.trait("tag").items()} == {
        "vip": [1], "new": [1],
    }  # fmt: skip
    assert {name: list(ids) for name, ids in traits.trait("source").items()} == {
        "segment": [1, 2], "shop": [1],
    }  # fmt: skip
    assert traits.account_names(traits.accounts().values()) == {1: "Acme"}
    assert traits.arrivals() == {1: at("2026-06-01T10:00"), 2: at("2026-06-02")}
    assert traits.moments("last_seen") == [(1, at("2026-06-01T11:00")), (2, at("2026-06-04"))]
    with pytest.raises(KeyError):
        traits.trait("shoe size")
    db.close()


def test_memory_forgets_what_was_not_asked_for_longest() -> None:
    memory = Memory(100)
    made: list[str] = []

    def get(key: str, size: int = 40) -> str:
        return memory.get(key, lambda: made.append(key) or key, lambda _: size)  # type: ignore[func-returns-value]

    for key in ("a", "b", "a", "c", "a", "b"):
        assert get(key) == key
    assert made == ["a", "b", "c", "b"]
    get("large", 60)
    get("large", 60)
    assert made[-2:] == ["large", "large"]
    memory.clear()
    get("a")
    assert made[-1] == "a"
