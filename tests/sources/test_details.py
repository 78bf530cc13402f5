"""Objects, amounts and features out of free properties."""

from typing import Any

import pytest

from console.sources.details import NONE, Reader, minor


@pytest.mark.parametrize(
    ("value", "currency", "amount"),
    [
        (84.5, "USD", 8450), (84, "USD", 8400), (0, "USD", 0), (-3.25, "USD", -325),
        (29.4, "EUR", 2940), (1200, "JPY", 1200), (1200.4, "JPY", 1200), (1.5, "KWD", 1500),
        (0.125, "USD", 13), (0.135, "USD", 14), (1.005, "USD", 101), (19.999, "USD", 2000),
        (123456789012.34, "USD", 12345678901234), ("1,234.50", "USD", 123450), ("12", None, 1200),
        (1e300, "USD", None), ("twelve", "USD", None), (True, "USD", None), ([], "USD", None),
        (None, "USD", None),
    ],
)  # fmt: skip
def test_amounts(value: Any, currency: str | None, amount: int | None) -> None:
    assert minor(value, currency) == amount


@pytest.mark.parametrize(
    ("name", "properties", "details"),
    [
        ("Order Completed", {"revenue": 80, "total": 84.5, "currency": "EUR", "order_id": "#7"},
         ("#7", 8450, "EUR", None)),
        ("Order Completed", {"revenue": 80}, (None, 8000, "SEK", None)),
        ("Order Completed", {"total": "", "revenue": "80", "currency": "crowns"},
         (None, 8000, "SEK", None)),
        ("Order Completed", {"currency": "EUR"}, NONE),
        ("Order Completed", None, NONE),
        ("Order Refunded", {"total": 80, "refund_amount": 15}, (None, 1500, "SEK", None)),
        ("Payment Failed", {"amount": 9}, (None, 900, "SEK", None)),
        ("Feature Used", {"feature": "reports"}, (None, None, None, "reports")),
        ("feature_used", {"feature_name": "reports"}, (None, None, None, "reports")),
        ("Feature Used", {"feature": {"id": 5}}, (None, None, None, "5")),
        ("Viewed Report", {"feature": "reports", "total": 5}, NONE),
        ("Connected Store", {}, ("Connected Store", None, None, None)),
        ("Connected Store", "none", ("Connected Store", None, None, None)),
        ("Onboarding Step", {"step_name": "Logo"}, ("Logo", None, None, None)),
        ("Subscription Cancelled", {"plan": "Pro"}, ("Pro", None, None, None)),
        ("Subscription Cancelled", {"plan": ["Pro"]}, NONE),
        ("support_chat", {"subject": "x" * 500}, ("x" * 200, None, None, None)),
    ],
)  # fmt: skip
def test_details(name: str, properties: Any, details: tuple[Any, ...]) -> None:
    reader = Reader("segment", "SEK")
    assert reader.read(name, properties) == details
    assert reader.read(name, properties) == details


def test_chatter_is_what_libraries_send_and_nobody_asked_for() -> None:
    reader = Reader("posthog", None)
    for name in ("$autocapture", "$pageview", "$exception", "Autocapture"):
        reader.read(name, {})
    assert reader.is_chatter("$autocapture")
    assert not any(map(reader.is_chatter, ("$pageview", "$exception", "Autocapture")))


def test_any_number_of_names_takes_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.sources.details._MOST_NAMES", 10)
    reader = Reader("segment", None)
    for number in range(100):
        reader.read(f"Event {number}", {})
        assert reader.read("Connected Store", {})[0] == "Connected Store"
    assert len(reader._rules) <= 10


def test_a_name_the_user_reads_is_looked_into_by_its_verb() -> None:
    reader = Reader("segment", "SEK", {"Basket Paid": "order_paid", "Survey Answered": "rated"})
    assert reader.read("Basket Paid", {"total": "12.50"})[1:3] == (1250, "SEK")
    assert reader.read("Survey Answered", {"score": 9})[0] == "9"
