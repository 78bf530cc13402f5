"""A customer's row, worked out from what every source says of the person.

Each record has its own say and its own time; of two records that give the same field, the
one changed later wins, and where neither says when, the order of source and id decides. So
the row does not depend on the order in which files were imported, and unmerging gives back
exactly what was there before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import orjson

from console.mirror.database import Connection
from console.mirror.events import Seen

_PLAIN = ("name", "email", "phone", "city", "region", "country", "timezone", "plan")
_CHUNK = 2_000
_APOSTROPHES = re.compile(r"(?<=\w)['’‘`](?=\w)")


class People:
    """Keeps customers' rows and the search index for one writer."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def insert(self, ids: Iterable[int]) -> None:
        """Make rows for new customers; `refresh` fills them."""
        self._db.executemany("insert into customer(id) values (?)", [(id,) for id in sorted(ids)])

    def saw(self, seen: Seen) -> None:
        """Widen first and last seen."""
        self._db.executemany(
            "update customer set first_seen_at = min(coalesce(first_seen_at, ?2), ?2),"
            " last_seen_at = max(coalesce(last_seen_at, ?3), ?3) where id = ?1"
            " and (first_seen_at is null or first_seen_at > ?2 or last_seen_at < ?3)",
            [(id, first, seen.last[id]) for id, first in seen.first.items()],
        )

    def move(self, kept: int, gone: int) -> None:
        """`gone` is part of `kept` from now on."""
        self._db.execute("update identity set customer = ? where customer = ?", (kept, gone))
        self._db.execute("update customer set merged_into = ? where merged_into = ?", (kept, gone))
        first, last = self._db.execute(
            "select first_seen_at, last_seen_at from customer where id = ?", (gone,)
        ).fetchone()
        if first is not None:
            self.saw(Seen({kept: first}, {kept: last}))
        self._db.execute(
            "update customer set merged_into = ?, name = null, email = null, phone = null,"
            " account = null, city = null, region = null, country = null, timezone = null,"
            " plan = null, tags = null, signed_up_at = null, activated_at = null,"
            " first_seen_at = null, last_seen_at = null where id = ?",
            (kept, gone),
        )
        self._db.execute("delete from customer_search where rowid = ?", (gone,))

    def refresh(self, ids: Iterable[int], now: int) -> None:
        """Work out the rows and the search words of these customers anew.

        now: microseconds UTC; nobody signed up or was set up in the future.
        """
        wanted = sorted(set(ids))
        for start in range(0, len(wanted), _CHUNK):
            self._refresh(wanted[start : start + _CHUNK], now)

    def recount(self, now: int) -> None:
        """Work out first and last seen of everybody anew, after a change of what counts."""
        self._db.execute(
            "update customer set (first_seen_at, last_seen_at) = (select min(e.at), max(e.at)"
            " from event e join event_kind k on k.id = e.kind"
            " where e.customer = customer.id and k.own and e.at <= ?)",
            (now,),
        )

    def _refresh(self, ids: list[int], now: int) -> None:
        chosen = json.dumps(ids)
        said = self._said(chosen)
        addresses = self._addresses(chosen)
        firsts = self._firsts(chosen, now)
        rows, words = [], []
        for id in ids:
            fields = dict(said.get(id, {}))
            mails = addresses.get((id, "email"), [])
            fields.setdefault("email", mails[0] if mails else None)
            phones = addresses.get((id, "phone"), [])
            fields.setdefault("phone", phones[0] if phones else None)
            signed_up = [fields.get("signed_up_at"), firsts.get((id, "signed_up"))]
            tags = fields.get("tags") or []
            account = fields.get("account")
            rows.append(
                (
                    *(fields.get(name) for name in _PLAIN),
                    self._account(account) if account else None,
                    min((at for at in signed_up if at is not None), default=None),
                    firsts.get((id, "activated")),
                    orjson.dumps(tags).decode() if tags else None,
                    id,
                )
            )
            text = [fields.get("name"), account, fields.get("city"), *mails, *tags]
            words.append((id, search_words(" ".join(str(part) for part in text if part))))
        self._db.executemany(
            f"update customer set {', '.join(f'{name} = ?' for name in _PLAIN)}, account = ?,"
            " signed_up_at = ?, activated_at = ?, tags = ? where id = ?",
            rows,
        )
        self._db.executemany(
            "delete from customer_search where rowid = ?", [(id,) for id, _ in words]
        )
        self._db.executemany("insert into customer_search(rowid, words) values (?, ?)", words)

    def _said(self, chosen: str) -> dict[int, dict[str, Any]]:
        rows = self._db.execute(
            "select r.customer, r.fields from json_each(?) j"
            " cross join record r on r.customer = j.value join source s on s.id = r.source"
            " where r.kind in ('customer', 'identify') and r.fields is not null"
            " order by r.customer, r.at, s.name, r.ext_id",
            (chosen,),
        ).fetchall()
        said: dict[int, dict[str, Any]] = {}
        for customer, text in rows:
            known = said.setdefault(customer, {})
            fields = orjson.loads(text)
            tags = {*known.get("tags", []), *(fields.get("tags") or [])}
            signed_up = [at for at in (known.get("signed_up_at"), fields.get("signed_up_at")) if at]
            known.update((name, value) for name, value in fields.items() if value is not None)
            if tags:
                known["tags"] = sorted(tags)
            if signed_up:
                known["signed_up_at"] = min(signed_up)
        return said

    def _addresses(self, chosen: str) -> dict[tuple[int, str], list[str]]:
        rows = self._db.execute(
            "select i.customer, i.kind, i.value from json_each(?) j"
            " cross join identity i on i.customer = j.value where i.kind in ('email', 'phone')"
            " order by i.id",
            (chosen,),
        ).fetchall()
        found: dict[tuple[int, str], list[str]] = {}
        for customer, kind, value in rows:
            values = found.setdefault((customer, kind), [])
            if value not in values:
                values.append(value)
        return found

    def _firsts(self, chosen: str, now: int) -> dict[tuple[int, str], int]:
        kinds = dict(
            self._db.execute(
                "select id, verb from event_kind where verb in ('signed_up', 'activated')"
            ).fetchall()
        )
        found: dict[tuple[int, str], int] = {}
        for kind, verb in kinds.items():
            for customer, at in self._db.execute(
                "select e.customer, min(e.at) from json_each(?) j"
                " cross join event e on e.customer = j.value where +e.kind = ? and e.at <= ?"
                " group by e.customer",
                (chosen, kind, now),
            ).fetchall():
                found[customer, verb] = min(at, found.get((customer, verb), at))
        return found

    def _account(self, name: str) -> int:
        folded = " ".join(name.split()).casefold()
        self._db.execute(
            "insert into account(name, folded) values (?, ?) on conflict do nothing",
            (name.strip(), folded),
        )
        row = self._db.execute("select id from account where folded = ?", (folded,)).fetchone()
        return int(row[0])


def search_words(text: str) -> str:
    """What is indexed for `text`: its words, and those with an apostrophe also without."""
    joined = [word for word in text.split() if _APOSTROPHES.search(word)]
    return " ".join([text, *(_APOSTROPHES.sub("", word) for word in joined)])
