"""What people write: changed together, taken back exactly, and told in the audit."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from unittest.mock import patch

import pytest

from console.model import Person
from console.notebook import audit, drafts, merges, notes, overview, segments, triage, views
from console.notebook.changes import Change, Signed, Unchanged, redo, undo

ADA: Person = (("shop", "source_id", "1"), ("shop", "email", "ada@x.se"))
BO: Person = (("shop", "source_id", "2"), ("shop", "email", "bo@x.se"))
BOTH: Person = ADA + BO
ANN, BEN = Signed("ann", 1_000), Signed("ben", 2_000)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "notebook.db"


def rows(book: Path, *tables: str) -> list[list[tuple[object, ...]]]:
    db = sqlite3.connect(book)
    found = [db.execute(f"select * from {table} order by 1, 2").fetchall() for table in tables]
    db.close()
    return found


WRITTEN = ("note", "tag", "triage", "merge", "merge_person", "view", "segment", "segment_person")


def every_kind_of_change(book: Path) -> None:
    notes.add(book, [ADA, BO], "Called back", ANN)
    notes.tag(book, [ADA], "#vip", ANN)
    triage.claim(book, [ADA], ANN)
    triage.done(book, [(ADA, 10), (BO, 12)], ANN)
    triage.wait(book, [(BO, 14)], 5_000, ANN)
    merges.merge(book, ADA, BO, ANN)
    views.save(book, "Mine", "feed", {"level": "urgent"}, ANN)
    segments.save(book, "Big", "plan=pro", ANN)
    segments.save(book, "Two", [ADA, BO], ANN)
    merges.unmerge(book, (BO, ADA), ANN)
    segments.remove(book, "two", ANN)


def test_everything_is_undone_step_by_step_and_made_again(book: Path) -> None:
    every_kind_of_change(book)
    after = rows(book, *WRITTEN)
    undone = [undo(book, ANN).action for _ in range(11)]
    assert undone[:3] == ["segment removed", "unmerge", "segment"]
    assert rows(book, *WRITTEN) == [[] for _ in WRITTEN]
    with pytest.raises(Unchanged, match="nothing of yours to undo"):
        undo(book, ANN)
    assert [redo(book, ANN).action for _ in range(11)] == undone[::-1]
    assert rows(book, *WRITTEN) == after
    with pytest.raises(Unchanged, match="nothing of yours to do again"):
        redo(book, ANN)


def test_a_new_change_ends_what_could_be_made_again(book: Path) -> None:
    notes.add(book, [ADA], "One", ANN)
    undo(book, ANN)
    notes.add(book, [ADA], "Two", ANN)
    with pytest.raises(Unchanged):
        redo(book, ANN)
    undo(book, ANN)
    assert redo(book, ANN).action == "note"
    assert [note.text for note in overview.read(book).written[1].notes] == ["Two"]


def test_nobody_undoes_what_another_did_or_has_changed_since(book: Path) -> None:
    triage.done(book, [(ADA, 10)], ANN)
    with pytest.raises(Unchanged, match="nothing of yours"):
        undo(book, BEN)
    triage.done(book, [(ADA, 20)], BEN)
    with pytest.raises(Unchanged, match="somebody has changed it since"):
        undo(book, ANN)
    undo(book, BEN)
    undo(book, ANN)
    assert rows(book, "triage") == [[]]


def test_a_change_that_changes_nothing_says_so_and_leaves_no_trace(book: Path) -> None:
    notes.tag(book, [ADA], "VIP", ANN)
    before = rows(book, "change", "audit")
    with pytest.raises(Unchanged, match="the customer has the tag vip already"):
        notes.tag(book, [ADA], "vip", BEN)
    with pytest.raises(Unchanged, match="gave the tag gold"):
        notes.untag(book, [ADA], "gold", BEN)
    with pytest.raises(Unchanged, match="no claim of yours"):
        triage.release(book, [ADA], BEN)
    assert rows(book, "change", "audit") == before


def test_claims_lapse_and_are_respected_until_then(book: Path) -> None:
    triage.claim(book, [ADA], ANN)
    with pytest.raises(Unchanged, match="ann is at it"):
        triage.claim(book, [BO, ADA], BEN)
    assert rows(book, "triage")[0][0][4] == "ann"
    later = Signed("ben", ANN.at + triage.CLAIM)
    triage.claim(book, [BO, ADA], later)
    assert {row[4] for row in rows(book, "triage")[0]} == {"ben"}


def test_what_is_written_during_a_merge_by_hand_stays_with_one(book: Path) -> None:
    notes.add(book, [BO], "Bo's", ANN)
    notes.add(book, [BOTH], "Both", ANN)
    assert [one.people for one in [overview.read(book)]] == [{1: BO}]
    notes.add(book, [ADA], "Ada's", ANN)
    assert overview.read(book).people == {1: BO, 2: ADA}


def test_each_subject_of_a_change_has_its_line_in_the_audit(book: Path) -> None:
    notes.add(book, [ADA, BO], "Hello", ANN)
    undo(book, ANN)
    told = [(line.who, line.action, line.subject) for line in audit.read(book)]
    assert told == [
        ("ann", "undo", 1), ("ann", "undo", 2), ("ann", "note", 2), ("ann", "note", 1)
    ]  # fmt: skip
    assert audit.read(book, who="ben") == ()
    assert len(audit.read(book, since=1_001)) == 0
    assert audit.check(book) is None


@pytest.mark.parametrize(
    ("harm", "line"),
    [
        ("delete from audit where id = 3", 3),
        ("delete from audit where id = 1", 1),
        ("update audit set who = 'eve' where id = 2", 2),
        ("update audit set at = at + 1 where id = 5", 5),
        ("delete from audit where id = (select max(id) from audit)", 15),
        ("delete from audit", 1),
        ("delete from audit_head", 16),
    ],
)
def test_the_chain_shows_what_was_done_to_it(book: Path, harm: str, line: int) -> None:
    every_kind_of_change(book)
    assert audit.check(book) is None
    n = len(audit.read(book))
    db = sqlite3.connect(book)
    db.execute(harm)
    db.commit()
    db.close()
    broken = audit.check(book)
    assert broken is not None
    assert broken.line == (line if line < 15 else n + line - 15)


def test_the_audit_quotes_nobody(book: Path) -> None:
    notes.add(book, [ADA], "a most particular sentence", ANN)
    dump = "\n".join(map(str, rows(book, "audit", "audit_head")))
    assert "particular" not in dump
    assert "ada" not in dump


def test_drafts_outlive_the_screen(book: Path) -> None:
    assert drafts.find(book, "note", "ann") == ""
    drafts.keep(book, "note", "Dear Ada", ANN)
    drafts.keep(book, "note", "Dear Bo", BEN)
    assert drafts.find(book, "note", "ann") == "Dear Ada"
    drafts.keep(book, "note", " ", ANN)
    assert drafts.find(book, "note", "ann") == ""


def test_a_draft_is_one_until_it_is_a_note(book: Path) -> None:
    drafts.keep(book, "note", "Dear Ada", ANN)
    with patch.object(Change, "close", side_effect=OSError), pytest.raises(OSError):
        notes.add(book, [ADA], "Dear Ada", ANN, draft="note")
    assert (drafts.find(book, "note", "ann"), rows(book, "note")) == ("Dear Ada", [[]])
    notes.add(book, [ADA], "Dear Ada", ANN, draft="note")
    assert (drafts.find(book, "note", "ann"), len(rows(book, "note")[0])) == ("", 1)


@pytest.mark.parametrize("tag", ["", " # ", "a,b", "x" * 41, "\x1b[31m"])
def test_tags_that_will_not_do(book: Path, tag: str) -> None:
    with pytest.raises(notes.BadText):
        notes.tag(book, [ADA], tag, ANN)
    assert not book.exists()


def test_undo_goes_on_past_what_somebody_else_has_changed_since(book: Path) -> None:
    notes.add(book, [ADA], "Called back", ANN)
    triage.done(book, [(ADA, 10)], ANN)
    triage.done(book, [(ADA, 20)], BEN)
    with pytest.raises(Unchanged, match="somebody has changed it since, so done stays"):
        undo(book, ANN)
    assert overview.read(book).written[1].done_through == 20
    assert undo(book, ANN).action == "note"
    assert redo(book, ANN).action == "note"
    with pytest.raises(Unchanged, match="nothing of yours to do again"):
        redo(book, ANN)


def test_what_somebody_handled_further_stays_handled(book: Path) -> None:
    triage.done(book, [(ADA, 20)], BEN)
    with pytest.raises(Unchanged, match="it is handled already"):
        triage.done(book, [(ADA, 10)], ANN)
    triage.wait(book, [(ADA, 20)], 5_000, BEN)
    triage.done(book, [(ADA, 10)], ANN)
    found = overview.read(book).written[1]
    assert (found.done_through, found.wait_until) == (20, None)


@pytest.mark.parametrize(
    "kept", ["no JSON", "{}", "[[1]]", "1", '[[1, "audit", {"id": 1}, null, {"id": 1}]]',
             '[[1, "note", 1, null, {}]]'],
)  # fmt: skip
def test_undo_takes_no_foreign_rows_from_the_file(book: Path, kept: str) -> None:
    notes.add(book, [ADA], "Called back", ANN)
    with sqlite3.connect(book) as db:
        db.execute("update change set rows = ?", (kept,))
    db.close()
    before = rows(book, "note", "audit")
    with pytest.raises(Unchanged, match="cannot be read in the notebook"):
        undo(book, ANN)
    assert rows(book, "note", "audit") == before


def test_foreign_values_in_the_file_are_passed_over(book: Path) -> None:
    triage.claim(book, [ADA], ANN)
    views.save(book, "Mine", "feed", {"level": "urgent"}, ANN)
    with sqlite3.connect(book) as db:
        db.execute("update triage set done_through = 'x', wait_until = 0.5, claimed_at = 'y'")
        db.execute("update view set state = '[1]'")
    db.close()
    found = overview.read(book).written[1]
    assert (found.done_through, found.wait_until, found.claimed_at) == (None, None, None)
    assert [view.state for view in views.read(book)] == [{}]
    triage.done(book, [(ADA, 10)], ANN)
    assert overview.read(book).written[1].done_through == 10
