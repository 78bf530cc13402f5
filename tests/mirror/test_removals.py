"""What a source no longer has is hidden, made nobody's or made part of another."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from console.mirror import customers, profile
from console.mirror.database import open_reader
from console.mirror.store import Writer
from console.model import Batch, Event, Record, Removal
from console.sources.commerce import order_record
from console.sources.names import verb_of
from console.sources.shopify import NAMES
from tests.mirror.canonical import told
from tests.mirror.worlds import World, at, person, who

ADA = who(source_id="7", external_id="7", email="ada@example.com")


def order(id: str, keys=ADA, changed: str = "2026-01-02", amount: int = 4490) -> Record:
    when = at("2026-01-01")
    fields = {"name": f"#{id}", "status": "paid", "amount": amount, "currency": "EUR", "at": when}
    times = {"created": (when, "exact"), "paid": (when, "exact")}
    return order_record(id, keys, fields, times, b'{"id": "%s"}' % id.encode(), NAMES, at(changed))


def save(world: World, *things: Record | Event | Removal, source: str = "shop") -> int:
    """Save in one transaction; returns how many removals were news."""
    batch = Batch(source)
    for one in things:
        if isinstance(one, Record):
            batch.records.append(one)
        elif isinstance(one, Event):
            batch.events.append(one)
    writer = Writer(world.path, world.clock, {}, verb_of)
    with closing(writer):
        writer.begin()
        writer.save(batch, "shopify")
        done = writer.remove(source, "shopify", [one for one in things if isinstance(one, Removal)])
        writer.commit()
    return done


def listed(world: World, text: str = "") -> list[str | None]:
    db = open_reader(world.path)
    try:
        return [one.name for one in customers.matching(db, text).customers]
    finally:
        db.close()


def orders(world: World) -> list[str]:
    return sorted(row[0] for row in told(world.path)["commerce"])


def test_a_deleted_order_and_what_followed_from_it_are_gone(world: World) -> None:
    save(world, person("7", ADA, name="Ada"), order("1"), order("2"))
    assert save(world, Removal("order", "1", at=at("2026-02-01"))) == 1
    assert orders(world) == ["2"]
    assert len(told(world.path)["event"]) == 2
    assert sum(n for *_, n in told(world.path)["activity"]) == 2


def test_a_removal_is_news_once(world: World) -> None:
    removal = Removal("order", "1", at=at("2026-02-01"))
    assert save(world, order("1"), removal) == 1
    before = told(world.path)
    assert save(world, removal) == 0
    assert told(world.path) == before


def test_an_old_file_does_not_bring_it_back_but_a_later_change_does(world: World) -> None:
    save(world, order("1"), Removal("order", "1", at=at("2026-02-01")))
    save(world, order("1"))
    save(world, replace(order("1"), at=0))
    assert orders(world) == []
    save(world, order("1", changed="2026-03-01"))
    assert orders(world) == ["1"]
    assert len(told(world.path)["event"]) == 2


def test_what_was_never_seen_can_be_gone(world: World) -> None:
    assert save(world, Removal("order", "9", at=at("2026-02-01"))) == 1
    save(world, order("9"))
    assert orders(world) == []


def test_a_removal_older_than_the_last_change_is_out_of_date(world: World) -> None:
    assert (
        save(world, order("1", changed="2026-03-01"), Removal("order", "1", at=at("2026-02-01")))
        == 0
    )
    assert orders(world) == ["1"]


def test_a_deleted_customer_is_in_no_list_and_cannot_be_searched(world: World) -> None:
    save(world, person("7", ADA, name="Ada"), person("8", who(source_id="8"), name="Bo"))
    save(world, order("1"))
    save(world, Removal("customer", "7", at=at("2026-02-01")))
    assert listed(world) == ["Bo"]
    assert listed(world, "ada") == []
    assert listed(world, "a") == []
    assert orders(world) == ["1"], "what was paid stays paid"


def test_whom_another_source_knows_stays_under_that_name(world: World) -> None:
    save(world, person("7", ADA, name="Ada"))
    save(
        world, person("k", who(source_id="k", email="ada@example.com"), name="Ada L"), source="mail"
    )
    save(world, Removal("customer", "7", at=at("2026-02-01")))
    assert listed(world) == ["Ada L"]
    assert listed(world, "ada") == ["Ada L"]


def test_a_customer_who_is_back_can_be_found_again(world: World) -> None:
    save(world, person("7", ADA, "2026-01-01", name="Ada"))
    save(world, Removal("customer", "7", at=at("2026-02-01")))
    save(world, person("7", ADA, "2026-03-01", name="Ada"))
    assert listed(world) == ["Ada"]
    assert listed(world, "ad") == ["Ada"]
    assert listed(world, "ada") == ["Ada"]


def test_a_deleted_customer_whom_another_source_meets_later_is_listed(world: World) -> None:
    save(world, person("7", ADA, name="Ada"), Removal("customer", "7", at=at("2026-02-01")))
    assert listed(world) == []
    save(
        world, person("k", who(source_id="k", email="ada@example.com"), name="Ada L"), source="mail"
    )
    assert listed(world) == ["Ada L"]


def test_of_an_erased_customer_nothing_personal_is_left_but_totals(world: World) -> None:
    visit = Event("e1", ADA, "Placed Order", at("2026-01-05"), amount=1, currency="EUR",
                  object="a pram", raw=b'{"ship to": "Ada Byron, Lund"}')  # fmt: skip
    save(world, person("7", ADA, name="Ada Byron", city="Lund"), order("1"), visit)
    save(world, Removal("customer", "7", "erased", at=at("2026-02-01")))
    whole = repr(told(world.path))
    for secret in ("Ada", "Byron", "Lund", "pram", "ada@example.com"):
        assert secret not in whole
    with closing(open_reader(world.path)) as db:
        assert db.execute("select * from object").fetchall() == []
        assert db.execute("select rowid from object_search").fetchall() == []
    [(_, _, name, _, amount, *_)] = told(world.path)["commerce"]
    assert (name, amount) == (None, 4490)
    assert listed(world) == []
    save(world, person("7", ADA, "2026-09-01", name="Ada Byron"))
    assert "Byron" not in repr(told(world.path)), "never to come back"


def test_a_merged_customer_is_another_name_of_the_other(world: World) -> None:
    save(world, person("old", who(source_id="old", email="lead@example.com"), name="Lead"))
    save(world, person("new", who(source_id="new"), name="Ada"))
    assert save(world, Removal("customer", "old", "merged", into="new")) == 1
    assert listed(world) == ["Ada"]
    save(world, order("1", who(source_id="old")))
    db = open_reader(world.path)
    [ada] = customers.find(db, "lead@example.com")
    found = profile.read(db, ada.id, world.clock)
    db.close()
    assert found is not None
    assert [one.id for one in found.orders] == ["1"]


@pytest.mark.parametrize("first", ["deleted", "erased"])
def test_a_removal_is_never_weakened(world: World, first: str) -> None:
    save(world, person("7", ADA, name="Ada"), Removal("customer", "7", "erased"))
    assert save(world, Removal("customer", "7", first)) == 0  # type: ignore[arg-type]


def test_a_mirror_of_before_gets_the_new_tables(tmp_path: Path) -> None:
    from sqlite_utils import Database

    from console.mirror import schema, status

    path = tmp_path / "old.db"
    db = Database(path)
    for statement in schema._statements(schema.TABLES) + schema._statements(schema.EVENT_INDEXES):
        db.execute(statement)
    db.execute("pragma user_version = 1")
    db.table("_sqlite_migrations").insert({"migration_set": "mirror", "name": "first"})
    db.execute("insert into source(name, kind) values ('shop', 'shopify')")
    db.execute("insert into run(source, action, target, started_at) values (1, 'import', 'x', 1)")
    db.conn.commit()
    path.chmod(0o600)
    reader = open_reader(path)
    assert [one.source for one in status.read(reader).sources] == ["shop"]
    reader.close()
