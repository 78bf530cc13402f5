"""The inbox, notes and tags by command: what a script and a colleague can rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.notebook import audit
from tests.cli import Console
from tests.commands.conftest import HOSTILE, NOW, call, lines

CALLS = [
    call("identify", 1, "u1", "2026-03-01T09:00:00Z", traits={"name": "Ada", "email": "ada@x.se"}),
    call("track", 2, "u1", "2026-03-31T09:00:00Z", event="Payment Failed"),
    call("track", 3, "u1", "2026-03-31T09:30:00Z", event="Ticket Opened"),
    call("identify", 4, "u2", "2026-03-01T09:00:00Z", traits={"name": HOSTILE}),
    call("track", 5, "u2", "2026-03-30T09:00:00Z", event="Ticket Opened"),
    call("identify", 6, "u3", "2026-03-01T09:00:00Z", traits={"name": "Cy"}),
]
CONFIG = """
[events."Payment Failed"]
verb = "charge_failed"
[events."Ticket Opened"]
verb = "ticket_opened"
"""


@pytest.fixture
def console(tmp_path: Path) -> Console:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG)
    made = Console(tmp_path, "--now", NOW, "--config", str(config), "--as", "ann")
    assert made("import", "--as", "segment", "-", stdin=lines(CALLS)).status == 0
    return made


def ids(console: Console, *more: str) -> list[str]:
    found = console("inbox", "--json", *more).json
    return [one["customer"]["email"] or "u2" for one in found["items"]]


def test_the_inbox_tells_who_is_to_be_handled(console: Console) -> None:
    found = console("inbox", "--json").json
    assert (found["total"], found["waiting"]) == (2, 0)
    first = found["items"][0]
    assert (first["level"], first["events"], first["customer"]["name"]) == ("urgent", 2, "Ada")
    assert first["newest_at"] == "2026-03-31T09:30:00+00:00"
    assert first["event"]["verb"] == "charge_failed"
    assert first["claimed_by"] is None
    text = console("inbox").out
    assert "2 to handle" in text
    assert "\x1b" not in text
    assert console("inbox", "--csv").out.count("\n") == 3
    assert console("inbox", "--days", "1").out.startswith(
        "Nothing urgent or notable of the last day"
    )


def test_what_is_done_waits_or_is_claimed_is_told_and_undone(console: Console) -> None:
    assert console("inbox", "done", "ada@x.se").out == "Done: Ada\n"
    assert ids(console) == ["u2"]
    assert console("undo").out == "Undone: done, just now\n"
    assert ids(console) == ["ada@x.se", "u2"]
    assert console("redo").out == "Done again: done, just now\n"
    assert console("redo").err == "console: there is nothing of yours to do again\n"
    assert console("undo").status == 0
    assert console("inbox", "wait", "ada@x.se", "--until", "3 days").out == "Put off: Ada\n"
    assert ids(console, "--waiting") == ["ada@x.se"]
    waits = console("inbox", "--waiting", "--json").json["items"][0]["waiting_until"]
    assert waits == "2026-04-04T08:00:00+00:00"
    assert console("inbox", "claim", "u2").status == 0
    other = Console(console.mirror.parent, "--now", NOW, "--as", "ben")
    assert other("inbox", "claim", "u2").err.startswith("console: ann is at it")
    assert other("inbox", "--json").json["items"][0]["claimed_by"] == "ann"


def test_notes_and_tags_are_part_of_the_profile(console: Console) -> None:
    assert console("note", "ada@x.se", "Called", "back\nand", HOSTILE).out == "Noted on Ada\n"
    assert console("tag", "ada@x.se", "#vip").out == "Tagged Ada\n"
    told = console("customer", "ada@x.se", "--json").json
    assert told["tags"] == ["vip"]
    assert told["notes"][0]["text"].startswith("Called back\nand")
    assert told["notes"][0]["who"] == "ann"
    text = console("customer", "ada@x.se").out
    assert "Written here" in text
    assert "Called back" in text
    assert "\x1b" not in text
    assert console("tag", "ada@x.se", "VIP", "--remove").status == 0
    assert console("customer", "ada@x.se", "--json").json["tags"] == []
    actions = [line.action for line in audit.read(console.mirror.with_name("notebook.db"))]
    assert actions == ["untag", "tag", "note"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("note", "nobody", "x"), 1, "no customer is meant by 'nobody'"),
        (("note", "ada@x.se", " "), 1, "a note needs words"),
        (("tag", "ada@x.se", "a,b"), 1, "no commas"),
        (("inbox", "wait", "ada@x.se", "--until", "soon"), 2, "--until: 'soon' is not a time"),
        (("inbox", "claim", "u2", "--release"), 1, "no claim of yours"),
        (("undo",), 1, "nothing of yours to undo"),
    ],
)
def test_what_cannot_be_is_said(
    console: Console, arguments: tuple[str, ...], status: int, said: str
) -> None:
    answer = console(*arguments)
    assert answer.status == status
    assert said in answer.err


def test_readonly_writes_nothing(console: Console) -> None:
    answer = Console(console.mirror.parent, "--readonly")("note", "ada@x.se", "x")
    assert (answer.status, answer.err) == (
        1,
        "console: --readonly: the notebook may not be written\n",
    )
    assert not console.mirror.with_name("notebook.db").exists()
