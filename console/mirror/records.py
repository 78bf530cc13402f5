"""Records on their way into the mirror: customers, orders, tickets in their present state."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from console.mirror.database import Connection
from console.mirror.prepared import Told
from console.model import FIELDS

_COMMERCE = frozenset({"order", "charge", "refund", "subscription"})
_COMMERCE_COLUMNS = (
    "name", "status", "amount", "refunded", "currency", "at", "items",
    "plan", "interval", "started_at", "ends_at", "renews_at",
)  # fmt: skip
HELD = ("commerce", "thread", "message")
"""Tables of what belongs to a customer, each row beside its record's."""
_TABLES = {"thread": "thread", "message": "message", "campaign": "campaign"}


@dataclass(frozen=True, slots=True)
class Stored:
    """What the mirror has of a record."""

    id: int
    customer: int | None
    at: int
    hash: bytes
    fields: Mapping[str, Any]


class Records:
    """Writes records for one writer."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._next_id = 0
        self._new: list[tuple[Any, ...]] = []

    def stored(self, source: int, records: Iterable[Told]) -> dict[tuple[str, str], Stored]:
        """What the mirror has of these, by (kind, id)."""
        wanted: dict[str, list[str]] = defaultdict(list)
        for told in records:
            wanted[told.record.kind].append(told.record.id)
        return {
            (kind, ext_id): Stored(id, customer, at, hash, orjson.loads(fields or "{}"))
            for kind, ids in wanted.items()
            for ext_id, id, customer, at, hash, fields in self._db.execute(
                "select r.ext_id, r.id, r.customer, r.at, r.hash, r.fields from json_each(?) j"
                " cross join record r on r.source = ? and r.kind = ? and r.ext_id = j.value",
                (json.dumps(ids), source, kind),
            ).fetchall()
        }

    def begin(self) -> None:
        """Call when a transaction starts."""
        row = self._db.execute("select coalesce(max(id), 0) + 1 from record").fetchone()
        self._next_id = row[0]

    def save(self, source: int, told: Told, customer: int | None, old: Stored | None) -> Stored:
        """Insert or update one record and its row; absent fields keep what is there.

        Inserts wait for `flush`.
        """
        record, digest, raw = told
        fields = {**(old.fields if old else {}), **record.fields}
        text = orjson.dumps(fields).decode()
        if old is None:
            id = self._next_id
            self._next_id += 1
            self._new.append(
                (id, source, record.kind, record.id, customer, record.at, digest, text, raw)
            )
        else:
            id = old.id
            self.flush()
            self._db.execute(
                "update record set customer = ?, at = ?, hash = ?, fields = ?, raw = ?,"
                " part = null where id = ?",
                (customer, record.at, digest, text, raw, id),
            )
        self._save_row(record.kind, id, customer, fields)
        return Stored(id, customer, record.at, digest, fields)

    def flush(self) -> None:
        """Write the records that wait."""
        self._db.executemany(
            "insert into record(id, source, kind, ext_id, customer, at, hash, fields, raw)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self._new,
        )
        self._new.clear()

    def forget(self) -> None:
        """Drop what waits, after a rollback."""
        self._new.clear()

    def move(self, kept: int, gone: int) -> None:
        """Everything of `gone` becomes `kept`'s."""
        for table in ("record", *HELD):
            self._db.execute(f"update {table} set customer = ? where customer = ?", (kept, gone))

    def _save_row(
        self, kind: str, id: int, customer: int | None, fields: Mapping[str, Any]
    ) -> None:
        values: dict[str, Any] = {"record": id}
        if kind in _COMMERCE:
            table = "commerce"
            values |= {"kind": kind, "customer": customer}
            values |= {name: fields.get(name) for name in _COMMERCE_COLUMNS}
            if fields.get("items") is not None:
                values["items"] = orjson.dumps(fields["items"]).decode()
        elif kind in _TABLES:
            table = _TABLES[kind]
            values |= {name: fields.get(name) for name in FIELDS[kind]}
            if kind != "campaign":
                values["customer"] = customer
            if kind == "thread":
                values["kind"] = fields.get("kind") or "ticket"
        elif kind == "account" and (name := str(fields.get("name") or "").strip()):
            self._save_account(name, fields.get("domain"))
            return
        else:
            return
        columns = ", ".join(values)
        marks = ", ".join("?" * len(values))
        self._db.execute(
            f"insert or replace into {table}({columns}) values ({marks})", tuple(values.values())
        )

    def _save_account(self, name: str, domain: str | None) -> None:
        """A company is known by its name, which is what customers say of it."""
        self._db.execute(
            "insert into account(name, folded, domain) values (?, ?, ?) on conflict (folded)"
            " do update set domain = coalesce(excluded.domain, domain)",
            (name, folded(name), domain),
        )


def folded(name: str) -> str:
    """A company's name, however it is spaced and in whatever case."""
    return " ".join(name.split()).casefold()
