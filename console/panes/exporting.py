"""Customers written to a file of their own, for a spreadsheet or for another program.

Nobody chooses where it goes: a fixed folder, a name made here, never over another file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from console.clock import Clock, from_instant
from console.mirror import customers as mirror
from console.mirror.database import Connection, MirrorError
from console.show import documents, tables

Form = Literal["csv", "jsonl"]
_CHUNK = 1_000
_MOST = 1_000


def write(
    db: Connection, folder: Path, ids: Sequence[int], form: Form, clock: Clock
) -> tuple[Path, int]:
    """Write customers to a new file in `folder`; answers where, and how many.

    ids: whom, in order. form: CSV whose cells no spreadsheet runs, or JSON lines that lose
    nothing. The file is for its owner alone; what was written of it is removed when it cannot
    be finished. Raises MirrorError when it cannot be written, `Interrupted` when cancelled.
    """
    stem = from_instant(clock.now, clock.zone).strftime("customers-%Y%m%d-%H%M")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, file = _new(folder, stem, form)
        try:
            with os.fdopen(file, "w", encoding="utf-8", errors="replace", newline="") as out:
                n = 0
                for text, part in _parts(db, ids, form, clock):
                    out.write(text)
                    n += part
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise MirrorError(f"{folder} cannot be written: {error.strerror or error}.") from None
    return path, n


def _new(folder: Path, stem: str, form: Form) -> tuple[Path, int]:
    for number in range(1, _MOST):
        path = folder / f"{stem}{f'-{number}' if number > 1 else ''}.{form}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        try:
            return path, os.open(path, flags, 0o600)
        except FileExistsError:
            continue
    raise FileExistsError(f"there are {_MOST} exports of this minute already")


def _parts(
    db: Connection, ids: Sequence[int], form: Form, clock: Clock
) -> Iterator[tuple[str, int]]:
    """The file's text, a thousand customers at a time, and how many each part holds."""
    for at in range(0, len(ids), _CHUNK):
        found = mirror.by_ids(db, ids[at : at + _CHUNK])
        rows = [documents.customer(one, clock) for one in mirror.as_of(db, found, clock.now)]
        if form == "jsonl":
            yield "".join(f"{json.dumps(row)}\n" for row in rows), len(rows)
        else:
            text = tables.csv_text(documents.flat(rows))
            # Every part has the head, whose names hold no line break.
            yield text if at == 0 else text.partition("\n")[2], len(rows)
