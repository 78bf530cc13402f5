"""Money in words: integer minor units and an ISO 4217 code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from console.model import exponent
from console.show.clean import clean

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪"}


def amount(minor: int | None, currency: str | None) -> str:
    """An amount as people write it: "$84.00", "84.00 SEK", "¥1,200"; a dash when unknown."""
    if minor is None:
        return "—"
    code = clean((currency or "").strip().upper(), 8)
    digits = exponent(code)
    number = f"{abs(Decimal(minor).scaleb(-digits)):,.{digits}f}"
    minus = "−" if minor < 0 else ""
    if sign := _SIGNS.get(code):
        return f"{minus}{sign}{number}"
    return f"{minus}{number} {code}".rstrip()


def total(amounts: Iterable[tuple[int | None, str | None]]) -> str:
    """The sum per currency, never across: "$1,204.00 + 84.00 SEK"; a dash for none."""
    sums: dict[str, int] = defaultdict(int)
    for minor, currency in amounts:
        if minor is not None:
            sums[(currency or "").upper()] += minor
    spent = sorted(((n, code) for code, n in sums.items() if n), reverse=True)
    if not spent:
        return amount(0, next(iter(sums))) if sums else "—"
    return " + ".join(amount(n, code) for n, code in spent)
