from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from console.show.gate import Gate
from console.show.lines import cut, fit, flow, line, width_of, wrap

ANY = st.text(st.characters(), max_size=60)


@given(ANY, st.integers(0, 40))
def test_a_cell_is_as_wide_as_it_was_told(text: str, width: int) -> None:
    assert width_of(fit(text, width)) == width
    assert width_of(fit(text, width, "right")) == width
    assert width_of(cut(text, width)) <= max(width, 0)


@given(ANY, st.integers(4, 40))
def test_wrapped_lines_fit_and_keep_every_letter(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(width_of(one) <= width for one in lines)


def test_nothing_is_markup() -> None:
    made = line(("[b]Acme[/]", "bold $ink"), "[/oops]")
    assert made.plain == "[b]Acme[/][/oops]"


def test_parts_flow_onto_the_next_line() -> None:
    rows = flow([("one", ""), ("two", ""), ("three", "")], 8, " ")
    assert [[text for text, _ in row if text.strip()] for row in rows] == [
        ["one", "two"],
        ["three"],
    ]


def test_the_gate_deletes_counts_and_lets_the_rest_through() -> None:
    gate = Gate()
    ground = Color(0, 0, 0)
    fine = [Segment("plain åäö"), Segment("x", None, [(1,)])]  # type: ignore[list-item]
    assert gate.apply(fine, ground) is fine
    link = Style(link="https://example.com")
    dirty = gate.apply([Segment("a\x1b[2Jb\u202e"), Segment("click", link)], ground)
    assert [segment.text for segment in dirty] == ["a[2Jb", "click"]
    assert dirty[1].style is not None
    assert dirty[1].style.link is None
    assert gate.hits == 3
