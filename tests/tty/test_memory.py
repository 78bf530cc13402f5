"""Threads share one heap, which gives back what is free."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.terminal import ROOT

HEAPS = """
import ctypes, os, sys, threading
from console.tty.memory import keep_small
if sys.argv[1] == "small":
    keep_small()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
if not hasattr(libc, "malloc_info"):
    sys.exit(3)
gate = threading.Barrier(5)
def take():
    kept = [os.urandom(3000) for _ in range(100)]
    gate.wait()
    gate.wait()
threads = [threading.Thread(target=take) for _ in range(4)]
for one in threads:
    one.start()
gate.wait()
libc.malloc_info(0, ctypes.c_void_p(libc.fdopen(1, b"w")))
libc.fflush(None)
gate.wait()
"""


def heaps(how: str) -> int:
    """How many heaps a program with four threads has."""
    done = subprocess.run(
        [sys.executable, "-c", HEAPS, how], capture_output=True, text=True, cwd=ROOT, check=False
    )
    if done.returncode == 3:
        pytest.skip("the C library is not glibc")
    return done.stdout.count("<heap nr=")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc is Linux's")
def test_threads_share_a_heap() -> None:
    assert heaps("small") == 1 < heaps("as it is")


def test_code_is_not_looked_at_again() -> None:
    code = "import gc, sys; from console.tty.memory import keep_small; import console.app; "
    code += "before = len(gc.get_objects()); keep_small(); "
    code += "print(before, len(gc.get_objects()), gc.get_freeze_count())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    before, after, frozen = map(int, done.stdout.split())
    assert after < before / 10
    assert frozen > before * 0.9


def test_what_libraries_remember_is_emptied() -> None:
    code = """
from console.tty.memory import keep_small, tidy
import console.app
from textual.geometry import Region
keep_small()
for x in range(2000):
    Region(x, 0, 5, 5).union(Region(0, x, 5, 5))
held = Region.union.cache_info().currsize
tidy()
print(held, Region.union.cache_info().currsize)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    held, left = map(int, done.stdout.split())
    assert held >= 2000
    assert left == 0
