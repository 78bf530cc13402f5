"""Who is to be seen to: what the mirror says was loud, less what the notebook says is handled.

An item of the inbox is a customer, not an event: whoever answers somebody answers all that
somebody did. What happens later brings a handled customer back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from console.clock import DAY, Clock
from console.mirror.customers import get
from console.mirror.database import Connection
from console.mirror.inbox import Loud, foremost, how_many, loudest, of_some
from console.mirror.persons import owners, persons
from console.mirror.reading import identities_of
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
    since = clock.now - days * DAY
    handled = everybody(db, overview.handled(notebook), clock.now)
    known = _known(db, handled, clock, since)
    order: Iterable[int] = known.put_off
    if waiting:
        order = sorted(order, key=lambda id: (handled[id].wait_until or 0, id))
    else:
        others = foremost(db, since, clock.now, limit, known.without)
        known.left.update(of_some(db, others, since, clock.now))
        order = sorted(
            known.left.keys() - known.put_off,
            key=lambda id: _urgency(known.left[id], handled.get(id), who, id),
        )
    spans = [
        (id, max(since, _handled(handled.get(id), since - 1) + 1)) for id in islice(order, limit)
    ]
    events = loudest(db, spans, known.left, clock.now)
    written = everybody(db, overview.read(notebook, _values(db, events)), clock.now)
    items = tuple(
        InboxItem(
            events[id].customer, known.left[id].level, events[id], known.left[id].n,
            known.left[id].newest_at, written.get(id, Remarks()),
        )
        for id, _ in spans
        if id in events
    )  # fmt: skip
    return Inbox(known.total, items, len(known.put_off))


def to_handle(db: Connection, notebook: Path, clock: Clock, *, days: int) -> int:
    """How many customers `inbox` would tell, without finding out which.

    Raises MirrorError when the notebook cannot be read, `Interrupted` when cancelled.
    """
    handled = everybody(db, overview.handled(notebook), clock.now)
    return _known(db, handled, clock, clock.now - days * DAY).total


class _Known(NamedTuple):
    """What becomes of an inbox by what is written here."""

    without: Collection[int]
    """Of whom something is written that matters to it."""
    left: dict[int, Loud]
    """What of theirs is not handled."""
    put_off: set[int]
    total: int
    """How many customers are to be handled."""


def _known(db: Connection, handled: Mapping[int, Remarks], clock: Clock, since: int) -> _Known:
    seen = {id: one for id, one in handled.items() if _matters(one)}
    before = of_some(db, seen, since, clock.now)
    left = dict(before)
    for id in before:
        if (done := seen[id].done_through) is not None:
            left.pop(id)
            left.update(of_some(db, [id], max(since, done + 1), clock.now))
    put_off = {id for id, one in left.items() if _waits(seen[id], one.newest_at, clock)}
    total = how_many(db, since, clock.now) - len(before) + len(left) - len(put_off)
    return _Known(seen, left, put_off, total)


def _matters(one: Remarks) -> bool:
    return any(x is not None for x in (one.done_through, one.wait_until, one.claimed_by))


def _values(db: Connection, customers: Iterable[int]) -> set[str]:
    """What some customers are known by."""
    known = identities_of(db, customers).values()
    return {identity.value for identities in known for identity in identities}


def _handled(one: Remarks | None, otherwise: int) -> int:
    return otherwise if one is None or one.done_through is None else one.done_through


def _urgency(
    found: Loud, written: Remarks | None, who: str, id: int
) -> tuple[bool, bool, int, int]:
    by = written.claimed_by if written else None
    return (by not in (None, who), found.level != "urgent", -found.newest_at, -id)


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
