"""What a console that stays open all day gives back of its memory."""

from __future__ import annotations

import gc
import sys

# The numbers of <malloc.h>.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8


def keep_small() -> None:
    """Keep what a screen leaves behind from piling up; to be said before the first thread.

    What is there by now, mostly code, stays to the end: the collector need not look at it
    again. It waits until a quarter as much as it has to look at is new, and would let closed
    boxes lie for many minutes, with whatever is made in between scattered among them.
    """
    gc.freeze()
    _one_heap()


def _one_heap() -> None:
    """Have glibc keep one heap for all threads, and give back what is free in it.

    By itself it makes one for each, of which little comes back: after a quarter of an hour of
    work 34 MB, 20 of them free, against 18 with one heap (`tests/bench/soak.py`). Nothing is
    done with another C library. Source: mallopt(3).
    """
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, 64 * 1024)
        mallopt(_TRIM_THRESHOLD, 128 * 1024)
