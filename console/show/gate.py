"""The last gate before the terminal: whatever control still got through is deleted.

`clean` makes sure that nothing arrives here; a hit is a fault of ours and is counted. In
tests the count must be 0. Deleting never moves a column, because such characters count as
no cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)

_ADDRESS = re.compile(r"https?://[!-~]+")
_OURS: dict[str, None] = {}
_MOST = 500
"""Addresses remembered; a box shows a few."""


def allow(urls: Iterable[str]) -> None:
    """Let these addresses through as links: the program has made them itself.

    Only http and https in printable ASCII is taken; anything else could end the link early.
    """
    while len(_OURS) > _MOST:
        del _OURS[next(iter(_OURS))]
    _OURS.update(dict.fromkeys(url for url in urls if _ADDRESS.fullmatch(url)))


class Gate(LineFilter):
    """Deletes control characters and links not of ours from every line, and counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.hits = 0

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The line without what does not belong on a terminal.

        segments: one line as rendered. background: the colour under it, not used.
        """
        if not any(_suspect(segment) for segment in segments):
            return segments
        return [self._pass(segment) for segment in segments]

    def _pass(self, segment: Segment) -> Segment:
        text, style, control = segment
        if not _suspect(segment):
            return segment
        text, removed = _CONTROL.subn("", text)
        if style is not None and style.link and style.link not in _OURS:
            style = style.update_link(None)
            removed += 1
        self.hits += removed
        return Segment(text, style, control)


def _suspect(segment: Segment) -> bool:
    text, style, control = segment
    if control is not None:
        return False
    if style is not None and style.link and style.link not in _OURS:
        return True
    return not (text.isascii() and text.isprintable()) and _CONTROL.search(text) is not None
