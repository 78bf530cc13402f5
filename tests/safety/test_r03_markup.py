"""R3: no text is markup. The static check is in tests/show/test_house.py; here are the clicks."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.screen import TABS
from tests.safety.strangers import MARKUP, Strangers, build
from tests.safety.watched import SIZE, Watched

WRITTEN = """
import textual.app
_run = textual.app.App.run_action
async def told(self, action, *args, **kwargs):
    open({path!r}, "a").write(repr(action) + "\\n")
    return await _run(self, action, *args, **kwargs)
textual.app.App.run_action = told
"""


def clicks(watched: Watched) -> None:
    """Click all over the screen, where words stand."""
    for y in range(1, SIZE[1], 2):
        for x in range(3, SIZE[0], 31):
            watched.click(x, y)
    watched.look()


@pytest.mark.slow
def test_r03_clicks_on_markup_run_no_action_anywhere(tmp_path: Path) -> None:
    actions = tmp_path / "actions"
    settings = build(tmp_path, Strangers(MARKUP), 40)
    with Watched(settings.mirror, tmp_path, code=WRITTEN.format(path=str(actions))) as watched:
        for seat in (*(b"%d" % tab for tab in range(1, TABS + 1)), b"\t"):
            watched.press(seat)
            keys = actions.read_text()
            assert "seat" in keys
            clicks(watched)
            watched.press(b"\r")
            keys = actions.read_text()
            clicks(watched)
            assert actions.read_text() == keys
            watched.press(b"\x1b", b"\x1b")
        watched.press(b"2", b"/")
        watched.paste("".join(MARKUP[:20]))
        watched.press(b"\r")
        keys = actions.read_text()
        clicks(watched)
        assert actions.read_text() == keys
        assert watched.quit() == 0
    assert watched.shown


def test_r03_clicks_on_markup_run_no_action(tmp_path: Path) -> None:
    actions = tmp_path / "actions"
    settings = build(tmp_path, Strangers(MARKUP), 20)
    with Watched(settings.mirror, tmp_path, code=WRITTEN.format(path=str(actions))) as watched:
        watched.press(b"2")
        keys = actions.read_text()
        clicks(watched)
        assert actions.read_text() == keys
        assert watched.quit() == 0
    assert watched.shown
