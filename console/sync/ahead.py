"""Reading a big export in a process of its own, one step ahead of the writer.

Decoding, parsing and packing take as long as saving does; side by side they take half. The
reader hands over `Prepared` batches through a pipe, which holds it back when the writer is
slow, and ends when the writer goes away.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection

from console.clock import Clock
from console.mirror.crowd import Crowd, Numbers
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


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be read, and how."""

    path: str
    kind: str
    reading: Reading
    clock: Clock
    start: tuple[int, int] = (0, 0)
    """Bytes and lines to leave out."""

    @property
    def file_kind(self) -> FileKind:
        """The kind of file called `kind`."""
        return next(kind for kind in registry.KINDS if kind.name == self.kind)


@dataclass(frozen=True, slots=True)
class Part:
    """A batch, and how far the file has been read."""

    batch: Prepared
    position: int
    crowd: Crowd | None = None
    """Who made the batch's events, where they have numbers."""


@dataclass(frozen=True, slots=True)
class _Message:
    """A part on its way from the reader, whose people have numbers."""

    part: Part
    new: bytes


def parts(document: files.Document, order: Order) -> Generator[Part, None, None]:
    """The batches of a document, made ready. Raises SourceError when it cannot be read.

    A big file is read by another process; anything else, and everything where no process
    can be started, here. Close the iterator to stop.
    """
    if is_big(document):
        with suppress(OSError):
            return _from_reader(_started(order))
    return _read(document, order)


def is_big(document: files.Document) -> bool:
    """Whether a document is a file that is worth a process of its own."""
    size = document.size
    return size is not None and size >= WORTH_IT and os.path.isfile(document.path)


def _read(document: files.Document, order: Order) -> Generator[Part, None, None]:
    kind = order.file_kind
    left_out = order.start[0] > 0
    content = document.rest(*order.start) if left_out else document.content(order.reading.table)
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
    crowd = Crowd()
    try:
        for message in messages:
            said = pickle.loads(message)
            if said is None:
                return
            if isinstance(said, SourceError):
                raise said
            crowd.meet(said.new)
            yield replace(said.part, crowd=crowd)
    finally:
        messages.close()


def _serve(order: Order, out: Connection) -> None:
    """The reader's side."""
    # A Ctrl-C reaches both; the writer decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    (document,) = files.documents([order.path], sys.stdin.buffer)
    last: object = None
    numbers = Numbers()
    try:
        with suppress(BrokenPipeError):
            try:
                for part in _read(document, order):
                    said = _Message(part, numbers.put(part.batch.events))
                    out.send_bytes(pickle.dumps(said, pickle.HIGHEST_PROTOCOL))
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
