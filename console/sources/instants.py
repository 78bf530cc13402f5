"""Times as people and systems write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal

from console.clock import MINUTE, SECOND, to_instant
from console.model import TimeQuality
from console.sources.quoting import SCIENTIFIC, quoted

# Clocks of senders run a little ahead; that is not the future.
_SKEW = 5 * MINUTE
# No time is longer; the pattern below need not look at more.
_LONGEST = 64
# A day from either end, so that the instant exists in every zone.
_FIRST = to_instant(datetime(1, 1, 2, tzinfo=UTC))
_LAST = to_instant(datetime(9999, 12, 31, tzinfo=UTC))

_EPOCH_UNITS = {9: SECOND, 10: SECOND, 12: 1000, 13: 1000, 15: 1, 16: 1}
_EPOCH_FRACTION = re.compile(r"\d{9,10}\.\d{1,9}")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_MOMENT = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
    r"(?:(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"|(?P<first>\d{1,2})[-/.](?P<second>\d{1,2})[-/.](?P<last>\d{4}|\d{2})"
    rf"|(?P<day2>\d{{1,2}})[\s-]+{_MONTH.format('name2')},?[\s-]+(?P<year2>\d{{4}})"
    rf"|{_MONTH.format('name3')}\s+(?P<day3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year3>\d{{4}}))"
    r"(?:,?(?:\s+at)?(?:\s+|T)(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<sec>\d{2})(?:[.,](?P<part>\d{1,9}))?)?(?:\s*(?P<half>[ap])\.?m\.?)?"
    r"\s*(?P<offset>z|utc|gmt|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.IGNORECASE | re.ASCII,
)


def instant(
    text: str,
    zone: tzinfo,
    *,
    day_first: bool | None = None,
    now: int = 0,
    sure: bool = False,
) -> tuple[int, TimeQuality]:
    """Read a time as people and systems write it.

    text: ISO 8601 and its relatives, English month names, seconds, milliseconds or
        microseconds since 1970 (told apart by their length), YYYYMMDD.
    zone: where a time without an offset was written.
    day_first: whether 03/04/2026 is the third of April; None refuses such dates.
    now: the present in microseconds UTC; 0 when nothing counts as the future.
    sure: whether `zone` is stated by the file itself, so that times in it are exact.

    Returns microseconds UTC and how much the time can be trusted: "future" when more than
    five minutes after `now`, "day" without a time of day, "naive" without an offset.
    Raises ValueError with the reason.
    """
    text = text.strip()
    quality: TimeQuality = "exact"
    if text.isdigit() and text.isascii() and len(text) != 8:
        at = _from_epoch(text)
    else:
        moment, has_time = _moment(text, day_first)
        if not has_time:
            quality = "day"
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
            if has_time and not sure:
                quality = "naive"
        at = to_instant(moment)
        if not _FIRST < at < _LAST:
            raise ValueError(f"{quoted(text)} is outside the years 1 to 9999")
    if now and at > now + _SKEW:
        quality = "future"
    return at, quality


def _moment(text: str, day_first: bool | None) -> tuple[datetime, bool]:
    """A time, perhaps without a zone, and whether it has a time of day."""
    # fromisoformat takes any character between date and time; here a T or a blank may stand.
    if text[10:11] in ("", "T", " ", "t"):
        try:
            return datetime.fromisoformat(text), len(text) > 10
        except ValueError:
            pass
    return _other_moment(text, day_first)


def _from_epoch(text: str) -> int:
    unit = _EPOCH_UNITS.get(len(text))
    if unit is None:
        raise ValueError(f"{quoted(text)} is not a time")
    return int(text) * unit


def _other_moment(text: str, day_first: bool | None) -> tuple[datetime, bool]:
    """A time `fromisoformat` does not know, and whether it has a time of day."""
    if not text:
        raise ValueError("there is no time")
    found = _MOMENT.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        if _EPOCH_FRACTION.fullmatch(text):
            at = int(Decimal(text) * SECOND)
            return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at), True
        if SCIENTIFIC.fullmatch(text):
            raise ValueError(f"{quoted(text)} was a time before a spreadsheet shortened it")
        raise ValueError(f"{quoted(text)} is not a time")
    part = found.groupdict()
    year, month, day = _date(part, text, day_first)
    hour = int(part["hour"] or 0)
    if half := part["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(f"{quoted(text)} is not a time")
        hour = hour % 12 + (12 if half in "pP" else 0)
    micros = int((part["part"] or "0").ljust(6, "0")[:6])
    try:
        moment = datetime(
            year, month, day, hour, int(part["minute"] or 0), int(part["sec"] or 0), micros,
            tzinfo=_offset(part["offset"]),
        )  # fmt: skip
    except ValueError as error:
        raise ValueError(f"{quoted(text)} is not a time: {error}") from None
    return moment, part["hour"] is not None


def _date(part: dict[str, str | None], text: str, day_first: bool | None) -> tuple[int, int, int]:
    for suffix in ("", "2", "3"):
        if year := part[f"year{suffix}"]:
            name = part.get(f"name{suffix}")
            month = _MONTHS.index(name[:3].lower()) + 1 if name else int(part["month"] or 0)
            return int(year), month, int(part[f"day{suffix}"] or 0)
    first, second, last = int(part["first"] or 0), int(part["second"] or 0), part["last"] or ""
    if len(last) == 2:
        raise ValueError(f"{quoted(text)} has a year of two digits")
    if day_first is None:
        raise ValueError(
            f"{quoted(text)} does not say whether day or month comes first; `day_first`, in the "
            "source's settings, does"
        )
    return (int(last), second, first) if day_first else (int(last), first, second)


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    shift = timedelta(hours=int(text[1:3]), minutes=int(text[3:].lstrip(":") or 0))
    return timezone(-shift if text[0] == "-" else shift)
