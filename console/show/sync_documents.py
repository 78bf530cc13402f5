"""How the sources' APIs were read, as JSON documents and as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from console.clock import Clock
from console.model import Reject, StreamRun
from console.show.clean import clean
from console.show.instants import iso
from console.show.tables import table
from console.show.times import when

_NUMBERS = ("read", "new", "changed", "deleted", "rejected")
_LONGEST = 300


def stream_run(run: StreamRun, clock: Clock) -> dict[str, Any]:
    """How one stream of a source's API was read."""
    counts = asdict(run.counts)
    return {
        "stream": run.stream,
        "at": iso(run.finished_at, clock),
        **{name: counts[name] for name in ("read", "new", "changed", "unchanged")},
        "deleted": run.deleted,
        "rejected": counts["rejected"],
        "since": iso(run.since, clock),
        "until": iso(run.until, clock),
        "warning": run.warning,
        "error": run.error,
    }


def synced(runs: Sequence[StreamRun], rejects: Iterable[Reject], clock: Clock) -> dict[str, Any]:
    """The answer to ``console sync``."""
    return {
        "sources": [
            {
                "source": source,
                "streams": [stream_run(run, clock) for run in runs if run.source == source],
            }
            for source in dict.fromkeys(run.source for run in runs)
        ],
        "rejects": [
            {
                "path": one.path,
                "line": one.line or None,
                "column": one.column,
                "reason": one.reason,
            }
            for one in rejects
        ],
    }


def sync_text(runs: Sequence[StreamRun], clock: Clock) -> str:
    """The same for people: a line for each stream, then what they should know."""
    rows = [
        (
            run.source,
            run.stream,
            *(f"{n:,}" for n in _counts(run)),
            _asked(run, clock),
            _how(run),
        )
        for run in runs
    ]
    text = table(("source", "stream", *_NUMBERS, "asked for", ""), rows, right=_NUMBERS)
    notes = notes_of(runs)
    return "\n".join([text, "", *notes]) if notes else text


def round_lines(runs: Iterable[StreamRun]) -> list[str]:
    """What a round of following brought: a line for each stream that has something to say."""
    lines = []
    for run in runs:
        brought = [
            f"{n:,} {name}" for n, name in zip(_counts(run)[1:], _NUMBERS[1:], strict=True) if n
        ]
        if brought:
            lines.append(f"{clean(run.source)} {clean(run.stream)}: {', '.join(brought)}")
    return [*lines, *notes_of(runs)]


def notes_of(runs: Iterable[StreamRun]) -> list[str]:
    """Errors and warnings, each in a line."""
    notes = []
    for run in runs:
        for said in (run.error, run.warning):
            if said:
                about = clean(f"{run.source} {run.stream}", _LONGEST)
                told = clean(said, _LONGEST).removeprefix(f"{clean(run.source)}: ")
                notes.append(f"{about}: {told}")
    return notes


def _how(run: StreamRun) -> str:
    if run.failure:
        return "failed"
    return "stopped" if run.error else "see below" if run.warning else ""


def _counts(run: StreamRun) -> tuple[int, int, int, int, int]:
    counts = run.counts
    return counts.read, counts.new, counts.changed, run.deleted, counts.rejected


def _asked(run: StreamRun, clock: Clock) -> str:
    if run.since is None:
        return "all of it" if run.counts.read or run.deleted else ""
    return f"since {when(run.since, clock)}"
