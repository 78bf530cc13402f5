"""A customer's row, worked out from what every source says of the person.

Each record has its own say and its own time; of two records that give the same field, the
one changed later wins, and where neither says when, the order of source and id decides. So
the row does not depend on the order in which files were imported, and unmerging gives back
exactly what was there before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from console.mirror import said_of
from console.mirror.database import Connection
from console.mirror.records import folded
from console.mirror.search_index import SearchIndex
from console.mirror.seen import MILESTONES, Seen

_PLAIN = ("name", "email", "phone", "city", "region", "country", "timezone", "plan")
_SAID = (
    *_PLAIN, "account", "tags", "signed_up_at", "activated_at", "first_seen_at", "last_seen_at"
)  # fmt: skip
_CHUNK = 2_000
_MOST_ACCOUNTS = 50_000
_APOSTROPHES = re.compile(r"(?<=\w)['’‘`](?=\w)")
_INSERT = (
    f"insert into customer({', '.join(_PLAIN)}, account, signed_up_at, activated_at, tags,"
    f" first_seen_at, last_seen_at, id) values ({', '.join('?' * (len(_PLAIN) + 7))})"
)
_UPDATE = (
    f"update customer set {', '.join(f'{name} = ?' for name in _PLAIN)}, account = ?,"
    " signed_up_at = ?, activated_at = ?, tags = ? where id = ?"
)


class People:
    """Keeps customers' rows and what finds them for one writer."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._index = SearchIndex(db)
        self._new: set[int] = set()
        self._reachable: set[int] = set()
        self._accounts: dict[str, int] = {}

    def forget(self) -> None:
        """Drop what was remembered: another process has written, or a rollback undone it."""
        self._new.clear()
        self._reachable.clear()
        self._accounts.clear()
        self._index.forget()

    def made(self, ids: Iterable[int]) -> None:
        """These customers are new; `write` makes their rows."""
        self._new.update(ids)

    def gained(self, ids: Iterable[int]) -> None:
        """These customers have an address more."""
        self._reachable.update(ids)

    def move(self, kept: int, gone: int) -> None:
        """`gone` is part of `kept` from now on."""
        self._reachable.add(kept)
        if gone in self._new:
            self._new.discard(gone)
        else:
            self._empty(kept, gone)
        self._db.execute("update identity set customer = ? where customer = ?", (kept, gone))

    def write(self, changed: Iterable[int], seen: Seen, now: int) -> None:
        """Make new rows, bring others up to date, and with them what search finds.

        changed: of whom a source has said something else. seen: what new events mean.
        now: microseconds UTC; nobody signed up or was set up in the future.
        """
        changed = set(changed)
        new, old = sorted(self._new), sorted(changed - self._new)
        for start in range(0, len(new), _CHUNK):
            self._insert(new[start : start + _CHUNK], seen, changed)
        self._saw(seen)
        for start in range(0, len(old), _CHUNK):
            self._update(old[start : start + _CHUNK], now)
        self._new.clear()
        self._reachable.clear()
        self._index.flush()

    def relist(self, ids: Sequence[int]) -> None:
        """Let search find these customers, who are in no list yet."""
        for id, words in self._words_now(ids).items():
            self._index.change(id, words, words)
        self._index.flush()

    def unlist(self, ids: Sequence[int]) -> None:
        """Let search no longer find these customers."""
        for id, words in self._words_now(ids).items():
            self._index.remove(id, words)
        self._index.flush()

    def recount(self, now: int, ids: Iterable[int] | None = None) -> None:
        """Work out first and last seen anew, after a change of what counts or of whom.

        now: microseconds UTC. ids: of these customers; of everybody when None.
        """
        among = "" if ids is None else "where id in (select value from json_each(?2))"
        self._db.execute(
            "update customer set (first_seen_at, last_seen_at) = (select min(e.at), max(e.at)"
            " from event e join event_kind k on k.id = e.kind"
            f" where e.customer = customer.id and k.own and e.at <= ?1) {among}",
            (now,) if ids is None else (now, json.dumps(sorted(ids))),
        )

    def clear(self, ids: Iterable[int]) -> None:
        """Let rows say nothing of customers who are part of somebody else."""
        self._db.execute(
            f"update customer set {', '.join(f'{name} = null' for name in _SAID)}"
            " where id in (select value from json_each(?))",
            (json.dumps(sorted(ids)),),
        )

    def _empty(self, kept: int, gone: int) -> None:
        (words,) = self._words_now([gone]).values()
        self._index.remove(gone, words)
        self._db.execute("update customer set merged_into = ? where merged_into = ?", (kept, gone))
        first, last = self._db.execute(
            "select first_seen_at, last_seen_at from customer where id = ?", (gone,)
        ).fetchone()
        if first is not None:
            self._saw(Seen({kept: first}, {kept: last}))
        self._db.execute("update customer set merged_into = ? where id = ?", (kept, gone))
        self.clear([gone])

    def _saw(self, seen: Seen) -> None:
        """Widen what rows say of first and last times."""
        self._db.executemany(
            "update customer set first_seen_at = min(coalesce(first_seen_at, ?2), ?2),"
            " last_seen_at = max(coalesce(last_seen_at, ?3), ?3) where id = ?1"
            " and (first_seen_at is null or first_seen_at > ?2 or last_seen_at < ?3)",
            [
                (id, first, seen.last[id])
                for id, first in sorted(seen.first.items())
                if id not in self._new
            ],
        )
        for verb, column in MILESTONES.items():
            self._db.executemany(
                f"update customer set {column} = min(coalesce({column}, ?2), ?2) where id = ?1",
                [
                    (id, at)
                    for (id, what), at in seen.milestones.items()
                    if what == verb and id not in self._new
                ],
            )

    def _insert(self, ids: list[int], seen: Seen, told: set[int]) -> None:
        chosen = json.dumps(ids)
        said = said_of.fields(self._db, json.dumps([id for id in ids if id in told]))
        addresses = said_of.addresses(self._db, chosen)
        rows = []
        for id in ids:
            firsts = {verb: seen.milestones.get((id, verb)) for verb in MILESTONES}
            values, words = self._row(id, said.get(id, {}), addresses, firsts)
            rows.append((*values, seen.first.get(id), seen.last.get(id), id))
            self._index.add(id, words)
        self._db.executemany(_INSERT, rows)

    def _update(self, ids: list[int], now: int) -> None:
        chosen = json.dumps(ids)
        said, addresses = said_of.fields(self._db, chosen), said_of.addresses(self._db, chosen)
        firsts = said_of.firsts(self._db, chosen, now)
        before = self._words_now(ids, addresses)
        rows = []
        for id in ids:
            own = {verb: firsts.get((id, verb)) for verb in MILESTONES}
            values, words = self._row(id, said.get(id, {}), addresses, own)
            rows.append((*values, id))
            # `before` has the addresses of now: whether there is a new one, it cannot tell.
            if words != before[id] or id in self._reachable:
                self._index.change(id, before[id], words)
        self._db.executemany(_UPDATE, rows)

    def _row(
        self,
        id: int,
        said: dict[str, Any],
        addresses: dict[tuple[int, str], list[str]],
        firsts: dict[str, int | None],
    ) -> tuple[tuple[Any, ...], str]:
        """The columns of `_PLAIN`, account, signed_up_at, activated_at and tags; the words."""
        mails = addresses.get((id, "email"), [])
        phones = addresses.get((id, "phone"), [])
        fields: dict[str, Any] = {
            "email": mails[0] if mails else None,
            "phone": phones[0] if phones else None,
        }
        fields |= said
        signed_up = [fields.get("signed_up_at"), firsts["signed_up"]]
        account: str | None = fields.get("account")
        tags: list[str] = fields.get("tags") or []
        columns = (
            *map(fields.get, _PLAIN),
            self._account(account) if account else None,
            min((at for at in signed_up if at is not None), default=None),
            firsts["activated"],
            orjson.dumps(tags).decode() if tags else None,
        )
        return columns, _words(fields.get("name"), account, fields.get("city"), mails, tags)

    def _words_now(
        self, ids: Sequence[int], addresses: dict[tuple[int, str], list[str]] | None = None
    ) -> dict[int, str]:
        """What search may know of customers whose rows have not been rewritten yet."""
        chosen = json.dumps(ids)
        if addresses is None:
            addresses = said_of.addresses(self._db, chosen)
        rows = self._db.execute(
            "select c.id, c.name, a.name, c.city, c.tags from json_each(?) j"
            " cross join customer c on c.id = j.value left join account a on a.id = c.account",
            (chosen,),
        ).fetchall()
        return {
            id: _words(
                name, account, city, addresses.get((id, "email"), []), json.loads(tags or "[]")
            )
            for id, name, account, city, tags in rows
        }

    def _account(self, name: str) -> int:
        key = folded(name)
        known = self._accounts.get(key)
        if known is None:
            row = (
                self._db.execute("select id from account where folded = ?", (key,)).fetchone()
                or self._db.execute(
                    "insert into account(name, folded) values (?, ?) returning id",
                    (name.strip(), key),
                ).fetchone()
            )
            if len(self._accounts) >= _MOST_ACCOUNTS:
                self._accounts.clear()
            known = self._accounts[key] = int(row[0])
        return known


def _words(
    name: str | None, account: str | None, city: str | None, mails: list[str], tags: list[str]
) -> str:
    """What search finds somebody by; words with an apostrophe also without it."""
    text = " ".join(str(part) for part in (name, account, city, *mails, *tags) if part)
    joined = [word for word in text.split() if _APOSTROPHES.search(word)]
    return " ".join([text, *(_APOSTROPHES.sub("", word) for word in joined)])
