"""What several rooms' tests share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from console.config import Config
from tests import world as worlds


@pytest.fixture(scope="session")
def built_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world, made once."""
    folder = tmp_path_factory.mktemp("world")
    worlds.build(folder)
    return folder / "mirror.db"


@pytest.fixture
def world(built_world: Path, tmp_path: Path) -> Config:
    """Settings for a copy of the small world that a test may change."""
    shutil.copy(built_world, tmp_path / "mirror.db")
    return worlds.config(tmp_path)


_ALONE = (
    "tests/safety/",
    "tests/bench/",
    "tests/tty/test_driver",
    "tests/tty/test_frame",
    "tests/test_glance",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives real terminals and processes runs in one worker, one after another."""
    for item in items:
        if item.nodeid.startswith(_ALONE):
            item.add_marker(pytest.mark.xdist_group("alone"))
