"""How much of a big file of events is in the mirror already, told by the file's bytes.

A file that was read to its end without a refusal is noted by a digest of all of it. Given
again, it need not be read; given again with more lines at its end, only those are. That is
for big files, and not for tables, whose rows may be older than what another file has brought
since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from console import __version__
from console.mirror.store import Writer
from console.sources.files import Document
from console.sources.source import LinesKind
from console.sync.ahead import Order

_CHUNK = 1 << 20
_HEAD = 1 << 16


@dataclass(frozen=True, slots=True)
class Already:
    """The part of a file that is in the mirror, from its start."""

    size: int
    """In bytes."""
    things: int
    lines: int
    """Line ends."""


def already(writer: Writer, document: Document, order: Order) -> Already | None:
    """The longest start of a file of which all is in the mirror, if any.

    It is the whole file, or ends where a line ends and can be left out: the rest reads alike
    without it.
    """
    kind = order.file_kind
    appendable = isinstance(kind, LinesKind) and kind.appendable
    known = writer.read_before(_head(order), document.size or 0)
    found = _digests(order, [size for _, size, _ in known])
    for digest, size, things in known:
        if size not in found or found[size].digest != digest:
            continue
        rest_alone = document.plain and appendable and found[size].whole_lines
        if size == document.size or rest_alone:
            return Already(size, things, found[size].lines)
    return None


def note(writer: Writer, document: Document, order: Order, things: int) -> None:
    """Note that all of a file is in the mirror."""
    size = document.size or 0
    found = _digests(order, [size]).get(size)
    if found is not None:
        writer.note_read(found.digest, _head(order), size, things)


@dataclass(frozen=True, slots=True)
class _Start:
    digest: bytes
    lines: int
    whole_lines: bool


def _said(order: Order) -> bytes:
    """All that decides how the bytes of a file are read."""
    reading = order.reading
    said = (__version__, order.kind, reading.source, reading.zone.key, reading.currency)
    return repr(said).encode()


def _head(order: Order) -> bytes:
    """By what a file is told from others without reading all of it; b"" when it cannot be."""
    try:
        with open(order.path, "rb", buffering=0) as file:
            start = file.read(_HEAD)
    except OSError:
        return b""
    return hashlib.blake2b(_said(order) + start, digest_size=16).digest()


def _digests(order: Order, sizes: Sequence[int]) -> dict[int, _Start]:
    """What the starts of a file that have these sizes are known by, in one reading."""
    found: dict[int, _Start] = {}
    made = hashlib.blake2b(_said(order), digest_size=16)
    at = lines = 0
    try:
        with open(order.path, "rb", buffering=0) as file:
            for size in sorted(set(sizes)):
                last = b""
                while at < size and (chunk := file.read(min(_CHUNK, size - at))):
                    made.update(chunk)
                    at, lines, last = at + len(chunk), lines + chunk.count(b"\n"), chunk[-1:]
                if at == size:
                    found[size] = _Start(made.copy().digest(), lines, last == b"\n")
    except OSError:
        return {}
    return found
