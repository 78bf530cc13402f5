"""Who is who: from what a line says of a person to one customer.

A line's keys belong to one person, so customers found by any of them are joined: by source
id, external id, email or phone; never by name. A device (anonymous id) is weaker, because
people share devices: it joins only a customer of whom nothing but devices is known.
The customer who was first in the mirror keeps the id. Of merges by hand nothing is known here:
they lie over it (see `console.mirror.merges`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from pyroaring import BitMap

from console.mirror.database import Connection, data_version
from console.model import Key, Who

_REMEMBERED = 150_000
_CUSTOMER_BITS = 32
_CUSTOMER = (1 << _CUSTOMER_BITS) - 1
_ADDRESSES = frozenset({"email", "phone"})
_Place = tuple[str, str, int]
# source_id and anonymous_id mean something within their source only.
_LOCAL = frozenset({"source_id", "anonymous_id"})


class Identities:
    """Resolves people for one writer.

    merge: called with (kept, gone) when two customers that are both in the file turn out
    to be one; it moves the rows.
    """

    def __init__(self, db: Connection, merge: Callable[[int, int], None]) -> None:
        self._db = db
        self._merge = merge
        # By the hash of source and keys, 64 bits, to identity and customer in one number:
        # a fifth of the memory of the keys themselves, for a chance of one in 10^8 that two
        # of half a million people share a hash.
        self._resolved: dict[int, int] = {}
        self._older: dict[int, int] = {}
        self._gained: set[int] = set()
        self._gone: dict[int, int] = {}
        self._fresh: set[int] = set()
        self._strong = BitMap()
        self._version: int | None = None
        self.state = 0
        """Changes when what `resolve` answered before may not hold any more."""
        self._next_customer = 0
        self._next_identity = 0

    def begin(self) -> bool:
        """Call when a transaction starts.

        Returns whether another process has written, so that nothing remembered holds.
        """
        version = data_version(self._db)
        if version == self._version:
            return False
        self.forget()
        self._version = version
        self._count_on()
        return True

    def forget(self) -> None:
        """Drop what was remembered, after a rollback has undone its rows."""
        self.state += 1
        self._version = None
        self._resolved.clear()
        self._older.clear()
        self._gone.clear()
        self._fresh.clear()
        self._gained.clear()
        self._strong.clear()

    def unlearn(self) -> None:
        """Drop who is known by which keys, after identities were removed or made elsewhere."""
        self.state += 1
        self._count_on()
        self._resolved.clear()
        self._older.clear()
        self._strong.clear()

    def _count_on(self) -> None:
        ask = self._db.execute
        self._next_customer = ask("select coalesce(max(id), 0) + 1 from customer").fetchone()[0]
        self._next_identity = ask("select coalesce(max(id), 0) + 1 from identity").fetchone()[0]

    def customer(self, id: int) -> int:
        """The customer that `id` has become part of; itself when it was not merged."""
        while id in self._gone:
            id = self._gone[id]
        return id

    def resolve(self, source: int, whos: Sequence[Who]) -> Mapping[Who, tuple[int, int]]:
        """(identity, customer) for each of `whos`, as said by a source.

        Makes customers and identities that are not there yet. Customers may be merged by a
        later entry; pass them through `customer` when all are resolved.
        """
        found: dict[Who, tuple[int, int]] = {}
        unknown: list[Who] = []
        for who in set(whos):
            place = self._recall(hash((source, who)))
            if place is None:
                unknown.append(who)
            else:
                found[who] = place >> _CUSTOMER_BITS, place & _CUSTOMER
        if unknown:
            # In the order in which they came: who is first keeps the id.
            order = {who: turn for turn, who in enumerate(dict.fromkeys(whos))}
            unknown.sort(key=order.__getitem__)
            made: dict[Who, tuple[int, int]] = {}
            self._resolve_new(source, unknown, made)
            found |= made
            for who, (identity, customer) in made.items():
                self._resolved[hash((source, who))] = identity << _CUSTOMER_BITS | customer
        if len(self._resolved) > _REMEMBERED:
            # Whoever is met again before as many others are is still remembered.
            self._older, self._resolved = self._resolved, {}
        return found

    def _recall(self, mark: int) -> int | None:
        place = self._resolved.get(mark)
        if place is None:
            place = self._older.get(mark)
            if place is not None:
                self._resolved[mark] = place
        return place

    def fresh(self) -> set[int]:
        """Customers made since this was last asked, without those merged away."""
        made, self._fresh = self._fresh, set()
        return {id for id in made if id not in self._gone}

    def gained(self) -> set[int]:
        """Customers who have an email or phone more since this was last asked."""
        found, self._gained = self._gained, set()
        return {self.customer(id) for id in found}

    def _resolve_new(
        self, source: int, whos: list[Who], resolved: dict[Who, tuple[int, int]]
    ) -> None:
        known = self._look_up({key for who in whos for key in who}, source)
        owners: dict[Key, int] = {}
        for (kind, value, _), (_, customer) in known.items():
            owners[Key(kind, value)] = customer  # type: ignore[arg-type]
        new_identities: list[tuple[int, int, int, str, str]] = []
        for who in whos:
            customer = self._one_customer(who, owners)
            first = 0
            for key in who:
                place = (key.kind, key.value, source)
                if place not in known:
                    if key.kind != "anonymous_id":
                        self._strong.add(customer)
                    owner = owners.setdefault(key, customer)
                    known[place] = (self._next_identity, owner)
                    new_identities.append((self._next_identity, owner, source, key.kind, key.value))
                    if key.kind in _ADDRESSES:
                        self._gained.add(owner)
                    self._next_identity += 1
                # What is told of by a person's own identity can be given back to them.
                if not first and self.customer(known[place][1]) == customer:
                    first = known[place][0]
            resolved[who] = (first, customer)
        self._save(new_identities)

    def _one_customer(self, who: Who, owners: dict[Key, int]) -> int:
        held = [(key, self.customer(owners[key])) for key in who if key in owners]
        if not held:
            return self._new_customer()
        key, customer = held[0]
        # Nearly everybody is known by a key that is theirs, and by no other's.
        if key.kind != "anonymous_id" and all(other == customer for _, other in held):
            return customer
        return self._joined(who, owners)

    def _new_customer(self) -> int:
        customer = self._next_customer
        self._next_customer += 1
        self._fresh.add(customer)
        return customer

    def _joined(self, who: Who, owners: dict[Key, int]) -> int:
        strong = {
            self.customer(owners[key])
            for key in who
            if key.kind != "anonymous_id" and key in owners
        }
        devices = {
            self.customer(owners[key])
            for key in who
            if key.kind == "anonymous_id" and key in owners
        }
        has_strong_key = any(key.kind != "anonymous_id" for key in who)
        if strong:
            joined = strong | {id for id in devices if not self._is_strong(id)}
        elif has_strong_key:
            joined = {id for id in devices if not self._is_strong(id)}
        else:
            joined = set(sorted(devices)[:1])
        if not joined:
            return self._new_customer()
        kept, *others = sorted(joined)
        for gone in others:
            self._join(kept, gone)
        return kept

    def _join(self, kept: int, gone: int) -> None:
        self._gone[gone] = kept
        if gone in self._strong:
            self._strong.add(kept)
        if gone not in self._fresh:
            self._merge(kept, gone)
        self._fresh.discard(gone)

    def _is_strong(self, customer: int) -> bool:
        if customer in self._strong:
            return True
        found = self._db.execute(
            "select 1 from identity where coalesce(part, customer) = ?1 and customer ="
            " coalesce((select merged_into from customer where id = ?1), ?1)"
            " and kind != 'anonymous_id' limit 1",
            (customer,),
        ).fetchone()
        if found:
            self._strong.add(customer)
        return found is not None

    def _look_up(self, keys: set[Key], source: int) -> dict[_Place, tuple[int, int]]:
        # In the order of the index: among a million and a half in half the time.
        values = sorted({key.value for key in keys})
        rows = self._db.execute(
            "select i.kind, i.value, i.source, i.id, coalesce(i.part, i.customer)"
            " from json_each(?) j cross join identity i on i.value = j.value",
            (json.dumps(values),),
        ).fetchall()
        return {
            (kind, value, where): (id, customer)
            for kind, value, where, id, customer in rows
            if (kind, value) in keys and (kind not in _LOCAL or where == source)
        }

    def _save(self, identities: list[tuple[int, int, int, str, str]]) -> None:
        rows = [
            (id, self.customer(owner), source, kind, value)
            for id, owner, source, kind, value in identities
        ]
        self._db.executemany(
            "insert into identity(id, customer, source, kind, value) values (?, ?, ?, ?, ?)", rows
        )
