"""What strangers may write, and a mirror in which they have written it wherever they can.

Every text gets a tag like ``q17z`` near its beginning, so that a test can tell which of them
it has seen on a screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from console.clock import HOUR
from console.config import Config
from console.model import Batch, Event, Key, Record
from tests import world as worlds

ESCAPES = (
    "\x1b[2J", "\x1b[999;999H", "\x1b[31m", "\x1b[8m", "\x1b[5m", "\x1b[6n", "\x1b[c", "\x1b[>c",
    "\x1b[?1049l", "\x1b[?1000h", "\x1b[21t", "\x1b[8;5;5t", "\x1b[4i", "\x1b[!p", "\x1bc",
    "\x1b7", "\x1b#8", "\x1b(0", "\x1b=", "\x1bD", "\x1bE", "\x1bM", "\x1bZ", "\x1b]0;owned\x07",
    "\x1b]2;t\x1b\\", "\x1b]4;1;?\x07", "\x1b]8;;http://evil.example\x1b\\x\x1b]8;;\x1b\\",
    "\x1b]9;hi\x07", "\x1b]52;c;cHduZWQ=\x07", "\x1b]52;c;?\x07", "\x1b]777;notify;a;b\x07",
    "\x1b]1337;File=:AA==\x07", "\x1bP$qm\x1b\\", "\x1bP+q544e\x1b\\",
    "\x1bPtmux;\x1b\x1b[2J\x1b\\", "\x1b_Ga=T;AAAA\x1b\\", "\x1b^pm\x1b\\", "\x1bXsos\x1b\\",
    "\x1b[200~", "\x1b[201~", "\x1b", "\x9b2J", "\x9d0;t\x9c", "\x90q\x9c", "\x85", "\x8d",
    "\x00", "\x05", "\x07", "\x08", "\x0b", "\x0c", "\x0e", "\x0f", "\x11", "\x13", "\x18",
    "\x1a", "\x7f", "\r", "\n", "\t", "\r\n",
)  # fmt: skip
TURNERS = (
    "\u202e", "\u202d", "\u202a", "\u202b", "\u202c", "\u2066", "\u2067", "\u2068", "\u2069",
    "\u200e", "\u200f", "\u061c", "\u2028", "\u2029", "\u200b", "\u2060", "\ufeff", "\xad",
    "\ufff9", "\ufffb", "\U000e0001", "\U000e0041", "\u3164", "\u115f", "\u180e", "\ud800",
    "\udfff", "\ufffe", "\u0301" * 40, "\u0e33" * 3, "\u20dd", "\u200d" * 9, "\u200c", "\ufe0f",
    "\ufdd0", "\U0001d173",
)  # fmt: skip
MARKUP = (
    "[/]", "[/b]", "[b]", "[bold red]", "[@click=app.quit]q[/]", "[@click=app.bell()]b[/]",
    "[@click=app.screenshot('x','/')]s[/]", "[@click=screen.quit]x[/]", "[@click=seat(2)]y[/]",
    "[link=http://evil.example]l[/link]", "[on red]", "[reverse]", "[blink]", "[red", "]", "[",
    "[[", "\\[", "\\", "[/oops] x", "[]", "[ ]", "[=]", "[@]", "[#ff0000]c[/]", "[INFO]",
    "[RE: x]", "[@bob]", "[$primary]v[/]", "$name", "{name}", "%s", "[not bold]",
    "[@mouse.up=app.quit]u[/]", "[not[nested]]", "[a=b]", "[a='b]", '[a="b]', "[1]", "[.5]",
    "[#]", "[@click=]", "[@click=x", "[/@click]", "[b][/i]", "[b]x[/b][/b]", ":smile:",
    "[@click=app.simulate_key('q')]k[/]", "[@click=app.push_screen('x')]p[/]",
    "[@click=app.suspend_process]z[/]", "[dim]", "[u]", "[s]", "[@click=app.notify('n')]n[/]",
    "[@click=app.copy_to_clipboard('c')]c[/]", "[auto]", "[black on",
    "[@click=app.open_url('http://evil.example')]o[/]", "[@click=app.action_quit]a[/]",
)  # fmt: skip
WORDS = (
    "Ada", "Malmö", "佐藤 花子", "ليلى حداد", "👩‍👩‍👧‍👦", "🇸🇪", "❤️", "e\u0301", "각", "नमस्ते", "ﷺ",
    "－＋＝＠", "=cmd|'/c calc'!A0", " ", "  ", "O'Brien", '"', "x" * 300, "　wide　", "¡", "…",
    "a.b@c.se", "0",
)  # fmt: skip
PIECES = st.one_of(
    st.sampled_from(ESCAPES),
    st.sampled_from(TURNERS),
    st.sampled_from(MARKUP),
    st.sampled_from(WORDS),
    st.text(st.characters(), min_size=1, max_size=6),
    st.text(st.characters(categories=["Cc", "Cf", "Mn", "Me", "Zl", "Zp"]), min_size=1, max_size=4),
)
HOSTILE = st.lists(PIECES, min_size=1, max_size=5).map("".join)
"""One text as somebody may write it who means harm, or who pastes from anywhere."""


def generated(n: int, seed: int = 1) -> list[str]:
    """So many hostile texts from hypothesis; the same for the same seed."""
    found: list[str] = []

    @hypothesis.seed(seed)
    @settings(
        max_examples=n, phases=[Phase.generate], database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @hypothesis.given(HOSTILE)
    def collect(text: str) -> None:
        found.append(text)

    collect()
    return found


@dataclass
class Strangers:
    """Texts, handed out one after the other and from the beginning again."""

    texts: Sequence[str]
    said: int = 0

    def __call__(self) -> str:
        """The next text, with its tag."""
        number = self.said % len(self.texts)
        text = self.texts[number]
        self.said += 1
        # SQLite itself refuses lone surrogates; what reads them is tested where files are read.
        text = text.encode("utf-8", "replace").decode()
        at = number % 3
        return f"{text[:at]}q{number}z{text[at:]}"


def tags(screen: str) -> set[int]:
    """Which texts stand on a screen."""
    return {int(number) for number in re.findall(r"q(\d+)z", screen)}


def build(folder: Path, say: Strangers, people: int) -> Config:
    """A mirror of so many people, every word of which is a stranger's."""
    settings = worlds.config(folder)
    batches = (Batch(say()), Batch("desk[/b]"), Batch("track", properties=""))
    for number in range(people):
        _person(number, say, *batches)
    kinds = ("shopify", "zendesk", "segment")
    worlds.save(settings, list(zip(batches, kinds, strict=True)))
    return settings


def _person(number: int, say: Strangers, shop: Batch, desk: Batch, track: Batch) -> None:
    who = (Key("external_id", f"{say()} {number}"), Key("email", f"{number}{say()}@example.com"))
    at = worlds.NOW - number * HOUR // 20
    fields = {
        "name": say(), "email": who[1].value, "city": say(), "country": say(), "account": say(),
        "plan": say(), "tags": [say()], "phone": say(), "signed_up_at": at - 5 * HOUR,
    }  # fmt: skip
    shop.records.append(Record("customer", f"c{number}", who, fields, b"{}"))
    track.events += _events(number, who, at, say)
    ticket = {"kind": "ticket", "subject": say(), "status": say(), "created_at": at,
              "priority": say()}  # fmt: skip
    desk.records.append(Record("thread", f"t{number}", who, ticket, b"{}"))
    mail = {"direction": "out", "subject": say(), "sent_at": at}
    desk.records.append(Record("message", f"m{number}", who, mail, b"{}"))
    order = {"name": say(), "status": say(), "amount": 100, "currency": say(), "at": at,
             "items": [{"name": say(), "quantity": say()}]}  # fmt: skip
    shop.records.append(Record("order", f"o{number}", who, order, b"{}"))
    plan = {"plan": say(), "status": say(), "amount": 5, "currency": "EUR", "interval": say(),
            "started_at": at}  # fmt: skip
    shop.records.append(Record("subscription", f"s{number}", who, plan, b"{}"))


def _events(number: int, who: tuple[Key, ...], at: int, say: Strangers) -> Iterator[Event]:
    used = worlds.event(number, say(), at, verb="feature_used", feature=say(), level="notable")
    yield used._replace(who=who, key=f"u{number}")
    new = worlds.event(number, say(), at - HOUR // 60, level="urgent", object=say())
    yield new._replace(who=who, key=f"n{number}")
    back = worlds.event(number, "Logged In", at + HOUR // 60, verb="logged_in", level="notable")
    yield back._replace(who=who, key=f"l{number}")
