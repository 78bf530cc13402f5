"""Keys and commands in words, for the help, the palette and the go-to line."""

from __future__ import annotations

from typing import NamedTuple

from textual.content import Content

from console.show.lines import Part, cut, fit, line, width_of


class KeyWords(NamedTuple):
    """A key or command: how to call it, what it does, and why it cannot act now."""

    keys: str
    label: str
    tells: str
    why_not: str | None = None
    where: str = ""
    """The pane or group it belongs to."""
    away: bool = False
    """Whether that is another pane than the one in front."""

    @property
    def aside(self) -> str:
        """What else is to be known before it is chosen."""
        return self.why_not or (f"in {self.where}" if self.away else "")


def help_line(key: KeyWords, width: int) -> Content:
    """A key in the help: the keys, what they do, and why they cannot act now."""
    able = key.why_not is None
    room = width - 19
    tail = f"  {key.aside}" if key.aside else ""
    tail = cut(tail, max(0, room - 20))
    tells = cut(key.tells, max(8, room - width_of(tail)))
    return line(
        (" " + fit(key.keys, 16) + " ", "bold $primary" if able else "$faint"),
        (tells, "$ink" if able else "$faint"),
        (tail, "italic $faint"),
    )


def heading_line(text: str, width: int) -> Content:
    """A group of keys."""
    return line((cut(f" {text}", width), "bold $quiet"))


def palette_line(key: KeyWords, width: int) -> Content:
    """A command in the palette: what it does, its keys at the right."""
    able = key.why_not is None
    keys = cut(key.keys, 16)
    room = width - width_of(keys) - 3
    words = cut(key.tells, room)
    ink = "$ink" if able else "$faint"
    why = cut(f"  {key.aside}" if key.aside else "", max(0, room - width_of(words)))
    gap = " " * max(1, room - width_of(words) - width_of(why) + 1)
    parts: list[Part] = [(f" {words}", ink), (why, "italic $faint"), (gap, "")]
    return line(*parts, (keys, "bold $primary" if able else "$faint"), " ")


def goto_line(usage: str, tells: str, width: int) -> Content:
    """A place in the go-to list: how to write it and where it leads."""
    return line(
        (" " + fit(usage, 28) + " ", "bold $primary"), (cut(tells, max(8, width - 30)), "$quiet")
    )


def matches(text: str, *fields: str) -> bool:
    """Whether every word of `text` is somewhere in the fields, whatever the case."""
    hay = " ".join(fields).casefold()
    return all(word in hay for word in text.casefold().split())


def help_foot() -> Content:
    """Under the help."""
    return line((" type to search by word or key · enter does it · esc closes", "$faint"))


def nothing(width: int) -> Content:
    """No key or command has these words."""
    return line((cut(" Nothing has these words; esc closes.", width), "$quiet"))
