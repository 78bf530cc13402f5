"""What has been done about customers: handled up to a time, claimed by somebody, waiting.

One row a customer. Handled means: everything that had happened up to an instant has been
seen to; what happens later brings the customer back. A claim lapses by itself after
`CLAIM`, because whoever made it may have lost their line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from console.clock import MINUTE
from console.model import Person
from console.notebook.changes import Change, Changed, Signed, Unchanged, changing
from console.notebook.subjects import subject_of

CLAIM = 10 * MINUTE
"""How long a claim holds, microseconds."""


def done(path: Path, people: Iterable[tuple[Person, int]], by: Signed) -> Changed:
    """Customers are handled: (who, up to which instant in microseconds UTC).

    Ends claims and waiting. What somebody else has handled further meanwhile stays handled.
    Raises MirrorError when the notebook cannot be written.
    """
    with changing(path, "done", by) as change:
        for person, through in people:
            before = _row(change, subject_of(change, person)).get("done_through")
            furthest = max(through, before) if isinstance(before, int) else through
            _put(change, person, done_through=furthest, wait_until=None, claimed_by=None)
        try:
            return change.close()
        except Unchanged:
            raise Unchanged("it is handled already") from None


def wait(path: Path, people: Iterable[tuple[Person, int]], until: int, by: Signed) -> Changed:
    """Put customers off: they come back at an instant (microseconds UTC) with all they had.

    people: who, and the instant up to which it is put off; what happens after that brings
    them back sooner. Raises Unchanged when `until` is not ahead, MirrorError as `done` does.
    """
    if until <= by.at:
        raise Unchanged("that time has passed already")
    with changing(path, "wait", by) as change:
        for person, through in people:
            _put(change, person, wait_until=until, waits_through=through, claimed_by=None)
        return change.close()


def claim(path: Path, people: Sequence[Person], by: Signed) -> Changed:
    """Say that somebody is at it, for `CLAIM` from now; one's own claim is made longer.

    Raises Unchanged when somebody else holds one of them, MirrorError as `done` does.
    """
    with changing(path, "claim", by) as change:
        for person in people:
            row = _row(change, subject_of(change, person))
            other = row.get("claimed_by")
            if other != by.who and held(other, row.get("claimed_at"), by.at):
                raise Unchanged(f"{other} is at it; a claim lapses after ten minutes")
            _put(change, person, claimed_by=by.who, claimed_at=by.at)
        return change.close()


def release(path: Path, people: Sequence[Person], by: Signed) -> Changed:
    """Give up claims of one's own.

    Raises Unchanged when there was none, MirrorError as `done` does.
    """
    with changing(path, "release", by) as change:
        for person in people:
            if _row(change, subject_of(change, person)).get("claimed_by") == by.who:
                _put(change, person, claimed_by=None)
        try:
            return change.close()
        except Unchanged:
            raise Unchanged("there is no claim of yours to give up") from None


def held(by: str | None, at: int | None, now: int) -> bool:
    """Whether a claim made by somebody at an instant still holds at another (microseconds)."""
    return by is not None and at is not None and at <= now < at + CLAIM


def _row(change: Change, subject: int) -> dict[str, Any]:
    names = ("done_through", "wait_until", "waits_through", "claimed_by", "claimed_at")
    found = change.db.execute(
        f"select {', '.join(names)} from triage where subject = ?", (subject,)
    ).fetchone()
    return dict(zip(names, found, strict=True)) if found else {}


def _put(change: Change, person: Person, **values: Any) -> None:
    if values.get("claimed_by", "") is None:
        values["claimed_at"] = None
    if values.get("wait_until", "") is None:
        values["waits_through"] = None
    subject = subject_of(change, person)
    change.put("triage", {"subject": subject}, values, subject=subject)
