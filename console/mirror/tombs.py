"""Who was erased: remembered only so that they can be known again, and by nobody else.

Of each way a source knew them a keyed hash is kept, with its key. It tells whether somebody who
comes is one of them, and not who they were. The notebook keeps the same, which outlives a
mirror; where the two have keys of their own, hashes under each are known.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import replace

from console.mirror.database import Connection
from console.mirror.prepared import Prepared
from console.model import Person, Reject, Tomb
from console.model.tombs import tomb

_KINDS = ("email", "phone", "external_id")
_PAGE = 10_000
_TOKEN = re.compile(r"[^\s,;:\"'{}\[\]()<>|]+")
_UNSAID = "is of somebody who was erased"


class Tombs:
    """The erased that one mirror knows of."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._tombs: frozenset[Tomb] = frozenset()
        self._secrets: list[bytes] = []
        self.read()

    def __bool__(self) -> bool:
        return bool(self._tombs)

    def read(self) -> frozenset[Tomb]:
        """See who is there by now: another process may have erased somebody."""
        rows = self._db.execute("select secret, hash from erased").fetchall()
        self._tombs = frozenset((secret, hash) for secret, hash in rows)
        self._secrets = sorted({secret for secret, _ in self._tombs})
        return self._tombs

    def made(self, person: Person) -> frozenset[Tomb]:
        """What is to be kept of somebody; nothing is yet."""
        secret = self._secrets[0] if self._secrets else secrets.token_bytes(32)
        return frozenset(tomb(secret, *known) for known in person)

    def keep(self, tombs: Iterable[Tomb]) -> None:
        """Know those again from now on, inside the writer's transaction."""
        self._db.executemany(
            "insert into erased(secret, hash) values (?, ?) on conflict do nothing", tombs
        )
        self.read()

    def knows(self, source: str, kind: str, value: str) -> bool:
        """Whether somebody known so was erased."""
        return any(tomb(secret, source, kind, value) in self._tombs for secret in self._secrets)

    def without(self, batch: Prepared) -> Prepared:
        """What is left of a batch without those who were erased."""
        gone = {
            place
            for place, who in enumerate(batch.events.whos)
            if any(self.knows(batch.source, key.kind, key.value) for key in who)
        }
        events = batch.events
        if gone:
            events = events.take([n for n, who in enumerate(events.who) if who not in gone])
        records = [
            told
            for told in batch.records
            if not any(self.knows(batch.source, key.kind, key.value)
                       for key in told.record.who or ())
        ]  # fmt: skip
        return replace(batch, events=events, records=records, rejects=self.unsaid(batch.rejects))

    def unsaid(self, rejects: Iterable[Reject]) -> list[Reject]:
        """Refusals that quote nobody who was erased."""
        return [
            replace(one, reason=_UNSAID, raw="") if self._named(one.raw, one.reason) else one
            for one in rejects
        ]

    def back(self, newest: int) -> set[int]:
        """The customers who came in by identities beyond `newest` and were erased."""
        found = set()
        while rows := self._db.execute(
            "select i.id, i.customer, s.name, i.kind, i.value from identity i"
            " join source s on s.id = i.source where i.id > ? order by i.id limit ?",
            (newest, _PAGE),
        ).fetchall():
            newest = rows[-1][0]
            found |= {customer for _, customer, *known in rows if self.knows(*known)}
        return found

    def _named(self, *texts: str) -> bool:
        return any(
            self.knows("", kind, token)
            for text in texts
            for token in {*_TOKEN.findall(text), *_TOKEN.findall(text.casefold())}
            for kind in _KINDS
        )


def was_erased(db: Connection, who: str) -> bool:
    """Whether somebody was erased whom systems knew by this email, telephone number or id."""
    tombs = Tombs(db)
    return any(tombs.knows("", kind, said) for kind in _KINDS for said in {who, who.casefold()})
