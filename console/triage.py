"""Who is to be seen to: what the mirror says was loud, less what the notebook says is handled.

An item of the inbox is a customer, not an event: whoever answers somebody answers all that
somebody did. What happens later brings a handled customer back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from console.clock import DAY, Clock
from console.mirror.customers import get
from console.mirror.database import Connection
from console.mirror.inbox import loud, loudest
from console.mirror.persons import owners, persons
from console.model import Customer, Inbox, InboxItem, Person, Remarks
from console.notebook import overview
from console.notebook.overview import Overview, Written
from console.notebook.triage import CLAIM, held

SHOWN = 200
"""Items read at once."""


def inbox(
    db: Connection,
    notebook: Path,
    clock: Clock,
    *,
    days: int,
    who: str,
    limit: int = SHOWN,
    waiting: bool = False,
) -> Inbox:
    """What is urgent or notable, happened in the last `days` days, and is not handled.

    who: the person who asks; what others have claimed comes last. waiting: tell instead
    what is put off, what comes back soonest first.
    Raises MirrorError when the notebook cannot be read, `Interrupted` when cancelled.
    """
    written = everybody(db, overview.read(notebook), clock.now)
    since = clock.now - days * DAY
    handled = {id: one.done_through for id, one in written.items() if one.done_through is not None}
    found = loud(db, since, clock.now, handled)
    put_off = {
        id for id, one in written.items() if id in found and _waits(one, found[id].newest_at, clock)
    }
    nothing = Remarks()

    def urgency(id: int) -> tuple[bool, bool, int, int]:
        by = written.get(id, nothing).claimed_by
        return (by not in (None, who), found[id].level != "urgent", -found[id].newest_at, -id)

    order = sorted(found.keys() - put_off, key=urgency)
    total = len(order)
    if waiting:
        order = sorted(put_off, key=lambda id: (written[id].wait_until or 0, id))
    spans = [(id, max(since, handled.get(id, since - 1) + 1)) for id in order[:limit]]
    events = loudest(db, spans, found, clock.now)
    items = tuple(
        InboxItem(
            events[id].customer, found[id].level, events[id], found[id].n, found[id].newest_at,
            written.get(id, nothing),
        )
        for id, _ in spans
        if id in events
    )  # fmt: skip
    return Inbox(total, items, len(put_off))


def meant(db: Connection, customers: Iterable[tuple[int, int]]) -> list[tuple[Person, int]]:
    """Some customers as sources know them, each with the instant that came with the id.

    Whoever nobody knows any more is left out.
    """
    found: dict[int, int] = {}
    for id, at in customers:
        found[id] = max(at, found.get(id, at))
    people = persons(db, list(found))
    ids = owners(db, people)
    return [(person, found[id]) for person, id in zip(people, ids, strict=True) if id in found]


def remarks(db: Connection, notebook: Path, customer: int, now: int) -> Remarks:
    """What is written of one customer. now: microseconds UTC.

    Raises MirrorError when the notebook cannot be read.
    """
    known = get(db, customer)
    if known is None:
        return Remarks()
    read = overview.read(notebook, {identity.value for identity in known.identities})
    return everybody(db, read, now).get(known.id, Remarks())


def held_by(notebook: Path, person: Person, now: int) -> str | None:
    """Who holds a claim on somebody at an instant (microseconds UTC); None when nobody.

    Raises MirrorError when the notebook cannot be read.
    """
    read = overview.read(notebook, {value for _, _, value in person})
    claims = (one for one in read.written.values() if held(one.claimed_by, one.claimed_at, now))
    return next((one.claimed_by for one in claims), None)


def with_tags(one: Customer, written: Remarks) -> Customer:
    """A customer with the tags given here after those of their sources."""
    folded = {tag.casefold() for tag in one.tags}
    ours = [tag for tag in written.tags if tag.casefold() not in folded]
    return replace(one, tags=(*one.tags, *ours)) if ours else one


def everybody(db: Connection, read: Overview, now: int) -> dict[int, Remarks]:
    """What is written, by the customers whom it is about by now.

    now: microseconds UTC; claims that have lapsed by then are left out.
    """
    subjects = list(read.people)
    found: dict[int, list[Written]] = {}
    for subject, owner in zip(
        subjects, owners(db, [read.people[one] for one in subjects]), strict=True
    ):
        if owner is not None:
            found.setdefault(owner, []).append(read.written[subject])
    return {customer: _together(several, now) for customer, several in found.items()}


def _together(several: Sequence[Written], now: int) -> Remarks:
    """What is written of one customer under several subjects."""
    waits = max(several, key=lambda one: one.wait_until or 0)
    claims = [one for one in several if held(one.claimed_by, one.claimed_at, now)]
    claim = max(claims, key=lambda one: one.claimed_at or 0, default=None)
    return Remarks(
        notes=tuple(
            sorted(
                (note for one in several for note in one.notes),
                key=lambda note: (-note.at, -note.id),
            )
        ),
        tags=tuple(dict.fromkeys(tag for one in several for tag in one.tags)),
        done_through=_latest(one.done_through for one in several),
        wait_until=waits.wait_until,
        waits_through=waits.waits_through,
        claimed_by=claim.claimed_by if claim else None,
        claimed_until=(claim.claimed_at or 0) + CLAIM if claim else None,
    )


def _latest(instants: Iterable[int | None]) -> int | None:
    return max((at for at in instants if at is not None), default=None)


def _waits(one: Remarks, newest_at: int, clock: Clock) -> bool:
    return (
        one.wait_until is not None
        and one.wait_until > clock.now
        and newest_at <= (one.waits_through or 0)
    )
