"""The inbox and notes for the command line: JSON documents and plain text."""

from __future__ import annotations

from typing import Any

from console.clock import Clock
from console.model import Inbox, InboxItem, Remarks
from console.show import documents
from console.show.clean import clean
from console.show.instants import iso
from console.show.sentences import says
from console.show.tables import label, table
from console.show.times import ago, when


def inbox(found: Inbox, clock: Clock) -> dict[str, Any]:
    """The answer to ``console inbox``."""
    return {
        "total": found.total,
        "waiting": found.waiting,
        "items": [item(one, clock) for one in found.items],
    }


def item(one: InboxItem, clock: Clock) -> dict[str, Any]:
    """One customer to be handled."""
    who = one.customer
    return {
        "customer": {
            "id": who.id, "name": who.name, "email": who.email, "account": who.account,
            "plan": who.plan, "city": who.city, "country": who.country,
        },
        "level": one.level,
        "says": says(one.event),
        "event": documents.event(one.event, clock),
        "events": one.n,
        "newest_at": iso(one.newest_at, clock),
        "tags": list(one.remarks.tags),
        "notes": len(one.remarks.notes),
        "claimed_by": one.remarks.claimed_by,
        "claimed_until": iso(one.remarks.claimed_until, clock),
        "waiting_until": _waiting(one.remarks, clock),
    }  # fmt: skip


def row(one: InboxItem, clock: Clock) -> dict[str, Any]:
    """One customer to be handled, for CSV."""
    told = item(one, clock)
    who = told.pop("customer")
    told.pop("event")
    return {"id": who["id"], "name": who["name"], "email": who["email"], **told}


def remarks(one: Remarks, clock: Clock) -> dict[str, Any]:
    """What is written of a customer, as part of their profile; tags join those of sources."""
    return {
        "notes": [
            {"id": note.id, "text": note.text, "who": note.who, "at": iso(note.at, clock)}
            for note in one.notes
        ],
        "triage": {
            "handled_through": iso(one.done_through, clock),
            "waiting_until": _waiting(one, clock),
            "claimed_by": one.claimed_by,
            "claimed_until": iso(one.claimed_until, clock),
        },
    }


def inbox_text(found: Inbox, clock: Clock, *, days: int, waiting: bool) -> str:
    """The inbox as a plain table."""
    if not found.items:
        if waiting:
            return "Nobody is put off."
        rest = f" {found.waiting:,} wait; --waiting lists them." if found.waiting else ""
        span = "day" if days == 1 else f"{days} days"
        return f"Nothing urgent or notable of the last {span} is left to handle.{rest}"
    text = table(
        ("#", "level", "customer", "what", "events", "newest", "state"),
        [
            (one.customer.id, one.level, label(one.customer), says(one.event), one.n,
             ago(one.newest_at, clock), _state(one, clock))
            for one in found.items
        ],
        right=("#", "events"),
    )  # fmt: skip
    said = f"{found.waiting:,} waiting" if waiting else f"{found.total:,} to handle"
    shown, of = len(found.items), found.waiting if waiting else found.total
    return f"{text}\n\n{said}" + (f", the first {shown:,} shown" if shown < of else "")


def remarks_text(one: Remarks, clock: Clock) -> str:
    """Notes and triage as plain text; empty where nobody wrote anything."""
    parts = ["Written here"]
    if one.tags:
        parts.append("  " + clean("#" + " #".join(one.tags)))
    for note in one.notes:
        parts.append(f"  {when(note.at, clock)}, {clean(note.who)}")
        parts += [f"    {clean(part)}" for part in note.text.splitlines()]
    return "\n".join(parts) if one.notes or one.tags else ""


def _state(one: InboxItem, clock: Clock) -> str:
    if one.remarks.claimed_by is not None:
        return f"{one.remarks.claimed_by} is at it"
    until = one.remarks.wait_until
    return f"back {when(until, clock)}" if until is not None and until > clock.now else ""


def _waiting(one: Remarks, clock: Clock) -> str | None:
    until = one.wait_until
    return iso(until, clock) if until is not None and until > clock.now else None
