"""Leaving: exit statuses, one line on standard error, never a traceback."""

from __future__ import annotations

import sys

import pytest

from console import cli
from tests.cli import Console


def leave(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["console", *arguments])
    try:
        cli.main()
    except SystemExit as left:
        return int(left.code or 0)
    return 0


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--help",), 0),
        (("--version",), 0),
        (("fed",), 2),
        (("feed", "--nope"), 2),
        (("customer",), 2),
        (("--now", "soon", "feed"), 2),
        (("--timezone", "Mars/Base", "feed"), 2),
        (("--week-start", "tuesday", "feed"), 2),
        (("--config", "nowhere.toml", "feed"), 2),
        (("--as", "", "status"), 2),
        (("--mirror", "nowhere.db", "feed"), 1),
    ],
)
def test_statuses(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    status: int,
) -> None:
    assert leave(monkeypatch, *arguments) == status
    told = capsys.readouterr()
    if status:
        assert told.out == ""
        assert told.err.startswith("console: ")
        assert told.err.count("\n") == 1


def test_a_fault_of_ours_is_one_line_without_the_data_it_met(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], world: Console
) -> None:
    def fail(*_: object) -> None:
        raise TypeError("ada@example.com")

    monkeypatch.setattr("console.show.documents.status", fail)
    capsys.readouterr()
    arguments = ("--mirror", str(world.mirror), "status", "--json")
    assert leave(monkeypatch, *arguments) == 1
    said = capsys.readouterr().err
    assert said.startswith("console: something went wrong")
    assert "TypeError in test_main.py" in said
    assert "ada" not in said
    monkeypatch.setenv("CONSOLE_TRACEBACK", "1")
    with pytest.raises(TypeError):
        leave(monkeypatch, *arguments)


def test_an_answer_that_cannot_be_written_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], world: Console
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("console.commands.common.click.echo", full)
    monkeypatch.setattr("console.commands.common.Refused.show", lambda self: print(self.message))
    stdout = sys.stdout
    status = leave(monkeypatch, "--mirror", str(world.mirror), "status")
    sys.stdout = stdout
    assert status == 1
    assert "No space left on device" in capsys.readouterr().out
