"""Writing cells on a terminal with few bytes: the shortest move, the shortest change of style."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from unicodedata import category

from rich.cells import cell_len

from console.tty.looks import PLAIN, SEEN_ON_BLANKS, Cell, Look, change, linked

_WORTH_ERASING = 6
"""Blanks in a row that are erased rather than written."""
_WORTH_WRITING = 4
"""Unchanged cells of the present style that are written rather than moved over."""
_AGREED_WIDE = (
    (0x1100, 0x115F),
    (0x2E80, 0xA4CF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE6F),
    (0xFF01, 0xFF60),
    (0x20000, 0x3FFFD),
)  # fmt: skip
_DOUBTFUL = frozenset({"Mn", "Me", "Cf", "Cn", "Co"})


class Pen:
    """Writes cells, and knows where the cursor is and in which style it writes.

    Every character counts the cells that Textual gives it. Terminals do not agree on some
    (emoji in several parts, combining marks): before one its cells are cleared, after one
    the cursor is put where it belongs and what it may have covered is written again.
    """

    def __init__(self, width: int, *, erases: bool) -> None:
        """Make a pen for one frame.

        width: columns of the terminal; behind the last one the cursor's place is not known.
        erases: erased cells take the background that is being written in.
        """
        self._width = width
        self._erases = erases
        self._out: list[str] = []
        self._look = PLAIN
        self._x = self._y = -1

    def end(self) -> str:
        """All that was written, with the style put back."""
        if self._look != PLAIN:
            self._out.append("\x1b[m")
        if self._look.link:
            self._out.append(linked(""))
        return "".join(self._out)

    def draw(self, x: int, y: int, cells: Sequence[Cell], changed: Iterable[int]) -> None:
        """Write the changed ones of the cells that begin at column x of line y.

        From left to right, or one look after the other where that is shorter: a change of
        colour costs three times what a move along the line does.
        """
        wanted = bytearray(len(cells))
        for at in changed:
            while at and not cells[at].text:
                at -= 1
            wanted[at] = True
        masks, changes = _by_look(cells, wanted)
        drafts = [self._draft(x, y, cells, [wanted])]
        if changes > len(masks):
            drafts.append(self._draft(x, y, cells, masks))
        text, self._look, self._x, self._y = min(drafts, key=lambda draft: len(draft[0]))
        self._out.append(text)

    def _draft(
        self, x: int, y: int, cells: Sequence[Cell], masks: Sequence[bytearray]
    ) -> tuple[str, Look, int, int]:
        """What would be written, and where and how the pen would then stand."""
        before = self._out, self._look, self._x, self._y
        self._out = []
        for mask in masks:
            self._along(x, y, cells, bytearray(mask))
        draft = "".join(self._out), self._look, self._x, self._y
        self._out, self._look, self._x, self._y = before
        return draft

    def _along(self, x: int, y: int, cells: Sequence[Cell], wanted: bytearray) -> None:
        at = wanted.find(True)
        while at >= 0:
            self._approach(x, y, cells, at)
            text, look = cells[at]
            self._wear(look)
            if self._erases and look.free and (blanks := _blanks(cells, wanted, at)):
                self._out.append(f"\x1b[{blanks}X")
                at = wanted.find(True, at + blanks)
                continue
            width = 1
            while at + width < len(cells) and not cells[at + width].text:
                width += 1
            if text.isascii() or _agreed(text):
                self._write(text, width)
            else:
                self._write_doubtful(text, width)
                for near in range(at + width, min(len(cells), at + 2 * len(text))):
                    wanted[near] = bool(cells[near].text)
            at = wanted.find(True, at + width)

    def _approach(self, x: int, y: int, cells: Sequence[Cell], at: int) -> None:
        """Bring the cursor to a cell; over a short gap by writing what stands there."""
        gap = x + at - self._x
        if y == self._y and self._x >= 0 and 0 < gap <= min(at, _WORTH_WRITING):
            between = cells[at - gap : at]
            if all(len(text) == 1 and self._wears(look) for text, look in between):
                self._write("".join(text for text, _ in between), gap)
                return
        self._go(x + at, y)

    def _go(self, x: int, y: int) -> None:
        if (x, y) == (self._x, self._y):
            return
        ways = [f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"]
        if y == self._y and 0 <= self._x < x:
            ways.append(_across(x - self._x))
        elif y == self._y:
            ways.append(f"\x1b[{x + 1}G")
        elif y == self._y + 1 and self._y >= 0:
            ways.append("\r\n" + (_across(x) if x else ""))
        self._out.append(min(ways, key=len))
        self._x, self._y = x, y

    def _wears(self, look: Look) -> bool:
        """Whether a cell of this look can be written without a change of style."""
        return not change(self._look, look)[0]

    def _wear(self, look: Look) -> None:
        if look is not self._look:
            codes, self._look = change(self._look, look)
            self._out.append(codes)

    def _write(self, text: str, width: int) -> None:
        self._out.append(text)
        self._x += width
        if self._x >= self._width:
            self._x = -1

    def _write_doubtful(self, text: str, width: int) -> None:
        x, y = self._x, self._y
        self._out.append(" " * width)
        self._x = -1
        self._go(x, y)
        self._out.append(text)
        self._x = -1
        if x + width < self._width:
            self._go(x + width, y)


def _by_look(cells: Sequence[Cell], wanted: bytearray) -> tuple[list[bytearray], int]:
    """The wanted cells of each look, and how often looks change from left to right.

    Blanks go with the text before them, else with that behind.
    """
    masks: dict[Look, bytearray] = {}
    before: Look | None = None
    present: Look | None = None
    changes = 0
    at, behind = wanted.find(True), -1
    while at >= 0:
        look = cells[at].look
        if at > behind + 1:
            before = None
        if not look.free:
            before = look
        elif before is not None and _shows_same(before, look):
            look = before
        else:
            look = _text_behind(cells, wanted, at) or look
        if look is not present:
            present, changes = look, changes + 1
        masks.setdefault(look, bytearray(len(cells)))[at] = True
        behind, at = at, wanted.find(True, at + 1)
    return list(masks.values()), changes


def _text_behind(cells: Sequence[Cell], wanted: bytearray, at: int) -> Look | None:
    """The look of the text that follows a blank, where the blank may wear it too."""
    blank = cells[at].look
    while at < len(cells) and wanted[at] and cells[at].look.free:
        at += 1
    if at < len(cells) and wanted[at] and _shows_same(cells[at].look, blank):
        return cells[at].look
    return None


def _shows_same(look: Look, blank: Look) -> bool:
    same = look.ground == blank.ground and look.link == blank.link
    return same and not look.attributes & SEEN_ON_BLANKS


def _blanks(cells: Sequence[Cell], wanted: bytearray, at: int) -> int:
    """How many cells from here can be erased at once; 0 when writing them is shorter."""
    look, end = cells[at].look, at
    while end < len(cells) and wanted[end] and cells[end] == (" ", look):
        end += 1
    # What follows costs a move, if only that.
    more = wanted.find(True, end) >= 0
    return end - at if end - at >= _WORTH_ERASING * (1 + more) else 0


def _across(columns: int) -> str:
    return "\x1b[C" if columns == 1 else f"\x1b[{columns}C"


def terminal_erases() -> bool:
    """Whether this terminal erases as `Pen` would have it, after its description."""
    try:
        import curses
    except ImportError:
        return False
    try:
        curses.setupterm()
    except (curses.error, OSError, ValueError):
        # It is not described, or there is none.
        return False
    return bool(curses.tigetflag("bce") > 0 and curses.tigetstr("ech"))


@lru_cache(4096)
def _agreed(cluster: str) -> bool:
    """Whether every terminal gives this character the cells that Textual gives it."""
    if len(cluster) > 1:
        return False
    point = ord(cluster)
    if cell_len(cluster) == 2:
        return any(first <= point <= last for first, last in _AGREED_WIDE)
    # Scripts that came late are wide for some; so may be what nobody has assigned yet.
    return point < 0x16FE0 and category(cluster) not in _DOUBTFUL
