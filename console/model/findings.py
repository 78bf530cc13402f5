"""What an examination found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "look", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined."""

    what: str
    """What was looked at, in a word or two."""
    state: State
    """``ok``; ``look``: worth knowing; ``bad``: data or work may be lost."""
    said: str
    """What was found."""
    mend: str = ""
    """What to do; "" where there is nothing to do."""
