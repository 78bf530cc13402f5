"""What the terminal shows, cell by cell, so that only what changed is sent.

Textual sends every line of a widget that may look different, each run of one style with all
its codes and a reset. On a slow line that is ten times too much: a step of the cursor changes
few cells, and two runs next to each other share most of their style. The frame keeps what was
sent, compares, and writes the difference with the shortest moves and changes of style.

It stands between the compositor's updates and the driver (`App._display`, Textual 8.2) and
parses nothing: strips in, text for the terminal out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.console import Console, RenderableType
from rich.style import Style
from textual import on
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen
from textual.strip import Strip

from console.tty.looks import BLANK, PLAIN, Cell, Look, look_of
from console.tty.pen import Pen, terminal_erases

_REMEMBERED = 4096
"""Runs of text whose cells are kept; a screen has a few hundred."""
_SYSTEMS = {
    "standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT,
    "truecolor": ColorSystem.TRUECOLOR, "windows": ColorSystem.WINDOWS,
}  # fmt: skip
_FLAG_LETTERS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160)])


class Piece(NamedTuple):
    """Part of a line that an update paints."""

    x: int
    y: int
    strip: Strip


class Delta(CompositorUpdate):
    """An update of the compositor, of which only what differs from the frame is written."""

    def __init__(self, frame: Frame, update: CompositorUpdate) -> None:
        self._frame = frame
        self._update = update

    def render_segments(self, console: Console) -> str:
        """The difference as text for the terminal; from now on it counts as shown there."""
        system = _SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR)
        if isinstance(self._update, LayoutUpdate):
            self._frame.fit(self._update.region.size)
        return self._frame.paint(pieces(self._update), system)


class Frame:
    """The cells of the terminal as far as they are known."""

    def __init__(self) -> None:
        self._erases = terminal_erases()
        self._lines: list[list[Cell | None]] = []
        self._size = Size()
        self._cells: dict[tuple[str, Style | None], list[Cell]] = {}
        self._looks: dict[Style, tuple[Look, Look]] = {}
        self._same: dict[Cell, Cell] = {}
        """The cells of the runs that are kept, each once: a run takes an eighth of the memory."""
        self._system = ColorSystem.TRUECOLOR

    def forget(self) -> None:
        """Take nothing for shown: the terminal was resized, or another program wrote on it."""
        self._lines = []

    def fit(self, size: Size) -> None:
        """Know the size of the terminal; what was laid out for another size is not believed.

        Between a resize and the layout that follows it, lines may have been sent past its end.
        """
        if size != self._size:
            self._size = size
            self.forget()

    def delta(self, update: CompositorUpdate) -> CompositorUpdate:
        """The same update, sent as a difference; what is no full or partial one as it is."""
        known = isinstance(update, LayoutUpdate | ChopsUpdate)
        return Delta(self, update) if known else update

    def paint(self, painted: Iterable[Piece], system: ColorSystem) -> str:
        """Take pieces for shown; what has to be sent so that they are.

        system: how many colours the terminal has.
        """
        if system != self._system:
            self._system = system
            self._forget_runs()
        pen = Pen(self._size.width, erases=self._erases)
        for piece in painted:
            self._lay(pen, piece)
        return pen.end()

    def _lay(self, pen: Pen, piece: Piece) -> None:
        x, y, strip = piece
        new = self._cells_of(strip)
        end = x + len(new)
        line = self._line(y, end)
        old = line[x:end]
        if old == new:
            return
        changed = [at for at, cell in enumerate(new) if old[at] != cell]
        # Half of a wide character that stood across the border is gone with the other half.
        if x and old[0] is not None and not old[0].text:
            line[x - 1] = None
        if end < len(line) and (right := line[end]) is not None and not right.text:
            line[end] = None
        line[x:end] = new
        pen.draw(x, y, new, changed)

    def _line(self, y: int, end: int) -> list[Cell | None]:
        while len(self._lines) <= y:
            self._lines.append([])
        line = self._lines[y]
        line.extend([None] * (end - len(line)))
        return line

    def _cells_of(self, strip: Strip) -> list[Cell]:
        cells: list[Cell] = []
        known = self._cells
        for text, style, control in strip:
            if control:
                continue
            run = known.get((text, style))
            if run is None:
                if len(known) > _REMEMBERED:
                    self._forget_runs()
                once = self._same.setdefault
                run = known[text, style] = [once(cell, cell) for cell in self._run(text, style)]
            cells += run
        return cells

    def _forget_runs(self) -> None:
        # Styles as well: each link is another.
        self._cells.clear()
        self._looks.clear()
        self._same.clear()

    def _run(self, text: str, style: Style | None) -> list[Cell]:
        look, blank = self._look(style)
        if text.isascii() and text.isprintable():
            return [Cell(char, blank if char == " " else look) for char in text]
        text = text.translate(_CONTROLS)
        cells: list[Cell] = []
        for cluster, width in _clusters(text):
            cells.append(Cell(cluster, blank if cluster == " " else look))
            cells += [Cell("", look)] * (width - 1)
        return cells

    def _look(self, style: Style | None) -> tuple[Look, Look]:
        if style is None:
            return PLAIN, BLANK
        found = self._looks.get(style)
        if found is None:
            found = self._looks[style] = look_of(style, self._system)
        return found


def _clusters(text: str) -> Iterator[tuple[str, int]]:
    """Characters with the cells they take; the two letters of a flag are one of them."""
    found = [(text[start:end], width) for start, end, width in split_graphemes(text)[0] if width]
    for flag, several in groupby(found, lambda one: one[0] in _FLAG_LETTERS):
        letters = list(several)
        if flag:
            pairs = zip(letters[::2], letters[1::2], strict=False)
            yield from ((one + other, wide + wider) for (one, wide), (other, wider) in pairs)
            letters = letters[len(letters) // 2 * 2 :]
        yield from letters


def pieces(update: CompositorUpdate) -> Iterator[Piece]:
    """What an update paints, as Textual's own rendering of it would place it."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for one in line:
                yield Piece(x, y, one)
                x += one.cell_length
    elif isinstance(update, ChopsUpdate):
        for y, left, right in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is None or x > right or end <= left:
                    continue
                whole = left <= x < right and end <= right
                yield Piece(x, y, strip if whole else strip.crop(0, min(end, right) - x))


class FramedApp(App[None]):
    """An application that sends its terminal only what changed."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = Frame()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, CompositorUpdate):
            renderable = self.frame.delta(renderable)
        super()._display(screen, renderable)

    @on(Driver.SignalResume)
    @on(Resize)
    def action_repaint(self) -> None:
        """Send the whole screen again, whatever the terminal shows.

        One that was resized, or lent to another program, shows anything.
        """
        self.frame.forget()
        if self.screen_stack:
            self.screen.refresh()
