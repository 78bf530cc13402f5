"""Leaving: exit statuses, one line on standard error, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from console import cli
from tests.cli import Console
from tests.terminal import ROOT


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
        (("--timezone", "Mars/Base", "demo"), 2),
        (("--as", "", "demo"), 2),
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


def program(world: Console, words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """What a shell sees of the program itself. words: after ``console``, with redirections."""
    start = f'exec "$0" -m console --mirror "$1" {words}'
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", start, sys.executable, str(world.mirror)],
        capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("doctor <&-", 0),
        ("doctor >&-", 0),
        ("--plain <&-", 0),
        ("<&-", 2),
        (f"import {__file__} >&- <&- 2>&-", 1),
    ],
)
def test_a_closed_stream_ends_nothing(world: Console, words: str, status: int) -> None:
    ran = program(world, words)
    assert (ran.returncode, b"went wrong" in ran.stderr) == (status, False)


def test_who_reads_no_further_gets_no_no(world: Console) -> None:
    for words in ("feed --level noise", "--help"):
        ran = program(world, f"{words} | sleep 0")
        assert (ran.returncode, ran.stderr) == (0, b"")


def test_a_letter_that_the_encoding_has_not_is_written_as_its_number(world: Console) -> None:
    narrow = {"PYTHONIOENCODING": "latin-1:strict"}
    assert program(world, "note ada@example.com 'told \u65e5'", **narrow).returncode == 0
    said = program(world, "customer ada@example.com", **narrow)
    assert (said.returncode, b"\\u65e5" in said.stdout) == (0, True)
    typed = program(
        world, "--plain < <(printf 'customer \\xff\\n')", PYTHONIOENCODING="utf-8:strict"
    )
    assert (typed.returncode, b"went wrong" in typed.stderr) == (0, False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("audit", "--who", "\udcff"),
        ("import", "-", "--source", "\udcff"),
        ("import", "-", "--as", "events", "--set", "event=\udcff"),
        ("import", "-", "--as", "events", "--column", "customer=\udcff"),
        ("import", "-", "--as", "events", "--header", "\udcff"),
        ("import", "-", "--as", "events", "--delimiter", "\udcff"),
    ],
)
def test_bytes_that_are_no_text_are_no_fault(world: Console, arguments: tuple[str, ...]) -> None:
    assert world(*arguments, stdin=b"customer,event,at\na,b,2026-03-01\n").status in (0, 1)


def test_a_demo_that_cannot_be_made_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], world: Console
) -> None:
    assert world("note", "ada@example.com", "called").status == 0
    notebook = str(world.mirror.with_name("notebook.db"))
    assert leave(monkeypatch, "--mirror", notebook, "demo", "--only-make") == 1
    assert "is the notebook. Nothing was changed" in capsys.readouterr().err
