"""Cohort grids, and the people behind every cell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from pyroaring import BitMap

from console.analytics import segments
from console.analytics.grid import MAX_GROUPS, Appearance, CohortCell, Grid, Group
from console.analytics.means import mean_row
from console.analytics.question import CohortQuestion, QuestionError
from console.analytics.reader import read
from console.analytics.reading import Readings
from console.analytics.slices import Slice
from console.analytics.window import Window, window_of
from console.clock import Clock
from console.mirror.activity import Activity


class _Cut(NamedTuple):
    """The parts of an answer before numbers are made of them."""

    activity: Activity
    question: CohortQuestion
    window: Window
    members: BitMap | None
    readings: Readings


def grid(activity: Activity, question: CohortQuestion, clock: Clock) -> Grid:
    """Answer `question` as of ``clock.now``, by the rules of the design's chapter 8.

    Raises QuestionError for events, segments and options that do not hold, `Interrupted` when
    cancelled.
    """
    with _cut(activity, question, clock) as cut:
        found = [(group, slice) for group, slice in _groups(cut) if any(slice.bases)]
        found.sort(key=lambda pair: (-len(pair[1].everyone()), _alphabetic(pair[0])))
        groups = tuple((group, _grid(cut, slice)) for group, slice in found[:MAX_GROUPS])
        whole = Slice(cut.readings.whole, question, cut.window, _narrowed(cut))
        return _grid(cut, whole, groups, len(found) - len(groups))


def people(
    activity: Activity,
    question: CohortQuestion,
    clock: Clock,
    cell: CohortCell,
    missing: bool = False,
) -> tuple[int, ...]:
    """Who is in a cell of the grid, or in its row but not in it.

    Ids of customers (of accounts, when asked by account): first those who appear in most
    columns of the row, then by id. As many as the cell says.
    Raises QuestionError when there is no such cell, else what `grid` raises.
    """
    with _cut(activity, question, clock) as cut:
        slice = _slice(cut, cell.group)
        _check_cell(slice, cell)
        return tuple(slice.people(cell.row, cell.column, missing))


def appearances(
    activity: Activity,
    question: CohortQuestion,
    clock: Clock,
    row: int,
    group: Group | None = None,
) -> tuple[Appearance, ...]:
    """Everyone in a row and the columns they appear in, most faithful first.

    Raises QuestionError when there is no such row, else what `grid` raises.
    """
    with _cut(activity, question, clock) as cut:
        slice = _slice(cut, group)
        _check_cell(slice, CohortCell(row, 0, group))
        found = slice.appearances(row)
        return tuple(Appearance(unit, tuple(found[unit])) for unit in slice.people(row, 0))


@contextmanager
def _cut(activity: Activity, question: CohortQuestion, clock: Clock) -> Iterator[_Cut]:
    with activity.snapshot(clock):
        window = window_of(question, clock)
        members = segments.chosen(activity, question.segment, clock)
        yield _Cut(activity, question, window, members, _read(activity, question, window, members))


def _read(
    activity: Activity, question: CohortQuestion, window: Window, members: BitMap | None
) -> Readings:
    return read(activity, question, window, members if question.by == "account" else None)


def _narrowed(cut: _Cut) -> BitMap | None:
    # By account the reading itself is of these customers only.
    return None if cut.question.by == "account" else cut.members


def _groups(cut: _Cut) -> Iterator[tuple[Group, Slice]]:
    if cut.question.event_breakdown is not None:
        for group, reading in cut.readings.groups.items():
            yield group, Slice(reading, cut.question, cut.window, _narrowed(cut))
    elif cut.question.customer_breakdown is not None:
        for group, customers in _customer_groups(cut).items():
            cut.activity.check()
            yield group, _slice_of(cut, customers)


def _alphabetic(group: Group) -> tuple[bool, str]:
    return group.value is None, group.value or ""


def _slice(cut: _Cut, group: Group | None) -> Slice:
    if group is None:
        return Slice(cut.readings.whole, cut.question, cut.window, _narrowed(cut))
    for found, slice in _groups(cut):
        if found == group:
            return slice
    raise QuestionError(f"cell: the breakdown has no group {group.value!r}")


def _slice_of(cut: _Cut, customers: BitMap) -> Slice:
    members = customers if cut.members is None else customers & cut.members
    if cut.question.by == "customer":
        return Slice(cut.readings.whole, cut.question, cut.window, members)
    readings = _read(cut.activity, cut.question, cut.window, members)
    return Slice(readings.whole, cut.question, cut.window)


def _customer_groups(cut: _Cut) -> dict[Group, BitMap]:
    name = cut.question.customer_breakdown or ""
    try:
        values = cut.activity.traits.trait(name)
    except KeyError:
        raise QuestionError(f"breakdown: customers have no property {name!r}") from None
    groups = {Group(value): customers for value, customers in values.items()}
    known = BitMap.union(BitMap(), *values.values())
    return {**groups, Group(None): cut.activity.traits.everyone() - known}


def _grid(
    cut: _Cut, slice: Slice, groups: tuple[tuple[Group, Grid], ...] = (), left_out: int = 0
) -> Grid:
    question, readings = cut.question, cut.readings
    rows = []
    for row in range(len(slice.bases)):
        cut.activity.check()
        rows.append(slice.row(row))
    aggregate = question.aggregate if question.value is not None else None
    return Grid(
        question=question,
        columns=slice.columns,
        rows=tuple(rows),
        mean=mean_row(rows, len(slice.columns), question.mean, aggregate),
        now=cut.window.now,
        customers=len(slice.everyone()),
        currency=readings.currency,
        answered_from=readings.answered_from,
        without_account=_without_account(cut),
        groups=groups,
        groups_left_out=left_out,
    )


def _without_account(cut: _Cut) -> int:
    if cut.question.by == "customer":
        return 0
    customers = cut.activity.traits.everyone() if cut.members is None else cut.members
    return len(customers - BitMap(list(cut.activity.traits.accounts())))


def _check_cell(slice: Slice, cell: CohortCell) -> None:
    if not 0 <= cell.row < len(slice.bases):
        raise QuestionError(f"cell: there is no row {cell.row}; rows go from 0 to"
                            f" {len(slice.bases) - 1}")  # fmt: skip
    if not 0 <= cell.column < len(slice.columns):
        raise QuestionError(f"cell: there is no column {cell.column}; columns go from 0 to"
                            f" {len(slice.columns) - 1}")  # fmt: skip
    if slice.state(cell.row, cell.column) is None:
        raise QuestionError(f"cell: column {cell.column} of row {cell.row} has not begun")
