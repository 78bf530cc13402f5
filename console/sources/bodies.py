"""The bytes of an answer: bounded, whole, unpacked; and the JSON in them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from console.sources.objects import parsed_without_halves

LARGEST = 64 << 20
"""Bytes of one page, unpacked."""
_STEP = 1 << 18


class Cut(Exception):
    """The body stopped before its end."""


class TooMuch(Exception):
    """The body is larger than a page may be."""


class Packed(Exception):
    """The body is packed in a way that was not asked for, or damaged."""


def read(
    chunks: Iterable[bytes],
    headers: Mapping[str, str],
    write: Callable[[bytes], object],
    *,
    largest: int = LARGEST,
) -> None:
    """Pass a body on, unpacked.

    chunks: the bytes as they came. headers: the answer's, in lower case. write: takes the
    parts. largest: bytes, packed and unpacked. Raises Cut, TooMuch, Packed.
    """
    packing = headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise Packed(packing)
    said = headers.get("content-length", "")
    if said.isdecimal() and int(said) > largest:
        raise TooMuch
    unpacker = zlib.decompressobj(31) if "gzip" in packing else None
    taken = given = 0
    for chunk in chunks:
        taken += len(chunk)
        if taken > largest:
            raise TooMuch
        for part in _unpacked(unpacker, chunk) if unpacker else (chunk,):
            given += len(part)
            if given > largest:
                raise TooMuch
            write(part)
    if unpacker and taken and not unpacker.eof:
        raise Cut


def _unpacked(unpacker: Any, chunk: bytes) -> Iterable[bytes]:
    while chunk and not unpacker.eof:
        try:
            part = unpacker.decompress(chunk, _STEP)
        except zlib.error as error:
            raise Packed(str(error)) from None
        chunk = unpacker.unconsumed_tail
        if part:
            yield part


def is_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether it is a web page: what one gets instead of an answer from a login or a proxy."""
    return "html" in headers.get("content-type", "") or body[:64].lstrip()[:1] == b"<"


def parse(body: bytes) -> Any:
    """The JSON in a body.

    Lone halves of characters become U+FFFD. Raises ValueError where it is not JSON (NaN is
    not), or nested beyond reason.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        found = parsed_without_halves(body)
        if found is None:
            raise
        return found
