"""R1 on the command line: what is printed is text, in every form, and in every refusal."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import pytest

from console import cli
from console.cli import COMMANDS
from console.commands.said import pass_by, tell
from tests.cli import Console
from tests.safety.strangers import ESCAPES, TURNERS, Strangers, build, generated
from tests.safety.tokens import strange

READ = (
    ("feed", "--level", "noise", "--limit", "500"), ("customers", "--limit", "500"),
    ("customer", "c3"), ("cohorts", "--breakdown", "plan"), ("cohorts", "--cell", "0:0"),
    ("lifecycle",), ("stickiness",), ("segments",), ("status",), ("rejects",), ("inbox",),
    ("audit",), ("views",),
)  # fmt: skip


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Console:
    folder = tmp_path_factory.mktemp("strangers")
    build(folder, Strangers(generated(600, seed=2)), 60)
    return Console(folder, "--now", "2026-04-01T08:50:00Z")


@pytest.mark.parametrize("form", [(), ("--json",), ("--csv",)])
@pytest.mark.parametrize("question", READ, ids=" ".join)
def test_r01_commands_print_only_text(
    strangers: Console, question: tuple[str, ...], form: tuple[str, ...]
) -> None:
    if question[0] not in COMMANDS:
        pytest.skip(f"there is no `console {question[0]}` here")
    answer = strangers(*question, *form)
    assert dict(strange((answer.out + answer.err).encode("utf-8", "surrogateescape"))) == {}


@pytest.mark.parametrize("text", [*ESCAPES[:8], "\x9b2J", "\u202e", "\x00", "\n\x1b[2J"])
def test_r01_refusals_repeat_only_text(
    strangers: Console, text: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    for asked in (
        ("customer", text), ("feed", "--source", text), ("feed", "--since", text), (text,),
        ("customers", "--segment", text), ("--timezone", text, "feed"), ("import", text),
        ("--as", text, "status"), ("segments", "save", text, "plan=pro"), ("feed", f"--{text}"),
        ("import", f"{text}\udc9b.csv"), ("sync", text), ("--config", text, "feed"),
    ):  # fmt: skip
        monkeypatch.setattr(sys, "argv", ["console", *strangers.flags, *asked])
        with suppress(SystemExit):
            cli.main()
        told = capsys.readouterr()
        said = (told.out + told.err).encode("utf-8", "surrogateescape")
        assert dict(strange(said)) == {}, asked


def test_r01_what_is_told_is_cleaned(capsys: pytest.CaptureFixture[str]) -> None:
    for text in (*ESCAPES, *TURNERS):
        tell(f"a\n{text}b")
        pass_by(text)
    told = capsys.readouterr()
    assert dict(strange(told.out.encode())) == {}
    assert set(strange(told.err.replace("\r\x1b[2K", "").encode())) == set()


def test_r01_files_named_by_strangers_are_told_as_text(
    strangers: Console, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "a\x1b[2J\u202e\x07.csv"
    (tmp_path / name).write_text("customer,event,at\n\x1b[31m,\x9b,yesterday\n")
    answer = Console(tmp_path)("import", str(tmp_path / name))
    assert answer.status == 1
    rejects = Console(tmp_path)("rejects")
    said = answer.out + answer.err + rejects.out
    assert dict(strange(said.encode("utf-8", "surrogateescape"))) == {}
