"""Carrying what is new from the sources' APIs into the mirror; has never heard of a screen.

Each source is asked in a thread of its own, its streams in turn, a page of each; all pages
are saved here, one after the other, because SQLite has one writer. A page and the place to go
on from are committed together: stopped at any moment, the next sync goes on from there.
Promised is: at least once from the source, exactly once in the mirror.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from console.clock import Clock, system_now
from console.config import Config, SourceConfig
from console.mirror import sweeps, syncs
from console.mirror.database import advice
from console.mirror.store import Writer
from console.mirror.turn import turn
from console.model import STOPPED, Counts, Reject, StreamRun
from console.notebook import merges
from console.sources.apis import APIS
from console.sources.chosen import chosen
from console.sources.http import Limits
from console.sources.source import Reading
from console.sync.fetching import Ended, Fetcher, Finished, Got, Manner, Stopped
from console.writing import mirror_writer

Progress = Callable[[StreamRun, int | None], None]
"""Told how a stream stands after each page, and how many things it will bring, if known."""

_REJECTS_TOLD = 1000


@dataclass(slots=True)
class PullReport:
    """What became of a sync."""

    runs: list[StreamRun] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    """The first thousand; all of them are in the mirror."""

    @property
    def clean(self) -> bool:
        """Whether nothing failed and nothing was refused."""
        return not any(run.error or run.counts.rejected for run in self.runs)


def pull(
    config: Config,
    wanted: Sequence[str] = (),
    *,
    progress: Progress | None = None,
    sleep: Callable[[float], None] | None = None,
    limits: Limits | None = None,
    environment: Mapping[str, str] = os.environ,
    stop: threading.Event | None = None,
    has_turn: bool = False,
) -> PullReport:
    """Ask the sources what is new, side by side, and save it.

    wanted: names or kinds of sources; all when empty. sleep: waits so many seconds. stop:
    set from another thread, it ends the sync at the next page or wait. has_turn: whether the
    caller holds the mirror's `turn`.
    People whom the notebook has as one are merged when all is read.
    Raises SourceError when there is no such source, Taken when another sync is at work,
    MirrorError and DatabaseError when the mirror cannot be written or the notebook not read.
    A source or stream that fails is in the report, and the others are still read.
    """
    sources = chosen(config, wanted)
    clock = config.clock()
    stop = stop or threading.Event()
    with (
        nullcontext() if has_turn else turn(config.mirror),
        mirror_writer(config, clock) as writer,
    ):
        manner = Manner(config.path, environment, sleep or _waiting(stop), limits)
        inbox: queue.Queue[Got | Ended | Finished] = queue.Queue(2 * len(sources))
        fetchers = [
            Fetcher(
                source,
                APIS[source.kind],
                reading(config, clock, source),
                syncs.states(writer.db, source.name),
                inbox,
                manner,
                stop,
            )
            for source in sources
        ]
        report = _Saver(writer, clock, config, progress).save_all(inbox, fetchers, stop)
        writer.keep_merged(merges.read(config.notebook))
        return report


def unwritten(config: Config, error: Exception) -> str:
    """That the mirror could not be written during a sync, as a sentence."""
    return (
        f"{config.mirror} could not be written: {error}. {advice(config.mirror, error)} "
        "What was read before is kept; then sync again."
    )


def reading(config: Config, clock: Clock, source: SourceConfig) -> Reading:
    """How a source's answers are to be read."""
    return Reading(
        source=source.name,
        zone=ZoneInfo(source.timezone) if source.timezone else clock.zone,
        day_first=source.day_first,
        currency=source.currency,
        verbs={name: known.verb for name, known in config.events.items() if known.verb},
        now=clock.now,
    )


def _waiting(stop: threading.Event) -> Callable[[float], None]:
    def wait(seconds: float) -> None:
        if stop.wait(seconds):
            raise Stopped

    return wait


@dataclass(slots=True)
class _Tally:
    """What one stream has brought so far."""

    source: SourceConfig
    started_at: int
    counts: Counts = field(default_factory=Counts)
    deleted: int = 0
    came: int = 0
    """Things that came, known ones and removals too."""
    since: int | None = None
    until: int | None = None
    warnings: list[str] = field(default_factory=list)

    def run(self, stream: str, now: int, error: str | None) -> StreamRun:
        """How the stream stands at `now` (microseconds UTC)."""
        warning = "; ".join(dict.fromkeys(self.warnings)) or None
        return StreamRun(
            self.source.name, stream, self.started_at, now, self.counts, self.deleted, self.since,
            self.until, warning, error,
        )  # fmt: skip


class _Saver:
    """Saves what the fetchers bring."""

    def __init__(
        self, writer: Writer, clock: Clock, config: Config, progress: Progress | None
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._config = config
        self._progress = progress
        self._tallies: dict[tuple[str, str], _Tally] = {}
        self._report = PullReport()

    def save_all(
        self,
        inbox: queue.Queue[Got | Ended | Finished],
        fetchers: Iterable[Fetcher],
        stop: threading.Event,
    ) -> PullReport:
        waiting = set()
        order: dict[tuple[str, str], int] = {}
        for fetcher in fetchers:
            waiting.add(fetcher.name)
            order |= {place: len(order) + n for n, place in enumerate(fetcher.streams)}
            fetcher.start()
        try:
            while waiting:
                came = inbox.get()
                if isinstance(came, Finished):
                    waiting.discard(came.thread)
                elif isinstance(came, Got):
                    self._save(came)
                else:
                    self._end(came)
            self._break_off()
            self._look_whole()
            self._report.runs.sort(key=lambda run: order[run.source, run.stream])
        except BaseException:
            self._writer.rollback()
            stop.set()
            self._break_off()
            raise
        return self._report

    def _break_off(self) -> None:
        for (_, stream), tally in list(self._tallies.items()):
            self._end(Ended(tally.source, stream, error=STOPPED))

    def _save(self, got: Got) -> None:
        tally = self._tally(got.source, got.stream)
        page, writer = got.page, self._writer
        writer.begin()
        tally.counts.add(writer.save(page.batch, got.source.kind))
        tally.came += page.batch.read
        if page.removals:
            tally.came += len(page.removals)
            tally.deleted += writer.remove(got.source.name, got.source.kind, page.removals)
        sweeps.note(writer.db, got.source.name, got.stream, page.present)
        if page.sweep:
            gone, said = sweeps.end(writer.db, got.source.name, got.stream, page.sweep)
            tally.deleted += writer.remove(got.source.name, got.source.kind, gone)
            tally.warnings += [said] if said else []
        state = syncs.packed(page.state)
        writer.save_cursor(got.source.name, got.source.kind, got.stream, state)
        writer.commit()
        kept = self._report.rejects
        kept += page.batch.rejects[: max(0, _REJECTS_TOLD - len(kept))]
        if page.warning:
            tally.warnings.append(page.warning)
        if page.span:
            since, until = page.span
            tally.since = since if tally.since is None else min(since, tally.since)
            tally.until = until if tally.until is None else max(until, tally.until)
        if self._progress:
            run = tally.run(got.stream, self._now(), None)
            self._progress(run, page.total)

    def _end(self, ended: Ended) -> None:
        tally = self._tally(ended.source, ended.stream)
        self._tallies.pop((ended.source.name, ended.stream))
        if ended.warning:
            tally.warnings.append(ended.warning)
        if ended.expected and not tally.came and not ended.error:
            tally.warnings.append(
                "nothing came, not even what came before; may the key still read it?"
            )
        run = tally.run(ended.stream, self._now(), ended.error)
        self._report.runs.append(run)
        syncs.save_run(self._writer.db, ended.source.kind, run)

    def _look_whole(self) -> None:
        """A source that has none of its streams is not where we look for it."""
        for source in dict.fromkeys(run.source for run in self._report.runs):
            runs = [run for run in self._report.runs if run.source == source]
            if all((run.warning or "").startswith("was not read") for run in runs):
                for place, run in enumerate(self._report.runs):
                    if run.source == source:
                        self._report.runs[place] = replace(run, error=run.warning, warning=None)

    def _tally(self, source: SourceConfig, stream: str) -> _Tally:
        place = (source.name, stream)
        if place not in self._tallies:
            self._tallies[place] = _Tally(source, self._now())
        return self._tallies[place]

    def _now(self) -> int:
        return self._clock.now if self._config.now is not None else system_now()
