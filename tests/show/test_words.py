"""Times, money and sentences."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.clock import DAY, HOUR, MINUTE, Clock
from console.model import Customer, FeedEvent
from console.show import money, sentences, states, times

NOW = 1_775_033_400_000_000  # Wed 2026-04-01T08:50:00Z, 10:50 in Stockholm
CLOCK = Clock(NOW, ZoneInfo("Europe/Stockholm"))


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (10_000_000, "just now"),
        (4 * MINUTE, "4 min ago"),
        (3 * HOUR, "3 h ago"),
        (11 * HOUR, "yesterday"),
        (2 * DAY, "2 days ago"),
        (20 * DAY, "2 weeks ago"),
        (90 * DAY, "3 months ago"),
        (800 * DAY, "2 years ago"),
        (-2 * DAY, "in 2 days"),
        (-30 * MINUTE, "in 30 min"),
    ],
)
def test_ago(gone: int, words: str) -> None:
    assert times.ago(NOW - gone, CLOCK) == words


def test_when_uses_the_zone_of_the_clock() -> None:
    assert times.when(NOW, CLOCK) == "today 10:50"
    assert times.when(NOW - 10 * HOUR, CLOCK) == "today 00:50"
    assert times.when(NOW - 11 * HOUR, CLOCK) == "yesterday 23:50"
    assert times.when(NOW - 3 * DAY, CLOCK) == "Sun 29 Mar 10:50"
    assert times.when(NOW - 60 * DAY, CLOCK) == "31 Jan 09:50"
    assert times.when(NOW - 400 * DAY, CLOCK) == "25 Feb 2025 09:50"


def test_headings() -> None:
    assert times.heading(CLOCK.today, CLOCK) == "Today · Wednesday 1 Apr"
    assert times.heading(CLOCK.today - 1, CLOCK) == "Yesterday · Tuesday 31 Mar"
    assert times.heading(CLOCK.today - 400, CLOCK) == "Tuesday 25 Feb 2025"


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_no_instant_is_too_odd_to_say(at: int) -> None:
    assert times.ago(at, CLOCK)
    assert times.when(at, CLOCK)
    assert times.brief(at, CLOCK)
    assert times.date(at, CLOCK)


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (8400, "USD", "$84.00"),
        (8400, "sek", "84.00 SEK"),
        (1200, "JPY", "¥1,200"),
        (1234, "KWD", "1.234 KWD"),
        (-300, "EUR", "−€3.00"),
        (123456789, None, "1,234,567.89"),
        (None, "USD", "—"),
    ],
)
def test_amounts(minor: int | None, currency: str | None, words: str) -> None:
    assert money.amount(minor, currency) == words


def test_sums_never_mix_currencies() -> None:
    assert money.total([(100, "USD"), (200, "EUR"), (50, "usd")]) == "€2.00 + $1.50"
    assert money.total([]) == "—"
    assert money.total([(0, "USD")]) == "$0.00"


def event(**more: object) -> FeedEvent:
    given: dict[str, object] = {
        "id": 1, "at": NOW, "source": "shopify", "verb": None, "name": "Report Built",
        "level": "notable", "customer": Customer(1, "Ada", None), **more,
    }  # fmt: skip
    return FeedEvent(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"verb": "activated", "object": "their store"}, "set up their store"),
        ({"verb": "order_paid", "amount": 8400, "currency": "USD"}, "bought for $84.00"),
        ({"verb": "order_paid"}, "bought something"),
        ({"verb": "feature_used", "feature": "csv_import"}, "used csv import"),
        ({}, "“Report Built”"),
        ({"object": "Q3"}, "“Report Built”: Q3"),
        ({"phrase": "built a report"}, "built a report"),
        ({"phrase": "built $object", "object": "Q3"}, "built Q3"),
        ({"verb": "ticket_opened", "object": "$amount \x1b[2J [/b]"},
         "opened a ticket: $amount ␛[2J [/b]"),
    ],
)  # fmt: skip
def test_sentences(more: dict[str, object], words: str) -> None:
    assert sentences.says(event(**more)) == words


def test_where_the_mirror_is_awaited_is_said_whole_however_deep() -> None:
    path = "/srv/" + "deep/" * 20 + "mirror.db"
    said = states.no_mirror(path)
    assert max(part.cell_length for part in said) <= 60
    assert path in "".join(part.plain.strip() for part in said)
