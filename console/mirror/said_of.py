"""What the mirror holds of customers from which their rows are worked out."""

from __future__ import annotations

from typing import Any

import orjson

from console.mirror.database import Connection


def fields(db: Connection, chosen: str) -> dict[int, dict[str, Any]]:
    """What the records of customers say of them; chosen: a JSON list of ids.

    Of two that give the same field, the one changed later wins; tags are joined, and the
    earliest sign-up is meant.
    """
    rows = db.execute(
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


def addresses(db: Connection, chosen: str) -> dict[tuple[int, str], list[str]]:
    """Emails and phones by (customer, kind), those known longest first."""
    rows = db.execute(
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


def firsts(db: Connection, chosen: str, now: int) -> dict[tuple[int, str], int]:
    """When customers first did what `MILESTONES` has; not what is dated after `now`."""
    kinds = dict(
        db.execute(
            "select id, verb from event_kind where verb in ('signed_up', 'activated')"
        ).fetchall()
    )
    found: dict[tuple[int, str], int] = {}
    for kind, verb in kinds.items():
        for customer, at in db.execute(
            "select e.customer, min(e.at) from json_each(?) j"
            " cross join event e on e.customer = j.value where +e.kind = ? and e.at <= ?"
            " group by e.customer",
            (chosen, kind, now),
        ).fetchall():
            found[customer, verb] = min(at, found.get((customer, verb), at))
    return found
