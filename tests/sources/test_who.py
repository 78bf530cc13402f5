"""Ids of every kind as keys."""

from typing import Any

import pytest

from console.model import Key
from console.sources.who import NOBODY, Claim, Known, identities, looks_random, nobody


def test_the_strongest_comes_first_and_each_once() -> None:
    claims: list[Claim] = [
        ("anonymous_id", "a"), ("email", "Ada@Example.com "), ("phone", "0046 70 123 45 67"),
        ("external_id", "ada@example.com"), ("source_id", 9), ("anonymous_id", " a "),
        ("external_id", None), ("email", "not an address"), ("phone", "070 123"),
    ]  # fmt: skip
    assert identities(claims) == (
        Key("source_id", "9"), Key("external_id", "ada@example.com"),
        Key("email", "ada@example.com"), Key("phone", "+46701234567"), Key("anonymous_id", "a"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "value", [*sorted(NOBODY), "NULL", " Undefined ", "x" * 513, 0, 0.0, 1.5, [], {}]
)
def test_what_is_no_ones(value: Any) -> None:
    assert identities([("external_id", value), ("anonymous_id", value)]) == ()


def test_many_ids_are_cut_off() -> None:
    assert len(identities([("external_id", f"u{n}") for n in range(5000)])) == 500


@pytest.mark.parametrize(
    ("ident", "random"),
    [
        ("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", True),
        ("17a3c1b2d3e4f0-0c5d6e7f8a-1234567a-1fa400-17a3c1b2d3e5a1", True),
        ("ada-lovelace-of-the-engine", False), ("7210448301100", False), ("", False), (5, False),
    ],
)  # fmt: skip
def test_ids_that_libraries_made_up(ident: object, random: bool) -> None:
    assert looks_random(ident) is random


def test_known_people_share_their_keys_in_bounded_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("console.sources.who._MOST_KNOWN", 3)
    known = Known()
    who = identities([("external_id", "u")])
    assert known.keep(("u",), who) is who
    assert known.get(("u",)) is who
    for number in range(10):
        known.keep((f"u{number}",), who)
    assert len(known.by_claim) <= 3
    assert known.get(([],)) is None


def test_numbers_are_not_mistaken_for_each_other() -> None:
    known = Known()
    known.keep((1,), identities([("external_id", 1)]))
    assert known.get((True,)) is None


def test_the_error_names_what_is_missing_or_wrong() -> None:
    assert str(nobody({}, "a", "b")) == "there is no a or b"
    error = nobody({"a": None, "b": "null"}, "a", "b")
    assert (error.column, str(error)) == ("b", "'null' is no one's id")
