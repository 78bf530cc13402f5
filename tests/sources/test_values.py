from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.clock import MINUTE, from_instant, to_instant
from console.model import decimal_string
from console.sources import values

MADRID = ZoneInfo("Europe/Madrid")
MARCH_1 = datetime(2026, 3, 1, 9, tzinfo=UTC)


def instant(text: str, **more):
    at, quality = values.instant(text, MADRID, **more)
    return from_instant(at).isoformat().removesuffix("+00:00"), quality


@pytest.mark.parametrize(
    ("text", "utc", "quality"),
    [
        ("2026-03-01T09:00:00.000Z", "2026-03-01T09:00:00", "exact"),
        ("2026-03-01T09:00:00.123456789Z", "2026-03-01T09:00:00.123456", "exact"),
        ("2026-03-01T09:00:00,5+01", "2026-03-01T08:00:00.500000", "exact"),
        ("2025-10-07 09:50:26 +0200", "2025-10-07T07:50:26", "exact"),
        ("2025-10-07 09:50:26 -03:30", "2025-10-07T13:20:26", "exact"),
        ("2023-07-18 12:43:52 UTC", "2023-07-18T12:43:52", "exact"),
        ("Tue, 01 Oct 2025 09:50:26 GMT", "2025-10-01T09:50:26", "exact"),
        ("1772355600", "2026-03-01T09:00:00", "exact"),
        ("1772355600123", "2026-03-01T09:00:00.123000", "exact"),
        ("1772355600123456", "2026-03-01T09:00:00.123456", "exact"),
        ("1772355600.25", "2026-03-01T09:00:00.250000", "exact"),
        # Thirteen digits that datetime.fromisoformat would take for the year 1712.
        ("1712010112345", "2024-04-01T22:21:52.345000", "exact"),
        ("2026-06-05 20:38", "2026-06-05T18:38:00", "naive"),
        ("2020-09-11 13:26:15.000 ", "2020-09-11T11:26:15", "naive"),
        ("2026/3/1 9:05", "2026-03-01T08:05:00", "naive"),
        ("Mar 1, 2026 9:05 PM", "2026-03-01T20:05:00", "naive"),
        ("March 1st, 2026 at 12:05 a.m.", "2026-02-28T23:05:00", "naive"),
        ("2026-03-01", "2026-02-28T23:00:00", "day"),
        ("19970101", "1996-12-31T23:00:00", "day"),
        ("1 March 2026", "2026-02-28T23:00:00", "day"),
        ("01-Mar-2026", "2026-02-28T23:00:00", "day"),
    ],
)
def test_times_as_systems_write_them(text, utc, quality):
    assert instant(text) == (utc, quality)


def test_a_night_of_23_hours_and_one_of_25():
    assert instant("2026-03-29 02:30")[0] == "2026-03-29T01:30:00"
    assert instant("2026-10-25 02:30")[0] == "2026-10-25T00:30:00"
    assert instant("2026-10-25 03:00")[0] == "2026-10-25T02:00:00"


def test_day_and_month_are_never_guessed():
    for text in ("03/04/2026", "3.4.2026", "25/12/2026 10:00"):
        with pytest.raises(ValueError, match="whether day or month comes first"):
            instant(text)
    assert instant("03/04/2026 10:00", day_first=True)[0].startswith("2026-04-03")
    assert instant("03/04/2026 10:00", day_first=False)[0].startswith("2026-03-04")
    with pytest.raises(ValueError, match="month must be in"):
        instant("25/12/2026", day_first=False)
    with pytest.raises(ValueError, match="year of two digits"):
        instant("3/4/26", day_first=True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "there is no time"),
        ("  ", "there is no time"),
        ("soon", "'soon' is not a time"),
        ("2026-02-30", "day is out of range"),
        ("2026-03-01 24:00:00", "hour must be in"),
        ("2026-03-01x09:00", "is not a time"),
        ("13:00", "is not a time"),
        ("2026-03-01 13:05 PM", "is not a time"),
        ("1234567", "is not a time"),
        ("12345678", "is not a time"),
        ("45000.5", "is not a time"),
        ("1.77E+12", "before a spreadsheet shortened it"),
        ("0001-01-01", "outside the years"),
        ("9999-12-31T23:59:59", "outside the years"),
        ("2026-03-01T09:00:00Z" + "0" * 1000, "is not a time"),
        ("²⁰²⁶⁰³⁰¹²", "is not a time"),
    ],
)
def test_what_is_no_time_says_why(text, reason):
    with pytest.raises(ValueError, match=reason) as refused:
        instant(text)
    assert len(str(refused.value)) < 160


def test_what_is_later_than_now_is_future_after_five_minutes():
    now = to_instant(MARCH_1)
    assert instant("2026-03-01T09:05:00Z", now=now)[1] == "exact"
    assert instant("2026-03-01T09:05:01Z", now=now)[1] == "future"
    assert instant("2026-03-02", now=now)[1] == "future"
    assert instant("2026-03-01 09:00", now=now - 60 * MINUTE)[1] == "naive"


def test_a_zone_that_the_file_states_makes_its_times_exact():
    assert values.instant("2026-03-01 09:00", UTC, sure=True) == (to_instant(MARCH_1), "exact")
    assert values.instant("2026-03-01", UTC, sure=True)[1] == "day"


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.sampled_from(" T"))
def test_every_iso_time_comes_back(moment, separator):
    at = to_instant(moment.replace(tzinfo=UTC))
    assert values.instant(moment.isoformat(separator) + "Z", MADRID) == (at, "exact")
    assert values.instant(moment.isoformat(separator), UTC) == (at, "naive")


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader_of_values(text):
    for read in (
        lambda: values.instant(text, MADRID, day_first=True),
        lambda: values.money(text, "USD"),
        lambda: values.identifier(text),
    ):
        with suppress(ValueError):
            read()
    assert values.email(text) is None or "@" in text
    assert values.phone(text) is None or any(c.isdigit() for c in text)
    values.flag(text)
    values.country(text)
    values.unquote(text)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12", "USD", 1200),
        ("12.5", "USD", 1250),
        ("-0.05", "USD", -5),
        ("1,234.50", "USD", 123450),
        ("1.234,56", "EUR", 123456),
        ("1 234,50", "SEK", 123450),
        ("1\u202f234,50", "EUR", 123450),
        ("1’234.50", "CHF", 123450),
        ("1,23,456.00", "INR", 12345600),
        ("1.234.567", "EUR", 123456700),
        ("1,234", None, 123400),
        ("0,5", "EUR", 50),
        (".5", None, 50),
        ("5.", None, 500),
        ("€ 12", "EUR", 1200),
        ("12 kr.", "SEK", 1200),
        ("R$ 1.234,56", "BRL", 123456),
        ("US$5", "USD", 500),
        ("12 EUR", "eur", 1200),
        ("-$3.00", "USD", -300),
        ("$-3", "USD", -300),
        ("(3.00)", "USD", -300),
        ("3.00-", "EUR", -300),
        ("−3", None, -300),
        ("+3", None, 300),
        ("1200", "JPY", 1200),
        ("1,200", "JPY", 1200),
        ("1.200", "CLP", 1200),
        ("1200.00", "JPY", 1200),
        ("1.234", "KWD", 1234),
        ("29.400000000000002", "USD", 2940),
        ("0.125", "USD", 13),
        ("1,234.5678", "USD", 123457),
    ],
)
def test_amounts_in_minor_units(text, currency, minor):
    assert values.money(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "reason"),
    [
        ("", None, "there is no amount"),
        ("free", None, "not an amount"),
        (".", None, "not an amount"),
        ("1.2E+5", None, "not an amount"),
        ("1,2,3", None, "not an amount"),
        ("12 34", "SEK", "not an amount"),
        ("1.234.56", "EUR", "not an amount"),
        ("=1+1", None, "not an amount"),
        ("(3.00", None, "not an amount"),
        ("--3", None, "more than one sign"),
        ("(-3)", None, "more than one sign"),
        ("1.234", "USD", "thousands or a fraction"),
        ("1,234", "KWD", "thousands or a fraction"),
        ("12 EUR", "USD", "not in USD"),
        ("9" * 30, None, "too large"),
        ("٣", None, "not an amount"),
        ("1" * 100_000, None, "not an amount"),
    ],
)
def test_what_is_no_amount_says_why(text, currency, reason):
    with pytest.raises(ValueError, match=reason):
        values.money(text, currency)


@given(st.integers(-(10**15), 10**15), st.sampled_from(["USD", "JPY", "KWD", None]))
def test_every_amount_we_write_comes_back(minor, currency):
    assert values.money(decimal_string(minor, currency) or "", currency) == minor


@given(st.integers(0, 10**12))
def test_every_grouped_amount_comes_back(minor):
    english = f"{minor // 100:,}.{minor % 100:02}"
    assert values.money(english, "USD") == minor
    german = english.translate(str.maketrans(",.", ".,"))
    assert values.money(german, "EUR") == minor


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" BO.KIM@Example.ORG ", "bo.kim@example.org"),
        ("\ufeffa@b.co\u200b", "a@b.co"),
        ("ana+x@büro.example", "ana+x@büro.example"),
        ("o'neill@example.net", "o'neill@example.net"),
        ("a@b", None),
        ("a@b..co", None),
        ("a@b.c,d@e.f", None),
        ("Ana <a@b.co>", None),
        ("a b@c.de", None),
        ("@b.co", None),
        ("a@", None),
        ("", None),
        ("a" * 300 + "@b.co", None),
        ("021cb20b5c78751fc7ddc091b6b69b3e", None),
        ("x@y.z\x1b[31m", None),
    ],
)
def test_addresses(text, address):
    assert values.email(text) == address


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("'+31612345678", "+31612345678"),
        ("+46 (0)70-123 45 67", "+46701234567"),
        ("0046 70 123 45 67", "+46701234567"),
        ("+1 (212) 555-0101", "+12125550101"),
        ("tel:+12125550101", "+12125550101"),
        ("070-123 45 67", None),
        ("+0123456789", None),
        ("+12", None),
        ("+1234567890123456", None),
        ("+1 212 555 0101 ext 5", None),
        ("", None),
    ],
)
def test_phone_numbers(text, number):
    assert values.phone(text) == number


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("'7210448301122", "7210448301122"),
        ("'+31612345678", "+31612345678"),
        ("'=1+1", "=1+1"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("'t Hooft", "'t Hooft"),
        ("O'Neill", "O'Neill"),
        ('="007"', "007"),
        (" 7 ", "7"),
        ("'", "'"),
    ],
)
def test_guards_against_spreadsheets_are_taken_off(text, bare):
    assert values.unquote(text) == bare


def test_an_id_that_excel_shortened_is_refused_and_one_that_looks_like_it_is_not():
    for text in ("7.21045E+12", "1,2E+12", "'1.2e+12"):
        with pytest.raises(ValueError, match="the id is lost"):
            values.identifier(text)
    for text in ("12e34", "1e5a", "E+12", "7210448301122"):
        assert values.identifier(text) == text


def test_yes_and_no():
    assert [values.flag(text) for text in ("TRUE", " yes", "1", "on")] == [True] * 4
    assert [values.flag(text) for text in ("false", "No", "0", "F")] == [False] * 4
    assert [values.flag(text) for text in ("", "maybe", "2")] == [None] * 3


def test_countries_by_code_and_name():
    codes = {
        "SE": "SE", "se": "SE", "SWE": "SE", "Sweden": "SE", " United States ": "US",
        "usa": "US", "UK": "GB", "Côte d'Ivoire": "CI", "Türkiye": "TR", "Narnia": "Narnia",
        "XX": "XX",
    }  # fmt: skip
    assert {text: values.country(text) for text in codes} == codes
    assert values.country("  ") is None
