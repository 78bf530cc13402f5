"""A terminal emulator that knows every character at the width that Textual gives it."""

from __future__ import annotations

import re

import pyte
import pyte.screens
from pyte.screens import Char
from rich.cells import get_character_cell_size

_PRIVATE = re.compile(rb"\x1b\[(?:[<>=][\d;]*[a-zA-Z]|\?[\d;]*\$p)")

pyte.screens.wcwidth = get_character_cell_size


class Emulator:
    """What a terminal of some size shows after some output."""

    def __init__(self, columns: int, lines: int) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        # As the driver tells a terminal first: no line goes on in the next.
        self._stream.feed(b"\x1b[?7l")

    def feed(self, output: bytes) -> None:
        """Show some output, without the questions that pyte (0.8) takes for text."""
        self._stream.feed(_PRIVATE.sub(b"", output))

    def resize(self, columns: int, lines: int) -> None:
        """Change the size; what was shown is kept where it fits."""
        self.screen.resize(lines, columns)

    @property
    def text(self) -> list[str]:
        """The lines, as read."""
        return list(self.screen.display)

    @property
    def cells(self) -> list[list[Char]]:
        """Every cell; blanks show no ink, so all inks are the same to them."""
        return [
            [_bare(self.screen.buffer[y][x]) for x in range(self.screen.columns)]
            for y in range(self.screen.lines)
        ]


def _bare(char: Char) -> Char:
    if char.data != " " or char.underscore or char.reverse or char.strikethrough:
        return char
    return Char(" ", bg=char.bg)
