"""The bytes of a file on their way to a reader: unpacked, in UTF-8, cut into lines.

Every step takes chunks and gives chunks, so that a file of any size passes through a few
megabytes of memory.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from zipfile import BadZipFile, ZipFile, ZipInfo

from console.sources.source import SourceError

try:
    from lzma import LZMAError
except ImportError:
    # This Python was built without it, and zipfile says so by itself.
    LZMAError = zlib.error  # type: ignore[assignment,misc]

CHUNK = 1 << 18
"""Bytes asked of a file at a time."""
HEAD = 1 << 16
"""Bytes looked at to tell what a file is."""
LONGEST_LINE = 8 << 20
"""Bytes; of a longer line only the beginning is kept, and no reader takes it."""

# Deflate can shrink a thousandfold, and what people export never comes near it.
_HONEST_RATIO = 300
_HONEST_SIZE = 64 << 20

BOM = codecs.BOM_UTF8
GZIP = b"\x1f\x8b"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def peek(chunks: Iterator[bytes], size: int = HEAD) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes (`size` or a little more, fewer when there are no more), and all of them."""
    seen: list[bytes] = []
    have = 0
    while have < size and (chunk := next(chunks, None)) is not None:
        seen.append(chunk)
        have += len(chunk)
    head = b"".join(seen)
    return head, chain((head,), chunks) if head else chunks


def gunzip(chunks: Iterable[bytes], path: str) -> Iterator[bytes]:
    """Unpack gzip data, also of several members.

    Raises SourceError, named after `path`, for data that is damaged, cut short or swells
    beyond reason.
    """
    unpacker = zlib.decompressobj(31)
    taken = given = 0
    for chunk in chunks:
        taken += len(chunk)
        full = False
        while chunk or full:
            if unpacker.eof:
                chunk = chunk.lstrip(b"\0")
                if not chunk:
                    break
                unpacker = zlib.decompressobj(31)
            try:
                data = unpacker.decompress(chunk, CHUNK)
            except zlib.error as error:
                raise SourceError(
                    f"{path}: the gzip data is damaged ({error}); fetch the file again"
                ) from None
            given += len(data)
            check_ratio(taken, given, path)
            if data:
                yield data
            full = len(data) == CHUNK
            chunk = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if not unpacker.eof:
        raise SourceError(f"{path}: the gzip data stops in the middle; fetch the file again")


def unzip(archive: ZipFile, member: ZipInfo, path: str) -> Iterator[bytes]:
    """The bytes of one member of a zip archive.

    Raises SourceError, named after `path`, for a member that is locked, damaged or swells
    beyond reason.
    """
    given = 0
    try:
        with archive.open(member) as file:
            while chunk := file.read(CHUNK):
                given += len(chunk)
                check_ratio(member.compress_size, given, path)
                yield chunk
    except RuntimeError:
        # zipfile's word for a member that wants a password; NotImplementedError is one too.
        raise SourceError(
            f"{path}: is locked or packed in a way we cannot read; unpack it first"
        ) from None
    except (BadZipFile, zlib.error, LZMAError, EOFError, OSError) as error:
        raise SourceError(f"{path}: the archive is damaged ({error}); fetch it again") from None


def check_ratio(taken: int, given: int, path: str) -> None:
    """Raise SourceError when `given` bytes out of `taken` cannot be an honest file."""
    if given > _HONEST_SIZE and given > _HONEST_RATIO * taken:
        raise SourceError(
            f"{path}: unpacks to more than {_HONEST_RATIO} times its size; "
            "if that is right, unpack it yourself and read what comes out"
        )


def encoding_of(head: bytes) -> str:
    """The encoding of a text, told by its byte order mark or by where its NUL bytes stand."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = head[:4096]
    half = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if half and max(even, odd) > 0.4 * half and min(even, odd) < 0.05 * half:
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8"


def to_utf8(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The same text in UTF-8 without a byte order mark.

    What is invalid in `encoding` comes out as bytes that are invalid in UTF-8, so that the
    row that holds it can be told and the others read.
    """
    if encoding != "utf-8":
        return _transcode(chunks, encoding)
    _, chunks = peek(chunks, len(BOM))
    first = next(chunks, b"")
    return chain((first.removeprefix(BOM),), chunks)


def _transcode(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        # The file ends in the middle of a character.
        yield b"\xff"


def lines_of(chunks: Iterable[bytes], separator: bytes = b"\n") -> Iterator[bytes]:
    """Cut bytes into lines, without their `separator`.

    Of a line longer than `LONGEST_LINE` the first `LONGEST_LINE` bytes and one are given.
    """
    rest = b""
    skipping = False
    for chunk in chunks:
        parts = chunk.split(separator)
        if len(parts) == 1:
            if skipping:
                continue
            rest += chunk
            if len(rest) > LONGEST_LINE:
                yield rest[: LONGEST_LINE + 1]
                rest, skipping = b"", True
            continue
        if not skipping:
            yield (rest + parts[0])[: LONGEST_LINE + 1]
        skipping = False
        rest = parts.pop()
        yield from parts[1:]
    if rest:
        yield rest
