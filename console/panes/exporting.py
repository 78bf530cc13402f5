"""What a view shows, written to a file of its own or to the clipboard.

Nobody chooses where a file goes: a fixed folder, a name made here, never over another file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from console.clock import Clock, from_instant
from console.mirror.database import Connection, MirrorError

Form = Literal["csv", "jsonl", "text"]
_SUFFIXES: dict[Form, str] = {"csv": "csv", "jsonl": "jsonl", "text": "txt"}
_MOST = 1_000
CLIPBOARD = 74_994
"""Bytes of base64 that terminals take in one OSC 52."""


@dataclass(frozen=True)
class Export:
    """A view as it is filtered, ready to be written."""

    name: str
    """What a file begins with: one lower-case word."""
    unit: str
    """What it is made of, in the singular, like "customer"."""
    parts: Callable[[Connection, Form], Iterator[tuple[str, int]]]
    """Its text part by part, each with how many things it holds; runs in a thread."""


class Copy(NamedTuple):
    """What goes to the clipboard."""

    text: str
    n: int
    whole: bool
    """Whether that is everything; else as many whole lines as fit."""


def write(
    db: Connection, folder: Path, export: Export, form: Form, clock: Clock
) -> tuple[Path, int]:
    """Write a view to a new file in `folder`; answers where, and how many things.

    form: CSV whose cells no spreadsheet runs, JSON lines that lose nothing, or text to read.
    The file is for its owner alone; what was written of it is removed when it cannot be
    finished. Raises MirrorError when it cannot be written, `Interrupted` when cancelled.
    """
    stem = from_instant(clock.now, clock.zone).strftime(f"{export.name}-%Y%m%d-%H%M")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, file = _new(folder, stem, _SUFFIXES[form])
        try:
            with os.fdopen(file, "w", encoding="utf-8", errors="replace", newline="") as out:
                n = 0
                for text, part in export.parts(db, form):
                    out.write(text)
                    n += part
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise MirrorError(f"{folder} cannot be written: {error.strerror or error}.") from None
    return path, n


def copied(db: Connection, export: Export, form: Form, most: int) -> Copy:
    """A view for the clipboard, in at most so many bytes: whole lines, the rest left out.

    Raises `Interrupted` when cancelled.
    """
    made, room, n = "", most, 0
    for text, part in export.parts(db, form):
        size = len(text.encode("utf-8", "replace"))
        if size > room:
            kept = text.encode("utf-8", "replace")[:room]
            made += kept[: kept.rfind(b"\n") + 1].decode("utf-8", "replace")
            return Copy(made, n, whole=False)
        made, room, n = made + text, room - size, n + part
    return Copy(made, n, whole=True)


def _new(folder: Path, stem: str, suffix: str) -> tuple[Path, int]:
    for number in range(1, _MOST):
        path = folder / f"{stem}{f'-{number}' if number > 1 else ''}.{suffix}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        try:
            return path, os.open(path, flags, 0o600)
        except FileExistsError:
            continue
    raise FileExistsError(f"there are {_MOST} exports of this minute already")
