"""Words and tables instead of a screen."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import world as worlds
from tests.cli import Answer, Console
from tests.terminal import Terminal

COMMAND = [sys.executable, "-m", "console"]


@pytest.fixture
def console(built_world: Path) -> Console:
    return Console(built_world.parent, "--now", "2026-04-01T08:50Z", "--plain")


def said(console: Console, *lines: str) -> Answer:
    return console(stdin="".join(f"{line}\n" for line in lines).encode())


def test_it_begins_with_the_feed_and_ends_with_quit_or_with_the_input(console: Console) -> None:
    begun = said(console, "quit", "status")
    assert begun.status == 0
    assert begun.out.startswith("when ")
    assert "help says which" in begun.out
    assert "sources" not in begun.out
    assert said(console).status == 0


def test_words_are_the_commands_with_short_forms(console: Console, built_world: Path) -> None:
    plain = Console(built_world.parent, *console.flags[2:4])
    for line, arguments in (
        ("customer nils ek", ["customer", "nils ek"]),
        ("cohorts month", ["cohorts", "--period", "month"]),
        ("feed urgent", ["feed", "--level", "urgent"]),
        ("feed reports", ["feed", "--text", "reports"]),
        ("customers --sort name", ["customers", "--sort", "name"]),
    ):
        answer = plain(*arguments).out.splitlines()[:5]
        assert len(answer) > 2, line
        assert "\n".join(answer) in said(console, line).out, line


def test_what_does_not_fit_comes_next_and_then_what_is_older(console: Console) -> None:
    lines = ["feed --level noise --limit 30", *["next"] * 3]
    pages = said(console, *lines).out.split("console> ")[1:-1]
    rows = [
        line
        for page in pages
        for line in page.splitlines()
        if line and not line.startswith(("--", "when", "next"))
    ]
    assert len(rows) > 40
    assert len(set(rows)) == len(rows)
    assert pages[0].rstrip().endswith("more lines")
    assert pages[1].rstrip().endswith("-- next: older ones")
    assert "More: --before" not in "".join(pages)
    assert said(console, "status", "", "").out.rstrip().endswith("console>")


def test_what_cannot_be_answered_is_said_in_a_line_and_asked_again(console: Console) -> None:
    answer = said(console, "nonsense", "customer nobody-at-all", "note", "customer O'Brien's x",
                  "feed --follow", "import /", "feed --level loud", "status")  # fmt: skip
    assert answer.status == 0
    assert len(answer.err.splitlines()) == 7
    assert all(line.startswith("console: ") for line in answer.err.splitlines())
    assert "segment" in answer.out


def test_help_tells_every_word(console: Console) -> None:
    told = said(console, "help").out
    for word in ("feed", "inbox", "customer", "cohorts", "note", "next", "quit"):
        assert f"\n{word} " in told or f"> {word} " in told


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_can_only_print_gets_tables(built_world: Path, term: str) -> None:
    command = [*COMMAND, "--mirror", str(built_world), "--now", "2026-04-01T08:50Z"]
    with Terminal(built_world, worlds.NOW, term=term, command=command) as dumb:
        dumb.wait_for("console> ")
        dumb.type(b"customers nils\n")
        dumb.wait_for("Umeå")
        dumb.type(b"quit\n")
        assert dumb.ended() == 0
        assert b"cannot show the screen; here are tables" in dumb.output
        assert b"\x1b" not in dumb.output


@pytest.mark.parametrize("flags", [[], ["--no-mouse"]])
def test_the_mouse_is_left_to_the_terminal_where_wanted(
    built_world: Path, flags: list[str]
) -> None:
    command = [*COMMAND, "--mirror", str(built_world), *flags]
    with Terminal(built_world, worlds.NOW, command=command) as terminal:
        terminal.wait_for("1 Feed")
        terminal.type(b"q")
        assert terminal.ended() == 0
        assert (b"\x1b[?1000h" in terminal.output) is (not flags)
