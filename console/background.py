"""A sync in a process of its own, which tells how it goes: what the screen starts.

The keys of a screen must not wait for the parsing of a vendor's pages, so that goes on beside
it. The process ends with ours: it stops at the next page once nobody listens any more, and
what it has saved by then is kept.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from console import processes
from console.config import Config
from console.model import StreamRun

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
        wanted: as for `console.pulling.pull`.
        """
        self._config = config
        self._wanted = tuple(wanted)
        self._process: BaseProcess | None = None
        self._ours: Connection | None = None
        self._lock = threading.Lock()
        self.stopping = False

    def news(self) -> Iterator[Moved | Ended]:
        """Start, and tell how it goes; `Ended` is the last word. Blocks: for a thread."""
        try:
            pipe = self._start()
        except OSError as error:
            yield Ended(refusal=f"no process could be started for it: {error.strerror}")
            return
        if pipe is None:
            yield Ended(stopped=True)
            return
        try:
            while True:
                said = pipe.recv()
                yield said
                if isinstance(said, Ended):
                    return
        except (EOFError, OSError):
            yield self._broken_off()
        finally:
            self.stop()

    def _start(self) -> Connection | None:
        with self._lock:
            if self.stopping:
                return None
            ours, theirs = processes.pipe(both_ways=True)
            self._process = processes.start(_serve, self._config, self._wanted, theirs)
            theirs.close()
            self._ours = ours
            return ours

    def _broken_off(self) -> Ended:
        if self.stopping:
            return Ended(stopped=True)
        assert self._process is not None
        self._process.join(1.0)
        return Ended(
            refusal=f"its process ended before its time (status {self._process.exitcode}); what "
            "was read is kept, sync again"
        )

    def stop(self, grace: float = 3.0) -> None:
        """Ask it to stop, from any thread; after `grace` seconds it is made to."""
        with self._lock:
            process, asked = self._process, self.stopping
            self.stopping = True
        if process is None or asked:
            return
        if self._ours is not None:
            with suppress(OSError, ValueError):
                self._ours.send("stop")
        threading.Thread(target=_end, args=(process, grace), daemon=True).start()


def _end(process: BaseProcess, grace: float) -> None:
    # Whatever it is killed in, the mirror stands as of the last page that was saved.
    process.join(grace)
    if process.is_alive():
        process.kill()
        process.join()


def _serve(config: Config, wanted: Sequence[str], out: Connection) -> None:
    """The process's side."""
    # Who sits at the terminal decides through us, and nothing may be written over the screen.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    stop = threading.Event()
    threading.Thread(target=_hear, args=(out, stop), daemon=True).start()
    ended = _synced(config, wanted, _Teller(out, stop), stop)
    with suppress(OSError):
        out.send(ended)


def _hear(out: Connection, stop: threading.Event) -> None:
    with suppress(EOFError, OSError):
        out.recv()
    stop.set()


def _synced(config: Config, wanted: Sequence[str], tell: _Teller, stop: threading.Event) -> Ended:
    from console.mirror.database import DatabaseError, MirrorError
    from console.pulling import pull, unwritten
    from console.sources.source import SourceError

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

    def __init__(self, out: Connection, stop: threading.Event) -> None:
        self._out = out
        self._halt = stop
        self._last = 0.0
        self._waiting: dict[tuple[str, str], tuple[StreamRun, int | None]] = {}

    def __call__(self, run: StreamRun, total: int | None) -> None:
        self._waiting[run.source, run.stream] = (run, total)
        if time.monotonic() - self._last < _PACE:
            return
        try:
            self._out.send(Moved(tuple(self._waiting.values())))
        except OSError:
            self._halt.set()
        self._waiting.clear()
        self._last = time.monotonic()
