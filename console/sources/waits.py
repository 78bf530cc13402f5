"""How long to wait: what vendors say in their headers, and what to make of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime

from console.sources.answers import Answer

LONGEST = 600.0
"""Seconds: a vendor who asks for more is left for a later run."""

Pace = Callable[[Answer], float]
"""After an answer, seconds to wait before the next request."""


def retry_after(answer: Answer) -> float | None:
    """Seconds that the header Retry-After asks for: a number or a date.

    None where it is absent or makes no sense.
    """
    text = answer.headers.get("retry-after", "").strip()
    seconds = number(text)
    if seconds is not None:
        return seconds if seconds >= 0 else None
    moment = _date(text)
    return None if moment is None else max(0.0, moment - served_at(answer))


def served_at(answer: Answer) -> float:
    """When the answer was given, by the vendor's clock where it says so: Unix seconds."""
    return _date(answer.headers.get("date", "")) or time.time()


def skew(answer: Answer) -> float | None:
    """By how many seconds this machine's clock is ahead of the vendor's; None if untold."""
    moment = _date(answer.headers.get("date", ""))
    return None if moment is None else time.time() - moment


def number(text: str) -> float | None:
    """A number in a header; None when it is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None


def remaining(left: str, reset: str, *, unix: bool = False, window: float = 60.0) -> Pace:
    """The pace of a vendor that says how many requests are left.

    left: the header with the number of requests; reset: the one with the seconds until it
    is full again, or (unix) the Unix time at which it is. window: the longest such wait.
    """

    def pace(answer: Answer) -> float:
        rest, until = number(answer.headers.get(left, "")), number(answer.headers.get(reset, ""))
        if rest is None or until is None or rest > 1:
            return 0.0
        seconds = until - served_at(answer) if unix else until
        return min(max(seconds, 0.0), window)

    return pace


def bucket(header: str, rate: float) -> Pace:
    """The pace of a vendor with a leaking bucket, told as ``39/40``.

    rate: requests that leak out of it in a second.
    """

    def pace(answer: Answer) -> float:
        used, _, size = answer.headers.get(header, "").partition("/")
        full, limit = number(used), number(size)
        if full is None or limit is None:
            return 0.0
        return max(0.0, (full + 2 - limit) / rate)

    return pace


def _date(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()
