"""A mirror is examined in short reads, beside which others write, and what is wrong is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from console.config import Config
from console.mirror import comparing, indexed, soundness
from console.mirror.database import Connection, open_as_it_is, open_plain, open_writer
from console.mirror.soundness import whole
from console.sync.importing import import_files
from tests import world as worlds
from tests.cli import Console
from tests.commands.conftest import call, lines

PAGE = 4096
MARCH = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a small mirror has many."""
    monkeypatch.setattr(indexed, "_ROWS", 50)
    monkeypatch.setattr(comparing, "_EVENTS", 50)
    monkeypatch.setattr(comparing, "_CHUNK", 10)


@pytest.fixture
def config(built_world: Path, tmp_path: Path) -> Config:
    """Settings for a copy of the small world."""
    shutil.copy(built_world, tmp_path / "mirror.db")
    return worlds.config(tmp_path)


class Watched:
    """A connection that lets others do something before each of its reads."""

    def __init__(self, db: Connection, between: Callable[..., None]) -> None:
        self._db = db
        self._between = between

    def execute(self, sql: str, given: tuple[Any, ...] = ()) -> Any:
        if not self._db.in_transaction:
            self._between(sql, *given)
        return self._db.execute(sql, given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


def brought(n: int, at: datetime) -> bytes:
    """Somebody who is new does something new, and they and somebody known what is known."""
    told = at.isoformat()
    return lines([
        call("identify", 90_000 + n, f"new{n}", told, traits={"email": f"{n}@example.org"}),
        call("track", 80_000 + n, f"new{n}", told, event=f"New {n}"),
        call("track", 70_000 + n, f"new{n // 2}", told, event="Logged In"),
    ])  # fmt: skip


def test_between_two_reads_others_write_and_the_wal_is_cut(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes in meanwhile is not taken for damage either."""
    calls, orders = tmp_path / "new.jsonl", tmp_path / "orders.csv"
    other = open_writer(config.mirror)
    turns, writes = count(), count()

    def between(sql: str, *given: int) -> None:
        of_day = "where day = ?" in sql
        if next(turns) % (3 if of_day else 16) == 0:
            day = datetime.fromtimestamp(given[0] * 86_400, UTC) if of_day else MARCH
            calls.write_bytes(brought(n := next(writes), day + timedelta(hours=12)))
            orders.write_text("".join(
                f"{','.join(row)}\n" for row in [
                    ("customer", "id", "at", "amount", "currency", "status"),
                    *((f"u{one}", f"{one}", MARCH.isoformat(), f"{n}.00", "EUR", "paid")
                      for one in range(60)),
                ]
            ))  # fmt: skip
            assert import_files([str(calls)], config).clean
            assert import_files([str(orders)], config, wanted="orders").clean
        assert other.execute("pragma wal_checkpoint(truncate)").fetchone()[0] == 0

    monkeypatch.setattr(
        soundness, "open_as_it_is", lambda path: Watched(open_as_it_is(path), between)
    )
    assert whole(config.mirror) == []
    assert next(turns) > 200
    assert next(writes) > 20
    other.close()


def spoil(path: Path, index: str, *statements: str, then: str | None = None) -> None:
    """Change rows behind the back of an index. then: what the index is said to be afterwards."""
    db = open_plain(path, 5)
    row = db.execute(
        "select type, name, tbl_name, rootpage, sql from sqlite_master where name = ?", (index,)
    ).fetchone()
    db.execute("pragma writable_schema = on")
    db.execute("delete from sqlite_master where name = ?", (index,))
    db.close()
    db = open_plain(path, 5)
    for statement in statements:
        db.execute(statement)
    db.execute("pragma writable_schema = on")
    db.execute("insert into sqlite_master values (?, ?, ?, ?, ?)", (*row[:4], then or row[4]))
    db.execute("pragma wal_checkpoint(truncate)").fetchall()
    db.close()


@pytest.mark.parametrize(("index", "statement"), [
    ("event_at", "update event set at = at + 1 where id = 77"),
    ("event_at", "delete from event where id = 77"),
    ("event_level", "update event set at = at + 1 where id in"
                    " (select id from event where level >= 2 limit 1)"),
    ("event_level", "update event set level = 3 where id in"
                    " (select id from event where level < 2 limit 1)"),
    ("event_level", "update event set level = 0 where id in"
                    " (select id from event where level >= 2 limit 1)"),
    ("identity_value", "update identity set value = 'x' where id = 3"),
    ("removal_customer", "insert into removal values (1, 'customer', 'x', 'deleted', 1, null)"),
])  # fmt: skip
def test_an_index_that_is_not_of_its_table_is_found(
    config: Config, index: str, statement: str
) -> None:
    assert whole(config.mirror) == []
    spoil(config.mirror, index, statement)
    found = whole(config.mirror)
    assert any(index in said for said in found), found


def test_two_rows_where_there_may_be_one_are_found(config: Config) -> None:
    db = open_writer(config.mirror)
    (unique,) = db.execute("select sql from sqlite_master where name = 'event_key'").fetchone()
    db.execute("drop index event_key")
    db.execute("create index event_key on event(key)")
    columns = "at, customer, kind, level, identity, key, raw"
    db.execute(f"insert into event({columns}) select {columns} from event where id = 5")
    db.close()
    spoil(config.mirror, "event_key", then=unique)
    assert "index event_key says otherwise" in " ".join(whole(config.mirror))


def test_pages_of_sets_in_the_wrong_order_are_found(config: Config) -> None:
    db = open_writer(config.mirror)
    (root,) = db.execute("select rootpage from sqlite_master where name = 'day_set'").fetchone()
    db.close()
    data = bytearray(config.mirror.read_bytes())
    start = root * PAGE - PAGE
    # A page of a tree's inside: its cells' places from byte 12 on, a child's number in each.
    assert data[start] == 2
    first, second = (
        (int.from_bytes(data[start + cell : start + cell + 4], "big") - 1) * PAGE
        for cell in (int.from_bytes(data[start + n : start + n + 2], "big") for n in (12, 14))
    )
    one, other = data[first : first + PAGE], data[second : second + PAGE]
    data[first : first + PAGE], data[second : second + PAGE] = other, one
    config.mirror.write_bytes(data)
    assert "order" in " ".join(whole(config.mirror))


@pytest.fixture
def giving_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody writes all the time, and waits."""
    turns = count()
    monkeypatch.setattr(soundness, "_GLANCE", -1.0)
    monkeypatch.setattr(soundness, "_written", lambda wal: (next(turns), 0))
    monkeypatch.setattr(soundness, "_STEPS", 1)


@pytest.mark.usefixtures("giving_way")
def test_where_somebody_waits_each_table_is_looked_at_by_itself(config: Config) -> None:
    asked: list[str] = []
    db = open_as_it_is(config.mirror)
    db.set_trace_callback(asked.append)
    assert soundness._pages(db, config.mirror) == []
    tables = {name for (name,) in db.execute(
        "select name from sqlite_master where type = 'table'").fetchall()}  # fmt: skip
    assert {one for one in tables if f"pragma quick_check('{one}')" in asked} == tables
    db.close()


@pytest.mark.usefixtures("giving_way")
def test_a_list_of_unused_pages_that_is_none_is_found_then_too(config: Config) -> None:
    db = open_writer(config.mirror)
    db.execute("drop table object_search")
    db.execute("drop index event_at")
    db.execute("pragma wal_checkpoint(truncate)").fetchall()
    assert db.execute("pragma freelist_count").fetchone()[0] > 1
    db.close()
    data = bytearray(config.mirror.read_bytes())
    first = int.from_bytes(data[32:36], "big")
    data[first * PAGE - PAGE : first * PAGE] = b"\xff" * PAGE
    config.mirror.write_bytes(data)
    assert any("freelist" in said.lower() for said in whole(config.mirror))


@pytest.mark.usefixtures("giving_way")
def test_a_damaged_table_is_found_then_too(config: Config) -> None:
    db = open_writer(config.mirror)
    (root,) = db.execute("select rootpage from sqlite_master where name = 'event_at'").fetchone()
    db.close()
    data = bytearray(config.mirror.read_bytes())
    data[root * PAGE - PAGE : root * PAGE] = bytes(PAGE)
    config.mirror.write_bytes(data)
    assert whole(config.mirror) != []


def test_a_notebook_is_examined_too(tmp_path: Path) -> None:
    console = Console(tmp_path, "--now", "2026-04-01")
    assert console("import", "-", stdin=lines([call("track", 1, "u1", "2026-03-02", event="x")]))
    assert console("segments", "save", "Swedes", "country=SE").status == 0
    path = tmp_path / "notebook.db"
    assert whole(path) == []
    spoil_notebook(path)
    assert any("segment" in said for said in whole(path))


def spoil_notebook(path: Path) -> None:
    spoil(path, "idx_segment_folded", "update segment set folded = 'danes'")
