"""What sources no longer have: hidden, nulled or made part of another, and kept so.

Deleted: the object's row and the events that followed from it go; its raw record stays, and
a later change at the source brings it back. A deleted customer's own deeds stay counted.
Erased: whatever that source said of the person goes, in rows and in raw lines; amounts and
counts stay, under a customer of whom nothing but the source's id is known.
Merged: the old id becomes another name of the one it went into.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from console.mirror.database import Connection
from console.mirror.erasure import erase
from console.mirror.events import Events
from console.mirror.identity import Identities
from console.mirror.people import People
from console.mirror.prepared import Told
from console.model import Key, Removal

_WEIGHT = {"deleted": 0, "merged": 1, "erased": 2}
_TYPED = ("commerce", "thread", "message", "campaign")
# Everyone who has a customer record that was removed, in a source that has no other of them,
# is hidden unless yet another source knows them.
_GONE = (
    "select r.source from record r join removal x"
    " on x.source = r.source and x.kind = r.kind and x.ext_id = r.ext_id"
    " where r.customer = customer.id and r.kind = 'customer' and not exists ("
    "select 1 from record l where l.customer = customer.id and l.source = r.source"
    " and l.kind in ('customer', 'identify') and l.fields is not null"
    # What is said of a person beside their record is nobody's without it.
    " and (l.kind = 'customer' or l.ext_id <> r.ext_id))"
)
_HIDDEN = (
    f"exists ({_GONE}) and not exists (select 1 from identity i where i.customer = customer.id"
    f" and i.source not in ({_GONE}))"
)


class Removals:
    """Carries out removals for one writer."""

    def __init__(
        self, db: Connection, events: Events, identities: Identities, people: People
    ) -> None:
        self._db = db
        self._events = events
        self._identities = identities
        self._people = people
        self._some_back = False

    def living(self, source: int, records: Sequence[Told]) -> Sequence[Told]:
        """Those of a source's records that were not removed, or have changed since."""
        if not records:
            return records
        rows = self._db.execute(
            "select x.kind, x.ext_id, x.what, x.at from json_each(?) j"
            " cross join removal x on x.source = ? and x.kind = j.value ->> 0"
            " and x.ext_id = j.value ->> 1",
            (json.dumps([(told.record.kind, told.record.id) for told in records]), source),
        ).fetchall()
        if not rows:
            return records
        gone = {(kind, id): (what, at) for kind, id, what, at in rows}
        kept = []
        for told in records:
            record = told.record
            what, at = gone.get((record.kind, record.id), ("", -1))
            if not what:
                kept.append(told)
            elif what == "deleted" and (record.at > at or record.kind == "identify"):
                # What is said of a person may be said again: they are back in a list.
                self._db.execute(
                    "delete from removal where source = ? and kind = ? and ext_id = ?",
                    (source, record.kind, record.id),
                )
                gone.pop((record.kind, record.id))
                self._some_back = True
                kept.append(told)
        return kept

    def concerned(self, source: int, removals: Iterable[Removal]) -> set[int]:
        """The customers that a source's removals of customers are about, without by-hand merges."""
        ids = {id for one in removals if one.kind == "customer" for id in (one.id, one.into) if id}
        rows = self._db.execute(
            "select coalesce(i.part, i.customer) from json_each(?1) j cross join identity i"
            " on i.value = j.value and i.kind = 'source_id' and i.source = ?2"
            " union select coalesce(r.part, r.customer) from json_each(?1) j cross join record r"
            " on r.source = ?2 and r.kind = 'customer' and r.ext_id = j.value",
            (json.dumps(sorted(ids)), source),
        ).fetchall()
        return {id for (id,) in rows if id is not None}

    def carry_out(self, source: int, removals: Iterable[Removal]) -> tuple[int, set[int]]:
        """Carry out what is news, inside the writer's transaction.

        Returns how many were news, and the customers whose rows have to be worked out anew.
        """
        done, touched = 0, set()
        for one in removals:
            known = self._db.execute(
                "select what from removal where source = ? and kind = ? and ext_id = ?",
                (source, one.kind, one.id),
            ).fetchone()
            if known and _WEIGHT[known[0]] >= _WEIGHT[one.what]:
                continue
            record = self._db.execute(
                "select id, at, customer from record where source = ? and kind = ? and ext_id = ?",
                (source, one.kind, one.id),
            ).fetchone()
            if record and one.what == "deleted" and 0 < one.at < record[1]:
                # The source has changed it since: it is there again.
                continue
            self._bury(source, one, max(one.at, record[1] if record else 0))
            touched |= self._one(source, one, record)
            done += 1
        return done, touched

    def hide(self, customers: Iterable[int]) -> None:
        """List nobody whom every source that knew them has deleted; list again who is back.

        customers: those who changed.
        """
        any_gone = "select 1 from removal where kind = 'customer' limit 1"
        if not self._some_back and not self._db.execute(any_gone).fetchone():
            return
        self._some_back = False
        chosen = json.dumps(sorted(customers))
        among = "id in (select value from json_each(?))"
        back = self._db.execute(
            f"update customer set merged_into = null where {among} and merged_into = id"
            f" and not ({_HIDDEN}) returning id",
            (chosen,),
        ).fetchall()
        self._db.execute(
            f"update customer set merged_into = id where {among} and merged_into is null"
            f" and {_HIDDEN}",
            (chosen,),
        )
        gone = self._db.execute(
            f"select id from customer where {among} and merged_into = id", (chosen,)
        ).fetchall()
        self._people.unlist([id for (id,) in gone])
        self._people.relist([id for (id,) in back])

    def _bury(self, source: int, one: Removal, at: int) -> None:
        self._db.execute(
            "insert or replace into removal(source, kind, ext_id, what, at, into_id)"
            " values (?, ?, ?, ?, ?, ?)",
            (source, one.kind, one.id, one.what, at, one.into),
        )

    def _one(
        self, source: int, one: Removal, record: tuple[int, int, int | None] | None
    ) -> set[int]:
        customer = record[2] if record else None
        if one.kind == "customer":
            customer = self._customer(source, one, customer)
            if one.what == "erased" and customer is not None:
                self._people.unlist([customer])
                erase(self._db, source, customer, one.id)
                self._identities.unlearn()
                self._people.gained([customer])
        if record:
            id = record[0]
            if one.kind != "customer":
                self._take_out(id, customer)
            self._db.execute(
                "update record set fields = null, hash = x'', customer = ? where id = ?",
                (customer, id),
            )
        return {id for id in (customer, record[2] if record else None) if id is not None}

    def _customer(self, source: int, one: Removal, customer: int | None) -> int | None:
        """Who it is about, after a merge that it tells of."""
        who = [Key("source_id", one.id)]
        if one.what == "merged" and one.into is not None:
            who.append(Key("source_id", one.into))
        elif customer is not None:
            return customer
        elif not self._is_known(source, one.id):
            return None
        keys = tuple(who)
        found = self._identities.resolve(source, [keys])[keys][1]
        return self._identities.customer(found)

    def _is_known(self, source: int, id: str) -> bool:
        row = self._db.execute(
            "select 1 from identity where value = ? and kind = 'source_id' and source = ?",
            (id, source),
        ).fetchone()
        return row is not None

    def _take_out(self, record: int, customer: int | None) -> None:
        for table in _TYPED:
            self._db.execute(f"delete from {table} where record = ?", (record,))
        if customer is not None:
            rows = self._db.execute(
                "select id from event where customer = ? and raw = ?", (customer, -record)
            ).fetchall()
            self._events.delete([id for (id,) in rows])
