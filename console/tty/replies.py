"""What a terminal answers is no key.

Textual's parser (8.2) knows control sequences but no control strings, so it takes the letters
of one for keys. A program that ran before, or an editor over a slow line, may have asked for a
colour: ``ESC ] 11;rgb:1c1c/dddd/eded BEL`` would mark somebody as done.
"""

from __future__ import annotations

import re

_WHOLE = re.compile(r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)|[P_^X][^\x1b]*\x1b\\)")
_BEGUN = re.compile(r"\x1b(?:\]\d|[P_^X][^\x1b])[^\x07\x1b]*\x1b?\Z")
_LONGEST = 4096


class Replies:
    """Takes control strings out of what is read, also those that come in parts."""

    def __init__(self) -> None:
        self._held = ""

    def without(self, text: str) -> str:
        """What of it is typed.

        The beginning of a string is held back until more comes; nothing (an empty text) says
        that no more does, and that it was typed after all.
        """
        held, self._held = self._held, ""
        if not text:
            return held
        left = _WHOLE.sub("", held + text)
        begun = _BEGUN.search(left)
        if begun is None or len(begun[0]) > _LONGEST:
            return left
        self._held = begun[0]
        return left[: begun.start()]
