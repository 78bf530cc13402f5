"""Strangers' text made fit for a terminal: stored as it came, cleaned when shown.

Control characters, C1, bidirectional overrides, lone surrogates and the like become visible
stand-ins; invisible floods are taken out; stacks of combining marks are cut. Everything
else is shown exactly as it is, brackets included. `clean` is idempotent, so it is applied
once more wherever text turns into something a widget shows.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MARKS = 4
"""Combining marks kept on one letter."""
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_SHORT = 256


def clean(text: str, limit: int | None = None) -> str:
    """Make `text` safe to show on one line.

    limit: the longest answer in characters; what is cut off leaves an ellipsis.
    """
    if limit is not None and len(text) > limit:
        text = text[: max(0, limit - 1)] + "…"
    if text.isascii() and text.isprintable():
        return text
    return _cached(text) if len(text) <= _SHORT else _scrub(text)


def clean_lines(text: str, limit: int | None = None) -> list[str]:
    """Make `text` safe to show over several lines: its own line breaks are kept.

    limit: the most characters read.
    """
    return [clean(line) for line in (text if limit is None else text[:limit]).splitlines()]


def _scrub(text: str) -> str:
    text = text.translate(_STAND_INS)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", _LOOSE_JOINERS.sub("", text))
    return _limit_marks(text)


_cached = lru_cache(4096)(_scrub)


def _limit_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    category = unicodedata.category
    for letter in text:
        if category(letter) in ("Mn", "Me"):
            marks += 1
            if marks > MARKS:
                continue
            if not kept:
                # A mark with no letter of its own would sit on the neighbouring column.
                kept.append("\N{DOTTED CIRCLE}")
        else:
            marks = 0
        kept.append(letter)
    return "".join(kept)


def _stand_ins() -> dict[int, str]:
    table = {code: chr(0x2400 + code) for code in range(0x20)}
    table |= dict.fromkeys((0x09, 0x0A, 0x0D, 0x2028, 0x2029), " ")
    table[0x7F] = "\N{SYMBOL FOR DELETE}"
    unknown = [
        *range(0x80, 0xA0),
        *(0x061C, 0x200E, 0x200F),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *(0x115F, 0x1160, 0x3164, 0xFFA0),
        *range(0xFFF9, 0xFFFC),
        *range(0xD800, 0xE000),
        *range(0xFDD0, 0xFDF0),
        *(plane * 0x10000 + last for plane in range(17) for last in (0xFFFE, 0xFFFF)),
        *range(0xE0000, 0xE0080),
    ]
    table |= dict.fromkeys(unknown, _UNKNOWN)
    unseen = [
        *(0xAD, 0x180E, 0x200B, 0xFEFF),
        *range(0x2060, 0x2066),
        *range(0x206A, 0x2070),
        *range(0x1BCA0, 0x1BCA4),
        *range(0x1D173, 0x1D17B),
        *range(0x13430, 0x13440),
    ]
    return table | dict.fromkeys(unseen, "")


_STAND_INS = _stand_ins()
_EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff"
# Joiners are kept where a script needs them: inside emoji families and in Indic, and the
# non-joiner in Arabic and Indic. Anywhere else they are invisible padding.
_LOOSE_JOINERS = re.compile(
    f"(?<![{_EMOJI}\ufe0f\u0900-\u0dff])\u200d"
    f"|\u200d(?![{_EMOJI}\u0900-\u0dff])"
    "|(?<![\u0600-\u0dff])\u200c|\u200c(?![\u0600-\u0dff])"
)
