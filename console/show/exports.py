"""What was marked and what was written, in words."""

from __future__ import annotations

from pathlib import Path

from textual.content import Content

from console.show.clean import clean
from console.show.lines import count, line, number, width_of


def foot() -> Content:
    """What the keys do where a form is chosen."""
    return line((" ⏎ write a new file in the exports folder   esc leave it", "$faint"))


def marked(n: int, shown: int) -> str:
    """That all are marked, and how many of them are not in sight."""
    more = f" that match, {number(shown)} of them read so far" if shown < n else ""
    return f"Marked all {count(n, 'customer')}{more}"


def written(path: str, n: int, width: int) -> str:
    """How many went where, in a line of `width` cells: of a long path the end is kept."""
    home = str(Path.home())
    said = "~" + path[len(home) :] if path.startswith(home + "/") else path
    said, head = clean(said), f"{count(n, 'customer')} in "
    room = max(12, width - width_of(head) - 4)
    while width_of(said) > room:
        said = "…" + said.removeprefix("…")[1:]
    return head + said
