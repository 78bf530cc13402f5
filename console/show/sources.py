"""The panel of sources: each with its state, its figures, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content

from console.clock import Clock
from console.model import SourceStatus, StreamRun
from console.show import sync_words
from console.show.clean import clean
from console.show.lines import BLANK, Part, count, cut, fit, line, wrap
from console.show.standing import IN_A_WORD, Standing, State, next_words, words
from console.show.times import ago

Moving = Mapping[tuple[str, str], tuple[StreamRun, int | None]]
"""Of a sync of ours: each stream that has come on, by source and name, and its total."""

_LOOKS: Mapping[State, tuple[str, str]] = {
    "syncing": ("⟳", "bold $primary"), "failed": ("✗", "bold $bad"), "never": ("!", "$warn"),
    "partial": ("!", "$warn"), "stale": ("!", "$warn"), "fresh": ("✓", "$good"),
    "files": ("·", "$quiet"),
}  # fmt: skip
_NAME = 20
_LEFT = 3
_WHOLE = 400


def lines(
    found: Sequence[Standing], clock: Clock, width: int, moving: Moving | None = None
) -> list[Content]:
    """Every source, what needs somebody first.

    width: in cells. moving: how a sync of ours comes on.
    """
    if not found:
        return _none(width)
    said: list[Content] = []
    for one in found:
        streams = {run.stream: (run, total) for (source, _), (run, total) in (moving or {}).items()
                   if source == one.source}  # fmt: skip
        said += [*_source(one, clock, width), *_streams(one, streams, width), BLANK]
    return said


def title(found: Sequence[Standing]) -> Content:
    """Over the panel: how many in which state."""
    states = dict.fromkeys(one.state for one in found)
    parts: list[Part] = [(f" {count(len(found), 'source')}", "bold $ink")]
    for state in states:
        n = sum(one.state == state for one in found)
        parts += [("  ", ""), (f"{n} {IN_A_WORD[state]}", _LOOKS[state][1])]
    return line(*parts)


def _none(width: int) -> list[Content]:
    text = (
        "Nothing was read yet. Read exports with `console import PATH…`, or have a system asked "
        "by its API: `console source add klaviyo`."
    )
    return [line((f" {part}", "$quiet")) for part in wrap(text, width - 2)]


def _source(one: Standing, clock: Clock, width: int) -> list[Content]:
    due = next_words(one, clock)
    said = words(one, clock) + (f", again {due}" if due else "")
    mark, style = _LOOKS[one.state]
    head = line(
        (f" {mark} ", style), (fit(one.source, _NAME) + " ", "bold $ink"),
        (cut(said, max(10, width - _NAME - 5)), style),
    )  # fmt: skip
    found = [head]
    if one.facts is not None:
        found += _indented(_figures(one, one.facts, clock), "$quiet", width)
    whole = clean(one.error or "", _WHOLE).removeprefix(f"{clean(one.source)}: ")
    if whole not in said:
        found += _indented(whole, "$bad", width)
    if one.to_do:
        found += _indented(f"→ {one.to_do}", "$primary", width)
    return found


def _figures(one: Standing, facts: SourceStatus, clock: Clock) -> str:
    said = [count(facts.events, "event"), count(facts.records, "record")]
    if facts.newest is not None:
        said.append(f"newest {ago(min(facts.newest, clock.now), clock)}")
    if facts.rejected:
        said.append(f"{facts.rejected:,} refused (`console rejects`)")
    if one.state == "failed" and one.at is not None:
        said.append(f"last read well {ago(one.at, clock)}")
    return " · ".join(said)


def _streams(
    one: Standing, moving: Mapping[str, tuple[StreamRun, int | None]], width: int
) -> list[Content]:
    """What moves now; else what the last runs want known."""
    said = [f"{name}: {sync_words.stream(*stream)}" for name, stream in moving.items()]
    if one.state != "syncing" and one.facts is not None:
        said = [f"{run.stream}: {run.warning}" for run in one.facts.streams if run.warning]
    return [made for text in said for made in _indented(clean(text, _WHOLE), "$quiet", width)]


def _indented(text: str, style: str, width: int) -> list[Content]:
    return [line((" " * _LEFT + part, style)) for part in wrap(text, max(20, width - _LEFT - 1))]
