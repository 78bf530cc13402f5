"""Asking the sources again and again, each at the pace that suits it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial

from console.clock import HOUR, SECOND, system_now
from console.config import Config, SourceConfig
from console.mirror import syncs
from console.mirror.database import DatabaseError, MirrorError, open_writer
from console.mirror.turn import turn
from console.sources.apis import APIS
from console.sources.chosen import chosen
from console.sources.http import Limits
from console.sync.pulling import PullReport, pull

Told = Callable[[PullReport], None]
_LONGEST_PAUSE = HOUR


def follow(
    config: Config,
    wanted: Sequence[str],
    told: Told,
    *,
    stop: threading.Event,
    limits: Limits | None = None,
    environment: Mapping[str, str] = os.environ,
) -> None:
    """Ask until `stop` is set, each source in a thread of its own.

    wanted: as for `pull`. told: called after each round of each source, one at a time. A
    source that fails is asked less and less often, at least once an hour.
    Raises SourceError and Taken as `pull` does, MirrorError when the mirror cannot be written.
    """
    sources = chosen(config, wanted)
    ask = partial(pull, limits=limits, environment=environment, stop=stop, has_turn=True)
    lock = threading.Lock()

    def tell(report: PullReport) -> None:
        with lock:
            told(report)

    rounds = [_Rounds(config, source, ask, tell, stop) for source in sources]
    with turn(config.mirror, "console sync --follow"):
        for one in rounds:
            one.start()
        try:
            while any(one.is_alive() for one in rounds):
                for one in rounds:
                    one.join(0.2)
        finally:
            stop.set()
            for one in rounds:
                one.join(5.0)
            with suppress(MirrorError, DatabaseError):
                _save_next(config, {source.name: None for source in sources})
    for one in rounds:
        if one.failure:
            raise one.failure


def pause_after(every: int, failures: int) -> int:
    """Microseconds until the next round, after so many that failed one after the other."""
    return min(every << min(failures, 10), max(every, _LONGEST_PAUSE))


class _Rounds(threading.Thread):
    """Rounds of one source."""

    def __init__(
        self,
        config: Config,
        source: SourceConfig,
        ask: Callable[[Config, Sequence[str]], PullReport],
        tell: Told,
        stop: threading.Event,
    ) -> None:
        super().__init__(name=f"follow {source.name}", daemon=True)
        # Only its own name: a kind would mean others too.
        self._config = replace(config, sources={source.name: source})
        self._source = source
        self._ask = ask
        self._tell = tell
        self._halt = stop
        self.failure: MirrorError | DatabaseError | None = None

    def run(self) -> None:
        """Ask, tell, wait; until stopped."""
        failures = 0
        every = int(self._source.settings.get("every", 0)) * SECOND or APIS[self._source.kind].every
        try:
            while not self._halt.is_set():
                report = self._ask(self._config, [self._source.name])
                failures = failures + 1 if any(run.failure for run in report.runs) else 0
                pause = pause_after(every, failures)
                _save_next(self._config, {self._source.name: system_now() + pause})
                self._tell(report)
                self._halt.wait(pause / SECOND)
        except (MirrorError, DatabaseError) as failure:
            self.failure = failure
            self._halt.set()


def _save_next(config: Config, nexts: Mapping[str, int | None]) -> None:
    with closing(open_writer(config.mirror)) as db:
        syncs.save_next(db, nexts)
