"""How each source stands, in words.

The header, the panel of sources and ``console status`` say the same, because they ask here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from console.clock import DAY, HOUR, Clock
from console.config import SourceConfig
from console.model import STOPPED, UNASKED, SourceStatus, Status, StreamRun
from console.show.clean import clean
from console.show.times import ago

State = Literal["syncing", "failed", "never", "partial", "stale", "fresh", "files"]
STATES: tuple[State, ...] = ("syncing", "failed", "never", "partial", "stale", "fresh", "files")
"""What needs somebody first, but for what happens this moment."""

IN_A_WORD: Mapping[State, str] = {
    **{state: state for state in STATES},
    "never": "never synced", "partial": "stopped", "files": "by files",
}  # fmt: skip
"""A state where there is room for no more."""
OVERDUE = HOUR
"""How late a source that is followed may be asked before that is worth a word."""
_BRIEF = 50
"""Characters of a sentence that stands for itself."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one source stands. Instants are microseconds UTC."""

    source: str
    state: State
    facts: SourceStatus | None = None
    """What the mirror knows of it; None where it was never read."""
    at: int | None = None
    """When it was last read without a fault."""
    trouble: str | None = None
    """What is wrong, in a few words."""
    trouble_at: int | None = None
    error: str | None = None
    """The whole of it, as it was met."""
    to_do: str | None = None
    """What helps."""

    @property
    def by_api(self) -> bool:
        """Whether it is asked, and not read from files alone."""
        return self.state != "files"


def standings(
    status: Status | None,
    sources: Mapping[str, SourceConfig],
    clock: Clock,
    syncing: Collection[str] = (),
) -> tuple[Standing, ...]:
    """Every source there is, what needs somebody first and then the one longest unread.

    status: what the mirror knows. sources: the configured ones, of which some may never have
    been read. syncing: names of those that are being asked at this moment.
    """
    known = {one.source: one for one in status.sources} if status else {}
    asked = [one.name for one in sources.values() if one.is_asked]
    found = [
        _standing(name, known.get(name), name in asked, name in syncing, clock)
        for name in dict.fromkeys([*known, *asked])
    ]
    return tuple(sorted(found, key=lambda one: (STATES.index(one.state), one.at or 0, one.source)))


def _standing(
    name: str, facts: SourceStatus | None, asked: bool, syncing: bool, clock: Clock
) -> Standing:
    runs = facts.streams if facts else ()
    at = _last_good(facts, runs)
    if syncing:
        return Standing(name, "syncing", facts, at)
    if facts and facts.error:
        return _failed(name, facts, at)
    if not (asked or runs):
        return Standing(name, "files", facts, at)
    again = f"`console sync {clean(name)}`, or R on the screen"
    if not runs:
        return Standing(name, "never", facts, None, to_do=again)
    if any(run.error == STOPPED for run in runs):
        stopped = max(run.finished_at for run in runs if run.error == STOPPED)
        return Standing(name, "partial", facts, at, "stopped before its end", stopped,
                        to_do=f"{again}, goes on from there")  # fmt: skip
    late = facts is not None and facts.next is not None and clock.now - facts.next > OVERDUE
    if late or (at is not None and clock.now - at > DAY):
        follow = "`console sync --follow` keeps it fresh"
        return Standing(name, "stale", facts, at, to_do=f"{again}; {follow}")
    return Standing(name, "fresh", facts, at)


def _last_good(facts: SourceStatus | None, runs: tuple[StreamRun, ...]) -> int | None:
    good = [run.finished_at for run in runs if run.error is None]
    return max(good) if good else facts.last_sync if facts else None


def _failed(name: str, facts: SourceStatus, at: int | None) -> Standing:
    runs = facts.streams
    failed = [run for run in runs if run.failure not in (None, UNASKED)]
    error = (failed[0].failure if failed else facts.error) or ""
    trouble, to_do = diagnosis(error, name)
    if len(failed) == 1 and any(run.error is None for run in runs):
        trouble = f"{clean(failed[0].stream)}: {trouble}"
    elif len({diagnosis(run.failure or "", name)[0] for run in failed}) > 1:
        trouble = f"{trouble}, and more"
    times = [run.finished_at for run in failed]
    return Standing(name, "failed", facts, at, trouble, max(times, default=None), error, to_do)


_AGAIN = "sync again with `console sync {name}`, or R on the screen"
_KEYLESS = (
    "the environment has no|has no key|its key|the keyring|pip install keyring|is empty$"
    "|others may read"
)
_DIAGNOSES = (
    (r": 401\b", "key refused", f"give it a working key, then {_AGAIN}"),
    (r": 403\b|may not read this", "not allowed to read",
     f"give its key the right to, then {_AGAIN}"),
    (_KEYLESS, "no key to use", f"see its key in [sources.{{name}}] of the config, then {_AGAIN}"),
    (r"asks to wait|be slower|: 429\b", "asks us to wait",
     "nothing: the next sync goes on from there"),
    (r": 5\d\d\b", "its server fails", f"nothing now, what was read is kept; later {_AGAIN}"),
    (r"no connection|is silent|connection failed|cut short", "cannot be reached",
     f"see to the network, then {_AGAIN}"),
    (r"base_url|the setting|is no URL|a link to", "not set up right",
     f"see [sources.{{name}}] of the config, then {_AGAIN}"),
    (r": ([1-4]\d\d)\b", "answers with {}", f"read why in `console status`, then {_AGAIN}"),
)  # fmt: skip


def diagnosis(error: str, name: str) -> tuple[str, str]:
    """A failure of a source in a few words, and what helps.

    error: the whole sentence, as it was met.
    """
    error = error.removeprefix(f"{name}: ")
    # What a vendor says itself stands in brackets, and must not be taken for our own words.
    ours = error.partition(" (")[0] + error.rpartition(")")[2]
    for pattern, words, to_do in _DIAGNOSES:
        if found := re.search(pattern, ours):
            return words.format(*found.groups()), to_do.format(name=clean(name))
    return clean(error.partition(" (")[0], _BRIEF), _AGAIN.format(name=clean(name))


def words(one: Standing, clock: Clock) -> str:
    """How a source stands: "key refused, 2 h ago", "asked 4 min ago", "never synced"."""
    if one.state == "syncing":
        return "is being asked"
    if one.state == "never":
        return "never synced"
    if one.trouble:
        since = f", {ago(one.trouble_at, clock)}" if one.trouble_at is not None else ""
        return f"{one.trouble}{since}"
    if one.state == "files":
        return f"imported {ago(one.at, clock)}" if one.at is not None else "read from files"
    due = one.facts.next if one.facts else None
    if one.state == "stale" and due is not None:
        return f"asked {ago(one.at, clock)}, was due {ago(due, clock)}"
    return f"asked {ago(one.at, clock)}"


def next_words(one: Standing, clock: Clock) -> str:
    """When it is asked next: "in 4 min"; nothing where nobody follows it."""
    due = one.facts.next if one.facts else None
    return ago(due, clock) if due is not None and due > clock.now else ""


def notes(found: Collection[Standing], clock: Clock) -> list[tuple[str, str, str | None]]:
    """Of every source that needs somebody: its name, how it stands, what helps."""
    return [(clean(one.source), _whole(one, clock), one.to_do) for one in found if one.to_do]


def _whole(one: Standing, clock: Clock) -> str:
    said = words(one, clock)
    if one.error is None:
        return said
    whole = clean(one.error, 300).removeprefix(f"{clean(one.source)}: ")
    good = f"; last read well {ago(one.at, clock)}" if one.at is not None else ""
    return f"{said}{good}" if whole in said else f"{said}{good}: {whole}"
