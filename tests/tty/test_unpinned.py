"""Boxes that were closed are let go of, with every line they showed."""

from __future__ import annotations

import gc

import pytest
from textual._styles_cache import StylesCache
from textual.screen import ModalScreen

from console.app import ConsoleApp
from console.config import Config
from tests.screens import press, settle


def pinned() -> tuple[int, int]:
    """How many boxes, and lines of widgets, are held on to."""
    gc.collect()
    there = gc.get_objects()
    boxes = sum(isinstance(one, ModalScreen) for one in there)
    return boxes, sum(len(one._cache) for one in there if isinstance(one, StylesCache))


@pytest.mark.parametrize("key", ["question_mark", "ctrl+p", "n", "w", "number_sign", "e"])
async def test_a_box_that_is_closed_leaves_nothing(world: Config, key: str) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        found = []
        for _ in range(4):
            await press(pilot, key)
            assert isinstance(app.screen, ModalScreen)
            await press(pilot, "escape")
            assert not isinstance(app.screen, ModalScreen)
            found.append(pinned())
        # The first time, what is there for good is made.
        assert found[1] == found[2] == found[3]
