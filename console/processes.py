"""Functions run in processes of their own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any


def pipe(*, both_ways: bool = False) -> tuple[Connection, Connection]:
    """Our end, from which is read, and the end for another process."""
    return get_context("spawn").Pipe(duplex=both_ways)


def start(target: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Run a function of a module in a process that begins from nothing and ends with ours.

    Its arguments go through a pipe and stand in no list of processes. Raises OSError when
    no process can be started.
    """
    process = get_context("spawn").Process(target=target, args=arguments, daemon=True)
    with _no_main():
        process.start()
    return process


@contextmanager
def _no_main() -> Iterator[None]:
    """Keep a new process from running the main program again to find its functions.

    They are in modules; a script without a guard would import for ever.
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
