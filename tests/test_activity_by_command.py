"""Published lifecycle, partial and first-touch cases through the front door, as plain CSV."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.cli import Console
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared
ORACLE: dict[str, Any] = (
    json.loads((SHARED / "oracles" / "retention.json").read_text())
    if SHARED
    else {"retention_partial": [], "lifecycle": [], "openpanel": {}, "datasets": {}}
)
PARTIAL: dict[str, Any] = {case["id"]: case for case in ORACLE["retention_partial"]}
LATER = "2025-06-01T00:00:00Z"
STATES = {"new": "new", "returning": "returning", "resurrecting": "resurrected",
          "dormant": "dormant"}  # fmt: skip


def imported(console: Console, rows: Iterable[tuple[str, ...]], columns: str = "") -> None:
    """Import rows of customer, at, event and more."""
    text = "\n".join([f"customer,at,event{columns}", *(",".join(row) for row in rows)]) + "\n"
    answer = console("import", "-", stdin=text.encode())
    assert answer.status == 0, answer.out


def grid(console: Console, *flags: str) -> dict[str, list[int]]:
    """Day of a row to its cells' numbers."""
    found = console("cohorts", "--json", *flags).json
    return {
        row["start"][:10]: [cell["customers"] for cell in row["cells"]] for row in found["rows"]
    }


LIFECYCLE = [
    (case, name)
    for case in ORACLE["lifecycle"]
    for name in case
    # The last case wants a profile's creation stamp to count; ours is the first event.
    if name.startswith("expected") and case["id"] != "L08"
]


@pytest.mark.parametrize(
    ("case", "name"), LIFECYCLE, ids=[f"{case['id']}-{name}" for case, name in LIFECYCLE]
)
def test_lifecycle(case: dict[str, Any], name: str, tmp_path: Path) -> None:
    zone = name.removeprefix("expected_") if case["id"] == "L05" else "UTC"
    week = "sunday" if name.endswith("sunday") else "monday"
    console = Console(tmp_path, "--now", LATER, "--timezone", zone, "--week-start", week)
    events = [(who, at, "view") for who, times in case["events"].items() for at in times]
    imported(console, events)
    wanted = case[name]
    found = console(
        "lifecycle", "--json", "--period", case["interval"],
        "--from", case["date_from"].removesuffix("T00:00:00Z"),
        "--until", case["date_to"].removesuffix("T00:00:00Z"),
    ).json["intervals"]  # fmt: skip
    if "row_starts" in wanted:
        assert [one["start"][:10] for one in found] == wanted["row_starts"]
    for theirs, ours in STATES.items():
        assert [one[ours] for one in found] == [abs(n) for n in wanted[theirs]]
    for row, one in enumerate(found):
        for state in STATES.values():
            people = console(
                "lifecycle", "--json", "--period", case["interval"],
                "--from", case["date_from"].removesuffix("T00:00:00Z"),
                "--until", case["date_to"].removesuffix("T00:00:00Z"),
                "--row", str(row), "--state", state,
            ).json  # fmt: skip
            assert people["total"] == one[state]


@pytest.mark.parametrize("window", ["calendar", "24h"])
def test_windows_of_24_hours(window: str, tmp_path: Path) -> None:
    case = PARTIAL["X01"]
    console = Console(tmp_path, "--now", LATER)
    flags = ("--period", "day", "--intervals", "3", "--from", "2020-06-10",
             "--until", "2020-06-20", "--entry", "recurring", "--window", window)  # fmt: skip
    imported(console, [(who, at, "view") for who, at in case["events_A"]])
    wanted = case["expected_A"][window]["row 2020-06-10"]
    assert grid(console, *flags)["2020-06-10"][:2] == [wanted["0"], wanted["1"]]
    imported(console, [(who, at, "view") for who, at in case["events_B_added"]])
    wanted = case["expected_A+B"][window]["row 2020-06-11"]
    assert grid(console, *flags)["2020-06-11"][:2] == [wanted["0"], wanted["1"]]


def test_brackets(tmp_path: Path) -> None:
    case = PARTIAL["X04"]
    console = Console(tmp_path, "--now", LATER)
    imported(console, [(who, at, "view") for who, at in case["events"]])
    found = grid(
        console, "--period", "day", "--from", "2020-06-10", "--until", case["date_to"],
        "--entry", "recurring", "--intervals", "18", "--brackets", "1-4,5-14,15-17",
    )  # fmt: skip
    assert found["2020-06-10"] == case["expected_row_2020-06-10"]["counts"]


def test_sums_leave_out_what_came_before_the_start(tmp_path: Path) -> None:
    case = PARTIAL["X08"]
    console = Console(tmp_path, "--now", LATER)
    rows = [
        (who, at, name, str(more[0]) if more else "") for who, at, name, *more in case["events"]
    ]
    imported(console, rows, ",revenue")
    found = console(
        "cohorts", "--json", "--period", "day", "--from", "2020-06-10", "--until", "2020-06-12",
        "--intervals", "3", "--start-event", case["target"], "--return-event", case["returning"],
        "--value", "revenue",
    ).json  # fmt: skip
    wanted = case["expected_row_2020-06-10"]["sum"]["0"]
    assert found["rows"][0]["cells"][0]["value"] == wanted


@pytest.mark.parametrize(
    ("expected", "flags"),
    [
        ("expected_on", ()),
        ("expected_on_or_after", ("--counting", "on-or-after")),
        ("expected_on_country_US", ("--segment", "country=US")),
        ("expected_on_members_RU1_RU4", ("--segment", "id=RU1 or id=RU4")),
    ],
)
def test_first_touch_by_day(expected: str, flags: tuple[str, ...], tmp_path: Path) -> None:
    case = ORACLE["openpanel"]["day"]
    console = Console(tmp_path, "--now", "2024-03-07T00:00:00Z")
    imported(
        console,
        [(who, f"{day}T12:00:00Z", "app_open") for who, days in case["events"].items()
         for day in days],
    )  # fmt: skip
    people = "id,external_id,country\n" + "".join(
        f"{who},{who},{case['country'].get(who, 'US')}\n" for who in case["events"]
    )
    assert console("import", "-", "--as", "customers", stdin=people.encode()).status == 0
    found = grid(
        console, "--period", "day", "--from", "2024-03-04", "--until", "2024-03-06",
        "--intervals", "3", "--start-event", "app_open", *flags,
    )  # fmt: skip
    for start, wanted in case[expected].items():
        # Cells outside the window are absent, where theirs are 0.
        assert found[start] == wanted[: len(found[start])]
        assert not any(wanted[len(found[start]) :])


def test_weeks_across_the_year(tmp_path: Path) -> None:
    case = ORACLE["openpanel"]["week_across_year"]
    console = Console(tmp_path, "--now", LATER, "--week-start", case["week_start"])
    imported(
        console,
        [(who, f"{day}T12:00:00Z", "open") for who, days in case["events"].items() for day in days],
    )
    found = grid(console, "--period", "week", "--from", "2024-12-29", "--until", "2025-01-06",
                 "--intervals", "2")  # fmt: skip
    for start, wanted in case["expected_on"].items():
        assert found[start] == wanted
