"""Links (OSC 8): what is sent for them, which get through, and to which terminals."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Size
from textual.strip import Strip

from console.app import ConsoleApp
from console.config import Config, SourceConfig
from console.model import Batch, Key, Record
from console.show import gate
from console.show.links import takes_links
from console.tty.frame import Frame, Piece
from tests import world as worlds
from tests.screens import press, text

URL = "https://dashboard.example/customers/cus_1"
OSC = re.compile(r"\x1b\]8;;(.*?)\x1b\\|\x1b\[[0-9;]*[A-Za-z]|(.)", re.DOTALL)


def linked(sent: str) -> tuple[list[tuple[str, str]], str]:
    """Every letter with the link it is in, and the link that is left open."""
    found, link = [], ""
    for token in OSC.finditer(sent):
        if token[2] is not None:
            found.append((token[2], link))
        elif token[1] is not None:
            link = token[1]
    return found, link


def painted(*runs: tuple[str, Style]) -> tuple[Frame, list[Piece]]:
    frame = Frame()
    frame.fit(Size(40, 2))
    return frame, [Piece(0, 0, Strip([Segment(word, style) for word, style in runs]))]


def test_the_letters_of_a_link_and_no_others_are_sent_as_one() -> None:
    plain, link = Style.parse("red"), Style(color="red", link=URL)
    frame, pieces = painted(("see ", plain), ("cus 1", link), (" or not", plain))
    letters, open_ = linked(frame.paint(pieces, ColorSystem.EIGHT_BIT))
    assert open_ == ""
    assert {letter for letter, url in letters if url == URL} - {" "} == set("cus1")
    assert all(url == "" for letter, url in letters if letter in "eornt")


def test_the_same_link_again_is_not_sent_and_its_loss_is() -> None:
    frame, pieces = painted(("cus", Style(link=URL)))
    assert frame.paint(pieces, ColorSystem.EIGHT_BIT).count(URL) == 1
    assert frame.paint(pieces, ColorSystem.EIGHT_BIT) == ""
    _, without = painted(("cus", Style()))
    letters, _ = linked(frame.paint(without, ColorSystem.EIGHT_BIT))
    assert letters == [("c", ""), ("u", ""), ("s", "")]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "file:///etc/passwd", f"{URL}\x1b\\\x1b]52;c;eA==", f"{URL} x", ""],
)
def test_only_plain_web_addresses_of_ours_get_through(url: str) -> None:
    gate.allow([url, URL])
    line = [Segment("ours", Style(link=URL)), Segment("theirs", Style(link=url or "x:y"))]
    made = gate.Gate()
    ours, theirs = made.apply(line, Color(0, 0, 0))
    assert ours.style is not None
    assert ours.style.link == URL
    assert theirs.style is not None
    assert theirs.style.link is None
    assert made.hits == 1


@pytest.mark.parametrize(
    ("environ", "takes"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "tmux-256color", "TMUX": "x"}, True),
        ({"TERM": "screen-256color", "TMUX": "x"}, True),
        ({"TERM": "screen"}, False),
        ({"TERM": "linux"}, False),
        ({"TERM": "vt100"}, False),
    ],
)
def test_terminals_that_would_show_them_as_letters_are_sent_none(
    environ: dict[str, str], takes: bool
) -> None:
    assert takes_links(environ) is takes


@pytest.mark.parametrize(("term", "takes"), [("xterm-256color", True), ("linux", False)])
async def test_the_addresses_of_a_customer_are_links(
    world: Config, monkeypatch: pytest.MonkeyPatch, term: str, takes: bool
) -> None:
    monkeypatch.setenv("TERM", term)
    shop = SourceConfig("shopify", "shopify", settings={"web_url": "https://shop.example"})
    known = (Key("source_id", "77"), Key("email", "zed@example.com"))
    record = Record("customer", "77", known, {"name": "Zed"}, b"{}")
    worlds.save(world, [(Batch("shopify", records=[record]), "shopify")])
    app = ConsoleApp(replace(world, sources={"shopify": shop}))
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "2", "slash", *"zed", "enter", "o")
        links = {
            segment.style.link
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if segment.style is not None and segment.style.link
        }
        address = re.search(r"https://shop.example/\S+", text(app))
        assert address is not None
        assert links == ({address[0]} if takes else set())
        assert app.gate.hits == 0
