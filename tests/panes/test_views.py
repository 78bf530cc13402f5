"""Saved views: what was shown, with its filters and order, is shown again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.analytics.question import CohortQuestion, Where
from console.app import ConsoleApp
from console.config import Config
from console.notebook import views
from console.panes.asked import Asked
from console.panes.asked_state import as_state, from_state
from console.panes.cohorts import CohortsPane
from console.panes.customers import CustomersPane
from console.panes.feed import FeedPane
from tests.cli import Console
from tests.screens import press, settle, text, until

SIZE = (120, 30)


async def test_a_view_of_each_pane_is_saved_and_opened(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "plus", "slash", *"failed", "enter")
        await press(pilot, "colon", *"save-view Failed payments", "enter")
        assert "Saved; :view Failed payments shows this again" in text(app)
        await press(pilot, "2", "s", "slash", *"oka", "enter")
        await press(pilot, "colon", *"save-view Okafor", "enter")
        await press(pilot, "3", "greater_than_sign")
        await press(pilot, "colon", *"save-view Monthly", "enter")
        await until(pilot, lambda: len(views.read(world.notebook)) == 3)
    app = ConsoleApp(world, view=views.find(world.notebook, "failed PAYMENTS"))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        question = app.screen.query_one(FeedPane).question
        assert (question.level, question.text) == ("urgent", "failed")
        await press(pilot, "colon", *"view oka", "enter")
        wanted = app.screen.query_one(CustomersPane).wanted
        assert (wanted.text, wanted.sort) == ("oka", "signed_up")
        await press(pilot, "colon", *"view monthly", "enter")
        assert app.screen.query_one(CohortsPane).state.asked.question.period == "month"
        await press(pilot, "colon", *"forget-view monthly", "enter")
        assert "View removed" in text(app)
        await press(pilot, "z")
        assert len(views.read(world.notebook)) == 3
        await press(pilot, "colon", *"view nothing", "enter")
        assert "Which view?" in text(app)
        assert app.gate.hits == 0


async def test_readonly_saves_no_view(world: Config) -> None:
    app = ConsoleApp(replace(world, readonly=True))
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "colon", *"save-view x", "enter")
        assert "--readonly" in text(app)
    assert not world.notebook.exists()


names = st.sampled_from(["signed_up", "Report Built", None])
wheres = st.lists(st.builds(Where, st.just("plan"), st.just("="), st.just("pro")), max_size=2)
questions = st.builds(
    CohortQuestion,
    period=st.sampled_from(["day", "week", "month"]),
    intervals=st.integers(2, 30),
    since=st.none() | st.integers(0, 10**15),
    start_event=names,
    start_where=wheres.map(tuple),
    return_event=names,
    brackets=st.sampled_from([(), ((1, 3), (4, 7))]),
    segment=st.none() | st.just("country=SE"),
    breakdown=st.none() | st.just("plan"),
    entry=st.sampled_from(["recurring", "first-time", "first-ever"]),
)
asks = st.builds(
    Asked, questions, st.sampled_from(["grid", "lifecycle", "compare"]),
    st.none() | st.just(("plan=pro", "plan=basic")),
)  # fmt: skip


@given(asks)
def test_any_question_is_the_same_after_being_saved(asked: Asked) -> None:
    assert from_state(json.loads(json.dumps(as_state(asked)))) == asked


@pytest.mark.parametrize("state", [{"kind": "pie"}, {"question": {"colour": 1}}])
def test_what_a_newer_console_saved_is_refused(state: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="newer console"):
        from_state(state)


def test_views_by_command(world: Config) -> None:
    from console.notebook.changes import Signed

    console = Console(world.mirror.parent, "--as", "ann")
    assert console("views").out.startswith("No view is saved yet")
    views.save(world.notebook, "Mine", "feed", {"level": "urgent"}, Signed("ann", 5))
    (found,) = console("views", "--json").json["views"]
    assert (found["name"], found["pane"], found["state"]) == ("Mine", "feed", {"level": "urgent"})
    assert "Mine" in console("views").out
    assert console("views", "remove", "mine").status == 0
    assert console("views", "remove", "mine").err == "console: there is no saved view 'mine'\n"
    assert console("--view", "x", "feed").status == 2
