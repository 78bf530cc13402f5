"""A delimited file as a table: where its lines end, what parts its columns, its header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from console.config import TableRule
from console.sources.delimited import (
    Line,
    Record,
    Splitter,
    decoded,
    delimiter_of,
    separator_of,
    split_blanks,
)
from console.sources.source import Bad, Row, SourceError, Table, UnrecognisedFile
from console.sources.streams import peek

WHITESPACE = "whitespace"
_NAMED = {"tab": "\t", "comma": ",", "semicolon": ";", "bar": "|", "pipe": "|", r"\t": "\t"}
# Excel reads the delimiter from such a first line, and some exports write it.
_ANNOUNCED = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)
_MOST_COLUMNS = 5000


def read_table(
    chunks: Iterator[bytes], path: str, rule: TableRule | None, encoding: str, offset: int
) -> Table:
    """The table in a text.

    chunks: the text in UTF-8. path: what to call the file. rule: what the user says of the
    table. encoding, offset: what the text was in, and the bytes before its first chunk, as
    reports of undecodable bytes name them.
    Raises UnrecognisedFile when the text has no header that can be read.
    """
    head, chunks = peek(chunks)
    lines = _filled(decoded(chunks, separator_of(head), encoding, offset))
    first = next(lines, None)
    if first is not None and (found := _ANNOUNCED.fullmatch(first.text)):
        delimiter: str | None = found[1]
        first = next(lines, None)
    else:
        delimiter = None
    if first is None:
        raise UnrecognisedFile(f"{path}: there is nothing in the file")
    delimiter = _chosen(rule, path) or delimiter or delimiter_of(first.text)
    lines = chain((first,), lines)
    splitter = None if delimiter == WHITESPACE else Splitter(lines, delimiter)
    records = iter(splitter or split_blanks(lines))
    header = (rule and rule.header) or _header(records, path)
    if splitter:
        splitter.width = len(header)
    return Table(path, header, _rows(records, splitter, len(header)))


def _filled(lines: Iterator[Line]) -> Iterator[Line]:
    """`lines` without the blank ones they begin with."""
    for line in lines:
        if line.text.strip():
            return chain((line,), lines)
    return iter(())


def _chosen(rule: TableRule | None, path: str) -> str | None:
    if rule is None or not rule.delimiter:
        return None
    name = _NAMED.get(rule.delimiter, rule.delimiter)
    if name != WHITESPACE and (len(name) != 1 or name in '"\r\n'):
        raise SourceError(
            f"{path}: the delimiter {rule.delimiter!r} is neither one character nor {WHITESPACE}"
        )
    return name


def _header(records: Iterator[Record | Bad], path: str) -> tuple[str, ...]:
    first = next(records)
    if isinstance(first, Bad):
        raise UnrecognisedFile(
            f"{path}: line {first.line}: the header cannot be read: {first.reason}"
        )
    if len(first.values) > _MOST_COLUMNS:
        raise UnrecognisedFile(f"{path}: the header has more than {_MOST_COLUMNS:,} columns")
    return tuple(name.strip("\ufeff \t\r\n") for name in first.values)


def _rows(
    records: Iterator[Record | Bad], splitter: Splitter | None, width: int
) -> Iterator[Row | Bad]:
    for record in records:
        if isinstance(record, Bad):
            yield record
            continue
        line, values = record
        if len(values) == width:
            if any(values):
                yield Row(line, values)
        elif len(values) > 1 or (values and values[0].strip()):
            first = f"cell {len(values) + 1} is missing" if len(values) < width else (
                f"cell {width + 1} has no column"
            )  # fmt: skip
            reason = f"{len(values)} cells where the header has {width}: {first}"
            if splitter:
                yield splitter.unswallow(width) or splitter.bad(reason)
            else:
                yield Bad(line, reason, " ".join(values))
