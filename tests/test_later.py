"""Times ahead as people write them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from console.clock import Clock, from_instant, to_instant
from console.later import later

ZONE = ZoneInfo("Europe/Stockholm")
# A Wednesday, in the week before the clocks go back.
CLOCK = Clock(to_instant(datetime(2026, 10, 21, 15, 30, tzinfo=ZONE)), ZONE)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("tomorrow", "2026-10-22T08:00:00+02:00"),
        ("Monday", "2026-10-26T08:00:00+01:00"),
        ("mon", "2026-10-26T08:00:00+01:00"),
        ("wednesday", "2026-10-28T08:00:00+01:00"),
        ("thu", "2026-10-22T08:00:00+02:00"),
        ("3 days", "2026-10-24T08:00:00+02:00"),
        ("in 3d", "2026-10-24T08:00:00+02:00"),
        ("1 week", "2026-10-28T08:00:00+01:00"),
        ("2 hours", "2026-10-21T17:30:00+02:00"),
        ("2026-12-01", "2026-12-01T08:00:00+01:00"),
        ("2026-12-01 14:30", "2026-12-01T14:30:00+01:00"),
        ("2026-12-01T14:30+00:00", "2026-12-01T15:30:00+01:00"),
    ],
)
def test_what_words_mean(words: str, meant: str) -> None:
    assert from_instant(later(words, CLOCK), ZONE).isoformat() == meant


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "until when"),
        ("soon", "is not a time"),
        ("m", "is not a time"),
        ("3", "is not a time"),
        ("99999 days", "is not a time"),
        ("2026-13-01", "is not a time"),
        ("2026-10-21", "has passed"),
        ("yesterday", "is not a time"),
        ("0 hours", "has passed"),
    ],
)
def test_what_is_no_time_ahead(words: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        later(words, CLOCK)
