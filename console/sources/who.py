"""Who an event stream says it was: ids of every kind, as keys.

An id is taken as it stands, apart from blanks around it. What stands for no one in
particular is no key: it would make one person of thousands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from console.model import IdentityKind, Key, Who
from console.sources import values
from console.sources.objects import Said, Unreadable
from console.sources.quoting import quoted

Claim = tuple[IdentityKind, object]

# What broken instrumentation sends for everyone who is not logged in. The vendors refuse to
# join people by these, too: it would make one person of all of them.
NOBODY = frozenset(
    {
        "", "0", "null", "nil", "none", "undefined", "unknown", "nan", "n/a", "na", "true",
        "false", "anonymous", "guest", "id", "email", "distinctid", "distinct_id",
        "not_authenticated", "lmy47d", "[object object]",
        "00000000-0000-0000-0000-000000000000",
    }
)  # fmt: skip
_LONGEST_NOBODY = max(map(len, NOBODY))
_STRENGTH: Mapping[IdentityKind, int] = {
    "source_id": 0, "external_id": 1, "email": 2, "phone": 3, "anonymous_id": 4,
}  # fmt: skip
# Whole numbers of JSON up to here are exact even when they were written with a fraction.
_EXACT = 2**53
_LONGEST_ID = 512
_RANDOM = re.compile(r"[0-9a-f]{6,16}(?:-[0-9a-f]{4,16}){4}", re.IGNORECASE)
_new = tuple.__new__
_MOST_KEYS = 500
# 45 MB when full.
_MOST_KNOWN = 100_000


def identities(claims: Iterable[Claim]) -> Who:
    """What a line claims about who it was, as keys, strongest first.

    claims: (kind of key, value as it came). An id that is an address is a key of both
    kinds. What is no id (absent, an object, "null", "undefined") is left out.
    """
    found: list[Key] = []
    strength, mixed = 0, False
    for kind, value in claims:
        if value is None or (text := _id_text(value)) is None:
            continue
        if kind == "external_id":
            if "@" in text and (address := values.email(text)):
                if (derived := Key("email", address)) not in found:
                    found.append(derived)
                strength = _STRENGTH["email"]
        elif kind == "email":
            text = values.email(text)
        elif kind == "phone":
            text = values.phone(text)
        if text is not None:
            # Half the time of Key's own constructor, in a third of all lines of a big file.
            key = _new(Key, (kind, text))
            mixed |= _STRENGTH[kind] < strength
            strength = _STRENGTH[kind]
            if not found or (key not in found and len(found) < _MOST_KEYS):
                found.append(key)
    if mixed:
        found.sort(key=_rank)
    return tuple(found)


def _rank(key: Key) -> int:
    return _STRENGTH[key[0]]


def _id_text(value: object) -> str | None:
    """An id as text; None for what is no one's."""
    if isinstance(value, str):
        text = value.strip()
    elif value.__class__ is int:
        text = str(value)
    elif value.__class__ is float and value.is_integer() and abs(value) < _EXACT:
        text = str(int(value))
    else:
        return None
    if len(text) > _LONGEST_NOBODY:
        return text if len(text) <= _LONGEST_ID else None
    return None if text.lower() in NOBODY else text


def nobody(said: Said, *names: str) -> Unreadable:
    """The error for a line that says of no one who it was. names: where it should say it."""
    for name in names:
        if said.get(name) not in (None, ""):
            return Unreadable(name, f"{quoted(str(said[name]))} is no one's id")
    return Unreadable(names[0], f"there is no {' or '.join(names)}")


class Known:
    """The keys of people who were met lately, so that lines about one person share a tuple."""

    def __init__(self) -> None:
        self.by_claim: dict[tuple[object, ...], Who] = {}

    def get(self, claim: tuple[object, ...]) -> Who | None:
        """What `keep` was given for the same claim, if it is still known."""
        try:
            return self.by_claim.get(claim)
        except TypeError:
            # An object or a list stands where an id should.
            return None

    def keep(self, claim: tuple[object, ...], who: Who) -> Who:
        """Remember `who` for `claim`, the values it was made of. Returns `who`."""
        for value in claim:
            if value is not None and value.__class__ is not str:
                # To a dictionary, the numbers 1 and 1.0 and true are the same.
                return who
        if len(self.by_claim) >= _MOST_KNOWN:
            self.by_claim.clear()
        if who:
            self.by_claim[claim] = who
        return who


def either(ident: object) -> list[Claim]:
    """Claims for an id of which its line does not tell whether a person or a browser has it."""
    return [("external_id", ident), ("anonymous_id", ident)]


def looks_random(ident: object) -> bool:
    """Whether an id is one that a library made up: five groups of hexadecimal digits."""
    return isinstance(ident, str) and _RANDOM.fullmatch(ident) is not None


def address_of(said: Said) -> object:
    """The email a set of person properties holds, under the names that vendors give it."""
    return said.get("email") or said.get("$email") or said.get("Email")


def phone_of(said: Said) -> object:
    """The phone number a set of person properties holds."""
    return said.get("phone") or said.get("$phone") or said.get("Phone")
