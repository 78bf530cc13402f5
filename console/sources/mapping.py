"""Someone's own table, read by our field names.

The user says which of their columns is which of our fields, and which fields hold for every
row; a column that bears a field's own name needs no saying.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from console.config import TableRule
from console.model import IdentityKind, Who
from console.sources.cells import BadCell, Cells, Columns
from console.sources.source import Bad, Reading, Row, SourceError, Table
from console.sources.values import flag
from console.sources.who import identities

WHO = ("customer", "email", "phone", "anonymous_id")
"""The fields of which a table must have one, to say whose its rows are."""
# Settings of the whole table, given like fields that hold for every row.
_SETTINGS = {
    "unit": ("major", "minor"),
    "identity": ("external_id", "source_id"),
}
# Fields that leave rows out are never taken from a column because of its name alone.
_MARKS = ("deleted", "active")
_MOST_NAMED = 40


class _Source(NamedTuple):
    """Where the value of a field comes from."""

    label: str
    """What to call it in reports."""
    place: int
    """Of the cell in its row, from 0."""
    constant: str
    """What it is in every row; empty when the cell says."""


class FieldColumns(Columns):
    """The columns of a table by the fields they stand for.

    kind: the kind of table, as messages name it. known: its fields.
    Raises SourceError when the rule names a field or a column that there is not.
    """

    def __init__(self, table: Table, kind: str, known: Collection[str], rule: TableRule) -> None:
        super().__init__(table.header)
        self.path = table.path
        self.kind = kind
        self.labels = [name or f"column {place}" for place, name in enumerate(self.labels, 1)]
        self.constants = {field: value for field, value in rule.constants.items() if value}
        self.explicit = frozenset((*rule.columns, *rule.constants))
        self.sources: dict[str, _Source] = {}
        for field in self.explicit - {*known, *_MARKS, *_SETTINGS}:
            raise SourceError(f"{kind} have no field {field!r}; they have {', '.join(known)}")
        for field in (*known, *_MARKS):
            self._map(field, rule)
        self.marks = tuple(field for field in _MARKS if field in self.sources)
        for setting, choices in _SETTINGS.items():
            if self.constants.get(setting, choices[0]) not in choices:
                raise SourceError(f"{setting} is one of {', '.join(choices)}")

    def _map(self, field: str, rule: TableRule) -> None:
        if constant := self.constants.get(field):
            self.sources[field] = _Source(field, -1, constant)
            return
        name = rule.columns.get(field)
        if name is None and field not in _MARKS:
            name = field
        if not name:
            return
        place = super().place(name.strip())
        if place is not None:
            self.sources[field] = _Source(self.labels[place], place, "")
        elif field in rule.columns:
            raise SourceError(
                f"{self.path}: there is no column {name!r} for {field}; {self.found()}"
            )

    def __contains__(self, name: str) -> bool:
        return name in self.sources

    def label(self, field: str) -> str:
        """The name of the column in which a field stands, else the field's own."""
        source = self.sources.get(field)
        return source.label if source else field

    def setting(self, name: str) -> str:
        """A setting of the whole table: what the user says, or its first choice."""
        return self.constants.get(name, _SETTINGS[name][0])

    def need(self, *fields: str) -> None:
        """Raise SourceError unless the table has one of `fields`."""
        if not any(field in self for field in fields):
            wanted = " or ".join(fields)
            raise SourceError(
                f"{self.path}: {self.kind} need a column {wanted}; {self.found()}; "
                f"say which it is with --column {fields[0]}=…"
            )

    def found(self) -> str:
        """The columns there are, for a message."""
        names = [name for name in self.names[:_MOST_NAMED] if name]
        more = len(self.names) - _MOST_NAMED
        return f"the columns are {', '.join(names)}" + (f" and {more} more" if more > 0 else "")


class Fields(Cells):
    """One row of a table by our field names."""

    __slots__ = ("fields",)

    def __init__(self, columns: FieldColumns, row: Row, reading: Reading) -> None:
        # What Cells does, without a call more: one is made per row of a table of events.
        self.columns = self.fields = columns
        self.reading = reading
        self.line, self.values = row

    def _find(self, names: tuple[str, ...]) -> tuple[str, str] | None:
        for name in names:
            source = self.fields.sources.get(name)
            if source is not None:
                label, place, constant = source
                if text := constant or self.values[place].strip():
                    return label, text
        return None

    def currency(self) -> str | None:
        """The ISO 4217 code in the row, else what the user says of the source."""
        return (self.text("currency") or self.reading.currency or "").upper() or None

    def money(self, currency: str | None, *names: str) -> int | None:
        """The cell as minor units of `currency`, in which the table itself may count."""
        if self.fields.setting("unit") == "major":
            return super().money(currency, *names)
        found = self._find(names)
        if found is None:
            return None
        text = found[1].removesuffix(".0")
        if not text.removeprefix("-").isdecimal() or len(text) > 18:
            raise BadCell(found[0], f"{found[1][:60]!r} is not a whole number of minor units")
        return int(text)

    def need(self, *names: str) -> str:
        """The id in the cell. Raises BadCell where it is empty, too."""
        found = self.id(*names)
        if not found:
            raise BadCell(self.fields.label(names[0]), "the cell is empty")
        return found

    def who(self, field: str = "customer") -> Who:
        """Everything the row says about who it was, strongest first.

        field: where the customer's id stands. What is no one's ("null", "0") is left out.
        """
        id = self.id(field)
        own = self.fields.setting("identity") == "source_id"
        kind: IdentityKind = "source_id" if own else "external_id"
        return identities(
            (
                (kind, id),
                ("external_id", self.id("external_id")),
                ("email", id),
                ("email", self.text("email")),
                ("phone", self.text("phone")),
                ("anonymous_id", self.id("anonymous_id")),
            )
        )

    @property
    def left_out(self) -> bool:
        """Whether the user's mark says that the row no longer counts."""
        deleted, active = self.text("deleted"), self.text("active")
        return flag(deleted or "") is True or flag(active or "") is False


def field_rows(table: Table, columns: FieldColumns, reading: Reading) -> Iterator[Fields | Bad]:
    """The rows of `table`, without those the user's marks leave out or that are the header."""
    header = list(table.header)
    for row in table.rows:
        if isinstance(row, Bad):
            yield row
        elif row.values != header:
            fields = Fields(columns, row, reading)
            if not (columns.marks and fields.left_out):
                yield fields


def rule_of(reading: Reading) -> TableRule:
    """What the user says of the table; a rule that says nothing when they do not."""
    return reading.table or TableRule()
