"""What the house promises of itself: sizes, names, nothing left lying about."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "console").rglob("*.py"))
TOP = {
    "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md",
    "console", "tests", "sample_data", "screenshots",
}  # fmt: skip


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode:
        pytest.skip("this is not a git checkout")
    return [Path(line) for line in listing.stdout.splitlines()]


def test_the_top_level_holds_what_it_may() -> None:
    assert {path.parts[0] for path in tracked() if not path.parts[0].startswith(".")} <= TOP


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_are_small(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno
            assert length <= 80, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_left_for_later(path: Path) -> None:
    text = path.read_text()
    found = re.search(r"\b(TODO|FIXME|XXX)\b|pragma: no cover", text)
    assert found is None, found
    # What a subclass must say is the whole of a method; anything else is unfinished.
    bodies = [
        node.body
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    abstract = sum("NotImplementedError" in ast.unparse(body[-1]) for body in bodies
                   if len(body) == 2 and isinstance(body[-1], ast.Raise))  # fmt: skip
    assert text.count("raise NotImplementedError") == abstract


def test_no_file_names_a_place_of_one_machine() -> None:
    home = re.compile(rb"/(home|Users|root|work)/[a-z]+[/.]")
    for path in tracked():
        if path.suffix in (".py", ".md", ".toml", ".tcss") or path.parts[0] == ".ci":
            found = home.search((ROOT / path).read_bytes())
            assert found is None or path == Path("tests/house/test_tree.py"), (path, found)


def test_every_dependency_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    begin = lines.index("dependencies = [")
    block = lines[begin + 1 : lines.index("]", begin)]
    reason = False
    for line in block:
        if line.strip().startswith("#"):
            reason = True
        elif line.strip():
            assert reason, f"{line.strip()} has no reason above it"
            reason = line.strip().startswith('"tabulate')
