"""Taking everything out of the notebook that was written of one person."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from console.mirror.database import Connection, DatabaseError, transaction
from console.model import Person, Tomb
from console.notebook import audit, tombs
from console.notebook.changes import Signed
from console.notebook.store import reading, writing
from console.notebook.subjects import people_in

_LOCAL = frozenset({"source_id", "anonymous_id"})
_OF_SUBJECTS = ("note", "tag", "triage", "subject_identity")
_NAMING = ("subject_identity", "merge_person", "segment_person")


def erase(
    path: Path, person: Person, words: Collection[str], by: Signed, kept: Iterable[Tomb]
) -> int:
    """Erase what is written of somebody: notes, tags, triage, merges, lists, drafts, views, undo.

    person: all the ways sources know them. words: what would tell of them in a text. kept:
    what is remembered of them, so that no mirror takes them in again.
    One line of the audit stays for each subject, which names nobody. Deleted rows are
    overwritten in the file and in its WAL, those of long ago too. Answers how many rows went.
    Raises MirrorError when the notebook cannot be written.
    """
    with writing(path) as db:
        db.execute("pragma secure_delete = on")
        with transaction(db):
            tombs.add(db, kept)
            subjects = _subjects(db, person)
            gone = _of_subjects(db, subjects) + _merges(db, person) + _listed(db, person)
            gone += _told(db, words)
            _forget_changes(db, subjects, [*words, *(value for _, _, value in person)])
            for subject in subjects or [None]:
                audit.append(
                    db, at=by.at, who=by.who, action="erase", change=None, subject=subject,
                    content=b"",
                )  # fmt: skip
        # What was deleted before somebody thought of erasing may still stand in free pages.
        db.execute("vacuum")
        with suppress(DatabaseError):
            db.execute("pragma wal_checkpoint(truncate)").fetchall()
    return gone


def known(path: Path) -> Person:
    """Every way in which anybody is known of whom something is written.

    Raises MirrorError when the notebook cannot be read.
    """
    with reading(path, since=3) as db:
        if db is None:
            return ()
        rows = db.execute(
            " union ".join(f"select source, kind, value from {table}" for table in _NAMING)
        ).fetchall()
    return tuple((source, kind, value) for source, kind, value in rows)


def _same(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Whether two ways to know somebody are one: local ones count within their source only."""
    return one[1:] == other[1:] and (one[0] == other[0] or one[1] not in _LOCAL)


def _meets(known: Person, person: Person) -> bool:
    return any(_same(one, other) for one in known for other in person)


def _subjects(db: Connection, person: Person) -> list[int | None]:
    found = people_in(db, [value for _, _, value in person])
    return [subject for subject, known in found.items() if _meets(known, person)]


def _of_subjects(db: Connection, subjects: Sequence[int | None]) -> int:
    among = json.dumps(subjects)
    gone = sum(
        db.execute(
            f"delete from {table} where subject in (select value from json_each(?))", (among,)
        ).rowcount
        for table in _OF_SUBJECTS
    )
    db.execute("delete from subject where id in (select value from json_each(?))", (among,))
    return gone


def _merges(db: Connection, person: Person) -> int:
    rows = db.execute("select merge, source, kind, value from merge_person").fetchall()
    ids = {id for id, *known in rows if _meets(((known[0], known[1], known[2]),), person)}
    for id in ids:
        db.execute("delete from merge_person where merge = ?", (id,))
        db.execute("delete from merge where id = ?", (id,))
    return len(ids)


def _listed(db: Connection, person: Person) -> int:
    rows = db.execute("select segment, person, source, kind, value from segment_person").fetchall()
    places = {
        (segment, number)
        for segment, number, *known in rows
        if _meets(((known[0], known[1], known[2]),), person)
    }
    for place in places:
        db.execute("delete from segment_person where segment = ? and person = ?", place)
    return len(places)


def _told(db: Connection, words: Collection[str]) -> int:
    """Drafts, views, conditions and notes on others that tell of them in words."""
    gone = 0
    for table, columns in (
        ("draft", "place || ' ' || text"),
        ("view", "name || ' ' || state"),
        ("segment", "name || ' ' || coalesce(text, '')"),
        ("note", "text"),
        ("tag", "tag"),
    ):
        rows = db.execute(f"select {_KEYS[table]}, {columns} from {table}").fetchall()
        for *key, text in rows:
            if _tells(text, words):
                names = " and ".join(f"{name.strip()} = ?" for name in _KEYS[table].split(","))
                if table == "segment":
                    db.execute("delete from segment_person where segment = ?", key)
                db.execute(f"delete from {table} where {names}", key)
                gone += 1
    return gone


_KEYS = {
    "draft": "who, place", "view": "id", "segment": "id", "note": "id", "tag": "subject, folded",
}  # fmt: skip


def _forget_changes(db: Connection, subjects: Sequence[int | None], words: Collection[str]) -> None:
    """What undo would need of them: such a change cannot be taken back any more."""
    known = set(subjects)
    for id, rows in db.execute("select id, rows from change where rows is not null").fetchall():
        if _tells(rows, words) or known & {row[0] for row in json.loads(rows)}:
            db.execute("update change set rows = null where id = ?", (id,))


def _tells(text: str, words: Collection[str]) -> bool:
    """Whether a text names any of the words by itself, not as a part of a longer one."""
    # A row of a change is JSON in which a text may be JSON.
    folded = text.casefold().replace("\\\\", "\\")
    return any(
        re.search(rf"(?<![\w.+@-]){re.escape(form)}(?![\w@-])", folded)
        for word in words
        for form in {word.casefold(), json.dumps(word)[1:-1].casefold()}
    )
