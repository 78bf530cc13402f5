"""A file of JSON objects, one a line, or all in one array, as lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.sources.source import SourceError
from console.sources.streams import CHUNK, LONGEST_LINE, lines_of

_OPENING = re.compile(rb"\s*(?:\{|\[\s*(?:[\[{\]]|$))")
_ARRAY = re.compile(rb"\s*\[")
# A whole string, a quote whose end is not in sight, or a mark that makes the structure.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|"|[\[\]{},]', re.DOTALL)
_QUOTE = ord('"')
_BREAKS = bytes.maketrans(b"\r\n", b"  ")


def is_json(head: bytes) -> bool:
    """Whether a text that begins like this is JSON, and not a table."""
    return _OPENING.match(head) is not None


def is_array(head: bytes) -> bool:
    """Whether JSON that begins like this is one array."""
    return _ARRAY.match(head) is not None


def json_lines(chunks: Iterator[bytes], first: int = 1) -> Iterator[tuple[int, bytes]]:
    r"""The lines of a file that hold something, trimmed, with their numbers from `first`.

    Only \n ends a line: JSON strings may hold U+2028 and its like as they are.
    """
    for number, raw in enumerate(lines_of(chunks), first):
        if line := raw.strip():
            yield number, line


def json_array(chunks: Iterator[bytes], path: str) -> Iterator[tuple[int, bytes]]:
    """The elements of one JSON array, each on one line, with the number of its first line.

    Elements are told apart by their brackets alone; whether one is valid is for its reader
    to see, as is what follows the array's end. Raises SourceError, named after `path`, when
    the array does not end, or an element is longer than `LONGEST_LINE`.
    """
    data, scan, depth, line = b"", 0, 0, 1
    for chunk in chunks:
        in_string = data[scan : scan + 1] == b'"'
        data += chunk
        if len(data) > LONGEST_LINE + CHUNK:
            raise SourceError(
                f"{path}: line {line + _breaks_before(data)}: an element of the array is longer "
                f"than {LONGEST_LINE >> 20} MB, or its quotes and brackets do not match"
            )
        if in_string and b'"' not in chunk:
            continue
        begin = 0
        for token in _TOKEN.finditer(data, scan):
            mark, scan = data[token.start()], token.end()
            if mark == _QUOTE:
                if scan - token.start() == 1:
                    scan -= 1
                    break
                continue
            depth += (mark in b"[{") - (mark in b"]}")
            if depth > 1 or (depth == 1 and mark in b"]}"):
                continue
            yield from _element(data, begin, token.start(), line)
            line += data.count(b"\n", begin, scan)
            begin = scan
        else:
            scan = len(data)
        data, scan = data[begin:], scan - begin
    if depth > 0:
        raise SourceError(f"{path}: the array does not end; fetch the file again")
    yield from _element(data, 0, len(data), line)


def _element(data: bytes, begin: int, end: int, line: int) -> Iterator[tuple[int, bytes]]:
    text = data[begin:end]
    if element := text.strip():
        # A break inside a string would be invalid, so none is lost by making it a blank.
        yield line + _breaks_before(text), element.translate(_BREAKS)


def _breaks_before(text: bytes) -> int:
    """The line ends before the first thing in `text`."""
    return text.count(b"\n") - text.lstrip().count(b"\n")
