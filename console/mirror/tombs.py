"""Who was erased: remembered only so that they can be known again, and by nobody else.

Of each way a source knew them a keyed hash is kept, whose key is the mirror's own. It tells
whether somebody who comes is one of them, and not who they were.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import replace

from console.mirror.database import Connection
from console.mirror.prepared import Prepared
from console.model import Person, Reject

_LOCAL = frozenset({"source_id", "anonymous_id"})
"""What means something within its source only."""
_KINDS = ("email", "phone", "external_id")
_KEY = "erasing"
_TOKEN = re.compile(r"[^\s,;:\"'{}\[\]()<>|]+")
_UNSAID = "is of somebody who was erased"


class Tombs:
    """The erased of one mirror."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._hashes: set[bytes] = set()
        self._secret = b""
        self.read()

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def read(self) -> None:
        """See who is there by now: another process may have erased somebody."""
        row = self._db.execute("select value from meta where key = ?", (_KEY,)).fetchone()
        self._secret = bytes.fromhex(row[0]) if row else b""
        rows = self._db.execute("select hash from erased").fetchall() if row else []
        self._hashes = {hash for (hash,) in rows}

    def add(self, person: Person) -> None:
        """Know somebody again from now on, inside the writer's transaction."""
        if not self._secret:
            self._secret = secrets.token_bytes(32)
            self._db.execute(
                "insert into meta(key, value) values (?, ?)", (_KEY, self._secret.hex())
            )
        made = {self._hash(*known) for known in person}
        self._db.executemany(
            "insert into erased(hash) values (?) on conflict do nothing", [(one,) for one in made]
        )
        self._hashes |= made

    def knows(self, source: str, kind: str, value: str) -> bool:
        """Whether somebody known so was erased."""
        return self._hash(source, kind, value) in self._hashes

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
        rows = self._db.execute(
            "select i.customer, s.name, i.kind, i.value from identity i"
            " join source s on s.id = i.source where i.id > ?",
            (newest,),
        ).fetchall()
        return {customer for customer, *known in rows if self.knows(*known)}

    def _named(self, *texts: str) -> bool:
        return any(
            self.knows("", kind, token)
            for text in texts
            for token in {*_TOKEN.findall(text), *_TOKEN.findall(text.casefold())}
            for kind in _KINDS
        )

    def _hash(self, source: str, kind: str, value: str) -> bytes:
        where = source if kind in _LOCAL else ""
        said = "\0".join((where, kind, value)).encode("utf-8", "replace")
        return hashlib.blake2b(said, key=self._secret, digest_size=16).digest()
