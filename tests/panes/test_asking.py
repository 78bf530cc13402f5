from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from console.app import ConsoleApp
from console.config import Config
from console.mirror import customers, feed, profile
from console.mirror.activity import Activity
from console.mirror.database import Connection, Interrupted
from console.panes.asked import Asked
from tests.screens import press, settle, until


def held_up(real: Callable[..., Any], notes: list[str]) -> Callable[..., Any]:
    """The first call of many short queries, with pauses in which no query can be interrupted."""

    def slow(first: Any, *rest: Any, **more: Any) -> Any:
        if not notes:
            notes.append("asked")
            db: Connection = next(
                one.db if isinstance(one, Activity) else one
                for one in (first, *rest)
                if isinstance(one, Activity | Connection)
            )
            try:
                for _ in range(500):
                    time.sleep(0.01)
                    db.execute(
                        "with recursive n(i) as (select 1 union all select i + 1 from n limit 9000)"
                        " select max(i) from n"
                    ).fetchall()
                notes.append("ran to its end")
            except Interrupted:
                notes.append("interrupted")
                raise
        return real(first, *rest, **more)

    return slow


@pytest.mark.parametrize(
    ("owner", "name", "before", "first", "then"),
    [
        (feed, "newest", [], ["plus"], ["underscore"]),
        (feed, "arrivals", [], [], ["plus"]),
        (customers, "matching_ids", ["2", "slash"], ["a"], ["d"]),
        (profile, "get", ["2"], ["j"], ["j"]),
        (Asked, "answer", ["3"], ["greater_than_sign"], ["less_than_sign"]),
    ],
)
async def test_what_the_screen_waits_for_is_interrupted_when_the_question_changes(
    world: Config,
    monkeypatch: pytest.MonkeyPatch,
    owner: Any,
    name: str,
    before: list[str],
    first: list[str],
    then: list[str],
) -> None:
    app = ConsoleApp(world)
    notes: list[str] = []
    async with app.run_test(size=(160, 45)) as pilot:
        await press(pilot, *before)
        await settle(pilot)
        monkeypatch.setattr(owner, name, held_up(getattr(owner, name), notes))
        for key in first:
            await pilot.press(key)
        if not first:
            app._main.follow()  # type: ignore[union-attr]
        for _ in range(200):
            if notes:
                break
            await pilot.pause(0.05)
        await pilot.press(*then)
        await until(pilot, lambda: len(notes) > 1)
        assert notes == ["asked", "interrupted"]
