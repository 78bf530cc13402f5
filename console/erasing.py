"""Erasing a person from everything that is kept here, and proving that nothing is left.

The mirror and the notebook are emptied of them by their own rooms; here is what lies beside
both: exports, copies of the notebook, the WAL. Proof is a search of the bytes of every file,
and of what is compressed in the mirror.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path

from console.config import Config
from console.mirror.traces import raw_data
from console.notebook import backup

_BLOCK = 1 << 20


def beside(config: Config) -> list[Path]:
    """Exports and copies of the notebook: files of ours that lie beside the two."""
    return [
        path
        for folder in (config.exports, config.backups)
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.is_file()
    ]


def holding(paths: Iterable[Path], words: Collection[str]) -> dict[Path, int]:
    """How often any of the words stands in each file that holds one.

    As UTF-8, as JSON escapes it, in lower case too. Raises OSError when one cannot be read.
    """
    needles = _needles(words)
    found = {}
    for path in paths:
        n = _count(path, needles)
        if n:
            found[path] = n
    return found


def remains(config: Config, words: Collection[str]) -> dict[str, int]:
    """Where words still stand, anywhere: files, their WALs, what is compressed in the mirror.

    Raises OSError or DatabaseError when something cannot be read.
    """
    files = [
        path
        for file in (config.mirror, config.notebook)
        for path in sorted(file.parent.glob(f"{file.name}*"))
        if path.is_file()
    ]
    found = {
        str(path): n for path, n in holding(dict.fromkeys([*files, *beside(config)]), words).items()
    }
    packed = _packed(config.mirror, words) if config.mirror.exists() else 0
    return {**found, f"{config.mirror}, in raw data": packed} if packed else found


def remove(paths: Iterable[Path]) -> None:
    """Take files away, a copy of the notebook with its lines. Raises OSError."""
    for path in paths:
        path.unlink(missing_ok=True)


def copies_of(paths: Iterable[Path], config: Config) -> list[Path]:
    """Both files of every copy of the notebook of which one is among `paths`."""
    chosen = set(paths)
    return [
        path
        for one in backup.kept(config.backups)
        for path in (one.path, one.lines)
        if {one.path, one.lines} & chosen
    ]


def _needles(words: Collection[str]) -> list[bytes]:
    spelled = {
        form
        for word in words
        for form in (word, word.lower(), word.casefold(), json.dumps(word)[1:-1])
    }
    return sorted({form.encode("utf-8", "replace") for form in spelled})


def _count(path: Path, needles: list[bytes]) -> int:
    """A block at a time, each with the end of the one before."""
    overlap = max(map(len, needles), default=1) - 1
    found, end = 0, b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            # What stood in the end of the block before whole was counted with it.
            text = end + block
            found += sum(text.count(needle) - end.count(needle) for needle in needles)
            end = text[-overlap:] if overlap else b""
    return found


def _packed(mirror: Path, words: Collection[str]) -> int:
    needles = _needles(words)
    return sum(data.count(needle) for data in raw_data(mirror) for needle in needles)
