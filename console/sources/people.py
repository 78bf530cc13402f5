"""What event streams know of a person, and when it changes.

Segment calls it traits, PostHog person properties, Amplitude user properties; Mixpanel
puts it among an event's own. The names differ from company to company, so each of our
fields is looked for under the names that are in use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from mmap import mmap
from typing import Any

from console.model import Key, Record, TimeQuality, Who
from console.sources import values
from console.sources.objects import Said, When, members, packed
from console.sources.source import NeedsStart

_MOST_TAGS = 100

_NAMES: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "fullname", "displayname"),
    "email": ("email", "emailaddress", "useremail"),
    "phone": ("phone", "phonenumber", "mobile"),
    "city": ("city",),
    "region": ("region", "state", "province"),
    "country": ("country", "countrycode"),
    "timezone": ("timezone", "tz"),
    "account": (
        "company", "companyname", "organization", "organisation", "organizationname",
        "account", "accountname",
    ),
    "plan": ("plan", "planname", "subscriptionplan"),
    "tags": ("tags",),
}  # fmt: skip
_FIRST = ("firstname", "givenname")
_LAST = ("lastname", "familyname", "surname")
_SIGNED_UP = ("createdat", "signedupat", "signupdate", "registeredat", "created")
_FOLD = str.maketrans("", "", "$_ -.")


def person_fields(said: Said, when: When) -> dict[str, Any]:
    """The fields of a customer (`console.model.PERSON_FIELDS`) in a person's properties.

    said: traits or properties, names in any spelling. when: reads the sign-up time.
    A field that is absent, null or unreadable is left out: it must not clear what is known.
    """
    flat = {name.translate(_FOLD).lower(): value for name, value in said.items()}
    for name, value in members(flat.get("address")).items():
        flat.setdefault(name.translate(_FOLD).lower(), value)
    fields: dict[str, Any] = {}
    for field, names in _NAMES.items():
        for name in names:
            if name in flat and (value := _cleaned(field, flat[name])):
                fields[field] = value
                break
    if "name" not in fields and (whole := _whole_name(flat)):
        fields["name"] = whole
    if (at := _signed_up(flat, when)) is not None:
        fields["signed_up_at"] = at
    return fields


def _cleaned(field: str, value: object) -> object:
    if field == "tags":
        return _tags(value)
    text = plain_text(value)
    if text is None:
        return None
    if field == "email":
        return values.email(text)
    if field == "phone":
        return values.phone(text) or text
    return values.country(text) if field == "country" else text


def plain_text(value: object) -> str | None:
    """A name as text: a text or number itself, the name (else the id) of an object."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, dict):
        inner = value.get("name") or value.get("id")
        return plain_text(inner) if not isinstance(inner, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return str(value)


def _tags(value: object) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list):
        return []
    texts = (plain_text(part) for part in parts[:_MOST_TAGS])
    return [text.strip() for text in texts if text]


def _whole_name(flat: Said) -> str:
    parts: Iterator[str | None] = (
        next((text for name in names if (text := plain_text(flat.get(name)))), None)
        for names in (_FIRST, _LAST)
    )
    return " ".join(part for part in parts if part)


def _signed_up(flat: Said, when: When) -> int | None:
    for name in _SIGNED_UP:
        if flat.get(name) not in (None, ""):
            try:
                at, quality = when(flat[name])
            except ValueError:
                continue
            return at if quality != "future" else None
    return None


def known_at(at: int, quality: TimeQuality) -> int:
    """When something was said of a person; 0 where that is unknown.

    A time in the future is a clock gone wrong; it must not outweigh all that is said until
    then.
    """
    return 0 if quality == "future" else at


class People:
    """Makes a record of a person when what a stream says of them changes.

    Streams repeat a person's properties on every event. Which were said last is remembered
    by hash, in memory of a fixed size: two people who share a place in it cost records that
    say nothing new, never a lost change.
    """

    def __init__(self, when: When, *, rest: bool = False) -> None:
        """when: reads the sign-up time. rest: whether the start of the file is left out."""
        self._rest = rest
        self._when = when
        self._said = _LastHeard()
        self._fields = _LastHeard()

    def hear(self, who: Who, said: Said, at: int, records: list[Record]) -> None:
        """Take what an event says of a person.

        who: their keys, of which the first names the record. said: their properties.
        at: the event's time in microseconds UTC. records: takes the new record, if any.
        Raises NeedsStart where the start of the file is left out.
        """
        if self._rest:
            raise NeedsStart("whether this was said before, only the whole file tells")
        person = who[0]
        raw = packed(said)
        if not self._said.is_new(person, raw):
            return
        fields = person_fields(said, self._when)
        if fields and self._fields.is_new(person, packed(fields)):
            ident = f"person:{person.kind}:{person.value}"
            records.append(Record("identify", ident, who, fields, raw, at, counted=False))


class _LastHeard:
    """The hash of what was last said of each person."""

    _PLACES = 1 << 21

    def __init__(self) -> None:
        # Anonymous memory comes zeroed and is only really taken where it is written to.
        self._places = memoryview(mmap(-1, self._PLACES * 8)).cast("q")

    def is_new(self, person: Key, said: bytes) -> bool:
        """Whether the last thing said of `person` was another."""
        place = hash(person) & (self._PLACES - 1)
        said_hash = hash((person, said))
        if self._places[place] == said_hash:
            return False
        self._places[place] = said_hash
        return True
