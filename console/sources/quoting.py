"""How refused values are spoken of."""

from __future__ import annotations

import re

SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+")
"""A number as spreadsheets shorten it, always with a sign: ids of hex digits can be 12e34."""
_LONGEST = 60


def quoted(text: str) -> str:
    """`text` as a reason quotes it, cut short where it is long."""
    return repr(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}...")
