"""Measuring: what a process takes, and how long a call takes again and again."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Cost(NamedTuple):
    """What a process took."""

    seconds: float
    cpu: float
    """Seconds of processor time, those of the processes it started included."""
    megabytes: float
    """The most memory it had at once."""


class Times(NamedTuple):
    """How long calls took, in milliseconds."""

    p50: float
    p95: float


def process(arguments: Sequence[str], **given: Any) -> Cost:
    """Run a program to its end. Raises CalledProcessError when it fails."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            arguments, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=said, **given
        )
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            raise subprocess.CalledProcessError(
                child.returncode, list(arguments), stderr=said.read()
            )
    return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def python(code: str, *arguments: str) -> Cost:
    """Run some Python in a process of its own."""
    return process([sys.executable, "-c", code, *arguments])


def console(mirror: Path, *arguments: str) -> list[str]:
    """The command line of ours."""
    return [
        sys.executable, "-m", "console", "--mirror", str(mirror),
        "--notebook", f"{mirror}.notebook", *arguments,
    ]  # fmt: skip


def calls(call: Callable[[Any], object], given: Iterable[Any]) -> Times:
    """How long `call` takes for each of `given`."""
    taken = []
    for one in given:
        started = time.perf_counter()
        call(one)
        taken.append(time.perf_counter() - started)
    return times_of(taken)


def times_of(taken: Iterable[float]) -> Times:
    """Of so many seconds each, the middle and the 95th of a hundred."""
    ms = sorted(seconds * 1000 for seconds in taken)
    return Times(ms[len(ms) // 2], ms[min(len(ms) - 1, int(len(ms) * 0.95))])
