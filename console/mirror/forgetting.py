"""Making a person nobody in the whole mirror; what they did still counts."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable

from console.mirror.database import Connection
from console.mirror.erasure import NOTHING, erase
from console.model import Person

_SAID = (
    "name", "email", "phone", "account", "city", "region", "country", "timezone", "plan", "tags",
)  # fmt: skip
_OF_PEOPLE = ("customer", "identify", "account")
"""Kinds of records whose id may be the person's."""


def known_as(db: Connection, person: Person) -> set[int]:
    """The customers of whom any of these ways to know somebody is."""
    return {
        customer
        for source, kind, value in person
        for (customer,) in db.execute(
            "select i.customer from identity i join source s on s.id = i.source"
            " where i.value = ? and i.kind = ? and s.name = ?",
            (value, kind, source),
        ).fetchall()
    }


def forget(db: Connection, customer: int) -> None:
    """Null what every source says of a customer, inside the writer's transaction.

    For each source one identity stays that means nothing, so that what they did stays together.
    """
    sources = db.execute(
        "select distinct source from identity where customer = ?1 union"
        " select distinct source from record where customer = ?1",
        (customer,),
    ).fetchall()
    for (source,) in sources:
        _unlist(db, source, customer)
        anchor = f"erased-{secrets.token_hex(8)}"
        db.execute(
            "insert into identity(customer, source, kind, value) values (?, ?, 'source_id', ?)",
            (customer, source, anchor),
        )
        erase(db, source, customer, anchor)
        _rename(db, source, customer, anchor)
    nothing = ", ".join(f"{name} = null" for name in _SAID)
    db.execute(f"update customer set {nothing} where id = ?1 or merged_into = ?1", (customer,))


def clear(db: Connection, words: Collection[str]) -> None:
    """Take away refused rows and raw data that name somebody, and companies nobody belongs to.

    Inside the writer's transaction. words: what would tell of them.
    """
    _forget_raw(db, words)
    for id, raw, reason in db.execute(
        "select id, coalesce(raw, ''), reason from reject"
    ).fetchall():
        if any(word.casefold() in f"{raw}\n{reason}".casefold() for word in words):
            db.execute("delete from reject where id = ?", (id,))
    db.execute(
        "delete from account where id not in (select account from customer"
        " where account is not null)"
    )


def _forget_raw(db: Connection, words: Collection[str]) -> None:
    """Blank what is kept of others as it came and names somebody, such as a company's call."""
    from console.mirror.packing import packer, unpack

    forms = {form.casefold() for word in words for form in (word, json.dumps(word)[1:-1])}
    pack = packer().compress

    def names_them(data: bytes) -> bool:
        text = data.decode("utf-8", "replace").casefold()
        return any(form in text for form in forms)

    for table, column in (("raw_block", "data"), ("record", "raw")):
        ids = db.execute(f"select id from {table}").fetchall() if forms else []
        for (id,) in ids:
            found = db.execute(f"select {column} from {table} where id = ?", (id,)).fetchone()
            if names_them(data := unpack(found[0])):
                # Of a block each line is another's.
                lines = data.split(b"\n") if table == "raw_block" else [data]
                left = b"\n".join(NOTHING if names_them(line) else line for line in lines)
                db.execute(f"update {table} set {column} = ? where id = ?", (pack(left), id))


def finish(db: Connection) -> None:
    """Rewrite the file, so that no page holds what was deleted; takes as long as copying it."""
    db.execute("insert into customer_search(customer_search) values ('optimize')")
    db.execute("insert into object_search(object_search) values ('optimize')")
    db.execute("vacuum")
    db.execute("pragma wal_checkpoint(truncate)").fetchall()


def _unlist(db: Connection, source: int, customer: int) -> None:
    """What was kept of their ids: removals, and looks at all that a source has."""
    ids = [
        id
        for (id,) in db.execute(
            "select value from identity where customer = ?1 and source = ?2 union"
            " select ext_id from record where customer = ?1 and source = ?2",
            (customer, source),
        ).fetchall()
    ]
    for table in ("removal", "present"):
        db.execute(
            f"delete from {table} where source = ? and ext_id in (select value from json_each(?))",
            (source, json.dumps(ids)),
        )


def _rename(db: Connection, source: int, customer: int, anchor: str) -> None:
    """Records that are the person's own get ids that mean nothing."""
    rows: Iterable[tuple[int, str]] = db.execute(
        "select id, kind from record where customer = ? and source = ?", (customer, source)
    ).fetchall()
    for number, (id, kind) in enumerate(rows):
        if kind in _OF_PEOPLE:
            db.execute("update record set ext_id = ? where id = ?", (f"{anchor}-{number}", id))
