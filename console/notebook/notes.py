"""Notes and tags that people here put on customers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from console.model import Person
from console.notebook import drafts, tombs
from console.notebook.changes import Change, Changed, Signed, Unchanged, changing
from console.notebook.subjects import subject_of

LONGEST_NOTE = 10_000
"""Characters a note may have."""
LONGEST_TAG = 40
"""Characters a tag may have."""


class BadText(ValueError):
    """A note or tag that will not do; says why."""


def add(
    path: Path, people: Sequence[Person], text: str, by: Signed, *, draft: str | None = None,
    begun_on: Sequence[Person] = (),
) -> Changed:  # fmt: skip
    """Write the same note on one or more people.

    draft: the place of the draft that it was until now (see `drafts`). begun_on: how sources
    knew them when it was begun.
    Raises BadText when it is empty or too long, Unchanged when one of them was erased since it
    was begun, MirrorError when the notebook cannot be written.
    """
    text = text.strip()
    if not text:
        raise BadText("a note needs words")
    if len(text) > LONGEST_NOTE:
        raise BadText(f"a note may have {LONGEST_NOTE:,} characters; this has {len(text):,}")
    with changing(path, "note", by) as change:
        tombs.refuse(change.db, begun_on)
        for person in people:
            subject = subject_of(change, person)
            row = {"subject": subject, "text": text, "who": by.who, "at": by.at}
            change.put("note", {"id": change.next_id("note")}, row, subject=subject)
        if draft is not None:
            # Apart from the note it could outlive it, and come to be written twice.
            drafts.drop(change.db, draft, by)
        return change.close()


def remove(path: Path, id: int, by: Signed) -> Changed:
    """Take a note away. Raises Unchanged when there is none, MirrorError as `add` does."""
    with changing(path, "note removed", by) as change:
        found = change.db.execute("select subject from note where id = ?", (id,)).fetchone()
        if found is None:
            raise Unchanged(f"there is no note {id}")
        change.put("note", {"id": id}, None, subject=found[0])
        return change.close()


def tag(path: Path, people: Sequence[Person], tag: str, by: Signed) -> Changed:
    """Tag one or more people. Raises BadText, Unchanged (all have it) and MirrorError."""
    tag = proper_tag(tag)
    with changing(path, "tag", by) as change:
        for person in people:
            subject = subject_of(change, person)
            if not _has_tag(change, subject, tag):
                row = {"tag": tag, "who": by.who, "at": by.at}
                change.put("tag", _place(subject, tag), row, subject=subject)
        return _closed(change, f"{_whose(people)} the tag {tag} already")


def untag(path: Path, people: Sequence[Person], tag: str, by: Signed) -> Changed:
    """Take a tag of ours away. Raises BadText, Unchanged (none had it) and MirrorError."""
    tag = proper_tag(tag)
    with changing(path, "untag", by) as change:
        for person in people:
            subject = subject_of(change, person)
            change.put("tag", _place(subject, tag), None, subject=subject)
        return _closed(change, f"nobody here gave the tag {tag}; tags of a source stay")


def proper_tag(tag: str) -> str:
    """A tag as it is kept: without blanks at its ends, a leading # or double blanks.

    Raises BadText when nothing is left, it is too long or has signs that cannot be shown.
    """
    tag = " ".join(tag.strip().removeprefix("#").split())
    if not tag:
        raise BadText("a tag needs letters")
    if len(tag) > LONGEST_TAG:
        raise BadText(f"a tag may have {LONGEST_TAG} characters; this has {len(tag)}")
    if not tag.isprintable() or set(tag) & set(',"'):
        raise BadText("a tag is of letters, digits and signs, but no commas or quotes")
    return tag


def _place(subject: int, tag: str) -> dict[str, object]:
    return {"subject": subject, "folded": tag.casefold()}


def _has_tag(change: Change, subject: int, tag: str) -> bool:
    found = change.db.execute(
        "select 1 from tag where subject = ? and folded = ?", (subject, tag.casefold())
    ).fetchone()
    return found is not None


def _whose(people: Sequence[Person]) -> str:
    return "the customer has" if len(people) == 1 else "all of them have"


def _closed(change: Change, why_not: str) -> Changed:
    try:
        return change.close()
    except Unchanged:
        raise Unchanged(why_not) from None
