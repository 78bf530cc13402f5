"""``python -m tests.bench.soak [--hours N | --minutes N]``: R31, the console left alone for long.

One console stays while another is hung up and started again, both with keys pressed, words
searched and their terminals resized, on a mirror that is imported into all the while. What
the one that stays takes of memory, descriptors and threads is seen every few seconds; the
first fifth, in which caches fill, is not counted.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import random
import signal
import struct
import sys
import tempfile
import termios
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression, median
from typing import NamedTuple

import orjson

from console.clock import system_now
from console.config import Config
from console.sync.importing import import_files
from tests.bench import data
from tests.safety.watched import HITS
from tests.terminal import Terminal

SLOPE, WAL = 1.0, 64.0
"""The most megabytes an hour, and the most of a WAL."""
EVERY = 2.0
SIZES = [(80, 24), (160, 45), (100, 30), (40, 12), (200, 60)]
KEYS = [
    b"1", b"2", b"3", b"j", b"k", b"G", b"g", b"\r", b"\x1b", b"+", b"_", b"]", b"[", b"-", b"r",
    b"l", b"h", b"\x04", b"\x15", b"?", b"\x1b", b"2/", b"an", b"ro", b"\x7f", b"\x1b", b"\x1b",
]  # fmt: skip
"""Pressed in any order; none of them leaves or writes."""


class Seen(NamedTuple):
    """What a process has at a moment."""

    at: float
    """Seconds since the beginning."""
    rss: float
    """Megabytes."""
    descriptors: int
    threads: int


@dataclass
class Soak:
    """One run of so many seconds."""

    folder: Path
    seconds: float
    seed: int = 1
    seen: list[Seen] = field(default_factory=list)
    largest_wal: float = 0.0
    """Megabytes."""
    reconnects: int = 0
    keys: int = 0
    resizes: int = 0

    def run(self) -> int:
        """Do it; answers the gate's hits of both."""
        dice = random.Random(self.seed)
        config = Config(self.folder / "mirror.db", self.folder / "notebook.db")
        feed(config, 0, 20_000)
        feeder = self._start_feeder(config)
        stays, goes = self._console("stays"), self._console("goes")
        begun = time.monotonic()
        next_look = next_hangup = 0.0
        pause = max(20.0, self.seconds / 21)
        try:
            while (now := time.monotonic() - begun) < self.seconds:
                self._act(dice, dice.choice([stays, goes]))
                for one in (stays, goes):
                    one.read(0.1)
                    one.output = one.output[-4_000:]
                    assert one.process.poll() is None, one.output[-2_000:]
                if now >= next_look:
                    next_look = now + EVERY
                    self._look(now, stays.process.pid, config)
                if now >= next_hangup + pause:
                    next_hangup = now
                    goes = self._reconnect(goes)
        finally:
            os.kill(feeder, signal.SIGKILL)
            os.waitpid(feeder, 0)
        return sum(self._leave(one, name) for one, name in ((stays, "stays"), (goes, "goes")))

    def figures(self) -> dict[str, float]:
        """What is held against the limits."""
        counted = self._counted()
        slope, _ = linear_regression([one.at for one in counted], [one.rss for one in counted])
        half = len(counted) // 2
        early, late = counted[:half], counted[half:]
        return {
            "minutes": self.seconds / 60,
            "MB an hour": slope * 3600,
            "MB at the end": median(one.rss for one in counted[-10:]),
            "descriptors, change of the median": median(one.descriptors for one in late)
            - median(one.descriptors for one in early),
            "threads, change of the median": median(one.threads for one in late)
            - median(one.threads for one in early),
            "largest WAL, MB": self.largest_wal,
            "keys": self.keys,
            "resizes": self.resizes,
            "reconnects": self.reconnects,
        }

    def tenths(self) -> list[float]:
        """Megabytes in the middle of each tenth of the time."""
        parts = [self.seen[len(self.seen) * n // 10 : len(self.seen) * (n + 1) // 10]
                 for n in range(10)]  # fmt: skip
        return [median(one.rss for one in part) for part in parts if part]

    def _counted(self) -> list[Seen]:
        return [one for one in self.seen if one.at > self.seconds / 5]

    def _start_feeder(self, config: Config) -> int:
        child = os.fork()
        if child:
            return child
        number = 0
        while True:
            number += 1
            feed(config, number, 30)
            time.sleep(2.0)

    def _console(self, name: str) -> Terminal:
        code = HITS.format(path=str(self.folder / f"hits-{name}"))
        mirror = self.folder / "mirror.db"
        console = Terminal(mirror, system_now(), size=(160, 45), code=code)
        console.wait_for("customers", 60)
        return console

    def _act(self, dice: random.Random, console: Terminal) -> None:
        if dice.random() < 0.1:
            width, height = dice.choice(SIZES)
            packed = struct.pack("HHHH", height, width, 0, 0)
            fcntl.ioctl(console.slave, termios.TIOCSWINSZ, packed)
            os.kill(console.process.pid, signal.SIGWINCH)
            self.resizes += 1
        else:
            console.type(dice.choice(KEYS))
            self.keys += 1

    def _look(self, now: float, pid: int, config: Config) -> None:
        process = Path(f"/proc/{pid}")
        pages = int((process / "statm").read_text().split()[1])
        threads = next(
            line for line in (process / "status").read_text().splitlines() if "Threads" in line
        )
        self.seen.append(
            Seen(
                now,
                pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
                len(list((process / "fd").iterdir())),
                int(threads.split()[1]),
            )
        )
        for path in (config.mirror, config.notebook):
            wal = Path(f"{path}-wal")
            if wal.exists():
                self.largest_wal = max(self.largest_wal, wal.stat().st_size / 1e6)

    def _reconnect(self, console: Terminal) -> Terminal:
        """Hang up, as a line that drops, and come again."""
        os.kill(console.process.pid, signal.SIGHUP)
        assert console.ended(10) == 128 + signal.SIGHUP
        console.__exit__(None, None, None)
        self.reconnects += 1
        return self._console("goes")

    def _leave(self, console: Terminal, name: str) -> int:
        # Out of whatever is open, one after the other, then the way out.
        for key in (b"\x1b", b"\x1b", b"\x1b", b"q"):
            console.type(key)
            console.read(1.0)
        status = console.ended(20)
        console.__exit__(None, None, None)
        assert status == 0, (name, status)
        return int((self.folder / f"hits-{name}").read_text())


def feed(config: Config, number: int, events: int) -> None:
    """Import that many events which the mirror does not have; the same for the same number."""
    path = config.mirror.parent / "part.jsonl"
    lines = (orjson.dumps(call) + b"\n" for call in data.calls(events, seed=1_000 + number))
    path.write_bytes(b"".join(lines))
    assert import_files([str(path)], config).clean


def main(arguments: list[str] | None = None) -> int:
    """Soak, print the figures and what they miss; answers the exit status."""
    parser = argparse.ArgumentParser("python -m tests.bench.soak", description=__doc__)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--hours", type=float, default=1.0)
    length.add_argument("--minutes", type=float)
    given = parser.parse_args(arguments)
    seconds = given.minutes * 60 if given.minutes else given.hours * 3600
    with tempfile.TemporaryDirectory(prefix="console-soak-") as folder:
        soak = Soak(Path(folder), seconds)
        hits = soak.run()
    found = soak.figures()
    for name, value in found.items():
        print(f"{name:36} {value:10.2f}")
    print(f"{'gate hits':36} {hits:10}")
    print(f"MB, tenth by tenth: {' '.join(f'{one:.0f}' for one in soak.tenths())}")
    missed = [
        name
        for name, bad in {
            f"memory grows by more than {SLOPE} MB an hour": found["MB an hour"] > SLOPE,
            # SQLite keeps what one connection leaves for the next, as many as were open at once.
            "descriptors change": abs(found["descriptors, change of the median"]) > 1,
            "threads change": abs(found["threads, change of the median"]) > 1,
            f"a WAL of more than {WAL} MB": found["largest WAL, MB"] > WAL,
            "the gate was hit": hits > 0,
        }.items()
        if bad
    ]
    print(f"missed: {'; '.join(missed)}" if missed else "all held")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
