"""The README is true: its keys are the bindings, its commands exist, its pictures are there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from textual.binding import Binding

from console.cli import COMMANDS
from console.settings import load

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
BEGIN = "<!-- keys: made from the bindings by tests/house/test_readme.py -->"
END = "<!-- /keys -->"


def key_table() -> str:
    """Every binding with an id, by pane, as the README shows them."""
    from console.panes.pane import Desk
    from console.screen import MainScreen
    from console.widgets.heat_grid import HeatGrid
    from console.widgets.line_view import LineView
    from console.widgets.row_list import RowList
    from console.widgets.sentence import Sentence

    screen = MainScreen(Desk(load(), False))
    owners: list[tuple[str, type]] = [("Everywhere", MainScreen)]
    owners += [(seat.TITLE, type(seat)) for seat in screen.seats]
    owners += [("Lists", RowList), ("Grid", HeatGrid), ("Sentence", Sentence), ("Pages", LineView)]
    rows = ["| key | does | where |", "|---|---|---|"]
    seen = set()
    for place, owner in owners:
        for binding in _bindings(owner):
            if binding.id not in seen:
                seen.add(binding.id)
                rows.append(f"| {_keys(binding)} | {binding.tooltip} | {place} |")
    return "\n".join(rows)


def _bindings(owner: type) -> Iterator[Binding]:
    for part in owner.__mro__:
        for binding in part.__dict__.get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id:
                yield binding


def _keys(binding: Binding) -> str:
    from textual.keys import format_key

    shown = [binding.key_display] if binding.key_display else binding.key.split(",")
    return " ".join(f"`{format_key(key.strip())}`" for key in shown)


def test_its_keys_are_the_bindings() -> None:
    text = README.read_text()
    shown = text[text.index(BEGIN) + len(BEGIN) : text.index(END)].strip()
    assert shown == key_table(), "write it anew with: python -m tests.house.test_readme"


def test_its_commands_exist() -> None:
    named = set(re.findall(r"`console (\w+)", README.read_text()))
    assert named <= set(COMMANDS) | {"console"}
    assert set(COMMANDS) <= named


def test_its_pictures_are_there() -> None:
    for picture in re.findall(r"\]\((screenshots/[^)]+)\)", README.read_text()):
        assert (ROOT / picture).exists(), picture


def test_its_settings_can_be_read(tmp_path: Path) -> None:
    block = re.search(r"```toml\n(.*?)```", README.read_text(), re.DOTALL)
    assert block
    path = tmp_path / "config.toml"
    path.write_text(block.group(1))
    made = load(config=str(path))
    assert set(tomllib.loads(block.group(1))["events"]) == set(made.events)
    assert made.sources["zendesk"].day_first


if __name__ == "__main__":
    whole = README.read_text()
    before, after = whole[: whole.index(BEGIN) + len(BEGIN)], whole[whole.index(END) :]
    README.write_text(f"{before}\n{key_table()}\n{after}")
