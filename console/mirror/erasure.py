"""Making a person nobody, in what one source said of them; amounts and counts stay."""

from __future__ import annotations

import json

from console.mirror.database import Connection
from console.mirror.objects import forget_unused
from console.mirror.schema import RAW_LINES

_COMMERCE = ("order", "charge", "refund", "subscription")
# What a record of money keeps: nothing in it is about the person.
_KEPT = (
    "status", "amount", "refunded", "currency", "at", "plan", "interval", "started_at",
    "ends_at", "renews_at",
)  # fmt: skip
NOTHING = b"{}"
"""What raw data that named somebody is replaced with."""


def erase(db: Connection, source: int, customer: int, id: str) -> None:
    """Null what a source says of a customer; inside the writer's transaction.

    id: the source's own for the person, which stays so that what they did stays theirs.
    Freed pages are overwritten.
    """
    db.execute("pragma secure_delete = on")
    _records(db, source, customer)
    _raw_lines(db, source, customer)
    db.execute(
        "update event set object = null where customer = ?1 and object is not null and"
        " kind in (select id from event_kind where source = ?2)",
        (customer, source),
    )
    forget_unused(db)
    _identities(db, source, customer, id)


def _records(db: Connection, source: int, customer: int) -> None:
    from console.mirror.packing import packer

    blank = packer().compress(NOTHING)
    rows = db.execute(
        "select id, kind, fields from record where source = ? and customer = ?", (source, customer)
    ).fetchall()
    for id, kind, fields in rows:
        known = json.loads(fields) if fields else {}
        kept = {name: known[name] for name in _KEPT if name in known}
        left = json.dumps(kept) if kind in _COMMERCE and fields else None
        db.execute("update record set fields = ?, raw = ? where id = ?", (left, blank, id))
    ids = json.dumps([id for id, _, _ in rows])
    among = "record in (select value from json_each(?))"
    db.execute(f"update thread set subject = null where {among}", (ids,))
    db.execute(f"update message set subject = null, text = null where {among}", (ids,))
    db.execute(f"update commerce set name = null, items = null where {among}", (ids,))


def _raw_lines(db: Connection, source: int, customer: int) -> None:
    from console.mirror.packing import packer, unpack

    places = [
        raw
        for (raw,) in db.execute(
            "select e.raw from event e join event_kind k on k.id = e.kind"
            " where e.customer = ? and k.source = ? and e.raw > 0",
            (customer, source),
        ).fetchall()
    ]
    pack = packer()
    for block in sorted({place // RAW_LINES for place in places}):
        (data,) = db.execute("select data from raw_block where id = ?", (block,)).fetchone()
        lines = unpack(data).split(b"\n")
        for place in places:
            if place // RAW_LINES == block:
                lines[place % RAW_LINES] = NOTHING
        db.execute(
            "update raw_block set data = ? where id = ?", (pack.compress(b"\n".join(lines)), block)
        )


def _identities(db: Connection, source: int, customer: int, id: str) -> None:
    anchor = db.execute(
        "select id from identity where value = ? and kind = 'source_id' and source = ?",
        (id, source),
    ).fetchone()
    named = db.execute(
        "select id from identity where customer = ? and source = ? and id is not ?",
        (customer, source, anchor[0] if anchor else None),
    ).fetchall()
    ids = json.dumps([one for (one,) in named])
    if anchor:
        db.execute(
            "update event set identity = ? where customer = ? and identity in"
            " (select value from json_each(?))",
            (anchor[0], customer, ids),
        )
        db.execute("delete from identity where id in (select value from json_each(?))", (ids,))
