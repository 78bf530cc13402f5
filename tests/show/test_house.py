"""Nothing but `show` turns data into what a widget shows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import console

ROOT = Path(console.__file__).parent
ROOMS = [
    path
    for room in ("widgets", "panes", "screen.py", "app.py", "palette.py")
    for path in ([ROOT / room] if room.endswith(".py") else sorted((ROOT / room).glob("*.py")))
    # Its cells hold formatted numbers; whatever else it paints comes as Content.
    if path.name != "heat_paint.py"
]
MAKERS = {"Content", "Text", "Static", "Label", "styled", "assemble", "from_text", "from_rich_text"}
MARKUP = {
    "from_markup",
    "notify",
    "escape",
    "to_content",
    "Markdown",
    "RichLog",
    "Log",
    "DataTable",
}
ATTRIBUTES = {"tooltip", "border_title", "border_subtitle", "sub_title"}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute):
                yield called.attr, node
            elif isinstance(called, ast.Name):
                yield called.id, node


def harmless(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Constant) or (
        isinstance(argument, ast.Call)
        and isinstance(argument.func, ast.Name)
        and argument.func.id == "Content"
        and all(isinstance(one, ast.Constant) for one in argument.args)
    )


def faults(source: str) -> list[str]:
    tree = ast.parse(source)
    found = []
    for name, call in calls(tree):
        if name in MARKUP:
            found.append(f"{call.lineno}: {name}")
        elif name in MAKERS and not all(harmless(one) for one in call.args):
            found.append(f"{call.lineno}: {name} of what is not constant")
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            found += [
                f"{node.lineno}: {target.attr}"
                for target in node.targets
                if isinstance(target, ast.Attribute) and target.attr in ATTRIBUTES
            ]
    return found


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: path.name)
def test_no_text_of_strangers_reaches_a_widget_unclean(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "Static(name)", "Content(name)", "self.notify('x')", "Content.from_markup('[b]')",
        "widget.tooltip = name", "Content.styled(name, 'bold')", "Label(f'{name}')",
    ],
)  # fmt: skip
def test_the_check_finds_what_it_looks_for(source: str) -> None:
    assert faults(source)


def printed(source: str) -> list[str]:
    """Where a module writes to standard output or error by a way of its own."""
    found = []
    for name, call in calls(ast.parse(source)):
        called = ast.unparse(call.func)
        if name in ("echo", "secho", "print", "style") or called.startswith(
            ("sys.stdout.", "sys.stderr.", "sys.__std")
        ):
            found.append(f"{call.lineno}: {called}")
    return [one for one in found if not one.endswith((".isatty", ".close"))]


COMMANDS = [ROOT / "cli.py", *sorted((ROOT / "commands").glob("*.py"))]


@pytest.mark.parametrize(
    "path", [one for one in COMMANDS if one.name != "said.py"], ids=lambda path: path.name
)
def test_commands_print_through_one_door(path: Path) -> None:
    assert printed(path.read_text(encoding="utf-8")) == [], "use console.commands.said"


@pytest.mark.parametrize(
    "source", ["click.echo(name)", "print(name)", "sys.stdout.write(name)", "click.secho(name)"]
)
def test_a_second_door_is_found(source: str) -> None:
    assert printed(source)


def test_content_is_made_in_one_place() -> None:
    makers = [
        path.name
        for path in sorted((ROOT / "show").glob("*.py"))
        if "Content(" in path.read_text(encoding="utf-8")
        or "Content.assemble(" in path.read_text(encoding="utf-8")
    ]
    assert makers == ["lines.py"]


def test_no_colour_is_named_outside_the_themes() -> None:
    import re

    for path in sorted(ROOT.rglob("*.py")) + sorted(ROOT.rglob("*.tcss")):
        if path.name != "themes.py":
            found = re.findall(r"[\"' ]#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8"))
            assert not found, path
