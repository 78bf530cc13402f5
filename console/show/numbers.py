"""Shares, ranges and amounts, no finer than they deserve."""

from __future__ import annotations

from math import isfinite


def percent(rate: float) -> str:
    """A share without its sign: "40"; never "0" of some, nor "100" of not quite all."""
    if 0 < rate < 0.005:
        return "<1"
    if 0.995 <= rate < 1:
        return ">99"
    return f"{rate * 100:.0f}"


def between(low: float, high: float) -> str:
    """A range of shares: "27–56"."""
    return f"{low * 100:.0f}–{high * 100:.0f}"


def points(difference: float) -> str:
    """A difference of two shares in points: "+12", "−3", "0"."""
    rounded = round(difference * 100)
    return f"+{rounded}" if rounded > 0 else f"−{-rounded}" if rounded < 0 else "0"


def short(value: float) -> str:
    """An amount in at most five letters or so: "84.5", "1,204", "38k", "1.2M"."""
    if not isfinite(value):
        return "∞"
    size, minus = abs(value), "−" if value < 0 else ""
    for step, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if size >= 0.9995 * step:
            return f"{minus}{size / step:.1f}{letter}" if size < 1e16 else f"{value:.0e}"
    if size >= 9999.5:
        return f"{minus}{size / 1e3:.0f}k"
    if size >= 99.95 or size == int(size):
        return f"{minus}{size:,.0f}"
    return f"{minus}{size:.1f}" if size >= 10 else f"{minus}{size:.2f}"


def full(value: float) -> str:
    """An amount to be read: "1,204.50"."""
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:,.2f}"
