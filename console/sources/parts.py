"""What readers of files and of APIs make alike: keys, fields, derived events, batches."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from console.model import Batch, Event, Key, Level, Record, Reject, TimeQuality, Who
from console.sources import values

When = tuple[int, TimeQuality]
"""An instant (microseconds UTC) and how far it can be trusted, as `values.instant` gives it."""

OUTRANKED = -1
"""The `Record.at` of a guess: older than anything, so that it gives way to whoever knows."""

# Fits one transaction: long enough to be quick, short enough not to hold up a reader.
BATCH_SIZE = 2000


def keys(
    source_id: str | None = None,
    external_id: str | None = None,
    email: str | None = None,
    phone: str | None = None,
) -> Who:
    """The ways to know a person, strongest first; leaves out what is None or unusable.

    email, phone: as written; kept only as a whole address and a number in E.164 form.
    """
    address = values.email(email) if email else None
    number = values.phone(phone) if phone else None
    found = (
        Key("source_id", source_id or ""),
        Key("external_id", external_id or ""),
        Key("email", address or ""),
        Key("phone", number or ""),
    )
    return tuple(key for key in found if key.value)


def present(**fields: Any) -> dict[str, Any]:
    """The fields (or times) that say something: neither None nor an empty list."""
    return {name: value for name, value in fields.items() if value is not None and value != []}


def full_name(*names: str | None) -> str | None:
    """First and last name as one; None where both are blank or “(empty)”."""
    said = [name for name in names if name and name != "(empty)"]
    return " ".join(said) or None


def phone_field(text: str | None) -> str | None:
    """A number to show: in E.164 form where it can be told, else as written."""
    return None if text is None else values.phone(text) or values.unquote(text)


def email_field(text: str | None) -> str | None:
    """An address to show, trimmed and in lower case; None where it is not one."""
    return None if text is None else values.email(text)


def country_field(text: str | None) -> str | None:
    """A country's ISO 3166 code where it can be told, else as written."""
    return None if text is None else values.country(text)


def about(when: When) -> When:
    """`when` as the best guess at a time the source does not say: no better than its day."""
    at, quality = when
    return (at, quality if quality == "future" else "day")


def changed_at(when: When | None) -> int:
    """The time of a last change as `Record.at`: 0 where it is unknown or yet to come."""
    return 0 if when is None or when[1] == "future" else when[0]


def changed_by(when: When | None, now: int) -> int:
    """The same for a vendor who tells of each change once.

    One that is yet to come is of `now` (microseconds UTC): it is our clock that is behind.
    """
    return now if when is not None and when[1] == "future" else changed_at(when)


def derived(
    record: str,
    verb: str,
    name: str,
    when: When,
    who: Who,
    *,
    level: Level | None = None,
    object: str | None = None,
    amount: int | None = None,
    currency: str | None = None,
) -> Event:
    """An event that follows from a record's state.

    record: the record's kind and id, ``order:6100000001001``; with `verb` it makes the key,
        so that a file and an API tell the same event.
    name: what the source calls such an event.
    amount: minor units of `currency`.
    """
    at, quality = when
    return Event(
        key=f"{record}:{verb}",
        who=who,
        name=name,
        at=at,
        verb=verb,
        level=level,
        object=object,
        amount=amount,
        currency=currency,
        quality=quality,
    )


def to_json(value: object) -> bytes:
    """`value` as JSON; lone surrogates, which UTF-8 has no room for, as escapes."""
    import orjson

    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii")


class Harvest:
    """Gathers records and rejects into batches, counting each thing read once.

    path: the file, as reports name it. source: the name the batches go under.
    """

    def __init__(self, path: str, source: str, size: int = BATCH_SIZE) -> None:
        self._path = path
        self._source = source
        self._size = size
        self._batch = Batch(source)

    def add(self, records: Iterable[Record]) -> None:
        """Take what one thing gave: its record, and those that came as by-products."""
        for record in records:
            self._batch.records.append(record)
            self._batch.read += record.counted

    def reject(self, line: int, column: str | None, reason: str, raw: str) -> None:
        """Take a row that could not be read."""
        self._batch.rejects.append(Reject(self._path, line, column, reason, raw))
        self._batch.read += 1

    @property
    def full(self) -> bool:
        """Whether there is enough for a batch."""
        return len(self._batch.records) + len(self._batch.rejects) >= self._size

    @property
    def empty(self) -> bool:
        """Whether nothing was taken since the last batch."""
        return not (self._batch.records or self._batch.rejects)

    def take(self) -> Batch:
        """Hand over what was gathered and begin again."""
        batch, self._batch = self._batch, Batch(self._source)
        return batch
