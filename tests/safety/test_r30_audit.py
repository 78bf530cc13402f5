"""R30: every change has its line, in one transaction with it; the chain shows what was altered."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from console.mirror.database import open_reader, open_writer
from console.notebook import audit, changes, merges, notes, segments, triage
from console.notebook.changes import Signed
from tests.cli import Console
from tests.commands.conftest import CALLS, NOW, lines

ADA = (("segment", "external_id", "u1"), ("segment", "email", "ada@example.com"))
BOB = (("segment", "external_id", "u2"),)
TABLES = ("subject", "subject_identity", "note", "tag", "triage", "merge", "merge_person", "view",
          "segment", "segment_person")  # fmt: skip


def by(number: int, who: str = "ada") -> Signed:
    return Signed(who, 1_000_000 * number)


def rows(notebook: Path) -> dict[str, Any]:
    """What the notebook holds, without its audit and what undo needs."""
    with closing(open_reader(notebook, 99)) as db:
        return {name: db.execute(f"select * from {name}").fetchall() for name in TABLES}


CHANGES: dict[str, Callable[[Path, Signed], object]] = {
    "note": lambda path, by: notes.add(path, [ADA, BOB], "she called", by),
    "tag": lambda path, by: notes.tag(path, [ADA], "vip", by),
    "untag": lambda path, by: notes.untag(path, [ADA], "vip", by),
    "claim": lambda path, by: triage.claim(path, [ADA], by),
    "done": lambda path, by: triage.done(path, [(ADA, 5)], by),
    "merge": lambda path, by: merges.merge(path, ADA, BOB, by),
    "segment": lambda path, by: segments.save(path, "Swedes", "country=SE", by),
    "segment removed": lambda path, by: segments.remove(path, "Swedes", by),
    "undo": lambda path, by: changes.undo(path, by),
    "redo": lambda path, by: changes.redo(path, by),
}


def test_every_change_has_its_line(tmp_path: Path) -> None:
    notebook = tmp_path / "notebook.db"
    for number, (name, change) in enumerate(CHANGES.items(), 1):
        before = audit.read(notebook)
        held = rows(notebook) if before else {}
        change(notebook, by(number))
        added = audit.read(notebook)[: len(audit.read(notebook)) - len(before)]
        assert rows(notebook) != held, name
        assert added, f"{name} left no line"
        assert {(one.who, one.at) for one in added} == {("ada", 1_000_000 * number)}
        assert audit.check(notebook) is None
    assert {one.subject for one in audit.read(notebook) if one.action == "note"} == {1, 2}


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    path = tmp_path / "notebook.db"
    for number in range(1, 9):
        notes.add(path, [ADA], f"note {number}", by(number, "ada" if number % 2 else "bo"))
    assert audit.check(path) is None
    return path


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("update audit set who = 'eve' where id = 3", 3),
        ("update audit set at = at + 1 where id = 8", 8),
        ("update audit set action = 'tag' where id = 1", 1),
        ("update audit set subject = null where id = 5", 5),
        ("update audit set content = zeroblob(32) where id = 4", 4),
        ("delete from audit where id = 1", 1),
        ("delete from audit where id = 4", 4),
        ("delete from audit where id = 8", 8),
        ("delete from audit where id >= 6", 6),
        ("delete from audit", 1),
        ("update audit set id = 99 where id = 8", 8),
        ("update audit_head set chain = zeroblob(32)", 9),
        ("update audit_head set n = 'x'", 9),
        ("delete from audit; delete from audit_head", 1),
        # As if the last line had never been: only what it told of is left.
        (
            "delete from audit where id = 8; update audit_head set n = 7,"
            " chain = (select chain from audit where id = 7)",
            8,
        ),
    ],
)
def test_what_was_altered_or_taken_out_is_found_at_its_line(
    notebook: Path, statement: str, line: int
) -> None:
    db = open_writer(notebook, 99)
    for one in statement.split("; "):
        db.execute(one)
    db.close()
    broken = audit.check(notebook)
    assert broken is not None
    assert broken.line == line
    answer = Console(notebook.parent)("audit", "--check")
    assert answer.status == 1
    assert f"line {line} of the audit" in answer.err


def test_the_command_lists_and_checks(tmp_path: Path) -> None:
    console = Console(tmp_path, "--now", NOW, "--as", "ada")
    assert console("audit").out == "Nothing was changed yet.\n"
    assert console("import", "-", stdin=lines(CALLS)).status == 0
    assert console("note", "ada@example.com", "she", "called").status == 0
    other = Console(tmp_path, "--now", NOW, "--as", "bo")
    assert other("tag", "ada@example.com", "vip").status == 0
    found = console("audit", "--json").json["lines"]
    assert [(one["who"], one["action"]) for one in found] == [("bo", "tag"), ("ada", "note")]
    assert found[0]["at"] == "2026-04-01T10:00:00+00:00"
    assert [one["who"] for one in console("audit", "--who", "ada", "--json").json["lines"]] == [
        "ada"
    ]
    assert console("audit", "--since", "2026-04-02", "--json").json["lines"] == []
    text = console("audit").out
    assert re.search(r"bo +tag +subject 1", text)
    # A line names nobody of whom something was written, and quotes nothing.
    assert "she" not in text
    assert "example.com" not in text
    assert "Every line" in console("audit", "--check").out
    assert console("audit", "--check", "--json").json == {"whole": True, "broken": None}
    assert console("audit", "--check", "--who", "ada").status == 2


def test_a_change_and_its_line_are_one_even_when_killed(tmp_path: Path) -> None:
    """Killed between the two by a process that stops there: neither is kept."""
    notebook = tmp_path / "notebook.db"
    notes.add(notebook, [ADA], "first", by(1))
    held = rows(notebook)
    for stop in ("before", "after"):
        child = os.fork()
        if child == 0:
            _stop_at_audit(stop)
            notes.add(notebook, [ADA], "second", by(2))
            os._exit(1)
        while not (tmp_path / stop).exists() and not os.waitpid(child, os.WNOHANG)[0]:
            time.sleep(0.01)
            if _asleep(child):
                break
        os.kill(child, signal.SIGKILL)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL
        assert rows(notebook) == held
        assert len(audit.read(notebook)) == 1
        assert audit.check(notebook) is None
    notes.add(notebook, [ADA], "second", by(2))
    assert len(audit.read(notebook)) == 2


def _stop_at_audit(stop: str) -> None:
    real = audit.append

    def stopped(*given: Any, **more: Any) -> None:
        if stop == "after":
            real(*given, **more)
        os.kill(os.getpid(), signal.SIGSTOP)

    audit.append = stopped  # type: ignore[assignment]


def _asleep(child: int) -> bool:
    """Whether a process has stopped itself."""
    status = Path(f"/proc/{child}/stat")
    if not status.exists():
        pytest.skip("this system does not show its processes")
    return status.read_text().rpartition(")")[2].split()[0] == "T"
