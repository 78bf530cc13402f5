"""The answer to a `CohortQuestion`: a grid, its cells and who is in them, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from console.analytics.question import CohortQuestion, Column, MeanKind

State = Literal["complete", "in_progress"]

MAX_GROUPS = 25


@dataclass(frozen=True, slots=True)
class Group:
    """One value of a breakdown; None gathers those without one."""

    value: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that has begun; a cell that has not is absent from its row."""

    column: int
    """Position in `Grid.columns`; column 0 is the cohort's size."""
    customers: int
    """Customers, or accounts when asked by account."""
    state: State
    rate: float | None
    """Share of the cohort, 0 to 1; None when the cohort is empty."""
    value: float | None = None
    """Sum or average of the property; None when none was asked for. Money is in whole units
    of `Grid.currency`, not in cents."""
    valued: int = 0
    """The customers `value` rests on: those who returned or, in column 0, did so at once."""


@dataclass(frozen=True, slots=True)
class GridRow:
    """One cohort: those who started in one interval."""

    start: int
    """The instant the interval begins (microseconds UTC)."""
    end: int
    """The instant it ends, which is not in it."""
    size: int
    state: State
    """Whether the interval itself is over."""
    cells: tuple[Cell, ...]
    """From column 0 on; shorter than `Grid.columns` where later ones have not begun."""


@dataclass(frozen=True, slots=True)
class MeanCell:
    """The mean of one column over its complete cells."""

    column: int
    rate: float | None
    """None when no cell of the column is complete."""
    rows: int
    """How many cohorts it rests on; empty ones do not count."""
    customers: int
    """Those who came back, summed over these cohorts."""
    of: int
    """The sizes of these cohorts, summed."""
    value: float | None = None
    """Of sums, the mean per cohort; of averages, that of all customers together (weighted)
    or of the cohorts' averages (simple)."""


@dataclass(frozen=True, slots=True)
class MeanRow:
    """The row under the grid."""

    kind: MeanKind
    cells: tuple[MeanCell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The answer to a `CohortQuestion`."""

    question: CohortQuestion
    columns: tuple[Column, ...]
    rows: tuple[GridRow, ...]
    mean: MeanRow
    now: int
    """The clock's now when it was asked."""
    customers: int
    """Different customers (accounts) in any row."""
    currency: str | None = None
    """Of the values, when they are money."""
    answered_from: Literal["sets", "counts", "events"] = "sets"
    """How it was read: compressed sets, daily counts, or the events one by one."""
    without_account: int = 0
    """By account: customers who would be in a row but belong to no account."""
    groups: tuple[tuple[Group, Grid], ...] = ()
    """One grid per value of the breakdown, largest first."""
    groups_left_out: int = 0
    """Values of the breakdown beyond the first `MAX_GROUPS`."""


@dataclass(frozen=True, slots=True)
class CohortCell:
    """The address of a cell: row and column count from 0, as in `Grid`."""

    row: int
    column: int
    group: Group | None = None
    """Which grid of a breakdown; None is the whole."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """One customer (account) of a row and the columns they appear in, column 0 first."""

    id: int
    columns: tuple[int, ...] = field(default=(0,))
