"""What a cell says: instants, money, addresses, phone numbers, yes and no.

Pure functions from text to our words, shared by every reader of files. A value that could
mean two things is refused with a reason instead of being guessed; the reader rejects the
row and the user says how such values are to be read.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from unicodedata import category

from console.clock import MINUTE, SECOND, to_instant
from console.model import TimeQuality, exponent
from console.sources.countries import CODES

# Clocks of senders run a little ahead; that is not the future.
_SKEW = 5 * MINUTE
_LARGEST = 2**63 - 1
# No time and no amount is longer; the patterns below need not look at more.
_LONGEST = 64

# A day from either end, so that the instant exists in every zone.
_FIRST = to_instant(datetime(1, 1, 2, tzinfo=UTC))
_LAST = to_instant(datetime(9999, 12, 31, tzinfo=UTC))

_EPOCH_UNITS = {9: SECOND, 10: SECOND, 12: 1000, 13: 1000, 15: 1, 16: 1}
_EPOCH_FRACTION = re.compile(r"\d{9,10}\.\d{1,9}")
# As spreadsheets write it: with a sign. An id of hex digits can look like 12e34.
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+")
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

_PLAIN_AMOUNT = re.compile(r"-?\d{1,15}(?:\.\d{1,2})?", re.ASCII)
_UNIT = r"(?:[^\W\d_]{1,4}\.?\$?|[^\w\s.,()+\-−'’])"
_AMOUNT = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+−])?\s*(?P<unit>{_UNIT})?\s*(?P<sign2>[-+−])?\s*"
    r"(?P<number>(?:[0-9](?:[0-9\s'’]*[0-9])?)?(?:[.,](?:[0-9\s]*[0-9])?)*)"
    rf"\s*(?P<unit2>{_UNIT})?\s*(?P<sign3>[-−])?\s*(?P<close>\))?"
)
_BLANK = re.compile(r"[\s'’]")
_BLANK_GROUPS = re.compile(r"[0-9]{1,3}(?:[\s'’][0-9]{3})+(?:[.,][0-9]*)?")
# Thousands by three, or as in India by two before the last three.
_GROUPS = re.compile(r"[0-9]*|[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}")

_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
_ADDRESS = re.compile(r"[^\s@,;<>()\[\]\\\":\x00-\x1f\x7f]+@[^\s@,;<>()\[\]\\\"/:\x00-\x1f\x7f]+")
_PHONE = re.compile(r"(?:\+|00)([1-9][0-9]{6,14})")
_PHONE_NOISE = re.compile(r"[\s().\-/\u2010-\u2015]")
_GUARDED = re.compile(r"'[0-9+\-=@]")
_FORMULA_TEXT = re.compile(r'="([^"]*)"')
_FLAGS = {
    **dict.fromkeys(["yes", "y", "true", "t", "1", "on"], True),
    **dict.fromkeys(["no", "n", "false", "f", "0", "off"], False),
}


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
    if text.isdigit() and len(text) != 8:
        at = _from_epoch(text)
    else:
        try:
            # Any character may stand between date and time there; a T or a blank may here.
            moment = datetime.fromisoformat(text if text[10:11] in ("", "T", " ", "t") else "")
            has_time = len(text) > 10
        except ValueError:
            moment, has_time = _other_moment(text, day_first)
        if not has_time:
            quality = "day"
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
            if has_time and not sure:
                quality = "naive"
        at = to_instant(moment)
        if not _FIRST < at < _LAST:
            raise ValueError(f"{_short(text)} is outside the years 1 to 9999")
    if now and at > now + _SKEW:
        quality = "future"
    return at, quality


def _from_epoch(text: str) -> int:
    unit = _EPOCH_UNITS.get(len(text))
    if unit is None:
        raise ValueError(f"{_short(text)} is not a time")
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
        if _SCIENTIFIC.fullmatch(text):
            raise ValueError(f"{_short(text)} was a time before a spreadsheet shortened it")
        raise ValueError(f"{_short(text)} is not a time")
    part = found.groupdict()
    year, month, day = _date(part, text, day_first)
    hour = int(part["hour"] or 0)
    if half := part["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(f"{_short(text)} is not a time")
        hour = hour % 12 + (12 if half in "pP" else 0)
    micros = int((part["part"] or "0").ljust(6, "0")[:6])
    try:
        moment = datetime(
            year, month, day, hour, int(part["minute"] or 0), int(part["sec"] or 0), micros,
            tzinfo=_offset(part["offset"]),
        )  # fmt: skip
    except ValueError as error:
        raise ValueError(f"{_short(text)} is not a time: {error}") from None
    return moment, part["hour"] is not None


def _date(part: dict[str, str | None], text: str, day_first: bool | None) -> tuple[int, int, int]:
    for suffix in ("", "2", "3"):
        if year := part[f"year{suffix}"]:
            name = part.get(f"name{suffix}")
            month = _MONTHS.index(name[:3].lower()) + 1 if name else int(part["month"] or 0)
            return int(year), month, int(part[f"day{suffix}"] or 0)
    first, second, last = int(part["first"] or 0), int(part["second"] or 0), part["last"] or ""
    if len(last) == 2:
        raise ValueError(f"{_short(text)} has a year of two digits")
    if day_first is None:
        raise ValueError(f"{_short(text)} does not say whether day or month comes first")
    return (int(last), second, first) if day_first else (int(last), first, second)


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    shift = timedelta(hours=int(text[1:3]), minutes=int(text[3:].lstrip(":") or 0))
    return timezone(-shift if text[0] == "-" else shift)


def money(text: str, currency: str | None) -> int:
    """Read an amount in major units ("1,234.50", "1.234,56", "€ 12", "(3.00)").

    currency: ISO 4217 code, which says how many digits the minor unit has; 2 when None.

    A comma before exactly three digits groups thousands. A point before exactly three
    digits does so only where the currency has no minor unit; elsewhere it is refused,
    as it may mean either. Finer fractions are rounded half up.
    Returns minor units. Raises ValueError with the reason.
    """
    text = text.strip()
    digits = exponent(currency)
    if digits == 2 and _PLAIN_AMOUNT.fullmatch(text):
        whole, _, cents = text.partition(".")
        return int(whole + cents.ljust(2, "0"))
    found = _AMOUNT.fullmatch(text) if len(text) <= _LONGEST else None
    number = found["number"] if found else ""
    if found is None or not number or bool(found["open"]) != bool(found["close"]):
        raise ValueError(f"{_short(text)} is not an amount" if text else "there is no amount")
    for unit in (found["unit"], found["unit2"]):
        _check_unit(unit, currency, text)
    amount = Decimal(_plain_number(number, digits, text)).scaleb(digits)
    minor = int(amount.to_integral_value(rounding=ROUND_HALF_UP))
    if minor > _LARGEST:
        raise ValueError(f"{_short(text)} is too large an amount")
    signs = [found[name] for name in ("open", "sign", "sign2", "sign3") if found[name]]
    if len(signs) > 1:
        raise ValueError(f"{_short(text)} has more than one sign")
    return -minor if signs and signs[0] != "+" else minor


def _check_unit(unit: str | None, currency: str | None, text: str) -> None:
    if not unit:
        return
    if len(unit) == 1 and not unit.isalpha() and category(unit) != "Sc":
        raise ValueError(f"{_short(text)} is not an amount")
    is_code = len(unit) == 3 and unit.isascii() and unit.isalpha() and unit.isupper()
    if is_code and currency and unit != currency.upper():
        raise ValueError(f"{_short(text)} is not in {currency.upper()}")


def _plain_number(number: str, digits: int, text: str) -> str:
    """`number` with its grouping taken out and a point before its fraction."""
    if _BLANK.search(number):
        if not _BLANK_GROUPS.fullmatch(number):
            raise ValueError(f"{_short(text)} is not an amount")
        number = _BLANK.sub("", number)
    place = max(number.rfind("."), number.rfind(","))
    if place < 0:
        return number
    mark, whole, fraction = number[place], number[:place], number[place + 1 :]
    other = "," if mark == "." else "."
    if mark in whole or (other not in whole and _groups(whole, fraction, mark, digits, text)):
        groups, fraction = number.split(mark), ""
    else:
        groups = whole.split(other)
    if not _GROUPS.fullmatch(",".join(groups)) or not (fraction or any(groups)):
        raise ValueError(f"{_short(text)} is not an amount")
    return f"{''.join(groups)}.{fraction}"


def _groups(whole: str, fraction: str, mark: str, digits: int, text: str) -> bool:
    """Whether the only mark of a number groups its thousands."""
    if len(fraction) != 3 or not 1 <= len(whole) <= 3 or whole[0] == "0":
        return False
    if digits == 3 and mark == ".":
        return False
    if digits == 0 or (mark == "," and digits != 3):
        return True
    raise ValueError(f"{_short(text)} may mean thousands or a fraction")


def email(text: str) -> str | None:
    """An address, trimmed and in lower case; None when `text` is not one address."""
    text = text.strip().strip(_INVISIBLE).strip().lower()
    if len(text) > 254 or not _ADDRESS.fullmatch(text):
        return None
    domain = text.rpartition("@")[2]
    return text if "." in domain.strip(".") and ".." not in domain else None


def phone(text: str) -> str | None:
    """A number in E.164 form (``+46701234567``); None without its country code (+ or 00)."""
    if len(text) > _LONGEST:
        return None
    text = unquote(text).strip(_INVISIBLE).removeprefix("tel:").replace("(0)", "")
    found = _PHONE.fullmatch(_PHONE_NOISE.sub("", text))
    return f"+{found[1]}" if found else None


def unquote(text: str) -> str:
    """A cell, trimmed and without the guard that keeps spreadsheets from reading it.

    Takes away Shopify's leading apostrophe before digits and signs (never that of
    ``'s-Hertogenbosch``) and unwraps Excel's ``="007"``.
    """
    text = text.strip()
    if _GUARDED.match(text):
        return text[1:]
    found = _FORMULA_TEXT.fullmatch(text)
    return found[1] if found else text


def identifier(text: str) -> str:
    """An id as text. Raises ValueError where a spreadsheet has rounded it (``1.2E+12``)."""
    text = unquote(text)
    if _SCIENTIFIC.fullmatch(text):
        raise ValueError(f"{_short(text)} was an id before Excel shortened it: the id is lost")
    return text


def flag(text: str) -> bool | None:
    """Yes or no in the words exports use (yes/no, TRUE/false, 1/0); None for anything else."""
    return _FLAGS.get(text.strip().lower())


def country(text: str) -> str | None:
    """A country's ISO 3166 code of two letters from its code or English name.

    Returns the trimmed text where no country is recognised, None where there is none.
    """
    text = text.strip()
    return CODES.get(text.casefold(), text) if text else None


def _short(text: str) -> str:
    """`text` as a reason quotes it."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
