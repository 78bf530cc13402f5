"""What was marked, what can be written and what was, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from textual.content import Content

from console.show.clean import clean
from console.show.lines import count, line, number, width_of

Way = tuple[Literal["csv", "jsonl", "text"], Literal["file", "clipboard"]]
_TO_FILE: tuple[tuple[Way, str], ...] = (
    (("csv", "file"), "CSV: {said} for a spreadsheet, formulas made harmless"),
    (("jsonl", "file"), "JSON lines: {said}, nothing changed"),
    (("text", "file"), "Text: {said} as a table to read"),
)
_TO_CLIPBOARD: tuple[tuple[Way, str], ...] = (
    (("csv", "clipboard"), "Copy CSV: {said}, to the clipboard"),
    (("jsonl", "clipboard"), "Copy JSON lines: {said}, to the clipboard"),
    (("text", "clipboard"), "Copy text: {said}, to the clipboard"),
)


def ways(said: str, why_no_file: str | None) -> list[tuple[Way | None, str, bool]]:
    """The forms and places to choose from: each way, its words, whether it can be chosen.

    said: what is exported, like "12 customers". why_no_file: why nothing goes to a file.
    """
    to_file = [(way, words.format(said=said), True) for way, words in _TO_FILE]
    return [
        *(to_file if why_no_file is None else [(None, f"No file: {why_no_file}", False)]),
        *((way, words.format(said=said), True) for way, words in _TO_CLIPBOARD),
        (None, "Cancel", True),
    ]


def foot() -> Content:
    """What the keys do where a form is chosen."""
    return line((" ⏎ write: a new file in the exports folder, or a copy   esc leave it", "$faint"))


def marked(n: int, shown: int) -> str:
    """That all are marked, and how many of them are not in sight."""
    more = f" that match, {number(shown)} of them read so far" if shown < n else ""
    return f"Marked all {count(n, 'customer')}{more}"


def writing(said: str) -> str:
    """That it has begun."""
    return f"Writing {said} …"


def written(path: str, n: int, width: int, unit: str = "customer") -> str:
    """How many went where, in a line of `width` cells: of a long path the end is kept."""
    home = str(Path.home())
    said = "~" + path[len(home) :] if path.startswith(home + "/") else path
    said, head = clean(said), f"{count(n, unit)} in "
    room = max(12, width - width_of(head) - 4)
    while width_of(said) > room:
        said = "…" + said.removeprefix("…")[1:]
    return head + said


def copied(n: int, unit: str, *, whole: bool) -> str:
    """How many went to the clipboard, and why no more."""
    if whole:
        return f"Copied {count(n, unit)} by your terminal (OSC 52)"
    return "Copied what fits: terminals take 74,994 bytes at once (OSC 52); a file takes all"
