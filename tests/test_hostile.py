"""Strangers' text over every pane: nothing acts, nothing is lost, no row is out of line."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from console.app import ConsoleApp
from console.clock import HOUR
from console.config import Config
from console.model import Batch, Key, Record
from console.screen import MainScreen
from tests import world as worlds
from tests.screens import press, seen, settle, text

EVIL = (
    "\x1b[2J\x1b]0;owned\x07", "\x9b31mred", "a\x00b\x08c\x7f", "‮gpj.exe‬", "\u2066x\u2069",
    "\U000e0041\U000e0042", "\ud800 lone", "﻿​‌‍" * 20, "Z͑ͫ̓" + "\u0301" * 60, "[/oops] x",
    "[@click=app.quit]click me[/]", "[b]bold", "\\[", "$amount $object", "{name}", "👩‍👩‍👧‍👦" * 5,
    "🇸🇪" * 9, "　wide　", "\u2028line\u2029", "\t\ttab", "\r\nnew", "x" * 500, "", " ", "ﷺ", "각",
)  # fmt: skip


def hostile(seed: int) -> str:
    dice = random.Random(seed)
    return "".join(dice.choices(EVIL, k=dice.randrange(1, 4)))


def build(folder: Path) -> Config:
    settings = worlds.config(folder)
    shop, desk = Batch("shop\x1b[1m"), Batch("desk[/b]")
    for number in range(120):
        who = (Key("email", f"p{number}@example.com"), Key("external_id", hostile(number)))
        fields = {
            "name": hostile(number), "email": f"p{number}@example.com",
            "city": hostile(number + 1), "country": hostile(number + 2),
            "account": hostile(number + 3), "plan": hostile(number + 4),
            "tags": [hostile(number + 5)], "phone": hostile(number + 6),
            "signed_up_at": worlds.NOW - number * 5 * HOUR,
        }  # fmt: skip
        fields = {key: safe(value) for key, value in fields.items()}
        who = tuple(Key(key.kind, str(safe(key.value))) for key in who)
        at = worlds.NOW - number * HOUR
        used = worlds.event(number, str(safe(hostile(number))), at, verb="feature_used",
                            feature=str(safe(hostile(number + 9))), level="notable")  # fmt: skip
        unknown = worlds.event(number, str(safe(hostile(number + 7))), at - 1, level="urgent",
                               object=str(safe(hostile(number + 8))))  # fmt: skip
        shop.records.append(Record("customer", f"c{number}", who, fields, b"{}"))
        shop.events += [used._replace(who=who), unknown._replace(who=who)]
        ticket = {"kind": "ticket", "subject": safe(hostile(number + 10)), "status": safe(EVIL[9]),
                  "created_at": at, "priority": safe(hostile(number))}  # fmt: skip
        desk.records.append(Record("thread", f"t{number}", who, ticket, b"{}"))
        order = {"name": safe(hostile(number)), "status": safe(hostile(number + 1)),
                 "amount": 100, "currency": safe(hostile(number)), "at": at,
                 "items": [{"name": safe(hostile(number)), "quantity": safe(EVIL[0])}]}  # fmt: skip
        desk.records.append(Record("order", f"o{number}", who, order, b"{}"))
    worlds.save(settings, [(shop, "shopify"), (desk, "zendesk")])
    return settings


def safe(value: object) -> object:
    # SQLite itself refuses lone surrogates; what reads them is tested where files are read.
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return [safe(one) for one in value] if isinstance(value, list) else value


async def walk(app: ConsoleApp, size: tuple[int, int]) -> None:
    """Through every pane, box and message, looking at each."""
    steps = (
        ("underscore", "underscore", "j", "j", "G"), ("slash", "b", "enter"), ("escape",),
        ("f",), ("enter",), ("G",), ("y",), ("escape",), ("2",), ("s", "s"), ("j", "enter"),
        ("ctrl+d", "ctrl+d", "G"), ("escape",), ("slash", "x", "enter"), ("escape",), ("i",),
        ("j", "j"), ("3",), ("question_mark",), ("escape",), ("ctrl+p",), ("escape",),
        ("colon", "x"), ("escape",), ("minus",),
    )  # fmt: skip
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for keys in steps:
            await press(pilot, *keys)
            widths = {len_of(strip) for strip in app.screen._compositor.render_strips()}
            assert widths == {size[0]}, keys
            shown = text(app)
            assert "did not work" not in shown, keys
            assert not any(ord(letter) < 32 for letter in shown if letter != "\n"), keys
        assert isinstance(app.screen, MainScreen)
        assert app.gate.hits == 0


def len_of(strip: object) -> int:
    return int(strip.cell_length)  # type: ignore[attr-defined]


async def test_over_every_pane_narrow_and_wide(tmp_path: Path) -> None:
    settings = build(tmp_path)
    await walk(ConsoleApp(settings), (80, 24))
    await walk(ConsoleApp(replace(settings, theme="console-light")), (160, 45))


async def test_brackets_are_shown_exactly(tmp_path: Path) -> None:
    settings = worlds.config(tmp_path)
    names = ["[Acme] Ltd", "[/b] x", "a [INFO] b", "\\[x]", "[@click=app.quit]z", "$name {0}"]
    records = [
        Record("customer", f"c{n}", (Key("email", f"p{n}@x.se"),), {"name": name}, b"{}")
        for n, name in enumerate(names)
    ]
    worlds.save(settings, [(Batch("shopify", records=records), "shopify")])
    app = ConsoleApp(settings)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "2")
        for name in names:
            assert any(f" {name} " in line for line in seen(app)), name
            await press(pilot, "enter")
            assert isinstance(app.screen, MainScreen)
            await press(pilot, "escape", "j")


async def test_a_click_on_strangers_text_does_nothing(tmp_path: Path) -> None:
    settings = build(tmp_path)
    app = ConsoleApp(settings)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2")
        for y in range(3, 22):
            await pilot.click(offset=(12, y))
        await settle(pilot)
        assert app.is_running
        assert app.return_code is None
