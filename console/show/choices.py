"""Choices in words. Pure."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content

from console.show.lines import cut, line

Paint = Callable[[int], Content]


def choice(said: str, *, here: bool = False, own: bool = False) -> Paint:
    """One line to choose; `here` is the present one, `own` the words as they were typed."""

    def paint(width: int) -> Content:
        mark = ("• ", "$primary") if here else ("› ", "$primary") if own else ("  ", "")
        return line(" ", mark, (cut(said, width - 4), "bold $ink" if here else "$ink"))

    return paint


def wrong(reason: str, *, bad: bool = True) -> Paint:
    """What was typed will not do; or, not bad, what is wanted."""
    return lambda width: line("   ", (cut(reason, width - 4), "$bad" if bad else "$quiet"))


def saving() -> Content:
    """What the keys do where a name is asked for."""
    return line((" ⏎ save   esc leave it; segment:NAME then stands for it", "$faint"))


def foot(*, free: bool) -> Content:
    """What the keys do in the box."""
    own = " or words of your own" if free else ""
    return line((f" ⏎ choose{own}   esc leave it as it is", "$faint"))


def matches(typed: str, *fields: str) -> bool:
    """Whether every word typed is somewhere in the fields."""
    whole = " ".join(fields).casefold()
    return all(word in whole for word in typed.casefold().split())
