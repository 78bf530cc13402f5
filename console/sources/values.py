"""What a cell says: instants, money, addresses, phone numbers, yes and no.

Pure functions from text to our words, shared by every reader of files. A value that could
mean two things is refused with a reason instead of being guessed; the reader rejects the
row and the user says how such values are to be read.
"""

from __future__ import annotations

import re

from console.sources.amounts import money
from console.sources.countries import CODES
from console.sources.instants import instant
from console.sources.quoting import SCIENTIFIC, quoted

__all__ = ["country", "email", "flag", "identifier", "instant", "money", "phone", "unquote"]

_LONGEST_PHONE = 64
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


def email(text: str) -> str | None:
    """An address, trimmed and in lower case; None when `text` is not one address."""
    text = text.strip().strip(_INVISIBLE).strip().lower()
    if len(text) > 254 or not _ADDRESS.fullmatch(text):
        return None
    domain = text.rpartition("@")[2]
    return text if "." in domain.strip(".") and ".." not in domain else None


def phone(text: str) -> str | None:
    """A number in E.164 form (``+46701234567``); None without its country code (+ or 00)."""
    if len(text) > _LONGEST_PHONE:
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
    if SCIENTIFIC.fullmatch(text):
        raise ValueError(f"{quoted(text)} was an id before Excel shortened it: the id is lost")
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
