"""Amounts of money as people and systems write them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from unicodedata import category

from console.model import exponent
from console.sources.quoting import quoted

_LARGEST = 2**63 - 1
# No amount is longer; the patterns below need not look at more.
_LONGEST = 64
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
        raise ValueError(f"{quoted(text)} is not an amount" if text else "there is no amount")
    for unit in (found["unit"], found["unit2"]):
        _check_unit(unit, currency, text)
    amount = Decimal(_plain_number(number, digits, text)).scaleb(digits)
    minor = int(amount.to_integral_value(rounding=ROUND_HALF_UP))
    if minor > _LARGEST:
        raise ValueError(f"{quoted(text)} is too large an amount")
    signs = [found[name] for name in ("open", "sign", "sign2", "sign3") if found[name]]
    if len(signs) > 1:
        raise ValueError(f"{quoted(text)} has more than one sign")
    return -minor if signs and signs[0] != "+" else minor


def _check_unit(unit: str | None, currency: str | None, text: str) -> None:
    if not unit:
        return
    if len(unit) == 1 and not unit.isalpha() and category(unit) != "Sc":
        raise ValueError(f"{quoted(text)} is not an amount")
    is_code = len(unit) == 3 and unit.isascii() and unit.isalpha() and unit.isupper()
    if is_code and currency and unit != currency.upper():
        raise ValueError(f"{quoted(text)} is not in {currency.upper()}")


def _plain_number(number: str, digits: int, text: str) -> str:
    """`number` with its grouping taken out and a point before its fraction."""
    if _BLANK.search(number):
        if not _BLANK_GROUPS.fullmatch(number):
            raise ValueError(f"{quoted(text)} is not an amount")
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
        raise ValueError(f"{quoted(text)} is not an amount")
    return f"{''.join(groups)}.{fraction}"


def _groups(whole: str, fraction: str, mark: str, digits: int, text: str) -> bool:
    """Whether the only mark of a number groups its thousands."""
    if len(fraction) != 3 or not 1 <= len(whole) <= 3 or whole[0] == "0":
        return False
    if digits == 3 and mark == ".":
        return False
    if digits == 0 or (mark == "," and digits != 3):
        return True
    raise ValueError(f"{quoted(text)} may mean thousands or a fraction")
