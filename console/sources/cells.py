"""Cells by the name of their column, for exports whose columns come in any order and number.

Names match without regard to case; where two columns bear one name the spelling decides,
then the place. A column that is absent and a cell that is empty both read as None: neither
clears what is known already.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar
from zoneinfo import ZoneInfo

from console.model import Batch, Record
from console.sources import values
from console.sources.parts import Harvest, When, to_json
from console.sources.source import Bad, Reading, Row, Table, UnrecognisedFile

_UTC = ZoneInfo("UTC")
_MOST_NAMED = 8
# What programs write for an id that is not there; as an id it would make many people one.
_NO_ID = frozenset({"null", "none", "nan", "n/a", "undefined", "(empty)"})


class BadCell(ValueError):
    """A cell that cannot be read: the column as the file names it, and why."""

    def __init__(self, column: str | None, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


class Columns:
    """The header of a table.

    last: names whose last column is meant where several bear them; else it is the first
        (vendors put a user's own columns before or after theirs).
    """

    def __init__(self, header: Iterable[str], last: Iterable[str] = ()) -> None:
        names = [name.strip() for name in header]
        late = {name.lower() for name in last}
        self._spelled: dict[str, int] = {}
        self._folded: dict[str, int] = {}
        for place, name in enumerate(names):
            for known, key in ((self._spelled, name), (self._folded, name.lower())):
                if key not in known or name.lower() in late:
                    known[key] = place
        self.names = names
        self.labels = _distinct(names)

    def place(self, name: str) -> int | None:
        """Where the column called `name` stands, from 0; None when there is none."""
        place = self._spelled.get(name)
        return self._folded.get(name.lower()) if place is None else place

    def __contains__(self, name: str) -> bool:
        return self.place(name) is not None

    def require(self, path: str, kind: str, *names: str) -> None:
        """Raise UnrecognisedFile unless one of `names` is a column.

        path, kind: how the message names the file and what it was read as.
        """
        if any(name in self for name in names):
            return
        found = ", ".join(self.names[:_MOST_NAMED]) + (
            f" and {len(self.names) - _MOST_NAMED} more" if len(self.names) > _MOST_NAMED else ""
        )
        wanted = " or ".join(names)
        raise UnrecognisedFile(f"{path}: {kind} has a column {wanted}; this file has {found}")


class Cells:
    """One row, its cells by name. Methods that take several names read the first not empty."""

    __slots__ = ("columns", "line", "reading", "values")

    def __init__(self, columns: Columns, row: Row, reading: Reading) -> None:
        self.columns = columns
        self.reading = reading
        self.line = row.line
        self.values = row.values

    def _find(self, names: tuple[str, ...]) -> tuple[str, str] | None:
        for name in names:
            place = self.columns.place(name)
            if place is not None and (text := self.values[place].strip()):
                return self.columns.names[place], text
        return None

    def text(self, *names: str) -> str | None:
        """The cell, trimmed."""
        found = self._find(names)
        return found[1] if found else None

    def word(self, *names: str) -> str | None:
        """The cell as one of a vendor's fixed words: lower case, blanks as underscores."""
        text = self.text(*names)
        return text.lower().replace(" ", "_") if text else None

    def id(self, *names: str) -> str | None:
        """The cell as an id, without the apostrophe that guards it from spreadsheets.

        Raises BadCell for one that a spreadsheet has rounded.
        """
        found = self._find(names)
        if found is None or found[1].lower() in _NO_ID:
            return None
        column, text = found
        try:
            # Ids of hex digits look like 12e34 too; spreadsheets always write the sign.
            text = values.identifier(text) if "e+" in text.lower() else values.unquote(text)
        except ValueError as error:
            raise BadCell(column, str(error)) from None
        # A whole number that passed through a table of floats.
        return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text

    def need(self, *names: str) -> str:
        """The id in the cell. Raises BadCell where it is empty, too."""
        found = self.id(*names)
        if not found:
            raise BadCell(names[0], "the cell is empty")
        return found

    def money(self, currency: str | None, *names: str) -> int | None:
        """The cell as an amount in minor units of `currency`. Raises BadCell."""
        found = self._find(names)
        if found is None:
            return None
        try:
            return values.money(values.unquote(found[1]), currency)
        except ValueError as error:
            raise BadCell(found[0], str(error)) from None

    def currency(self) -> str | None:
        """The ISO 4217 code in the column Currency, else what the user says of the source."""
        return (self.text("Currency") or self.reading.currency or "").upper() or None

    def when(self, *names: str) -> When | None:
        """The cell as an instant; in UTC where the column's name says so. Raises BadCell."""
        found = self._find(names)
        if found is None:
            return None
        column, text = found
        utc = column.lower().endswith("(utc)")
        reading = self.reading
        try:
            return values.instant(
                text,
                _UTC if utc else reading.zone,
                day_first=reading.day_first,
                now=reading.now,
                sure=utc,
            )
        except ValueError as error:
            raise BadCell(column, str(error)) from None

    def as_dict(self, *, full: bool = True) -> dict[str, str]:
        """The cells as they came, by column; a repeated name gets its number: ``Name (2)``.

        full: whether empty cells are among them.
        """
        pairs = zip(self.columns.labels, self.values, strict=False)
        return {label: cell for label, cell in pairs if full or cell}

    def raw(self) -> bytes:
        """The row as a JSON object."""
        return to_json(self.as_dict())

    def as_line(self) -> str:
        """The row as a line of CSV, as reports of refused rows show it."""
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow(self.values)
        return out.getvalue()


C = TypeVar("C", bound=Cells)


def rows(table: Table, columns: Columns, reading: Reading) -> Iterator[Cells | Bad]:
    """The rows of `table`, without empty ones and without its header where it comes again.

    Files put together from several have their header again in the middle.
    """
    header = list(table.header)
    for row in table.rows:
        if isinstance(row, Bad):
            yield row
        elif row.values != header and "".join(row.values).strip():
            yield Cells(columns, row, reading)


def read_each(
    table: Table,
    reading: Reading,
    columns: Columns,
    read: Callable[[Cells], Iterable[Record]],
) -> Iterator[Batch]:
    """Batches of what `read` makes of each row; a row it raises BadCell for is rejected."""
    return harvested(table, reading, rows(table, columns, reading), read)


def harvested(
    table: Table, reading: Reading, found: Iterable[C | Bad], read: Callable[[C], Iterable[Record]]
) -> Iterator[Batch]:
    """Batches of what `read` makes of each row found in a table, as `read_each`."""
    harvest = Harvest(table.path, reading.source)
    for cells in found:
        if isinstance(cells, Bad):
            harvest.reject(cells.line, None, cells.reason, cells.raw)
        else:
            try:
                harvest.add(read(cells))
            except BadCell as bad:
                harvest.reject(cells.line, bad.column, bad.reason, cells.as_line())
        if harvest.full:
            yield harvest.take()
    if not harvest.empty:
        yield harvest.take()


def _distinct(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    labels = []
    for name in names:
        label, number = name, 1
        while label in seen:
            number += 1
            label = f"{name} ({number})"
        seen.add(label)
        labels.append(label)
    return labels
