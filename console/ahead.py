"""Reading a big export in a process of its own, one step ahead of the writer.

Decoding, parsing and packing take as long as saving does; side by side they take half. The
reader hands over `Prepared` batches through a pipe, which holds it back when the writer is
slow, and ends when the writer goes away.
"""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import signal
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

from console import __version__
from console.clock import Clock
from console.mirror.prepared import Prepared, prepare
from console.model import Batch
from console.sources import files, registry
from console.sources.source import (
    FileKind,
    Lines,
    LinesKind,
    Reading,
    SourceError,
    Table,
    TableKind,
)

WORTH_IT = 16 << 20
"""Bytes from which a file is read in a process of its own: starting one costs 0.2 s."""

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be read, and how."""

    path: str
    kind: str
    reading: Reading
    clock: Clock


@dataclass(frozen=True, slots=True)
class Part:
    """A batch, and how far the file has been read."""

    batch: Prepared
    position: int


def parts(document: files.Document, order: Order) -> Generator[Part, None, None]:
    """The batches of a document, made ready. Raises SourceError when it cannot be read.

    A big file is read by another process; anything else, and everything where no process
    can be started, here. Close the iterator to stop.
    """
    if _apart(document):
        with suppress(OSError):
            return _from_reader(_started(order))
    return _read(document, order)


def digest(document: files.Document, order: Order) -> bytes | None:
    """What a big file of events is known by once it was read to its end.

    Of its bytes and of all that decides how they are read. None for a small file, and for
    tables, whose rows may be older than what another file has brought since.
    """
    if not _apart(document) or not isinstance(_kind(order), LinesKind):
        return None
    reading = order.reading
    said = (__version__, order.kind, reading.source, reading.zone.key, reading.currency)
    made = hashlib.blake2b(repr(said).encode(), digest_size=16)
    try:
        with open(document.path, "rb", buffering=0) as file:
            while chunk := file.read(_CHUNK):
                made.update(chunk)
    except OSError:
        return None
    return made.digest()


def _kind(order: Order) -> FileKind:
    return next(kind for kind in registry.KINDS if kind.name == order.kind)


def _apart(document: files.Document) -> bool:
    size = document.size
    return size is not None and size >= WORTH_IT and os.path.isfile(document.path)


def _read(document: files.Document, order: Order) -> Generator[Part, None, None]:
    kind = _kind(order)
    content = document.content(order.reading.table)
    if isinstance(kind, TableKind) and isinstance(content, Table):
        batches: Iterator[Batch] = kind.read(content, order.reading)
    elif isinstance(kind, LinesKind) and isinstance(content, Lines):
        batches = kind.read(content, order.reading)
    else:
        raise SourceError(f"{document.path}: {kind.name} is not written like this")
    for batch in batches:
        yield Part(prepare(batch, order.clock), document.position)


def _started(order: Order) -> Generator[bytes, None, None]:
    """Start a reader; its messages. Raises OSError when no process can be started."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(order, theirs), daemon=True)
    with _no_main():
        process.start()
    theirs.close()

    def messages() -> Generator[bytes, None, None]:
        try:
            while True:
                yield ours.recv_bytes()
        except EOFError:
            process.join()
            raise SourceError(
                f"{order.path}: its reader stopped ({process.exitcode}); import the file again"
            ) from None
        finally:
            ours.close()
            process.terminate()
            process.join()

    return messages()


def _from_reader(messages: Generator[bytes, None, None]) -> Generator[Part, None, None]:
    try:
        for message in messages:
            part = pickle.loads(message)
            if part is None:
                return
            if isinstance(part, SourceError):
                raise part
            yield part
    finally:
        messages.close()


def _serve(order: Order, out: Connection) -> None:
    """The reader's side."""
    # A Ctrl-C reaches both; the writer decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    (document,) = files.documents([order.path], sys.stdin.buffer)
    last: object = None
    try:
        with suppress(BrokenPipeError):
            try:
                for part in _read(document, order):
                    out.send_bytes(pickle.dumps(part, pickle.HIGHEST_PROTOCOL))
            except SourceError as error:
                last = error
            out.send_bytes(pickle.dumps(last, pickle.HIGHEST_PROTOCOL))
    finally:
        out.close()


@contextmanager
def _no_main() -> Iterator[None]:
    """Keep a new process from running the main program again to find its functions.

    They are in this module; a script without a guard would import for ever.
    """
    main = sys.modules["__main__"]
    held = {name: getattr(main, name, None) for name in ("__file__", "__spec__")}
    try:
        main.__spec__ = None
        if held["__file__"] is not None:
            del main.__file__
        yield
    finally:
        main.__spec__ = held["__spec__"]
        if held["__file__"] is not None:
            main.__file__ = held["__file__"]
