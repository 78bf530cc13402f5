"""What a cohort grid is made of: who starts in which row, who comes back when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pyroaring import BitMap

from console.analytics.acts import Act, Acts
from console.analytics.grid import Group
from console.analytics.question import CohortQuestion
from console.analytics.window import Window
from console.mirror.activity import ALWAYS

Sums = dict[int, float]


@dataclass
class Reading:
    """Who starts and who returns. Do not change one that was read.

    Units are customers or accounts. Returns are listed by interval of the window or, where
    there are `anchors`, by interval since each unit's own anchor.
    """

    rows: list[BitMap]
    returns: list[BitMap]
    anchors: dict[int, int] | None = None
    """24-hour windows: the instant from which each unit's intervals are counted."""
    sums: list[Sums] | None = None
    """What the returns of each unit are worth, beside `returns`."""
    opening: list[Sums] | None = None
    """The same for column 0 of each row: from the start event on."""


@dataclass
class Readings:
    """The whole, and one reading per value of an event breakdown."""

    whole: Reading
    groups: dict[Group, Reading] = field(default_factory=dict)
    currency: str | None = None
    answered_from: Literal["sets", "counts", "events"] = "events"


def rows_of(question: CohortQuestion, window: Window, starts: Acts) -> list[BitMap]:
    """Who starts in each interval of a calendar window."""
    if question.entry == "first-ever" and not starts.plain:
        found: list[list[int]] = [[] for _ in range(window.size)]
        for act in single_starts(question, window, starts).values():
            found[window.place(act.at)].append(act.unit)
        return [BitMap(units) for units in found]
    rows = starts.during(window.spans)
    if question.entry == "recurring":
        return rows
    return _newcomers(rows, starts.before(window.start))


def single_starts(question: CohortQuestion, window: Window, starts: Acts) -> dict[int, Act]:
    """The one act by which each unit starts, when it lies in the window.

    The first of the window for recurring entry, else the first over all history. Of several
    at the same instant, one that passes goes first, then the alphabet decides.
    """
    since = window.start if question.entry == "recurring" else ALWAYS
    chosen: dict[int, Act] = {}
    for act in starts.firsts(since, window.end, failing=question.entry == "first-ever"):
        held = chosen.get(act.unit)
        if held is None or _order(act) < _order(held):
            chosen[act.unit] = act
    return {unit: act for unit, act in chosen.items() if act.passes and act.at >= window.start}


def _order(act: Act) -> tuple[int, bool, bool, str]:
    return act.at, not act.passes, act.carried is None, act.carried or ""


def _newcomers(rows: Sequence[BitMap], before: BitMap) -> list[BitMap]:
    seen = BitMap(before)
    firsts = []
    for row in rows:
        firsts.append(row - seen)
        seen |= row
    return firsts
