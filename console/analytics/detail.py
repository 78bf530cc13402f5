"""Answers event by event what sets and counts cannot.

That is 24-hour windows, values, and breakdowns by what the events say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyroaring import BitMap

from console.analytics.acts import Act, Acts, number
from console.analytics.grid import Group
from console.analytics.question import CohortQuestion, QuestionError
from console.analytics.reading import Reading, Readings, Sums, single_starts
from console.analytics.window import ROLLING, Window

Counts = dict[int, int]

MAX_VALUES = 5_000
"""How many values a property may have to be broken down by."""


def read_events(question: CohortQuestion, window: Window, starts: Acts, returns: Acts) -> Readings:
    """Read both sides of `question` from the events.

    Raises QuestionError when values are in several currencies.
    """
    anchors = None
    if question.window == "24h":
        anchors = single_starts(question, window, starts)
    table = _Table(question, window, anchors)
    for act in anchors.values() if anchors is not None else _starts(question, window, starts):
        table.start(act)
    for act in returns.stream(window.start, window.end):
        table.come_back(act)
    return table.readings()


def _starts(question: CohortQuestion, window: Window, starts: Acts) -> Iterable[Act]:
    if question.entry != "recurring":
        return single_starts(question, window, starts).values()
    return _recurring(window, starts)


def _recurring(window: Window, starts: Acts) -> Iterator[Act]:
    for start, end in window.spans if starts.plain else [(window.start, window.end)]:
        yield from starts.firsts(start, end)


class _Sheet:
    """What is gathered for one grid: the whole, or one value of a breakdown."""

    def __init__(self, size: int) -> None:
        self.first_at: list[Counts] = [{} for _ in range(size)]
        self.counts: list[Counts] = [{} for _ in range(size)]
        self.sums: list[Sums] = [{} for _ in range(size)]
        self.opening_counts: list[Counts] = [{} for _ in range(size)]
        self.opening: list[Sums] = [{} for _ in range(size)]

    def start(self, row: int, unit: int, at: int) -> None:
        held = self.first_at[row]
        held[unit] = min(at, held.get(unit, at))

    def come_back(self, place: int, unit: int, worth: float) -> None:
        _count(self.counts[place], self.sums[place], unit, worth)

    def open(self, row: int, unit: int, at: int, worth: float) -> None:
        first = self.first_at[row].get(unit)
        if first is not None and at >= first:
            _count(self.opening_counts[row], self.opening[row], unit, worth)

    def reading(self, question: CohortQuestion, anchors: dict[int, int] | None) -> Reading:
        least = question.min_occurrences
        reading = Reading(
            rows=[BitMap(list(row)) for row in self.first_at],
            returns=[_enough(counts, least) for counts in self.counts],
            anchors=anchors,
        )
        if question.value is not None:
            reading.sums = [
                {unit: sums[unit] for unit in units}
                for sums, units in zip(self.sums, reading.returns, strict=True)
            ]
            reading.opening = [
                {unit: sums[unit] for unit in _enough(counts, least)}
                for sums, counts in zip(self.opening, self.opening_counts, strict=True)
            ]
        return reading


class _Table:
    """Sorts acts into the whole and, by what they carry, into groups."""

    def __init__(
        self, question: CohortQuestion, window: Window, anchors: dict[int, Act] | None
    ) -> None:
        self._question = question
        self._window = window
        self._anchors = anchors
        self._grouped = question.event_breakdown is not None
        self._whole = _Sheet(window.size)
        self._groups: dict[str | None, _Sheet] = {}
        self._currencies: set[str | None] = set()

    def start(self, act: Act) -> None:
        """Someone starts."""
        row = self._window.place(act.at)
        self._whole.start(row, act.unit, act.at)
        if self._grouped:
            self._group(act.carried).start(row, act.unit, act.at)

    def come_back(self, act: Act) -> None:
        """Someone returns; all starts must be known."""
        anchor = None
        place = self._window.place(act.at)
        if self._anchors is not None:
            anchor = self._anchors.get(act.unit)
            if anchor is None or act.at < anchor.at:
                return
            place = (act.at - anchor.at) // ROLLING[self._question.period]
            if place >= self._window.size:
                return
        worth = self._worth(act)
        sheets = [self._whole]
        # With anchors each unit stands in the group of its anchor alone: elsewhere its
        # returns meet no row.
        if self._grouped and act.carried in self._groups:
            sheets.append(self._groups[act.carried])
        for sheet in sheets:
            sheet.come_back(place, act.unit, worth)
            if anchor is None:
                sheet.open(place, act.unit, act.at, worth)
            elif place == 0:
                sheet.open(self._window.place(anchor.at), act.unit, act.at, worth)

    def readings(self) -> Readings:
        """What was gathered."""
        if len(self._currencies) > 1:
            names = sorted(str(currency) for currency in self._currencies)
            raise QuestionError(
                f"value: amounts are in {' and '.join(names)}, which do not add up;"
                f" keep to one with a return condition like currency={names[-1]}"
            )
        anchors = None
        if self._anchors is not None:
            anchors = {unit: act.at for unit, act in self._anchors.items()}
        question = self._question
        return Readings(
            self._whole.reading(question, anchors),
            {Group(value): sheet.reading(question, anchors)
             for value, sheet in self._groups.items()},
            next(iter(self._currencies), None),
        )  # fmt: skip

    def _group(self, value: str | None) -> _Sheet:
        if value not in self._groups:
            if len(self._groups) == MAX_VALUES:
                raise QuestionError(
                    f"breakdown: {self._question.event_breakdown!r} has more than {MAX_VALUES}"
                    " values; choose a property that many events share"
                )
            self._groups[value] = _Sheet(self._window.size)
        return self._groups[value]

    def _worth(self, act: Act) -> float:
        name, occurrence = self._question.value, act.occurrence
        if name is None or occurrence is None:
            return 0
        if name == "amount" and occurrence.amount is not None:
            self._currencies.add(occurrence.currency)
            return occurrence.money or 0
        return number(occurrence.get(name)) or 0


def _count(counts: Counts, sums: Sums, unit: int, worth: float) -> None:
    counts[unit] = counts.get(unit, 0) + 1
    sums[unit] = sums.get(unit, 0) + worth


def _enough(counts: Counts, least: int) -> BitMap:
    return BitMap([unit for unit, n in counts.items() if n >= least])
