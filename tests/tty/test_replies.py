"""What a terminal answers is no key, and what is typed is."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.tty.replies import Replies
from tests.terminal import Terminal

ANSWERS = (
    "\x1b]11;rgb:cccc/dddd/eeee\x1b\\", "\x1b]52;c;ZGRk\x07", "\x1bP1$r0cd\x1b\\",
    "\x1b_Gi=1;OK\x1b\\", "\x1b]lname\x1b\\", "\x1b^d\x1b\\", "\x1bXd\x1b\\",
)  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_taken_out(answer: str) -> None:
    assert Replies().without(f"a{answer}b") == "ab"
    assert Replies().without(answer * 3) == ""


def test_an_answer_may_come_in_parts() -> None:
    for cut in range(4, len(ANSWERS[0])):
        replies = Replies()
        parts = (ANSWERS[0][:cut], f"{ANSWERS[0][cut:]}j")
        assert "".join(map(replies.without, parts)) == "j"


def test_what_does_not_end_was_typed() -> None:
    replies = Replies()
    assert replies.without("j\x1b]1") == "j"
    assert replies.without("") == "\x1b]1"
    assert replies.without("") == ""
    for typed in ("\x1b", "\x1b]", "\x1bP", "\x1b[A", "\x1b[200~ ]1 \x1b[201~", "\x1bOP"):
        assert replies.without(typed) == typed
    long = "\x1bP" + "x" * 5000
    assert replies.without(long) == long


def test_no_letter_of_an_answer_is_a_key(built_world: Path) -> None:
    with Terminal(built_world, 0) as terminal:
        terminal.wait_for("customers")
        terminal.type(b"\x1b]0;q\x07\x1bP1$rq\x1b\\")
        terminal.type(b"2")
        terminal.wait_for("by last seen")
        terminal.type(b"q")
        assert terminal.ended() == 0
