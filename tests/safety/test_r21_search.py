"""R21: any letters are a search; none of them is an error."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from console.mirror import customers, feed
from console.mirror.database import open_reader
from console.model import FeedQuestion
from tests.cli import Console

AWKWARD = st.text(
    st.one_of(st.sampled_from("\"'*^:()-+{}[]\\%_;\0 \t\n@.né佐"), st.characters()), max_size=30
)
WORDS = st.sampled_from(
    ["AND", "OR", "NOT", "NEAR(a b)", "words:", "rowid", '"""', "a*", "o'brien"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(AWKWARD, st.lists(st.one_of(WORDS, AWKWARD), max_size=4).map(" ".join)))
@example("\0")
@example("00\0")
@example('"""')
@example("\ud800")
@example("x" * 100_000)
@example("né " * 5_000)
def test_any_text_is_a_search(built_world: Path, text: str) -> None:
    with closing(open_reader(built_world)) as db:
        page = customers.matching(db, text)
        assert len(page.customers) == min(page.total, 200)
        assert set(customers.every(db, text)) >= {one.id for one in page.customers}
        customers.find(db, text)
        found = feed.page(db, FeedQuestion(level="noise", text=text, limit=5))
        assert len(found.events) <= 5


@pytest.mark.parametrize("text", ['"', "a'b", "*", "NEAR(", "a@b.com", "-", ":", "\udcff", "%"])
def test_any_text_is_a_search_by_command(built_world: Path, text: str) -> None:
    console = Console(built_world.parent)
    for command in (
        ("customers", "--", text),
        ("feed", "--customer", text),
        ("customer", "--", text),
    ):
        answer = console(*command)
        assert answer.status in (0, 1), answer
        assert answer.err.count("\n") <= 1
