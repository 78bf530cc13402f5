"""One grid cut from a reading: cells as pairs of sets.

A cell is what two sets have in common: those of the row, and those who came back in the
column. Its number is the size of that, its people the members, the missing the rest.
"""

from __future__ import annotations

from math import fsum

from pyroaring import BitMap

from console.analytics.grid import Cell, GridRow, State
from console.analytics.question import CohortQuestion, Column
from console.analytics.reading import Reading
from console.analytics.window import ROLLING, Window


class Slice:
    """A grid over a reading.

    members: only these units are looked at; None is all of them.
    """

    def __init__(
        self,
        reading: Reading,
        question: CohortQuestion,
        window: Window,
        members: BitMap | None = None,
    ) -> None:
        self._reading = reading
        self._question = question
        self._window = window
        self._unions: dict[tuple[int, int], BitMap] = {}
        self.columns = question.columns
        begun = reading.rows[: window.begun]
        self.bases = begun if members is None else [row & members for row in begun]

    def everyone(self) -> BitMap:
        """All units in any row."""
        return BitMap.union(BitMap(), *self.bases)

    def operands(self, row: int, column: int) -> tuple[BitMap, BitMap]:
        """The two sets that make a cell. Do not change them."""
        base = self.bases[row]
        if column == 0:
            return base, base
        return base, self._union(*self._places(row, self.columns[column]))

    def state(self, row: int, column: int) -> State | None:
        """Whether a cell is complete, in progress, or (None) has not begun."""
        wanted, window = self.columns[column], self._window
        if row + wanted.first >= window.size:
            return None
        bounds = self._anchor_bounds(row)
        if bounds is None:
            if window.starts[row + wanted.first] > window.now:
                return None
            last = row + wanted.last
            whole = last < window.size and window.starts[last + 1] <= window.now
        else:
            length = ROLLING[self._question.period]
            if bounds[0] + wanted.first * length > window.now:
                return None
            over = bounds[1] + (wanted.last + 1) * length
            whole = over <= min(window.now, window.end) and window.state(row) == "complete"
        return "complete" if whole else "in_progress"

    def row(self, row: int) -> GridRow:
        """One row of the grid."""
        window = self._window
        size = len(self.bases[row])
        cells = []
        for column in range(len(self.columns)):
            state = self.state(row, column)
            if state is None:
                break
            base, found = self.operands(row, column)
            customers = base.intersection_cardinality(found) if column else size
            value, valued = self._value(row, column)
            rate = customers / size if size else None
            cells.append(Cell(column, customers, state, rate, value, valued))
        start, end = window.starts[row], window.starts[row + 1]
        return GridRow(start, end, size, window.state(row), tuple(cells))

    def people(self, row: int, column: int, missing: bool = False) -> list[int]:
        """The units of a cell, or those of its row who are not in it.

        First those who appear in most columns, then by id.
        """
        base, found = self.operands(row, column)
        appearances = self.appearances(row)
        chosen = base - found if missing else base & found
        return sorted(chosen, key=lambda unit: (-len(appearances[unit]), unit))

    def appearances(self, row: int) -> dict[int, list[int]]:
        """The columns in which each unit of a row appears, column 0 first."""
        found: dict[int, list[int]] = {unit: [] for unit in self.bases[row]}
        for column in range(len(self.columns)):
            if self.state(row, column) is None:
                break
            base, others = self.operands(row, column)
            for unit in base & others:
                found[unit].append(column)
        return found

    def _places(self, row: int, column: Column) -> tuple[int, int]:
        shift = 0 if self._reading.anchors is not None else row
        size = self._window.size
        if self._question.counting == "on-or-after":
            return min(shift + column.first, size), size
        return min(shift + column.first, size), min(shift + column.last + 1, size)

    def _union(self, first: int, end: int) -> BitMap:
        if end - first == 1:
            return self._reading.returns[first]
        known = self._unions.get((first, end))
        if known is None:
            if end == self._window.size and first + 1 < end:
                known = self._reading.returns[first] | self._union(first + 1, end)
            else:
                known = BitMap.union(BitMap(), *self._reading.returns[first:end])
            self._unions[first, end] = known
        return known

    def _anchor_bounds(self, row: int) -> tuple[int, int] | None:
        anchors = self._reading.anchors
        if anchors is None or not self.bases[row]:
            return None
        held = [anchors[unit] for unit in self.bases[row]]
        return min(held), max(held)

    def _value(self, row: int, column: int) -> tuple[float | None, int]:
        sums, opening = self._reading.sums, self._reading.opening
        if sums is None or opening is None:
            return None, 0
        base = self.bases[row]
        if column == 0:
            parts = [opening[row][unit] for unit in base if unit in opening[row]]
            valued = len(parts)
        else:
            places = range(*self._places(row, self.columns[column]))
            returns = self._reading.returns
            parts = [sums[at][unit] for at in places for unit in base & returns[at]]
            valued = base.intersection_cardinality(self.operands(row, column)[1])
        total = fsum(parts)
        if self._question.aggregate == "average":
            total = total / valued if valued else 0.0
        return round(total, 6), valued
