"""The general reader of CSV: any table of events, customers, orders and the like.

A table whose columns are called customer, event and at is known by its header. For any other
the user says which column is what, on the command line or in the config; columns that are
not told of are kept as the properties of an event, and in the raw row of the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha1
from typing import Any

import orjson

from console.model import LEVELS, Batch, Event, Reject, Who
from console.sources.cells import BadCell
from console.sources.mapping import (
    WHO,
    FieldColumns,
    Fields,
    field_rows,
    rule_of,
)
from console.sources.source import Bad, Reading, Table, TableKind, TableReader
from console.sources.table_records import RECORDS, read_records
from console.verbs import VERBS

SOURCE = "csv"
EVENT_FIELDS = (
    "customer", "event", "at", "id", "email", "phone", "anonymous_id", "received_at",
    "amount", "currency", "object", "verb", "feature", "level",
)  # fmt: skip
_MOST_EVENTS = 20_000
_MOST_PEOPLE = 50_000
_MOST_ORDINALS = 100_000


def read_events(table: Table, reading: Reading) -> Iterator[Batch]:
    """Events from a table with one a row.

    An event without an id is known by its cells and by how many equal rows came before it.
    Raises SourceError when the table has no column for a field that events need.
    """
    columns = FieldColumns(table, "events", EVENT_FIELDS, rule_of(reading))
    columns.need(*WHO)
    columns.need("event")
    columns.need("at")
    reader = _EventReader(columns)
    batch = Batch(reading.source, properties="")
    for fields in field_rows(table, columns, reading):
        batch.read += 1
        if isinstance(fields, Bad):
            batch.rejects.append(Reject(table.path, fields.line, None, fields.reason, fields.raw))
        else:
            try:
                batch.events.append(reader.event(fields))
            except BadCell as bad:
                raw = fields.as_line()
                batch.rejects.append(Reject(table.path, fields.line, bad.column, bad.reason, raw))
        if batch.read == _MOST_EVENTS:
            yield batch
            batch = Batch(batch.source, properties="")
    if batch.read:
        yield batch


class _EventReader:
    """Makes events of the rows of one table."""

    def __init__(self, columns: FieldColumns) -> None:
        self._columns = columns
        self._people: dict[tuple[str | None, ...], Who] = {}
        self._ordinals = _Ordinals()
        self._who_fields = [field for field in WHO if field in columns]
        self._has_amount = "amount" in columns
        self._rest: dict[str, Callable[[Fields], Any]] = {
            "feature": lambda fields: fields.text("feature"),
            "object": lambda fields: fields.text("object"),
            "received_at": lambda fields: (fields.when("received_at") or (None,))[0],
            "level": _chooser(columns, "level", LEVELS),
            "verb": _chooser(columns, "verb", tuple(VERBS)),
        }
        self._rest = {field: read for field, read in self._rest.items() if field in columns}

    def event(self, fields: Fields) -> Event:
        """The event in a row. Raises BadCell."""
        who = self._who(fields)
        name = fields.text("event")
        when = fields.when("at")
        if name is None or when is None:
            empty = "event" if name is None else "at"
            raise BadCell(self._columns.label(empty), "the cell is empty")
        amount = currency = None
        if self._has_amount:
            currency = fields.currency()
            amount = fields.money(currency, "amount")
        # orjson's own bytes hold on to 4 kB each; a slice is a copy that does not.
        properties = _properties(self._columns.labels, fields.values)
        raw = orjson.dumps(properties, option=orjson.OPT_APPEND_NEWLINE)[:-1]
        event = Event(
            key=fields.id("id") or self._ordinals.key(raw),
            who=who,
            name=name,
            at=when[0],
            amount=amount,
            currency=currency if amount is not None else None,
            quality=when[1],
            raw=raw,
        )
        if self._rest:
            event = event._replace(**{field: read(fields) for field, read in self._rest.items()})
        return event

    def _who(self, fields: Fields) -> Who:
        said = tuple([fields.text(field) for field in self._who_fields])
        who = self._people.get(said)
        if who is None:
            who = fields.who()
            if not who:
                raise BadCell(self._columns.label(self._who_fields[0]), "does not say who it was")
            if len(self._people) >= _MOST_PEOPLE:
                self._people.clear()
            self._people[said] = who
        return who


def _chooser(
    columns: FieldColumns, field: str, choices: tuple[str, ...]
) -> Callable[[Fields], str | None]:
    """Reads a field with a fixed choice of words.

    A column that only happens to be called like the field may hold anything: there, what is
    none of the words is a property and no more.
    """

    def choose(fields: Fields) -> str | None:
        word = fields.word(field)
        if word is None or word in choices:
            return word
        if field not in columns.explicit:
            return None
        raise BadCell(columns.label(field), f"{word[:60]!r} is none of {', '.join(choices)}")

    return choose


def _properties(labels: list[str], cells: list[str]) -> dict[str, Any]:
    return {label: _value(cell) for label, cell in zip(labels, cells, strict=True) if cell}


def _value(cell: str) -> Any:
    """A cell as JSON: a number or structure where that loses nothing, else text."""
    first = cell[0]
    if first in "-0123456789" and len(cell) <= 16:
        try:
            whole = int(cell)
            return whole if str(whole) == cell else cell
        except ValueError:
            pass
        try:
            number = float(cell)
        except ValueError:
            return cell
        # Neither 1e22 nor -inf: JSON would write the one otherwise and has no other.
        plain = cell[-1].isdigit() and "e" not in cell
        return number if plain and repr(number) == cell else cell
    # The row is kept as one line; structures of several lines stay text.
    if first in "[{" and "\n" not in cell and "\r" not in cell:
        try:
            orjson.loads(cell)
        except orjson.JSONDecodeError:
            return cell
        return orjson.Fragment(cell)
    return cell


class _Ordinals:
    """Tells equal rows apart, in memory of a fixed size.

    What was counted long ago is forgotten: equal rows that lie more than a hundred thousand
    other rows apart are taken for one.
    """

    def __init__(self) -> None:
        self._new: dict[bytes, int] = {}
        self._old: dict[bytes, int] = {}

    def key(self, raw: bytes) -> str:
        """The key of a row: the hash of its content, and its number among equal ones."""
        digest = sha1(raw, usedforsecurity=False).digest()
        before = self._new.get(digest)
        if before is None:
            before = self._old.get(digest, 0)
            if len(self._new) >= _MOST_ORDINALS:
                self._old, self._new = self._new, {}
        self._new[digest] = before + 1
        return f"{digest.hex()}-{before}" if before else digest.hex()


def _of_kind(kind: str) -> TableReader:
    def read(table: Table, reading: Reading) -> Iterator[Batch]:
        return read_records(kind, table, reading)

    return read


def _read_any(table: Table, reading: Reading) -> Iterator[Batch]:
    """The kind of table the user's rule names, or events."""
    return _READERS.get(rule_of(reading).kind, read_events)(table, reading)


def _has_events(names: frozenset[str]) -> bool:
    return {"customer", "event", "at"} <= names


def _only_when_told(names: frozenset[str]) -> bool:
    return False


_READERS: dict[str, TableReader] = {
    "events": read_events,
    **{kind: _of_kind(kind) for kind in RECORDS},
}
KINDS = (
    TableKind("events", SOURCE, _has_events, read_events),
    *(TableKind(kind, SOURCE, _only_when_told, _READERS[kind]) for kind in RECORDS),
    TableKind("csv", SOURCE, _only_when_told, _read_any),
)
