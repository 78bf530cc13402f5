"""What a source is: the files it can read, and the errors it may raise.

A source is one module that names its `FileKind`s (and, where it has one, its API). The
registry lists the modules; nothing else needs to know that a source exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from console.config import TableRule
from console.model import Batch


class SourceError(Exception):
    """A source cannot be read: one line that says what, where, and what to do."""


class NeedsStart(SourceError):
    """The rest of a file cannot be read without what stands before it (`Reading.rest`)."""


class UnrecognisedFile(SourceError):
    """A file that is none of the kinds we know, or not what it was said to be."""


class Row(NamedTuple):
    """One row of a table."""

    line: int
    """The line of the file on which the row begins, counted from 1."""
    values: list[str]
    """One cell per column of the header, in its order."""


@dataclass(frozen=True, slots=True)
class Table:
    """A decoded table: CSV, however it was delimited, encoded or packed."""

    path: str
    """What to call the file in reports; a member of an archive is ``a.zip/member.csv``."""
    header: tuple[str, ...]
    """As it stands in the file; names may repeat."""
    rows: Iterator[Row | Bad]


@dataclass(frozen=True, slots=True)
class Lines:
    """A decoded file of JSON objects, one a line."""

    path: str
    lines: Iterator[tuple[int, bytes]]
    """(line counted from 1, the line as UTF-8 without its line end); blank lines left out."""


class Bad(NamedTuple):
    """A row that could not be split into the header's columns."""

    line: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the user says about the files of a source."""

    source: str
    """The name events and identities are kept under."""
    zone: ZoneInfo
    """The zone of times written without an offset."""
    day_first: bool | None = None
    currency: str | None = None
    table: TableRule | None = None
    verbs: Mapping[str, str] = field(default_factory=dict)
    """The user's own reading of event names, where it gives a verb."""
    now: int = 0
    """The present, in microseconds UTC: what is later is marked as future."""
    rest: bool = False
    """Whether the start of the file is left out, because it was read before. Whoever would
    need to know what stands there raises NeedsStart."""


class TableReader(Protocol):
    """Turns a table into batches."""

    def __call__(self, table: Table, reading: Reading) -> Iterator[Batch]:
        """Read `table` as `reading` says; what cannot be read is among the batches' rejects."""
        ...


class LinesReader(Protocol):
    """Turns JSON lines into batches."""

    def __call__(self, lines: Lines, reading: Reading) -> Iterator[Batch]:
        """Read `lines` as `reading` says; what cannot be read is among the batches' rejects."""
        ...


@dataclass(frozen=True, slots=True)
class TableKind:
    """A kind of CSV export, known by its header."""

    name: str
    """What ``--as`` takes: ``shopify-orders``."""
    source: str
    """The kind of source: ``shopify``."""
    matches: Callable[[frozenset[str]], bool]
    """Told by the header's names, trimmed and in lower case."""
    read: TableReader
    format: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class LinesKind:
    """A kind of JSON-lines export, known by its first objects."""

    name: str
    source: str
    matches: Callable[[dict[str, object]], bool]
    """Told by one parsed object."""
    read: LinesReader
    appendable: bool = False
    """Whether `read` keeps to `Reading.rest`."""
    format: Literal["lines"] = "lines"


FileKind = TableKind | LinesKind
