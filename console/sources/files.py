"""Files as people have them: found, decoded, recognised.

`documents` finds them, a document's `content` decodes it, `recognise` says which kind of
export it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch

from console.config import TableRule
from console.sources.documents import Document, documents
from console.sources.source import (
    FileKind,
    Lines,
    SourceError,
    Table,
    TableKind,
    UnrecognisedFile,
)

__all__ = ["Document", "documents", "recognise", "rule_for"]

_MOST_NAMED = 12
# A table that a pipeline has copied is not laid out as the system's own export, even where
# their columns are called alike: its amounts may be in cents, its times in another zone.
_COPIERS = ("_fivetran_", "_airbyte_", "_sdc_", "_dlt_")
_LONGEST_NAME = 40


def rule_for(path: str, tables: Mapping[str, TableRule]) -> TableRule | None:
    """The first table rule of the config whose file name pattern matches `path`."""
    name = os.path.basename(path)
    for rule in tables.values():
        if rule.match and (fnmatch(name, rule.match) or fnmatch(path, rule.match)):
            return rule
    return None


def recognise(
    document: Document,
    kinds: Iterable[FileKind],
    *,
    wanted: str | None = None,
    rule: TableRule | None = None,
) -> FileKind:
    """The kind of export a document is.

    kinds: in the order they are tried. wanted: what the user says it is: the name of a kind,
    or of a source whose kinds are then told apart by the file. rule: how the user says its
    table is to be read; without `wanted`, that kind of table.

    Raises UnrecognisedFile when the file is none of them, with what was found and what is
    known; SourceError when `wanted` is no kind and no source, or the file cannot be read.
    """
    known = kinds = tuple(kinds)
    content = document.content(rule)
    exact = wanted or (rule.kind if rule else None)
    for kind in kinds:
        if kind.name == exact:
            _check_format(kind, document)
            return kind
    if exact:
        kinds = tuple(kind for kind in kinds if kind.source == exact)
        if not kinds:
            raise SourceError(f"there is no kind of file called {exact!r}; known: {_names(known)}")
    found = [kind for kind in kinds if _matches(kind, document, content)]
    if not exact and _copied(content):
        found = []
    if not found and exact:
        found = [kind for kind in kinds if _same_format(kind, content)]
        if len(found) > 1:
            found = []
    if found:
        return found[0]
    raise UnrecognisedFile(_unknown(document, content, kinds, exact))


def _same_format(kind: FileKind, content: Table | Lines) -> bool:
    return isinstance(content, Table if isinstance(kind, TableKind) else Lines)


def _check_format(kind: FileKind, document: Document) -> None:
    if not _same_format(kind, document.content()):
        raise _wrong_format(kind, document)


def _wrong_format(kind: FileKind, document: Document) -> UnrecognisedFile:
    wanted, found = "a table (CSV)", "JSON"
    if not isinstance(kind, TableKind):
        wanted, found = "JSON lines", "a table"
    return UnrecognisedFile(f"{document.path}: {kind.name} is {wanted}; this file is {found}")


def _matches(kind: FileKind, document: Document, content: Table | Lines) -> bool:
    if isinstance(kind, TableKind):
        return isinstance(content, Table) and kind.matches(
            frozenset(name.lower() for name in content.header)
        )
    return any(kind.matches(sample) for sample in document.samples)


def _copied(content: Table | Lines) -> bool:
    return isinstance(content, Table) and any(
        name.lower().startswith(_COPIERS) for name in content.header
    )


def _unknown(
    document: Document, content: Table | Lines, kinds: tuple[FileKind, ...], wanted: str | None
) -> str:
    """Why nothing matched, what there is and what to do, in one line."""
    whose = f"no {wanted} export" if wanted else "no export we know"
    known = f"known: {_names(kinds)}"
    if isinstance(content, Table):
        found = f"{whose} has the columns {_some(content.header)}"
        advice = (
            "for any other table: --as events --column customer=… --column event=… --column at=…"
        )
        return f"{document.path}: {found}; {known}; {advice}"
    if document.samples:
        members = _some(tuple(document.samples[0]))
        return f"{document.path}: {whose} has JSON objects of {members}; {known}"
    return (
        f"{document.path}: none of the first lines is a whole JSON object; "
        "JSON is read one object a line, or as one array of objects"
    )


def _names(kinds: Iterable[FileKind]) -> str:
    return ", ".join(kind.name for kind in kinds)


def _some(names: tuple[str, ...]) -> str:
    """The first of `names`, for a message."""
    said = [n if len(n) <= _LONGEST_NAME else f"{n[: _LONGEST_NAME - 1]}…" for n in names]
    more = f" and {len(said) - _MOST_NAMED} more" if len(said) > _MOST_NAMED else ""
    return ", ".join(name or "(no name)" for name in said[:_MOST_NAMED]) + more
