from __future__ import annotations

import pytest

from console.mirror import customers, profile
from console.mirror.database import open_reader
from console.model import Customer
from tests.mirror.worlds import World, event, person, who


def people(world: World) -> tuple[Customer, ...]:
    return customers.matching(open_reader(world.path), sort="first_seen").customers


def visit(n: int, **keys: str):  # type: ignore[no-untyped-def]
    return event(f"v{n}", who(**keys), "Report Built", f"2026-06-{n:02}T09:00")


@pytest.mark.parametrize("key", ["email", "phone", "external_id"])
def test_systems_meet_in_what_they_share(world: World, key: str) -> None:
    value = {"email": "a@example.com", "phone": "+46701234567", "external_id": "u1"}[key]
    world.save(person("7", who(source_id="7", **{key: value})), source="shopify")
    world.save(person("c", who(source_id="c", **{key: value})), source="stripe")
    (one,) = people(world)
    assert {identity.source for identity in one.identities} == {"shopify", "stripe"}


def test_source_ids_mean_nothing_elsewhere(world: World) -> None:
    world.save(person("7", who(source_id="7")), source="shopify")
    world.save(person("7", who(source_id="7")), source="zendesk")
    assert len(people(world)) == 2


def test_names_never_join(world: World) -> None:
    world.save(
        person("1", who(source_id="1"), name="Ada Lovelace"),
        person("2", who(source_id="2"), name="Ada Lovelace"),
    )
    assert len(people(world)) == 2


def test_a_device_joins_the_person_it_logs_in(world: World) -> None:
    world.save(visit(1, anonymous_id="d1"))
    world.save(visit(2, external_id="u1", anonymous_id="d1"))
    (one,) = people(world)
    assert profile.read(open_reader(world.path), one.id, world.clock).events_total == 2  # type: ignore[union-attr]


def test_a_shared_device_does_not_make_two_people_one(world: World) -> None:
    world.save(visit(1, external_id="u1", anonymous_id="d1"))
    world.save(visit(2, external_id="u2", anonymous_id="d1"))
    world.save(visit(3, anonymous_id="d1"))
    first, second = sorted(people(world), key=lambda one: one.id)
    counts = [
        profile.read(open_reader(world.path), one.id, world.clock).events_total  # type: ignore[union-attr]
        for one in (first, second)
    ]
    assert counts == [2, 1], "what the device does alone stays with whom it was first"


def test_a_later_line_joins_two_who_were_apart(world: World) -> None:
    world.save(visit(1, external_id="u1"), visit(2, email="a@example.com"))
    assert len(people(world)) == 2
    world.save(person("x", who(external_id="u1", email="a@example.com"), name="Ada"))
    (one,) = people(world)
    assert one.id == 1, "the customer who was first keeps the number"
    assert customers.get(open_reader(world.path), 2) == one, "the old number still finds them"
    found = profile.read(open_reader(world.path), one.id, world.clock)
    assert found is not None
    assert [day.n for day in found.active_days] == [1, 1]


def test_three_addresses_of_one_person(world: World) -> None:
    world.save(
        person("1", who(source_id="1", email="a@x.example", phone="+46701234567")),
        person("2", who(source_id="2", email="a@y.example", phone="+46701234567")),
        source="klaviyo",
    )
    world.save(person("3", who(source_id="3", email="a@z.example", external_id="u9")))
    world.save(visit(3, external_id="u9", email="a@y.example"))
    (one,) = people(world)
    mails = {identity.value for identity in one.identities if identity.kind == "email"}
    assert mails == {"a@x.example", "a@y.example", "a@z.example"}


def test_merging_moves_everything(world: World) -> None:
    from console.model import Record

    mail = who(email="a@example.com")
    world.save(
        Record("order", "o1", mail, {"name": "#1", "amount": 100, "currency": "SEK"}, b"{}"),
        Record("thread", "t1", mail, {"subject": "Help"}, b"{}"),
        Record("message", "m1", mail, {"subject": "Hi"}, b"{}"),
        source="mix",
    )
    world.save(visit(1, external_id="u0"), visit(1, external_id="u1"))
    world.save(person("x", who(external_id="u1", email="a@example.com"), name="Ada"))
    db = open_reader(world.path)
    (ada,) = customers.matching(db, "ada").customers
    found = profile.read(db, ada.id, world.clock)
    assert found is not None
    assert (len(found.orders), len(found.threads), len(found.messages)) == (1, 1, 1)
    for table in ("record", "commerce", "thread", "message", "identity", "event"):
        left = db.execute(
            f"select count(*) from {table} t join customer c on c.id = t.customer"
            " where c.merged_into is not null"
        ).fetchone()
        assert left == (0,), table
