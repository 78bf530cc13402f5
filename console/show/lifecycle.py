"""Lifecycle and stickiness as numbers with bars, and their cursors as sentences. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from console.analytics.proportions import wilson
from console.clock import Clock
from console.show import intervals, numbers
from console.show.acts import were
from console.show.lines import Part, count, line
from console.widgets.heat_table import Heat, HeatRow, HeatTable, Stretch

if TYPE_CHECKING:
    from console.analytics.lifecycle import Lifecycle, LifecycleInterval, Status
    from console.analytics.stickiness import Stickiness, StickinessColumn

COLUMNS: tuple[Status | None, ...] = (None, "returning", "resurrected", "new", "dormant")
"""The columns of the lifecycle's table; None is everybody active."""
_HEADS = ("active", "returning", "back", "new", "dormant")
_SIGNS: dict[Status, str] = {"returning": "█", "resurrected": "▓", "new": "▒", "dormant": "░"}
_INKS: dict[Status, str] = {
    "returning": "$heat-4", "resurrected": "$secondary", "new": "$good", "dormant": "$faint",
}  # fmt: skip


def lifecycle_table(answer: Lifecycle, clock: Clock) -> HeatTable:
    """A row per interval; to the left of the bars' line those who left, to the right the rest."""
    period = answer.question.period
    found = answer.intervals
    left = max((one.dormant for one in found), default=0)
    whole = left + max((active(one) for one in found), default=0)
    rows = []
    for one in found:
        head = line((intervals.head(one.start, period, clock), "$quiet"))
        open_ = one.state == "in_progress"
        cells = [Heat(f"{_n(one, status):,}", open=open_, style=_ink(one, status))
                 for status in COLUMNS]  # fmt: skip
        rows.append(HeatRow(head, tuple(cells), _lifecycle_bar(one, left, whole)))
    heads = [line((head, "" if status is None else _INKS[status]))
             for head, status in zip(_HEADS, COLUMNS, strict=True)]  # fmt: skip
    corner = line((intervals.corner(period), "$faint"))
    return HeatTable(corner, tuple(heads), tuple(rows), 0, len(heads))


def lifecycle_sentence(answer: Lifecycle, row: int, column: int, clock: Clock) -> Content:
    """What the cell under the cursor says."""
    question, one = answer.question, answer.intervals[row]
    when = intervals.name(one.start, question.period, clock)
    act, period = were(question.start_event), question.period
    open_ = one.state == "in_progress"
    status = COLUMNS[column]
    n = f"{_n(one, status):,}" if _n(one, status) else "none"
    whole = f"{count(active(one), question.by)} {act}"
    gone = "are missing so far" if open_ else "went missing"
    words = {
        None: whole,
        "returning": f"{whole}; {n} of them the {period} before, too",
        "resurrected": f"{whole}; {n} of them are back after at least one {period} without",
        "new": f"{whole}; {n} of them for the first time ever",
        "dormant": f"{n} who {act} the {period} before {gone}",
    }[status]  # fmt: skip
    return _said(when, words, f"{period} not over" if open_ else "")


def active(one: LifecycleInterval) -> int:
    """Everybody who was active in an interval."""
    return one.new + one.returning + one.resurrected


def status_words(status: Status | None) -> str:
    """A state as the heading of its people."""
    if status is None:
        return "active"
    return "back after a pause" if status == "resurrected" else status


def _n(one: LifecycleInterval, status: Status | None) -> int:
    counts = {"new": one.new, "returning": one.returning, "resurrected": one.resurrected,
              "dormant": one.dormant}  # fmt: skip
    return active(one) if status is None else counts[status]


def _ink(one: LifecycleInterval, status: Status | None) -> str:
    if one.state == "in_progress":
        return "italic $quiet"
    if not _n(one, status):
        return "$faint"
    return "bold $ink" if status is None else "$quiet" if status == "dormant" else "$ink"


def _lifecycle_bar(one: LifecycleInterval, left: int, whole: int) -> tuple[Stretch, ...]:
    if not whole:
        return ()
    order: tuple[Status, ...] = ("dormant", "returning", "resurrected", "new")
    blank = Stretch((left - one.dormant) / whole, " ", "")
    parts = [Stretch(_n(one, status) / whole, _SIGNS[status], _INKS[status]) for status in order]
    return (blank, *parts)


# -- stickiness -------------------------------------------------------------------------


def stickiness_table(answer: Stickiness) -> HeatTable:
    """A row per number of intervals."""
    period = answer.question.period
    top = max((one.customers for one in answer.columns), default=0)
    rows = []
    for one in answer.columns:
        style = "$ink" if one.customers else "$faint"
        cells = (
            Heat(f"{one.customers:,}", style=style),
            Heat(numbers.percent(one.share or 0.0), style=style),
            Heat(numbers.percent(at_least(answer, one) / answer.total) if answer.total else "–",
                 style="$quiet"),
        )  # fmt: skip
        bar = (Stretch(one.customers / top, "▇", "$heat-4"),) if top else ()
        rows.append(HeatRow(line((intervals.some(one.intervals, period), "$quiet")), cells, bar))
    heads = (line(f"{answer.question.by}s"), line("%"), line("or more %"))
    return HeatTable(line(("active in", "$faint")), heads, tuple(rows), 0, len(heads))


def stickiness_sentence(answer: Stickiness, row: int, clock: Clock) -> Content:
    """What the row under the cursor says."""
    question, one = answer.question, answer.columns[row]
    many = len(answer.columns)
    span = wilson(one.customers, answer.total)
    share = f" ({numbers.percent(one.share or 0.0)} %, {numbers.between(*span)})" if span else ""
    exactly = f"exactly {one.intervals} of" if one.intervals < many else "all of"
    some = f"{one.customers:,}" if one.customers else "none"
    since = intervals.name(answer.start, question.period, clock)
    words = (
        f"{some} of {count(answer.total, question.by)}{share} {were(question.start_event)}"
        f" in {exactly} these {intervals.some(many, question.period)}"
    )
    if 1 < one.intervals < many:
        words += f", {at_least(answer, one):,} in {one.intervals} or more"
    late = f"last {question.period} not over" if answer.state == "in_progress" else ""
    return _said(f"Since {since[:1].lower() if since.startswith('Week') else since[:1]}{since[1:]}",
                 words, late)  # fmt: skip


def at_least(answer: Stickiness, column: StickinessColumn) -> int:
    """How many were active in at least as many intervals as `column` says."""
    return sum(one.customers for one in answer.columns if one.intervals >= column.intervals)


def _said(when: str, words: str, late: str) -> Content:
    parts: list[Part] = [(when, "bold $ink"), (f": {words}", "$ink")]
    if late:
        parts.append((f"; {late}", "$warn"))
    return line(*parts)
