"""What one JSON object of an event stream says: its members, its times, its key.

Small tools for the readers of streams. They raise `Unreadable`, which names the member at
fault, where a line cannot do without what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from hashlib import sha1
from typing import Any

import orjson

from console.clock import MINUTE, to_instant
from console.model import TimeQuality
from console.sources import values
from console.sources.quoting import quoted
from console.sources.source import NeedsStart

Said = dict[str, Any]
"""A parsed JSON object."""
When = Callable[[object], tuple[int, TimeQuality]]
"""Reads a time as `reader_of_times` describes."""

_MOST_ORDINALS = 200_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What lies outside is for values.instant to refuse.
_FIRST = to_instant(datetime(1, 1, 2, tzinfo=UTC))
_LAST = to_instant(datetime(9999, 12, 30, tzinfo=UTC))
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


class Unreadable(ValueError):
    """A line that cannot be used.

    column: the member at fault, None when it is the line as a whole.
    reason: in words, to be read after the line's number.
    """

    def __init__(self, column: str | None, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


def parsed(raw: bytes) -> Said | None:
    """The JSON object in `raw`; None when there is none."""
    try:
        said = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return said if isinstance(said, dict) else None


def parsed_without_halves(raw: bytes) -> Said | None:
    r"""The object in `raw`, with U+FFFD for halves of characters.

    JavaScript writes them (``"\ud83e"``) where a text was cut inside an emoji; no Unicode
    text may hold them, and orjson refuses the whole line.
    """
    return parsed(_ESCAPE.sub(lambda m: rb"\ufffd" if m["half"] else m[0], raw))


class LineIds:
    """Keys for lines whose source gave them no id.

    The key is made of what the line says and how many such lines came before it in the
    file: two identical lines are two occurrences, and reading the file again gives the
    same keys. The count is kept for a bounded number of lines; beyond it, identical lines
    that stand far apart count as one.
    """

    def __init__(self, *, rest: bool = False) -> None:
        """rest: whether the start of the file is left out."""
        self._seen: dict[bytes, int] = {}
        self._rest = rest

    def key(self, said: Said) -> str:
        """The key of a line. said: its parsed object.

        Raises Unreadable as `packed` does, NeedsStart where the start is left out.
        """
        if self._rest:
            raise NeedsStart("which of several like lines this is, only the whole file tells")
        digest = sha1(packed(said), usedforsecurity=False).digest()
        ordinal = self._seen.get(digest, 0)
        if len(self._seen) >= _MOST_ORDINALS:
            self._seen.clear()
        self._seen[digest] = ordinal + 1
        return f"{digest.hex()}:{ordinal}"


def reader_of_times(zone: tzinfo, now: int, *, sure: bool = False) -> When:
    """A function that reads the instants of a stream.

    zone: where times without an offset were written; sure: the source says so itself, so
    that they are exact. now: microseconds UTC, 0 when nothing counts as the future.

    The function takes what stands in the line (text, or seconds or milliseconds since
    1970) and returns microseconds UTC with their quality. It raises ValueError.
    """
    latest = min(now + 5 * MINUTE, _LAST) if now else _LAST
    plain_epoch = _EPOCH.replace(tzinfo=None) if sure and zone is UTC else None
    read = datetime.fromisoformat

    def when(value: object) -> tuple[int, TimeQuality]:
        # Nearly every time in these files is plain ISO 8601: 0.25 us this way, 1.1 us through
        # values.instant. Slicing the digits by hand took 0.55 us.
        try:
            moment = read(value)  # type: ignore[arg-type]
            since = moment - (_EPOCH if moment.tzinfo else plain_epoch)  # type: ignore[operator]
            at = (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds
        except (TypeError, ValueError):
            at = _from_number(value)
        # A text of ten characters or less is a date without a time.
        if _FIRST < at <= latest and (value.__class__ is int or len(value) > 10):  # type: ignore[arg-type]
            return at, "exact"
        return values.instant(_time_text(value), zone, now=now, sure=sure)

    return when


def instant_or_none(said: Said, names: tuple[str, ...], when: When) -> int | None:
    """The first instant that can be read among some members; None when there is none.

    For times a line can do without, such as when it was taken in.
    """
    for name in names:
        value = said.get(name)
        if value is not None:
            try:
                return when(value)[0]
            except ValueError:
                continue
    return None


def _from_number(value: object) -> int:
    """A count of seconds or milliseconds since 1970, told apart as `values.instant` does.

    Returns `_FIRST` for anything else.
    """
    if value.__class__ is int:
        if 10**8 <= value < 10**10:
            return value * 1_000_000
        if 10**11 <= value < 10**13:
            return value * 1000
    return _FIRST


def _time_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and 0 <= value < 2**53:
        return f"{value:.6f}" if value < 1e11 else str(int(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is None:
        raise ValueError("there is no time")
    raise ValueError(f"{quoted(str(value))} is not a time")


def needed_text(said: Said, member: str) -> str:
    """The text of a member that a line cannot do without.

    Raises Unreadable when it is absent, blank or no text.
    """
    value = said.get(member)
    if isinstance(value, str) and value.strip():
        return value
    raise Unreadable(
        member,
        f"there is no {member}" if value in (None, "") else f"{quoted(str(value))} is no {member}",
    )


def packed(said: Said) -> bytes:
    """An object as JSON with its members in order.

    Raises Unreadable where objects stand in objects hundreds deep: those can be parsed, but
    not written again.
    """
    try:
        return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        raise Unreadable(None, "is nested too deeply") from None


def members(value: object) -> Said:
    """`value` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}
