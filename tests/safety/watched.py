"""A console in a pty whose every byte is taken apart, and shown on a second terminal (pyte)."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import pyte

from tests import world as worlds
from tests.safety.strangers import tags
from tests.terminal import Terminal

HITS = """
import atexit, console.app
class Told(console.app.Gate):
    def __init__(self):
        super().__init__()
        atexit.register(lambda: open({path!r}, "w").write(str(self.hits)))
console.app.Gate = Told
"""
SIZE = (160, 45)


class Watched:
    """`output` is all that it wrote, `shown` the texts that were seen."""

    def __init__(self, mirror: Path, folder: Path, *, code: str = "") -> None:
        """Start a console on a mirror; folder: for what it tells when it ends."""
        self._hits = folder / "hits"
        code = HITS.format(path=str(self._hits)) + code
        self.terminal = Terminal(mirror, worlds.NOW, size=SIZE, code=code)
        self.screen = pyte.Screen(*SIZE)
        self._stream = pyte.ByteStream(self.screen)
        self.shown: set[int] = set()
        self._fed = 0

    def __enter__(self) -> Watched:
        self.terminal.wait_for("customers", 40)
        self.look()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.terminal.__exit__(kind, error, trace)

    def press(self, *keys: bytes) -> None:
        """Type keys one by one, looking after each."""
        for key in keys:
            self.terminal.type(key)
            # After esc alone a terminal program waits whether more is to come.
            self.look(0.2 if key == b"\x1b" else 0.08)

    def click(self, x: int, y: int) -> None:
        """Press and release the mouse on a cell, counted from 0."""
        self.terminal.type(f"\x1b[<0;{x + 1};{y + 1}M\x1b[<0;{x + 1};{y + 1}m".encode())

    def paste(self, text: str) -> None:
        """Paste as a terminal does."""
        self.press(b"\x1b[200~" + text.encode("utf-8", "replace") + b"\x1b[201~")

    def look(self, quiet: float = 0.08) -> None:
        """Take what was written until it is quiet for some seconds."""
        while self.terminal.read(quiet):
            pass
        self._stream.feed(self.output[self._fed :])
        self._fed = len(self.output)
        self.shown |= tags("\n".join(self.rows()))
        assert self.terminal.process.poll() is None, self.output[-2000:]

    @property
    def output(self) -> bytes:
        """All that was written so far."""
        return self.terminal.output

    def rows(self) -> list[str]:
        """The second terminal's lines; the right half of a wide letter is empty."""
        return ["".join(row) for row in self.cells()]

    def cells(self) -> list[list[str]]:
        """The second terminal, cell by cell."""
        buffer, (columns, lines) = self.screen.buffer, SIZE
        return [[buffer[y][x].data for x in range(columns)] for y in range(lines)]

    def quit(self) -> int:
        """Leave it; answers how often the gate had to act."""
        self.press(b"\x1b", b"\x1b", b"\x1b")
        self.terminal.type(b"q")
        assert self.terminal.ended(20) == 0
        return int(self._hits.read_text())
