"""The import contracts hold, and each is shown to fail when it is broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BREACHES = {
    "layers": ("console/mirror/breach.py", "import console.panes.feed\n"),
    "sync": ("console/sync/breach.py", "import console.sync.following\n"),
    "tty": ("console/tty/breach.py", "import console.tty.typed_ahead\n"),
    "siblings": ("console/mirror/breach.py", "import console.sources.values\n"),
    "headless": ("console/analytics/breach.py", "import textual.app\n"),
    "sql": ("console/panes/breach.py", "import sqlite3\n"),
    "http": ("console/sources/breach.py", "import httpx\n"),
    "sets": ("console/show/breach.py", "import pyroaring\n"),
}


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(command), "--no-cache", "--no-logo", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(
        ROOT / "console", folder / "console", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_contract_is_broken_by_something_here() -> None:
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    ids = {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]}
    assert ids == set(BREACHES)


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_is_seen(copy: Path, contract: str) -> None:
    assert lint(copy, "--contract", contract).returncode == 0
    path, breach = BREACHES[contract]
    (copy / path).write_text(breach)
    try:
        found = lint(copy, "--contract", contract)
    finally:
        (copy / path).unlink()
    assert found.returncode == 1
    assert "breach" in found.stdout
