"""Keeping the cycle collector away from long work in which there is nothing for it to find."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Work without the cycle collector, for what makes much that does not refer back to itself.

    It would look at all of that again and again: for a quarter of the time in which events are
    read, a third of that in which they are imported.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
