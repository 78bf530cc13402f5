import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from console.show.clean import MARKS, clean, clean_lines
from console.show.gate import _CONTROL

ANY = st.text(st.characters(), max_size=60)


@given(ANY)
@example("\x1b[31mred\x1b]0;title\x07")
@example("‮evil‬\u2066\U000e0041")
@example("a\ud800b\x9b31m")
def test_nothing_dangerous_gets_through(text: str) -> None:
    assert not _CONTROL.search(clean(text))


@given(ANY)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=60))
def test_text_without_controls_stays_as_it_is(text: str) -> None:
    fillers = "ᅟᅠㅤﾠ"
    if not any(letter in fillers for letter in text):
        assert clean(text) == unicodedata.normalize("NFC", text)


def test_brackets_and_markup_are_only_letters() -> None:
    assert clean("[b]Acme[/b] [@click=app.quit]x[/]") == "[b]Acme[/b] [@click=app.quit]x[/]"


def test_escape_is_shown_as_its_symbol() -> None:
    assert clean("\x1b[2J") == "␛[2J"
    assert clean("a\tb\r\nc") == "a b  c"


def test_stacks_of_marks_are_cut() -> None:
    zalgo = "a" + "\u0301" * 50
    marks = [letter for letter in clean(zalgo) if unicodedata.combining(letter)]
    assert len(marks) <= MARKS


def test_a_mark_alone_gets_something_to_stand_on() -> None:
    assert clean("\u0301x").startswith("◌")


def test_emoji_families_stay_joined_and_other_joiners_go() -> None:
    assert clean("👩‍💻") == "👩‍💻"
    assert clean("a\u200db\u200bc") == "abc"
    assert clean("می‌شود") == "می‌شود"


def test_a_limit_leaves_an_ellipsis() -> None:
    assert clean("x" * 100, 10) == "x" * 9 + "…"
    assert clean("short", 10) == "short"


def test_lines_are_kept_where_wanted() -> None:
    assert clean_lines("one\ntwo\x1b") == ["one", "two␛"]
