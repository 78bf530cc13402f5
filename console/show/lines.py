"""Lines: the one place where text becomes `Content`.

A line is put together from (text, style) parts. Every part is cleaned here, whatever was
done to it before, and nothing is ever read as markup. Styles are the words of
`console.themes`: ``"$quiet"``, ``"bold $ink"``, ``"$tile-ink on $tile-3"``.
"""

from __future__ import annotations

from textual.content import Content

from console.show.cells import Align as Align
from console.show.cells import Part as Part
from console.show.cells import count as count
from console.show.cells import cut as cut
from console.show.cells import fit as fit
from console.show.cells import flow as flow
from console.show.cells import number as number
from console.show.cells import width_of as width_of
from console.show.cells import wrap as wrap
from console.show.clean import clean

BLANK = Content("")


def line(*parts: Part | str) -> Content:
    """One line from parts; a bare string has the line's own style."""
    pieces: list[str | tuple[str, str]] = []
    for part in parts:
        if isinstance(part, str):
            pieces.append(clean(part))
        elif part[0]:
            pieces.append((clean(part[0]), part[1]))
    return Content.assemble(*pieces)


def plain(text: str) -> Content:
    """A line without styles of its own."""
    return Content(clean(text))
