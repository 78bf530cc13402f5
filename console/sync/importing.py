"""Carrying what is new from a source into the mirror; has never heard of a screen.

`import_files` reads exports. Progress is told by callback. What is committed stays
committed: an import that is stopped goes on where it was when the same files are given again,
because what is there already changes nothing.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import BinaryIO
from zoneinfo import ZoneInfo

from console.clock import Clock
from console.config import Config, SourceConfig, TableRule
from console.garbage import uncollected
from console.mirror.store import Writer
from console.model import Counts, Reject
from console.notebook import merges
from console.sources import files, registry
from console.sources.source import (
    FileKind,
    LinesKind,
    NeedsStart,
    Reading,
    SourceError,
    UnrecognisedFile,
)
from console.sync.ahead import Order, Part, is_big, parts
from console.sync.already import Already, already, note
from console.writing import mirror_writer

Progress = Callable[[str, int, int | None, Counts], None]
"""Told (path, bytes read, bytes there are or None, counts so far) now and then."""

_COMMIT_SECONDS = 2.0
_REJECTS_TOLD = 1000


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file."""

    path: str
    kind: str | None
    """None when it was not recognised."""
    counts: Counts
    error: str | None = None
    """Why the file, or the rest of it, was refused or left out."""
    left_out: bool = False
    """It stood beside the data and is none of it: nothing was refused."""


@dataclass(slots=True)
class ImportReport:
    """What became of an import."""

    files: list[FileReport] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    """The first thousand; all of them are in the mirror."""

    @property
    def clean(self) -> bool:
        """Whether nothing was refused."""
        return not any(
            file.counts.rejected or (file.error and not file.left_out) for file in self.files
        )


def import_files(
    paths: Iterable[str],
    config: Config,
    *,
    wanted: str | None = None,
    rule: TableRule | None = None,
    source: str | None = None,
    progress: Progress | None = None,
    stdin: BinaryIO | None = None,
) -> ImportReport:
    """Read export files into the mirror.

    paths: files, folders, archives, or ``-`` for `stdin`. wanted: the kind they are; told by
    their content when None. rule: how a general table is to be read. source: the name to
    keep them under, such as a configured one; their kind's when None.
    People whom the notebook has as one are merged when all is read.
    Raises MirrorError when the mirror cannot be written or the notebook not read; see
    `console.writing`. A file that
    cannot be read is reported, and the others are still read; one that was not named itself
    and is no export is left out.
    """
    clock = config.clock()
    report = ImportReport()
    with uncollected(), mirror_writer(config, clock) as writer:
        for document in files.documents(paths, stdin or sys.stdin.buffer):
            found = _import_file(
                writer, document, config, clock, wanted, rule, source, report.rejects, progress
            )
            report.files.append(found)
        writer.keep_merged(merges.read(config.notebook))
    return report


def _import_file(
    writer: Writer,
    document: files.Document,
    config: Config,
    clock: Clock,
    wanted: str | None,
    rule: TableRule | None,
    source: str | None,
    rejects: list[Reject],
    progress: Progress | None,
) -> FileReport:
    counts = Counts()
    run = writer.start_run("import", document.path)
    chosen = rule or files.rule_for(document.path, config.tables)
    name, kind, error = source, None, None
    try:
        kind = files.recognise(document, registry.KINDS, wanted=wanted, rule=chosen)
        reading = reading_for(config, clock, kind, chosen, source)
        name = reading.source
        order = Order(document.path, kind.name, reading, clock)
        _take_in(_Intake(writer, document, kind, run, counts, rejects, progress), order)
    except SourceError as refused:
        error = str(refused).removeprefix(f"{document.path}: ")
        left_out = isinstance(refused, UnrecognisedFile) and document.stray
        if left_out and kind is None and wanted is None and chosen is None:
            writer.finish_run(run, counts, None, f"left out: {error}")
            return FileReport(document.path, None, counts, error, left_out=True)
        counts.read += 1
        counts.rejected += 1
        rejects.append(Reject(document.path, 0, None, error, ""))
        writer.refuse(rejects[-1], run, name if kind else None)
    except BaseException:
        writer.rollback()
        writer.finish_run(run, counts, name, "stopped")
        raise
    writer.finish_run(run, counts, name, error)
    return FileReport(document.path, kind.name if kind else None, counts, error)


@dataclass(frozen=True, slots=True)
class _Intake:
    """One file on its way in, and what is told of it."""

    writer: Writer
    document: files.Document
    kind: FileKind
    run: int
    counts: Counts
    rejects: list[Reject]
    progress: Progress | None


def _take_in(one: _Intake, order: Order) -> None:
    """Save what a file has; of one whose start is in the mirror already, only the rest."""
    noted = isinstance(one.kind, LinesKind) and is_big(one.document)
    known = already(one.writer, one.document, order) if noted else None
    if known is None:
        _read(one, order)
    elif known.size < (one.document.size or 0):
        _read_rest(one, order, known)
    else:
        one.counts.add(Counts(read=known.things, unchanged=known.things))
    if noted and not one.counts.rejected:
        note(one.writer, one.document, order, one.counts.read)


def _read_rest(one: _Intake, order: Order, known: Already) -> None:
    refused = len(one.rejects)
    rest = replace(
        order, reading=replace(order.reading, rest=True), start=(known.size, known.lines)
    )
    one.counts.add(Counts(read=known.things, unchanged=known.things))
    try:
        _read(one, rest)
    except NeedsStart:
        del one.rejects[refused:]
        one.counts.reset()
        _read(one, order)


def _read(one: _Intake, order: Order) -> None:
    with closing(parts(one.document, order)) as read:
        for part in _committing(one.writer, read):
            one.counts.add(one.writer.store(part.batch, one.kind.source, one.run, part.crowd))
            one.rejects.extend(part.batch.rejects[: max(0, _REJECTS_TOLD - len(one.rejects))])
            if one.progress:
                one.progress(one.document.path, part.position, one.document.size, one.counts)


def reading_for(
    config: Config,
    clock: Clock,
    kind: FileKind,
    rule: TableRule | None = None,
    source: str | None = None,
) -> Reading:
    """How a kind of file is to be read: the config of its source, or the defaults.

    source: the configured source it belongs to; the first of its kind when None.
    """
    named = source or (rule.source if rule else None)
    configured = _configured(config, kind, named)
    return Reading(
        source=configured.name,
        zone=ZoneInfo(configured.timezone) if configured.timezone else clock.zone,
        day_first=configured.day_first,
        currency=configured.currency,
        table=rule,
        verbs={name: known.verb for name, known in config.events.items() if known.verb},
        now=clock.now,
    )


def _configured(config: Config, kind: FileKind, named: str | None) -> SourceConfig:
    if named is not None:
        return config.sources.get(named) or SourceConfig(name=named, kind=kind.source)
    for configured in config.sources.values():
        if configured.kind == kind.source:
            return configured
    return SourceConfig(name=kind.source, kind=kind.source)


def _committing(writer: Writer, parts: Iterator[Part]) -> Iterator[Part]:
    """Each part inside a transaction that is committed about every two seconds.

    When the source gives up half way, what it gave before is kept.
    """
    writer.begin()
    started = time.monotonic()
    try:
        for part in parts:
            yield part
            if time.monotonic() - started > _COMMIT_SECONDS:
                writer.commit()
                writer.begin()
                started = time.monotonic()
    except SourceError:
        writer.commit()
        raise
    writer.commit()
