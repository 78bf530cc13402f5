"""A sync in a process of its own, which tells how it goes: what the screen starts.

The keys of a screen must not wait for the parsing of a vendor's pages, so that goes on beside
it. The process ends with ours: it stops at the next page once nobody listens any more, and
what it has saved by then is kept.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from console.config import Config
from console.model import StreamRun

# Not multiprocessing: it hands on the descriptor of sys.stderr, and under a screen there is none.
_BEGIN = (
    "import sys; sys.path.insert(0, sys.argv[1]); import console.sync.background as b; b.serve()"
)
_LAST = 10.0
"""Seconds after which a process that nobody listens to ends, whatever it waits for."""
_PACE = 0.1
"""Seconds between two words of how it goes."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Streams have come on: how each stands, and how much it will bring, where known."""

    runs: tuple[tuple[StreamRun, int | None], ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """The sync is over."""

    runs: tuple[StreamRun, ...] = ()
    refusal: str | None = None
    """Why nothing was synced at all, in a sentence."""
    stopped: bool = False
    """Whether it was told to stop."""


class BackgroundSync:
    """One sync; `news` starts it."""

    def __init__(self, config: Config, wanted: Sequence[str] = ()) -> None:
        """Prepare a sync.

        config: the settings; keys are looked for by the process itself, where they say.
        wanted: as for `console.sync.pulling.pull`.
        """
        self._config = config
        self._wanted = tuple(wanted)
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self.stopping = False

    def news(self) -> Iterator[Moved | Ended]:
        """Start, and tell how it goes; `Ended` is the last word. Blocks: for a thread."""
        try:
            process = self._start()
        except OSError as error:
            yield Ended(refusal=f"no process could be started for it: {error.strerror}")
            return
        if process is None or process.stdout is None:
            yield Ended(stopped=True)
            return
        try:
            said = None
            while not isinstance(said, Ended):
                said = pickle.load(process.stdout)
                yield said
        except (EOFError, OSError, pickle.UnpicklingError):
            yield self._broken_off(process)
        finally:
            self.stop()
            process.stdout.close()

    def _start(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self.stopping:
                return None
            home = str(Path(__file__).resolve().parents[2])
            self._process = process = subprocess.Popen(
                [sys.executable, "-c", _BEGIN, home], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        assert process.stdin is not None
        # What it gets to know goes through a pipe and stands in no list of processes.
        pickle.dump((self._config, self._wanted), process.stdin)
        process.stdin.flush()
        return process

    def _broken_off(self, process: subprocess.Popen[bytes]) -> Ended:
        if self.stopping:
            return Ended(stopped=True)
        return Ended(
            refusal=f"its process ended before its time (status {process.wait()}); what was "
            "read is kept, sync again"
        )

    def stop(self, grace: float = 3.0) -> None:
        """Ask it to stop, from any thread; after `grace` seconds it is made to."""
        with self._lock:
            process, asked = self._process, self.stopping
            self.stopping = True
        if process is None or asked:
            return
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
        threading.Thread(target=_end, args=(process, grace), daemon=True).start()


def _end(process: subprocess.Popen[bytes], grace: float) -> None:
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        # Whatever it is killed in, the mirror stands as of the last page that was saved.
        process.kill()
        process.wait()


def serve() -> None:
    """Be the process: sync as standard input says, until it ends, and tell on standard output."""
    out = os.fdopen(os.dup(1), "wb")
    # Whatever else is printed must not be taken for news.
    os.dup2(2, 1)
    config, wanted = pickle.load(sys.stdin.buffer)
    stop = threading.Event()
    threading.Thread(target=_hear, args=(sys.stdin.buffer, stop), daemon=True).start()
    ended = _synced(config, wanted, _Teller(out, stop), stop)
    with suppress(OSError):
        pickle.dump(ended, out)
        out.flush()
    os._exit(0)


def _hear(given: BinaryIO, stop: threading.Event) -> None:
    given.read()
    stop.set()
    time.sleep(_LAST)
    os._exit(1)


def _synced(config: Config, wanted: Sequence[str], tell: _Teller, stop: threading.Event) -> Ended:
    from console.mirror.database import DatabaseError, MirrorError
    from console.sources.source import SourceError
    from console.sync.pulling import pull, unwritten

    try:
        report = pull(config, wanted, progress=tell, stop=stop)
    except (MirrorError, SourceError) as error:
        return Ended(refusal=str(error))
    except DatabaseError as error:
        return Ended(refusal=unwritten(config, error))
    except Exception as error:
        return Ended(refusal=f"it made a mistake ({type(error).__name__}); please report this")
    return Ended(tuple(report.runs), stopped=stop.is_set())


class _Teller:
    """Passes on how the streams stand, not more often than anybody can read."""

    def __init__(self, out: BinaryIO, stop: threading.Event) -> None:
        self._out = out
        self._halt = stop
        self._last = 0.0
        self._waiting: dict[tuple[str, str], tuple[StreamRun, int | None]] = {}

    def __call__(self, run: StreamRun, total: int | None) -> None:
        self._waiting[run.source, run.stream] = (run, total)
        if time.monotonic() - self._last < _PACE:
            return
        try:
            pickle.dump(Moved(tuple(self._waiting.values())), self._out)
            self._out.flush()
        except OSError:
            self._halt.set()
        self._waiting.clear()
        self._last = time.monotonic()
