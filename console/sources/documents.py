"""Documents: files, members of archives and standard input, found and opened.

A document streams: however large it is, a few megabytes of it are in memory.
"""

from __future__ import annotations

import os
import re
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from console.config import TableRule
from console.sources.jsonfiles import is_array, is_json, json_array, json_lines
from console.sources.signatures import binary, foreign, office
from console.sources.source import Lines, SourceError, Table, UnrecognisedFile
from console.sources.streams import (
    BOM,
    CHUNK,
    GZIP,
    ZIP,
    encoding_of,
    gunzip,
    peek,
    to_utf8,
    unzip,
)
from console.sources.tabular import read_table

STDIN = "-"
_STDIN_NAME = "standard input"
# In a folder these stand beside the data and are none; named themselves they are tried.
_BESIDE = frozenset(
    ".md .rst .pdf .png .jpg .jpeg .gif .svg .html .htm .docx .py .toml .yaml .yml .sh".split()
)
# Nor are databases: ours may be among them, and whoever closes a file that this process has
# open as a database takes away its locks.
_DATABASE = re.compile(r"\.(db|sqlite3?)(-(wal|shm|journal))?$", re.IGNORECASE)
# What is called so says that it is data: found anywhere, it should be known.
_DATA = frozenset(".csv .tsv .jsonl .ndjson".split())
_PACKED = frozenset(".gz .gzip".split())
_MOST_PACKED = 2
_LONGEST_STDIN = 2 << 30
_SAMPLES = 20


class Document:
    """One file, to be read once.

    path: what reports call it; a member of an archive is ``a.zip/member.csv``.
    size: bytes it has before unpacking, None when that is not known.
    position: how many of them have been read.
    stray: whether it may just stand beside the data: it was found in a folder or an archive
    and not named by the user, and its name does not say that it is data.
    plain: whether its bytes are JSON lines as they stand; known once `content` was asked for.
    """

    def __init__(self, path: str, chunks: Iterator[bytes], size: int | None = None) -> None:
        self.path = _printable(path)
        self.size = size
        self.stray = False
        self.position = 0
        self.plain = False
        self._chunks = chunks
        self._content: Table | Lines | None = None
        self._samples: list[dict[str, object]] = []

    def content(self, rule: TableRule | None = None) -> Table | Lines:
        """What is in it; the same object each time.

        rule: how the user says a table is written (header, delimiter); counts the first time.
        Raises UnrecognisedFile for what is neither a table nor JSON, SourceError for what
        cannot be read.
        """
        if self._content is None:
            self._content = self._open(rule)
        return self._content

    def rest(self, size: int, lines: int) -> Lines:
        """What follows the first `lines` lines of a `plain` file, which take `size` bytes."""
        self._chunks = _opened(self.path, size)
        self.position = size
        return Lines(self.path, json_lines(self._counted(), lines + 1))

    @property
    def samples(self) -> tuple[dict[str, object], ...]:
        """The first JSON objects of a `Lines` content, parsed; those that cannot be left out."""
        return tuple(self._samples)

    def _open(self, rule: TableRule | None) -> Table | Lines:
        head, chunks = peek(self._counted())
        packed = head.startswith(GZIP)
        for _ in range(_MOST_PACKED):
            if not head.startswith(GZIP):
                break
            head, chunks = peek(gunzip(chunks, self.path))
        if not head:
            raise UnrecognisedFile(f"{self.path}: the file is empty")
        if looks := foreign(head):
            raise UnrecognisedFile(f"{self.path}: {looks}")
        encoding = encoding_of(head)
        text, chunks = peek(to_utf8(chunks, encoding))
        if binary(text):
            raise UnrecognisedFile(f"{self.path}: this is not text; export the data as CSV")
        if is_json(text):
            self.plain = not packed and encoding == "utf-8" and not is_array(text)
            return self._lines(chunks, text)
        offset = len(BOM) if head.startswith(BOM) else 0
        return read_table(chunks, self.path, rule, encoding, offset)

    def _lines(self, chunks: Iterator[bytes], head: bytes) -> Lines:
        import orjson

        lines = json_array(chunks, self.path) if is_array(head) else json_lines(chunks)
        first = list(islice(lines, _SAMPLES))
        for _, line in first:
            try:
                found = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            if isinstance(found, dict):
                self._samples.append(found)
        return Lines(self.path, chain(first, lines))

    def _counted(self) -> Iterator[bytes]:
        try:
            for chunk in self._chunks:
                self.position += len(chunk)
                yield chunk
        except OSError as error:
            raise SourceError(f"{self.path}: cannot be read: {error.strerror}") from None


def documents(paths: Iterable[str], stdin: BinaryIO) -> Iterator[Document]:
    """The documents at `paths`, in order.

    paths: files, zip archives (their members), folders (walked, sorted; hidden files and
    those that are plainly no data left out), ``-`` for `stdin`.

    Each is opened when its turn comes; what is wrong with one is raised by its `content`,
    so that the others can still be read.
    """
    for path in paths:
        if path == STDIN:
            yield from _from_stdin(stdin)
        elif os.path.isdir(path):
            yield from _from_folder(path)
        else:
            yield from _from_file(path)


def _from_folder(folder: str) -> Iterator[Document]:
    empty = True
    closed: list[OSError] = []
    for at, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = os.path.join(at, name)
            beside = Path(name).suffix.lower() in _BESIDE or _DATABASE.search(name)
            if not (name.startswith(".") or beside) and os.path.isfile(path):
                empty = False
                for document in _from_file(path):
                    document.stray = not _named_as_data(document.path)
                    yield document
    for error in closed:
        empty = False
        yield _failing(str(error.filename), f"cannot be read: {error.strerror}")
    if empty:
        yield _failing(folder, "there is no file to read in this folder")


def _from_file(path: str) -> Iterator[Document]:
    try:
        size = os.path.getsize(path) if os.path.isfile(path) else None
        # What is no plain file (a pipe, say) can be read only once: not for a look.
        archive = _archive(path) if size else None
    except BadZipFile as error:
        yield _failing(path, f"the archive is damaged ({error}); fetch it again")
    except OSError as error:
        yield _failing(path, f"cannot be read: {error.strerror}")
    except ValueError as error:
        # Such as a NUL byte in the path.
        yield _failing(path, f"cannot be read: {error}")
    else:
        yield from _members(archive, path) if archive else [Document(path, _opened(path), size)]


def _archive(path: str) -> ZipFile | None:
    with open(path, "rb") as file:
        start = file.read(4)
    return ZipFile(path) if start in ZIP else None


def _opened(path: str, start: int = 0) -> Iterator[bytes]:
    with open(path, "rb", buffering=0) as file:
        if start:
            file.seek(start)
        while chunk := file.read(CHUNK):
            yield chunk


def _from_stdin(stdin: BinaryIO) -> Iterator[Document]:
    head, chunks = peek(iter(partial(stdin.read, CHUNK), b""), 4)
    if not head.startswith(ZIP):
        yield Document(_STDIN_NAME, chunks)
        return
    copy = tempfile.TemporaryFile()  # noqa: SIM115
    for chunk in chunks:
        copy.write(chunk)
        if copy.tell() > _LONGEST_STDIN:
            copy.close()
            yield _failing(_STDIN_NAME, "the archive is longer than 2 GB; give its path")
            return
    try:
        archive = ZipFile(copy)
    except BadZipFile as error:
        copy.close()
        yield _failing(_STDIN_NAME, f"the archive is damaged ({error}); fetch it again")
        return
    weakref.finalize(archive, copy.close)
    yield from _members(archive, _STDIN_NAME)


def _members(archive: ZipFile, path: str) -> Iterator[Document]:
    if looks := office(archive.namelist()):
        yield _failing(path, looks, UnrecognisedFile)
        return
    members = [member for member in archive.infolist() if not _is_beside(member)]
    for member in sorted(members, key=lambda info: info.filename):
        name = _printable(f"{path}/{member.filename}")
        document = Document(name, unzip(archive, member, name), member.file_size)
        # A single file in an archive is what the user named, just packed.
        document.stray = len(members) > 1 and not _named_as_data(name)
        yield document
    if not members:
        yield _failing(path, "there is nothing in the archive", UnrecognisedFile)


def _is_beside(member: ZipInfo) -> bool:
    parts = member.filename.split("/")
    return member.is_dir() or any(part.startswith((".", "__MACOSX")) for part in parts)


def _failing(path: str, reason: str, error: type[SourceError] = SourceError) -> Document:
    def fail() -> bytes:
        raise error(f"{_printable(path)}: {reason}")

    return Document(path, iter(fail, b""), 0)


def _named_as_data(path: str) -> bool:
    name = Path(path.lower())
    if name.suffix in _PACKED:
        name = name.with_suffix("")
    return name.suffix in _DATA


def _printable(path: str) -> str:
    r"""A path as text: bytes in it that are not UTF-8 are spelled out, like ``\udcff``."""
    return path.encode("utf-8", "backslashreplace").decode()
