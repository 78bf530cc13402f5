"""People merged by hand, laid over what identities say so that it can be taken back exactly.

Who is whom by what sources say is worked out as if nobody had ever merged anybody; each of
those customers is a *part*. By-hand merges make several parts one person: every table's
``customer`` is the person's, ``part`` beside it who it would be without (see
`console.mirror.schema`). A person has the number of the part that was first in the mirror, as
with joins by identity; all else that is shown is worked out from what every part's sources
say, so that it does not matter who is merged into whom.

People who merge know others as `Person`, because the mirror's numbers do not outlive it. The
list of merges is kept here too, so that it can be applied again when the parts themselves
change; where one of a pair is not known, or both are one already, a merge waits.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping

from console.mirror import persons
from console.mirror.database import Connection
from console.mirror.events import NOTABLE, Events
from console.mirror.people import People
from console.mirror.records import HELD
from console.mirror.rollup import Rollup
from console.model import Person

Pair = tuple[Person, Person]
_KEY = "merges"
_ITS = "where customer = ? and coalesce(part, customer) = ?"


class Merges:
    """Keeps by-hand merges for one writer."""

    def __init__(self, db: Connection, events: Events, people: People, rollup: Rollup) -> None:
        self._db = db
        self._events = events
        self._people = people
        self._rollup = rollup
        self._person: dict[int, int] = {}
        self._met: set[int] = set()
        self._active: set[int] = set()
        self.loose = False
        """Whether somebody was taken apart who is to be put together again."""

    def load(self) -> None:
        """Read who is merged: at the first transaction, and when another process has written."""
        self._person = _merged(self._db)
        self._met.clear()
        self._active.clear()
        self.loose = False

    def person(self, part: int) -> int:
        """Who a part is by by-hand merges; itself when it was not merged."""
        return self._person.get(part, part)

    def parts(self) -> set[int]:
        """All parts of people who are merged."""
        return set(self._person)

    def meet(self, parts: Iterable[int]) -> None:
        """Something of these comes in: call before its events are saved."""
        if not self._person:
            return
        for part in self._person.keys() & parts:
            person = self._person[part]
            self._met.add(part)
            self._active.add(person)
            if not self._rollup.is_apart(person):
                self._rollup.tell_apart(person, self._kinds_of(person))

    def fold(self) -> None:
        """What came in of parts belongs to the person: call when it is all saved."""
        for part in self._met:
            person = self._person[part]
            if part == person:
                continue
            for table in ("identity", "record"):
                self._db.execute(
                    f"update {table} set part = customer, customer = ? where customer = ?",
                    (person, part),
                )
            for table in HELD:
                self._db.execute(
                    f"update {table} set customer = ? where customer = ?", (person, part)
                )
        self._met.clear()

    def take_apart(self, parts: Iterable[int]) -> set[int]:
        """Unmerge, until the transaction ends, whoever these are part of.

        For whatever changes the parts themselves. Returns the customers that changed.
        """
        people = {self._person[part] for part in self._person.keys() & parts}
        if not people:
            return set()
        self.loose = True
        return self._arrange({p: at for p, at in self._person.items() if at not in people})

    def rejoin(self) -> set[int]:
        """Merge as the list says; returns the customers that changed."""
        self.loose = False
        return self._arrange(_wanted(self._db, kept(self._db)))

    def keep(self, merges: Iterable[Pair]) -> None:
        """Make the list what `rejoin` follows."""
        text = json.dumps(sorted(set(merges)))
        self._db.execute(
            "insert into meta(key, value) values (?, ?)"
            " on conflict(key) do update set value = excluded.value",
            (_KEY, text),
        )

    def settle(self) -> None:
        """Give what came in of merged people the level it has for them: before a commit."""
        people = self._active & set(self._person.values())
        if people:
            self._raise_again(people)
            self._demote(people)
        self._active.clear()

    def _arrange(self, wanted: dict[int, int]) -> set[int]:
        """Make `wanted` (part to person) who is merged; returns the customers that changed."""
        before, self._person = self._person, wanted
        moved = {p for p in before.keys() | wanted.keys() if before.get(p, p) != wanted.get(p, p)}
        if not moved:
            return set()
        old, new = {before.get(p, p) for p in moved}, {wanted.get(p, p) for p in moved}
        # Also those who stay: what is told of them is not alone theirs any more, or alone.
        parts = {p for p in before.keys() | wanted.keys() if before.get(p, p) in old | new}
        parts |= moved | {p for p in wanted if wanted[p] in old | new}
        holders = {before.get(p, p) for p in parts}
        self._raise_again(holders)
        self._people.unlist(sorted(holders))
        for part in sorted(moved):
            self._move(part, before.get(part, part), wanted.get(part, part))
        self._events.reassign(holders)
        self._mark(parts, wanted)
        self._demote({wanted[p] for p in parts if p in wanted})
        changed = {wanted.get(p, p) for p in parts}
        self._people.gained(changed)
        return changed

    def _move(self, part: int, old: int, new: int) -> None:
        """What is told of a part becomes what is told of another person."""
        for table in ("identity", "record"):
            self._db.execute(
                f"update {table} set customer = ?, part = nullif(?, ?) {_ITS}",
                (new, part, new, old, part),
            )
        for table in HELD:
            self._db.execute(
                f"update {table} set customer = ? where customer = ? and record in"
                f" (select id from record {_ITS})",
                (new, old, new, part),
            )

    def _mark(self, parts: set[int], wanted: Mapping[int, int]) -> None:
        """Bring the customers' own rows in line."""
        chosen = json.dumps(sorted(parts))
        self._db.execute(
            "update customer set merged_into = nullif(part, id), part = null"
            " where part in (select value from json_each(?))",
            (chosen,),
        )
        # Whoever is in no list is looked at again when their row is written.
        self._db.execute(
            "update customer set merged_into = null where merged_into = id"
            " and id in (select value from json_each(?))",
            (chosen,),
        )
        for part in sorted(parts & wanted.keys()):
            person = wanted[part]
            self._db.execute(
                "update customer set part = ?1, merged_into = nullif(?2, id)"
                " where id = ?1 or merged_into = ?1",
                (part, person),
            )
        self._people.clear(part for part in parts if wanted.get(part, part) != part)

    def _kinds_of(self, person: int) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for kind, part in self._db.execute(
            "select distinct e.kind, coalesce(i.part, i.customer) from event e"
            " join identity i on i.id = e.identity where e.customer = ?",
            (person,),
        ).fetchall():
            found[kind].add(part)
        return found

    def _raise_again(self, people: Iterable[int]) -> None:
        """Give events the level they have without by-hand merges."""
        rows = self._db.execute(
            "select d.level, d.event from json_each(?) j cross join event e on e.customer = j.value"
            " join demoted d on d.event = e.id",
            (json.dumps(sorted(people)),),
        ).fetchall()
        self._db.executemany("update event set level = ? where id = ?", rows)
        self._db.executemany("delete from demoted where event = ?", [(id,) for _, id in rows])

    def _demote(self, people: Iterable[int]) -> None:
        """Of the first times that each part has had, leave the person one."""
        rows = self._db.execute(
            "select e.customer, e.kind, min(e.id) from json_each(?) j"
            " cross join event e on e.customer = j.value join identity i on i.id = e.identity"
            " group by e.customer, e.kind, coalesce(i.part, i.customer) order by 3",
            (json.dumps(sorted(people)),),
        ).fetchall()
        met, again = set(), []
        for person, kind, event in rows:
            if (person, kind) in met:
                again.append(event)
            met.add((person, kind))
        demoted = self._db.execute(
            "select e.id, e.level, k.level from json_each(?) j cross join event e on e.id = j.value"
            " join event_kind k on k.id = e.kind"
            " where e.level > k.level and e.level = min(k.level + 1, ?)",
            (json.dumps(again), NOTABLE),
        ).fetchall()
        self._db.executemany(
            "insert into demoted(event, level) values (?, ?)",
            [(id, level) for id, level, _ in demoted],
        )
        self._db.executemany(
            "update event set level = ? where id = ?", [(low, id) for id, _, low in demoted]
        )


def kept(db: Connection) -> list[Pair]:
    """The list of merges that the mirror was last told."""
    row = db.execute("select value from meta where key = ?", (_KEY,)).fetchone()
    return [(_person(one), _person(other)) for one, other in (json.loads(row[0]) if row else ())]


def is_kept(db: Connection, merges: Iterable[Pair]) -> bool:
    """Whether the mirror has exactly these merges, and the people of all of them as one."""
    merges = sorted(set(merges))
    return kept(db) == merges and _merged(db) == _wanted(db, merges)


def _person(said: list[list[str]]) -> Person:
    return tuple((source, kind, value) for source, kind, value in said)


def _merged(db: Connection) -> dict[int, int]:
    return dict(
        db.execute(
            "select id, coalesce(merged_into, id) from customer where part is not null"
            " and part = id"
        ).fetchall()
    )


def _wanted(db: Connection, merges: Iterable[Pair]) -> dict[int, int]:
    """Part to person for all who are to be merged."""
    found = persons.parts(db, [person for pair in merges for person in pair])
    into: dict[int, int] = {}

    def person(part: int) -> int:
        while into.get(part, part) != part:
            part = into[part]
        return part

    for one, other in zip(found[::2], found[1::2], strict=True):
        if one is not None and other is not None and one != other:
            low, high = sorted((person(one), person(other)))
            into[low] = low
            into[high] = low
    return {part: person(part) for part in into}
