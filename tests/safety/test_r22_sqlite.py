"""R22: an SQLite that may lose what two processes write is told of, and what to install."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import opening
from console.commands import doctor
from console.config import Config
from console.mirror import database
from tests.cli import Console
from tests.commands.conftest import CALLS, NOW, lines


def test_ours_is_sound() -> None:
    assert database.is_sound(database.SQLITE_VERSION)


@pytest.mark.parametrize(
    ("version", "state"),
    [("3.40.1", "bad"), ("3.51.2", "bad"), ("3.51.3", "ok"), ("3.53.4", "ok"), ("4.0.0", "ok")],
)
def test_its_version(version: str, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert database.is_sound(version) == (state == "ok")
    monkeypatch.setattr(database, "SQLITE_VERSION", version)
    found = doctor.sqlite()
    assert (found.state, version in found.said) == (state, True)
    assert ("WAL-reset" in found.said) == (state == "bad")


def test_an_old_one_is_said_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = Console(tmp_path, "--now", NOW)
    assert world("import", "-", stdin=lines(CALLS)).status == 0
    settings = Config(world.mirror, world.mirror.with_name("n.db"), now=1)
    assert opening.begin(settings) == []
    monkeypatch.setattr(database, "is_sound", lambda: False)
    monkeypatch.setattr(opening, "is_sound", lambda: False)
    assert "may lose what two processes write" in opening.begin(settings)[0]
    answer = world("import", "-", stdin=lines(CALLS))
    assert answer.status == 0
    assert "console: SQLite" in answer.err
