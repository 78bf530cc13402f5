"""R12, inside: with ``--kiosk`` the screen leads to no file, no program and no other settings."""

from __future__ import annotations

import ast
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import console
from console.app import ConsoleApp
from console.commands.kiosk import KEPT, lock
from console.config import Config
from console.palette import commands, go
from console.screen import MainScreen
from tests.cli import Console
from tests.screens import press, settle, text
from tests.terminal import Terminal

LURES = {
    "CONSOLE_CONFIG": "lure.toml", "CONSOLE_MIRROR": "lure.db", "CONSOLE_TRACEBACK": "1",
    "XDG_CONFIG_HOME": "lure", "XDG_DATA_HOME": "lure", "TEXTUAL_LOG": "lure.log",
    "TEXTUAL_DRIVER": "lure:Driver", "TEXTUAL_SCREENSHOT": "0",
    "TEXTUAL_SCREENSHOT_LOCATION": "lure", "BROWSER": "touch lure.browser", "PAGER": "sh",
    "EDITOR": "sh", "VISUAL": "sh", "PYTHONSTARTUP": "lure.py", "LD_PRELOAD": "lure.so",
}  # fmt: skip


def test_r12_the_environment_is_forgotten() -> None:
    environment = {"TERM": "xterm", "LANG": "C.UTF-8", "LC_ALL": "C", "HOME": "/h", **LURES}
    lock(environment)
    assert environment == {"TERM": "xterm", "LANG": "C.UTF-8", "LC_ALL": "C", "HOME": "/h"}
    assert not KEPT & set(LURES)


def test_r12_it_runs_no_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The lock changes the environment of the process: of a copy of it here.
    monkeypatch.setattr(os, "environ", dict(os.environ))
    for command in (["import", "x.csv"], ["demo"], ["source", "list"], ["status", "--json"]):
        answer = Console(tmp_path, "--kiosk")(*command)
        assert answer.status == 2
        assert "--kiosk opens the screen and runs no command" in answer.err


def test_r12_the_real_program_ignores_the_lures(built_world: Path, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text('now = "2026-04-01T08:50:00Z"\nreadonly = false\n')
    command = [sys.executable, "-m", "console", "--kiosk", "--as", "alice"]
    command += [
        "--config",
        str(config),
        "--mirror",
        str(built_world),
        "--notebook",
        str(tmp_path / "n.db"),
    ]
    lures = {name: value.replace("lure", str(tmp_path / "lure")) for name, value in LURES.items()}
    # What the loader and the interpreter read before us is the wrapper's business.
    del lures["LD_PRELOAD"], lures["PYTHONSTARTUP"]
    with Terminal(built_world, 0, command=command, environment=lures) as terminal:
        terminal.wait_for("customers")
        terminal.type(b"2")
        terminal.wait_for("by last seen")
        terminal.type(b"e")
        terminal.wait_for("no files are written")
        terminal.type(b"copy text\r")
        terminal.wait_for("by your terminal")
        terminal.type(b"q")
        assert terminal.ended() == 0
    assert {path.name for path in tmp_path.iterdir()} <= {"c.toml", "n.db", "n.db-wal", "n.db-shm"}


async def test_r12_no_key_and_no_word_leads_to_a_file(world: Config) -> None:
    settings = replace(world, kiosk=True)
    before = {path.name for path in settings.mirror.parent.iterdir()}
    app = ConsoleApp(settings)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "2", "e")
        assert "No file: the console was opened with --kiosk; no files are written" in text(app)
        await press(pilot, "escape")
        main = app.screen
        assert isinstance(main, MainScreen)
        for key in ("1", "2", "3", "tab"):
            await press(pilot, key)
            for form in ("csv", "jsonl", "text"):
                main.pane.export(form)  # type: ignore[attr-defined]
                await settle(pilot)
                assert "no files are written" in text(app)
        for words in ("export x", "save x", "write x", "edit x", "!sh", "screenshot x"):
            assert await go(main, None, words) == (
                f"There is no place called {words.split(' ')[0]}; : lists them"
            )
    assert not settings.exports.exists()
    after = {path.name for path in settings.mirror.parent.iterdir()}
    assert after - before <= {"mirror.db-wal", "mirror.db-shm"}


@pytest.mark.parametrize("kiosk", [False, True])
async def test_r12_what_textual_offers_is_off(world: Config, tmp_path: Path, kiosk: bool) -> None:
    here = tmp_path / "away"
    here.mkdir()
    app = ConsoleApp(replace(world, kiosk=kiosk))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        for action in (
            f"screenshot('x.svg', '{here}')", "suspend_process", "command_palette",
            "open_url('http://example.com')",
        ):  # fmt: skip
            await app.run_action(f"app.{action}")
            await settle(pilot)
        app.open_url("ssh://-oProxyCommand=x")
        assert isinstance(app.screen, MainScreen)
        assert app.is_running
        offered = {one.action for one in commands(app.screen)}
        assert not {one for one in offered if "screenshot" in one or "suspend" in one}
    assert list(here.iterdir()) == []


def starters(source: str) -> list[str]:
    """Names in a module through which programs are started."""
    modules = {"subprocess", "pty", "webbrowser", "pdb", "code"}
    calls = {"system", "popen", "startfile", "execv", "execve", "execvp", "spawnv", "spawnvp"}
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names if name.name in modules]
        elif isinstance(node, ast.ImportFrom) and node.module in modules:
            found.append(node.module)
        elif isinstance(node, ast.Attribute) and node.attr in calls:
            found += [node.attr] if ast.unparse(node.value) == "os" else []
    return found


def test_r12_nothing_of_ours_starts_another_program() -> None:
    root = Path(console.__file__).parent
    for path in sorted(root.rglob("*.py")):
        # R on the screen syncs beside it: our own program, with words of ours.
        allowed = ["subprocess"] if path.name == "background.py" else []
        assert starters(path.read_text(encoding="utf-8")) == allowed, path
    assert starters("import subprocess") == ["subprocess"]
    assert starters("import os; os.system('sh')") == ["system"]


def test_r12_tables_for_a_terminal_that_only_prints_lead_no_further(
    built_world: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "console", "--kiosk", "--now", "2026-04-01T08:50:00Z"]
    command += ["--mirror", str(built_world), "--notebook", str(tmp_path / "n.db")]
    tried = ("import x", "sync", "backup x", "source add klaviyo", "demo", "erase ada", "!sh", "sh")
    with Terminal(built_world, 0, command=command, term="dumb") as terminal:
        terminal.wait_for("console> ", 30)
        for words in tried:
            terminal.type(f"{words}\n".encode())
            terminal.wait_for(f"there is no word {words.split(' ')[0]!r}")
        terminal.type(b"quit\n")
        assert terminal.ended(10) == 0
    assert {path.name for path in tmp_path.iterdir()} <= {"n.db", "n.db-wal", "n.db-shm"}
