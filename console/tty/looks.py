"""What cells look like, as codes for the terminal, and the shortest change between two looks."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.color import ColorSystem
from rich.style import Style

SEEN_ON_BLANKS = frozenset({"4", "7", "9", "21", "53"})
"""Underline, reverse, strike, double underline, overline: what a blank in them shows."""
_OFF = {
    "1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28",
    "9": "29", "21": "24", "51": "54", "52": "54", "53": "55",
}  # fmt: skip
_ATTRIBUTES = (
    ("bold", "1"), ("dim", "2"), ("italic", "3"), ("underline", "4"), ("blink", "5"),
    ("blink2", "6"), ("reverse", "7"), ("conceal", "8"), ("strike", "9"), ("underline2", "21"),
    ("frame", "51"), ("encircle", "52"), ("overline", "53"),
)  # fmt: skip


class Look(NamedTuple):
    """A style as codes for the terminal."""

    attributes: frozenset[str] = frozenset()
    ink: str = ""
    ground: str = ""
    free: bool = False
    """For blanks: only the ground shows, whatever the ink."""
    link: str = ""
    """The address that a click opens at the user's end (OSC 8); `Gate` lets only ours through."""


class Cell(NamedTuple):
    """What stands in one cell; without text, the rest of the wide character before."""

    text: str
    look: Look


PLAIN = Look()
BLANK = Look(free=True)


def look_of(style: Style, system: ColorSystem) -> tuple[Look, Look]:
    """A style's look for text, and for blanks."""
    ink = style.color.downgrade(system).get_ansi_codes() if style.color else ()
    ground = (
        style.bgcolor.downgrade(system).get_ansi_codes(foreground=False) if style.bgcolor else ()
    )
    look = Look(
        frozenset(code for name, code in _ATTRIBUTES if getattr(style, name)),
        "" if ink == ("39",) else ";".join(ink),
        "" if ground == ("49",) else ";".join(ground),
        link=style.link or "",
    )
    if look.attributes & SEEN_ON_BLANKS:
        return look, look
    return look, Look(ground=look.ground, free=True)


@lru_cache(4096)
def change(before: Look, after: Look) -> tuple[str, Look]:
    """What brings a terminal from one style to another, and the style it then has."""
    if after.free:
        after = Look(before.attributes - SEEN_ON_BLANKS, before.ink, after.ground)
    gone = before.attributes - after.attributes
    off = {_OFF[code] for code in gone}
    # One code ends bold and faint, another both underlines: what stays is said again.
    on = {code for code in after.attributes if code not in before.attributes or _OFF[code] in off}
    codes = [*sorted(off), *sorted(on)]
    if before.ink != after.ink:
        codes.append(after.ink or "39")
    if before.ground != after.ground:
        codes.append(after.ground or "49")
    anew = ["", *sorted(after.attributes), *filter(None, (after.ink, after.ground))]
    shorter = min(";".join(codes), ";".join(anew), key=len)
    colours = f"\x1b[{shorter}m" if codes else ""
    return colours + (linked(after.link) if before.link != after.link else ""), after


def linked(url: str) -> str:
    """What begins a link at the terminal; without an address, what ends it."""
    return f"\x1b]8;;{url}\x1b\\"
