"""Money as integers: minor units and an ISO 4217 code."""

from __future__ import annotations

from decimal import Decimal

# ISO 4217 currencies whose minor unit is not a hundredth.
_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = dict.fromkeys(_WHOLE.split(), 0) | dict.fromkeys(_THOUSANDTHS.split(), 3)


def exponent(currency: str | None) -> int:
    """Digits after the decimal point in `currency` (ISO 4217 code, any case); 2 when unknown."""
    return _EXPONENTS.get((currency or "").upper(), 2)


def decimal_string(minor: int | None, currency: str | None) -> str | None:
    """An amount in minor units as people write it: ``2940, "EUR"`` is ``"29.40"``."""
    if minor is None:
        return None
    digits = exponent(currency)
    return str(Decimal(minor).scaleb(-digits).quantize(Decimal(1).scaleb(-digits)))
