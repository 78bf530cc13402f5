"""How loud an event is, by sign and colour both."""

from __future__ import annotations

from console.model import LEVELS, Level
from console.show.cells import Part

_SIGNS: dict[Level, str] = {"noise": "·", "routine": "·", "notable": "•", "urgent": "▲"}


def sign(level: Level) -> Part:
    """One cell for a level."""
    return (_SIGNS[level], f"bold $level-{level}" if level == "urgent" else f"$level-{level}")


def words(level: Level) -> str:
    """What a feed at this level shows."""
    if level == "noise":
        return "everything"
    return "urgent only" if level == "urgent" else f"{level} and up"


def louder(level: Level) -> Level | None:
    """The level above, None at the top."""
    place = LEVELS.index(level)
    return LEVELS[place + 1] if place + 1 < len(LEVELS) else None


def quieter(level: Level) -> Level | None:
    """The level below, None at the bottom."""
    place = LEVELS.index(level)
    return LEVELS[place - 1] if place else None
