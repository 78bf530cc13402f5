"""``console customers`` and ``console customer``: shapes, forms, whom one means."""

from __future__ import annotations

import csv
import io
import re

import pytest

from tests.cli import Console
from tests.commands.conftest import HOSTILE, call, lines

CUSTOMER = {
    "id", "name", "email", "account", "city", "country", "plan", "signed_up_at", "activated_at",
    "last_seen_at", "identities",
}  # fmt: skip
PROFILE = CUSTOMER | {
    "logins", "features", "orders", "subscriptions", "threads", "messages", "touches", "notes",
    "events",
}  # fmt: skip
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def test_customers_have_the_fixed_shape(world: Console) -> None:
    answer = world("customers", "--json").json
    assert answer["total"] == len(answer["customers"]) == 3
    for one in answer["customers"]:
        assert set(one) >= CUSTOMER
        for identity in one["identities"]:
            assert set(identity) == {"source", "kind", "value"}
    ada = next(one for one in answer["customers"] if one["email"])
    assert ada["name"] == HOSTILE
    assert ada["signed_up_at"] == "2026-03-02T10:00:00+01:00"
    assert ada["activated_at"] is None
    assert ada["account"] is None


def test_a_profile_has_the_fixed_shape(world: Console) -> None:
    ada = world("customer", "ada@example.com", "--json").json
    assert set(ada) >= PROFILE
    assert ada["logins"] == {
        "total": 2,
        "days": [{"day": "2026-03-04", "n": 1}, {"day": "2026-03-10", "n": 1}],
        "recent": ["2026-03-10T10:00:00+01:00", "2026-03-04T00:30:00+01:00"],
    }
    assert set(ada["features"][0]) == {"feature", "n", "first_at", "last_at"}
    orders = {one["id"]: one for one in ada["orders"]}
    assert set(orders["1001"]) == {
        "id", "name", "source", "at", "status", "amount", "refunded", "currency", "items"
    }  # fmt: skip
    assert [orders[id]["amount"] for id in ("1001", "1002", "1003")] == [
        "1234.50", "1200", "1.250"
    ]  # fmt: skip
    assert (orders["1001"]["refunded"], orders["1002"]["refunded"]) == ("34.50", None)


def test_a_profile_counts_no_events_to_come(world: Console) -> None:
    newcomer = world("customer", "u3", "--json").json
    assert newcomer["events"]["total"] == len(newcomer["events"]["recent"]) == 1
    assert newcomer["logins"]["total"] == 0


@pytest.mark.parametrize("command", [("customers",), ("feed", "--level", "noise"), ("status",),
                                     ("customer", "u1"), ("cohorts", "--breakdown", "plan"),
                                     ("rejects",)])  # fmt: skip
def test_nothing_in_a_table_acts_on_the_terminal(world: Console, command: tuple[str, ...]) -> None:
    forms: list[tuple[str, ...]] = [(), ("--json",)]
    if command[0] != "customer":
        forms.append(("--csv",))
    for form in forms:
        answer = world(*command, *form)
        assert answer.status == 0
        assert UNSAFE.findall(answer.out) == []


def test_csv_holds_nothing_that_a_spreadsheet_runs(console: Console) -> None:
    names = [
        "=1+1",
        "+46701234567",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "\n=1",
        "＝1",
        "-5",
    ]
    people = [
        call("identify", n, f"u{n}", "2026-03-01T09:00:00Z", traits={"name": name, "city": name})
        for n, name in enumerate(names)
    ]
    assert console("import", "-", stdin=lines(people)).status == 0
    rows = list(csv.DictReader(io.StringIO(console("customers", "--csv").out)))
    assert len(rows) == len(names)
    for row in rows:
        for cell in row.values():
            assert re.fullmatch(r"-\d+", cell) or not cell.lstrip().startswith(
                ("=", "+", "-", "@", "＝")
            )


def test_a_customer_without_a_name_is_called_by_what_is_known(world: Console) -> None:
    shown = world("customers").out
    assert "+46701234567" in shown
    assert re.search(r"^ +3  u2 ", shown, re.MULTILINE)
    assert world("customer", "u2").out.startswith("u2  #3")


@pytest.mark.parametrize("who", ["ada@example.com", "ADA@Example.COM", "u1", "1", "#1", HOSTILE])
def test_whom_one_means(world: Console, who: str) -> None:
    assert world("customer", who, "--json").json["email"] == "ada@example.com"


def test_nobody_and_several_are_said(console: Console) -> None:
    people = [
        call("identify", n, f"u{n}", "2026-03-01T09:00:00Z",
             traits={"name": "Bo Ek", "email": f"bo{n}@example.com"})
        for n in range(2)
    ]  # fmt: skip
    console("import", "-", stdin=lines(people))
    for who, said in (("Bo Ek", "may mean 2"), ("Zed", "no customer"), ("\udcff", "no customer")):
        answer = console("customer", who)
        assert (answer.status, answer.out) == (1, "")
        assert said in answer.err


def test_without_a_mirror_it_says_how_to_make_one(console: Console) -> None:
    for command in ("feed", "customers", "cohorts", "lifecycle", "stickiness", "status", "rejects"):
        answer = console(command)
        assert answer.status == 1
        assert "console import PATH" in answer.err


def test_asked_of_the_past_nothing_later_is_told(world: Console) -> None:
    now = ("--now", "2026-03-05T00:00:00+01:00")
    ada = world(*now, "customer", "u1", "--json").json
    assert ada["last_seen_at"] == "2026-03-04T00:30:00+01:00"
    assert ada["logins"]["total"] == 1
    assert ada["events"]["total"] == 2
    listed = {one["id"]: one for one in world(*now, "customers", "--json").json["customers"]}
    assert listed[ada["id"]]["last_seen_at"] == ada["last_seen_at"]
    later = world(*now, "customer", "u2", "--json").json
    assert [later[name] for name in ("signed_up_at", "first_seen_at", "last_seen_at")] == [None] * 3
    assert "in " not in world(*now, "customers").out.split("last seen", 1)[1]
