"""What a console that stays open all day gives back of its memory."""

from __future__ import annotations

import gc
import sys
from functools import lru_cache
from typing import Any

# The numbers of <malloc.h>.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8


_CACHE = type(lru_cache(len))
_caches: list[Any] = []


def keep_small() -> None:
    """Keep what a screen leaves behind from piling up; to be said before the first thread.

    What is there by now, mostly code, stays to the end: the collector need not look at it
    again. It waits until a quarter as much as it has to look at is new, and would let closed
    boxes lie for many minutes, with whatever is made in between scattered among them.
    """
    _caches[:] = [one for one in gc.get_objects() if isinstance(one, _CACHE) and _of_textual(one)]
    gc.freeze()
    _one_heap()


def tidy() -> None:
    """Empty what Textual remembers of sizes, styles and texts; to be said every few minutes.

    Some fifty caches keep up to 16,384 answers each, and take more than an hour to fill; what
    lies long in many places keeps the memory around it from being given back. They are warm
    again after a few keys.
    """
    for cache in _caches:
        cache.cache_clear()


def _of_textual(cache: Any) -> bool:
    return str(cache.__module__).partition(".")[0] in ("textual", "rich")


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
