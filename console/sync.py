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
from dataclasses import dataclass, field
from typing import BinaryIO
from zoneinfo import ZoneInfo

from console.clock import Clock
from console.config import Config, SourceConfig, TableRule
from console.mirror.store import Writer
from console.model import Batch, Counts, Reject
from console.sources import files, names, registry
from console.sources.source import (
    FileKind,
    Lines,
    LinesKind,
    Reading,
    SourceError,
    Table,
    TableKind,
)

Progress = Callable[[str, int, int | None, Counts], None]
"""Told (path, bytes read, bytes there are or None, counts so far) now and then."""

_COMMIT_SECONDS = 1.0
_REJECTS_TOLD = 1000


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file."""

    path: str
    kind: str | None
    """None when it was not recognised."""
    counts: Counts
    error: str | None = None
    """Why the file, or the rest of it, was refused."""


@dataclass(slots=True)
class ImportReport:
    """What became of an import."""

    files: list[FileReport] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    """The first thousand; all of them are in the mirror."""

    @property
    def clean(self) -> bool:
        """Whether nothing was refused."""
        return not any(file.error or file.counts.rejected for file in self.files)


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
    Raises MirrorError when the mirror cannot be written. A file that cannot be read is
    reported, and the others are still read.
    """
    clock = config.clock()
    report = ImportReport()
    with closing(Writer(config.mirror, clock, config.events, names.verb_of)) as writer:
        for document in files.documents(paths, stdin or sys.stdin.buffer):
            found = _import_file(
                writer, document, config, clock, wanted, rule, source, report.rejects, progress
            )
            report.files.append(found)
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
        for batch in _committing(writer, _batches(document, kind, reading)):
            counts.add(writer.save(batch, kind.source, run))
            rejects += batch.rejects[: max(0, _REJECTS_TOLD - len(rejects))]
            if progress:
                progress(document.path, document.position, document.size, counts)
    except SourceError as refused:
        error = str(refused)
        counts.read += 1
        counts.rejected += 1
        rejects.append(_keep_refusal(writer, document.path, error, run, name, kind))
    except BaseException:
        writer.rollback()
        writer.finish_run(run, counts, name, "stopped")
        raise
    writer.finish_run(run, counts, name, error)
    return FileReport(document.path, kind.name if kind else None, counts, error)


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


def _batches(document: files.Document, kind: FileKind, reading: Reading) -> Iterator[Batch]:
    content = document.content(reading.table)
    if isinstance(kind, TableKind) and isinstance(content, Table):
        return kind.read(content, reading)
    if isinstance(kind, LinesKind) and isinstance(content, Lines):
        return kind.read(content, reading)
    raise SourceError(f"{document.path}: {kind.name} is not written like this")


def _committing(writer: Writer, batches: Iterable[Batch]) -> Iterator[Batch]:
    """Each batch inside a transaction that is committed about every second.

    When the source gives up half way, what it gave before is kept.
    """
    writer.begin()
    started = time.monotonic()
    try:
        for batch in batches:
            yield batch
            if time.monotonic() - started > _COMMIT_SECONDS:
                writer.commit()
                writer.begin()
                started = time.monotonic()
    except SourceError:
        writer.commit()
        raise
    writer.commit()


def _keep_refusal(
    writer: Writer, path: str, error: str, run: int, name: str | None, kind: FileKind | None
) -> Reject:
    reason = error.removeprefix(f"{path}: ")
    reject = Reject(path, 0, None, reason, "")
    batch = Batch(name or (kind.source if kind else "files"), rejects=[reject])
    writer.begin()
    writer.save(batch, kind.source if kind else "files", run)
    writer.commit()
    return reject
