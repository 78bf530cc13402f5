"""Delimited text into rows, and what is wrong with those that are none.

Built on `csv.reader` in strict mode, which is quick and says when quotes do not match. What
it does not do is done here: rows keep their line numbers, a row that is damaged costs that
row and no other, and a quote that never closes does not swallow the rest of the file.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from console.sources.faults import cell_at_fault
from console.sources.source import Bad
from console.sources.streams import LONGEST_LINE, lines_of

LONGEST_CELL = 1 << 20
"""Characters."""
LONGEST_ROW = 4 << 20
"""Characters; a row that goes on is taken for one whose quotes do not match."""
_LONGEST_RAW = 4000
# Characters read again in search of rows that a quote had swallowed. Beyond, a file is read
# line by line: looking for the end of each of a million quotes would take for ever.
_MOST_AGAIN = 2 * LONGEST_ROW

_DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_LINE_END = re.compile(rb'"(?:[^"]|"")*"|\r\n|\r|\n')


class Line(NamedTuple):
    """One line of a text file."""

    number: int
    """Counted from 1."""
    text: str
    """With its line end; bytes that could not be decoded are spelled out."""
    fault: str | None
    """Why it cannot be read."""


class Record(NamedTuple):
    """One row as it was split, whatever its width."""

    line: int
    values: list[str]


def separator_of(head: bytes) -> bytes:
    r"""What ends the lines of a text that begins like this: \r in old Mac files, else \n."""
    for found in _LINE_END.finditer(head):
        if found.group() == b"\r":
            # At the very end the \n may just not have been seen.
            return b"\r" if found.end() < len(head) else b"\n"
        if found.group()[-1:] == b"\n":
            break
    return b"\n"


def delimiter_of(line: str) -> str:
    """The delimiter of a header: the commonest of comma, semicolon, tab and bar outside quotes."""
    bare = _QUOTED.sub("", line)
    return max(_DELIMITERS, key=bare.count)


def decoded(
    chunks: Iterator[bytes], separator: bytes, encoding: str = "utf-8", offset: int = 0
) -> Iterator[Line]:
    """The lines of a text in UTF-8.

    separator: what ends a line. encoding: what the file was in, as faults name it.
    offset: bytes that stood in the file before the first chunk.
    """
    end = separator.decode()
    for number, raw in enumerate(lines_of(chunks, separator), 1):
        fault = None
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            text = raw.decode(errors="backslashreplace")
            fault = _undecodable(raw, error, encoding, offset)
        if b"\0" in raw:
            place = raw.index(b"\0") + 1
            fault = f"a NUL byte is character {place} of its line: a part was not written"
        if len(raw) > LONGEST_LINE:
            fault = f"the line is longer than {LONGEST_LINE >> 20} MB"
        yield Line(number, text + end, fault)
        offset += len(raw) + 1


def _undecodable(raw: bytes, error: UnicodeDecodeError, encoding: str, offset: int) -> str:
    if encoding != "utf-8":
        return f"the line holds bytes that are not {encoding.upper()}"
    column = len(raw[: error.start].decode(errors="replace")) + 1
    return (
        f"byte 0x{raw[error.start]:02X} at offset {offset + error.start}, character {column} "
        "of its line, is not UTF-8"
    )


class Splitter:
    """Splits lines into records.

    delimiter: one character. Iterate once; yields a `Bad` for what cannot be split.
    width: how many cells a record should have, once that is known.
    """

    width: int | None = None

    def __init__(self, lines: Iterator[Line], delimiter: str) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._again: deque[Line] = deque()
        self._pulled: list[Line] = []
        self._size = 0
        self._fault: str | None = None
        self._reread = 0

    def __iter__(self) -> Iterator[Record | Bad]:
        csv.field_size_limit(LONGEST_CELL)
        reader = csv.reader(self._feed(), delimiter=self._delimiter, strict=True)
        while self._reread < _MOST_AGAIN:
            self._pulled.clear()
            self._size = 0
            self._fault = None
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield self._give_up(str(error))
                reader = csv.reader(self._feed(), delimiter=self._delimiter, strict=True)
                continue
            if self._fault:
                yield self._bad(self._fault)
            else:
                yield Record(self._pulled[0].number, values)
        for line in chain(self._again, self._lines):
            self._pulled[:] = [line]
            yield self._alone(line)

    def unswallow(self, width: int) -> Bad | None:
        """Take the record last given for one whose quote closed by chance in a later row.

        That it is when every line after its first has `width` cells by itself. They are
        then given next, and the first line is returned as bad; else None.
        """
        first, *others = self._pulled
        alone = [self._alone(line) for line in others]
        if not alone or any(isinstance(r, Bad) or len(r.values) != width for r in alone):
            return None
        self._again.extendleft(reversed(others))
        del self._pulled[1:]
        return self._bad(_unclosed(first, self._delimiter))

    def bad(self, reason: str) -> Bad:
        """The record last given, as one that cannot be read."""
        return self._bad(reason)

    def _feed(self) -> Iterator[str]:
        while True:
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                return
            self._pulled.append(line)
            self._fault = line.fault or self._fault
            self._size += len(line.text)
            if self._size > LONGEST_ROW:
                raise csv.Error("row too long")
            yield line.text

    def _give_up(self, error: str) -> Bad:
        """The row that cannot be split; lines it swallowed by mistake are read again."""
        lines = self._pulled
        opened = _open_line([line.text for line in lines], self._delimiter, self.width)
        if "new-line" in error:
            where = f"cell {self._cell(0)}" if len(lines) == 1 else "a cell"
            return self._bad(f"a carriage return stands in {where} without quotes")
        if opened == len(lines) - 1 and "expected after" in error:
            return self._bad(f"there is text after a closing quote, in cell {self._cell(opened)}")
        if len(lines) == 1 and "end of data" not in error:
            what, cap = ("row", LONGEST_ROW) if "row" in error else ("cell", LONGEST_CELL)
            return self._bad(self._fault or f"a {what} is longer than {cap:,} characters")
        self._reread += self._size
        self._again.extendleft(reversed(lines[opened + 1 :]))
        del lines[opened + 1 :]
        return self._bad(_unclosed(lines[opened], self._delimiter))

    def _cell(self, line: int) -> int:
        return cell_at_fault(self._pulled[line].text, self._delimiter)

    def _alone(self, line: Line) -> Record | Bad:
        try:
            values = next(csv.reader((line.text,), delimiter=self._delimiter, strict=True))
        except csv.Error:
            return Bad(line.number, _unclosed(line, self._delimiter), line.text[:_LONGEST_RAW])
        if line.fault:
            return Bad(line.number, line.fault, line.text[:_LONGEST_RAW])
        return Record(line.number, values)

    def _bad(self, reason: str) -> Bad:
        raw = "".join(line.text[:_LONGEST_RAW] for line in self._pulled[:_LONGEST_RAW])
        return Bad(self._pulled[0].number, reason, raw.rstrip("\r\n")[:_LONGEST_RAW])


def split_blanks(lines: Iterator[Line]) -> Iterator[Record | Bad]:
    """Records of columns that are padded with blanks; there are no quotes."""
    for line in lines:
        if line.fault:
            yield Bad(line.number, line.fault, line.text.rstrip("\r\n")[:_LONGEST_RAW])
        else:
            yield Record(line.number, line.text.split())


def _unclosed(line: Line, delimiter: str) -> str:
    cell = cell_at_fault(line.text, delimiter)
    return f"a quote opened on line {line.number} is not closed, in cell {cell}"


def _open_line(texts: list[str], delimiter: str, width: int | None) -> int:
    """The place in `texts`, which make one record, of the line that opened its last quote.

    Looks no further than to the first quote that is closed in front of more text. A record
    that has more than `width` cells by then went wrong in its first line.
    """
    opened, inside, cells = 0, False, 1
    for place, text in enumerate(texts):
        at = 0
        while True:
            if inside:
                at = text.find('"', at) + 1
                if not at:
                    break
                if text[at : at + 1] == '"':
                    at += 1
                    continue
                inside = False
                if text[at] not in (delimiter, "\r", "\n"):
                    return opened
            elif text[at] == '"':
                opened, inside, at = place, True, at + 1
            else:
                at = text.find(delimiter, at) + 1
                if not at:
                    break
                cells += 1
                if width and cells > width:
                    return 0
    return opened
