"""From a row of an export, or a key, to what stands on the screen."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from console.app import ConsoleApp
from console.config import Config
from console.screen import MainScreen
from console.sync.importing import import_files
from tests import world as worlds
from tests.screens import press, seen, settle, text

SIZE = (80, 24)


def export(folder: Path, *lines: dict[str, object]) -> Path:
    """Write what Segment would have put into its bucket."""
    path = folder / "events.json.gz"
    path.write_bytes(gzip.compress("\n".join(json.dumps(line) for line in lines).encode()))
    return path


async def test_walk_1_a_row_of_an_export_becomes_a_line(tmp_path: Path) -> None:
    settings = worlds.config(tmp_path)
    traits = {"email": "grace@example.com", "name": "Grace [b]Hopper[/b]"}
    person = {"userId": "u1", "anonymousId": "a1"}
    first = export(
        tmp_path,
        {"type": "identify", **person, "traits": traits, "messageId": "m1",
         "timestamp": "2026-04-01T08:00:00Z"},
        {"type": "track", **person, "event": "Signed Up", "messageId": "m2",
         "timestamp": "2026-04-01T08:00:01Z", "properties": {}},
    )  # fmt: skip
    app = ConsoleApp(settings)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "There is nothing to show yet." in text(app)
        assert import_files([str(first)], settings).rejects == []
        await pilot.pause(0.8)
        await settle(pilot)
        line = next(line for line in seen(app) if "signed up" in line)
        assert "49 min" in line
        assert "Grace [b]Hopper[/b]" in line
        assert "segment" in line
        late = export(
            tmp_path,
            {"type": "track", **person, "event": "Signed Up", "messageId": "m3",
             "timestamp": "2026-03-30T08:00:01Z", "properties": {}},
        )  # fmt: skip
        import_files([str(late)], settings)
        await pilot.pause(1.4)
        await settle(pilot)
        shown = seen(app)
        heading = next(n for n, line in enumerate(shown) if "Monday 30 Mar" in line)
        assert "signed up" in shown[heading + 1]
        assert app.gate.hits == 0


async def test_walk_2_slash_and_three_letters(world: Config) -> None:
    app = ConsoleApp(world)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2")
        assert "12 customers" in text(app)
        await press(pilot, "slash")
        for typed in ("m", "a", "r"):
            await pilot.press(typed)
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, MainScreen)
        assert "1 customer" in text(app)
        assert screen.pane.customer is not None
        assert screen.pane.customer.name == "Maria-José Fernández"
        await press(pilot, "enter", "enter")
        assert "Cerámica Triana · Pro · Sevilla, ES" in text(app)
