"""R1: no byte of customers' data acts on the terminal, through a real pty.

Every sequence that arrives has to be one of the console's own, and nothing may be left for
the gate to delete.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from console.screen import TABS
from tests.safety.strangers import ESCAPES, TURNERS, Strangers, build, generated
from tests.safety.tokens import strange
from tests.safety.watched import Watched

PAGE, DOWN, ENTER, ESC = b"\x04", b"j", b"\r", b"\x1b"
PASTED = " ".join((*ESCAPES, *TURNERS)).replace("\x1b", "").replace("\n", "").replace("\r", "")
TEXTS = int(os.environ.get("CONSOLE_HOSTILE_TEXTS", "17011"))
"""How many texts the slow form makes: a prime, so that every text comes to stand in every place.
A nightly run may want 1000003 of them."""
SEEN = 10_000
"""How many of them the slow form has to have seen on the screen."""


def short(watched: Watched, pasted: str) -> None:
    """A look at every pane, a profile, and a box."""
    watched.press(b"_", PAGE, b"2", PAGE, ENTER, PAGE, ESC, b"y", b"3", b"b", ENTER, ESC, b":")
    watched.paste(pasted)
    watched.press(ENTER)


def walk(watched: Watched, pasted: str, pages: int) -> None:
    """Every pane, list, box and message; `pages` of each list."""
    watched.press(b"_", b"_", *[PAGE] * pages, ENTER, PAGE, b"G", ESC, b"y", b"f")
    for seat in (b"%d" % tab for tab in range(2, TABS + 1)):
        watched.press(seat, *[PAGE] * pages, ENTER, PAGE, b"G", ESC)
    watched.press(b"\t", PAGE, PAGE, ENTER, ESC, b"\t")
    watched.press(b"2", b"g", *[DOWN, ENTER, PAGE, PAGE, b"G", ESC] * min(pages // 3, 40))
    watched.press(
        b"2", b"i", b"i", b"S", ESC, b"3", b"b", DOWN, ENTER, PAGE, ENTER, ESC, b"u", b"u"
    )
    # What is typed and pasted comes from strangers too: ticket numbers, names, addresses.
    for box in (b"/", b"?", b"\x10", b":"):
        watched.press(b"2", box)
        watched.paste(pasted)
        watched.press(ENTER, ESC, ESC)


def hold(
    folder: Path, texts: list[str], people: int, look: Callable[[Watched, str], None]
) -> Watched:
    """Show texts everywhere; answers what was seen, having looked that all is well."""
    say = Strangers(texts)
    settings = build(folder, say, people)
    assert say.said >= len(texts)
    with Watched(settings.mirror, folder) as watched:
        look(watched, PASTED)
        hits = watched.quit()
    assert dict(strange(watched.output)) == {}
    assert hits == 0
    return watched


def test_r01_hundreds_of_texts(tmp_path: Path) -> None:
    watched = hold(tmp_path, generated(400), 30, short)
    assert len(watched.shown) > 100


@pytest.mark.slow
def test_r01_ten_thousand_texts_seen_over_every_pane(tmp_path: Path) -> None:
    texts = generated(TEXTS)
    watched = hold(tmp_path, texts, len(texts) // 3, partial(walk, pages=max(2, len(texts) // 50)))
    print(f"R1: {len(texts)} texts, {len(watched.shown)} seen, {len(watched.output)} bytes")
    assert len(watched.shown) >= min(SEEN, len(texts) * 0.6)


@pytest.mark.parametrize(
    "leak",
    [
        b"\x1b[31m", b"\x1b[2J", b"\x1b]0;t\x07", b"\x1b]52;c;?\x07", b"\x1bPq\x1b\\", b"\x1bc",
        b"\x07", b"\x9b2J", b"\xc2\x9b", b"\x1b]8;;http://x\x1b\\", "\u202e".encode(), b"\x1b[200~",
    ],
)  # fmt: skip
def test_r01_the_tokenizer_sees_what_is_not_ours(leak: bytes) -> None:
    assert strange(b"\x1b[1;1H\x1b[1;38;5;16m Feed \x1b[0m") == {}
    assert strange(b"\x1b[1;1H Feed " + leak + b" \x1b[0m") != {}
