"""R2: what is shown equals the data, brackets included, for every text without controls.

Letters are compared as the Unicode standard holds them equal (NFC): a composed é and an e
with an accent are the same text.
"""

from __future__ import annotations

import unicodedata
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from console.show.clean import clean
from console.show.gate import Gate
from console.show.lines import line, plain
from console.show.tables import LONGEST, table
from console.widgets.painted import Painter
from tests.safety.strangers import MARKUP

FILLERS = "\u115f\u1160\u3164\uffa0"
LETTERS = st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters=FILLERS)
BRACKETS = st.text(st.sampled_from("[]/\\@=.()'\"#$:ab 0"), max_size=12)
VISIBLE = st.lists(
    st.one_of(st.text(LETTERS, max_size=8), st.sampled_from(MARKUP), BRACKETS), max_size=6
).map("".join)
PAINTER = Painter(cast(Widget, SimpleNamespace(app=SimpleNamespace(theme_variables={}))))


def shown(content: Content) -> str:
    """What is sent for a line that one of our widgets paints, past the gate."""
    gate = Gate()
    strip = PAINTER.strip(content, content.cell_length, Style())
    sent: list[Segment] = gate.apply(list(strip), Color.parse("black"))
    assert gate.hits == 0
    return "".join(segment.text for segment in sent)


def check(text: str) -> None:
    same = unicodedata.normalize("NFC", text)
    assert clean(text) == same
    assert shown(plain(text)) == same
    assert shown(line(("<", "bold"), (text, "reverse"), ">")) == f"<{same}>"
    if 0 < len(text) <= LONGEST and text == text.strip():
        assert table(("x",), [(text,)]).split("\n")[2].strip() == same


@given(VISIBLE)
@settings(max_examples=300, deadline=None)
def test_r02_hundreds_are_shown_as_they_are(text: str) -> None:
    check(text)


@pytest.mark.slow
@given(VISIBLE)
@settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
def test_r02_twenty_thousand_are_shown_as_they_are(text: str) -> None:
    check(text)


@pytest.mark.parametrize("text", MARKUP)
def test_r02_markup_is_only_letters(text: str) -> None:
    check(text)


def test_r02_what_textual_makes_of_markup_would_be_seen() -> None:
    # So that the comparison above can fail.
    content = Content.from_markup("[b]x[/b]")
    assert shown(content) != "[b]x[/b]"
