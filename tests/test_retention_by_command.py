"""Published retention cases through the front door: files in, ``console cohorts --json`` out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli import Console
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared
ORACLE: dict[str, Any] = (
    json.loads((SHARED / "oracles" / "retention.json").read_text())
    if SHARED
    else {"retention": [], "datasets": {}}
)
ENTRIES = {
    "recurring": "recurring",
    "first_time_matching_filters": "first-time",
    "first_ever": "first-ever",
}
LATER = "2021-01-01T00:00:00Z"


def segment_lines(dataset: dict[str, Any]) -> bytes:
    """A dataset as a Segment file: an alias for every further id, a track per event."""
    lines = [
        {"type": "alias", "messageId": f"alias-{other}", "userId": person, "previousId": other,
         "timestamp": "2020-01-01T00:00:00Z"}
        for person, ids in dataset["distinct_ids"].items()
        for other in ids
        if other != person
    ]  # fmt: skip
    for n, (person, at, name, *properties) in enumerate(dataset["events"]):
        lines.append(
            {"type": "track", "messageId": f"m{n}", "userId": person, "event": name,
             "timestamp": at, "properties": properties[0] if properties else {}}
        )  # fmt: skip
    return "\n".join(json.dumps(line) for line in lines).encode()


def flags(query: dict[str, Any]) -> list[str]:
    """A published query as the command line's options."""
    given = [
        "--period", query["period"],
        "--intervals", str(query["total_intervals"]),
        "--until", query["date_to"],
        "--entry", ENTRIES[query["retention_type"]],
        "--counting", "on-or-after" if query["cumulative"] else "on",
        "--min-occurrences", str(query["minimum_occurrences"]),
    ]  # fmt: skip
    if query["date_from"]:
        given += ["--from", query["date_from"]]
    for side, event in (("start", query["target"]), ("return", query["returning"])):
        if event["event"]:
            given += [f"--{side}-event", event["event"]]
        for name, value in event.get("where", {}).items():
            given += [f"--{side}-where", f"{name}={value}"]
    if breakdown := query.get("breakdown"):
        given += ["--breakdown", breakdown["property"]]
    return given


def counts(rows: list[dict[str, Any]]) -> list[list[int]]:
    return [[cell["customers"] for cell in row["cells"]] for row in rows]


def visible(expected: list[list[int]], made: list[list[int]]) -> list[list[int]]:
    """The published numbers cut to the cells that lie inside the window, which ours are."""
    return [row[: len(ours)] for row, ours in zip(expected, made, strict=True)]


@pytest.mark.parametrize("case", ORACLE["retention"], ids=lambda case: case["id"])
def test_published_case(case: dict[str, Any], tmp_path: Path) -> None:
    query = case["query"]
    console = Console(
        tmp_path, "--now", LATER, "--timezone", query["timezone"],
        "--week-start", query["week_start"],
    )  # fmt: skip
    lines = segment_lines(ORACLE["datasets"][case["dataset"]])
    assert console("import", "-", "--as", "segment", stdin=lines).status == 0
    expected = case["expected"]
    if "sum_triangle" in expected:
        for aggregate, wanted in (("sum", "sum_triangle"), ("average", "avg_triangle")):
            found = console(
                "cohorts", *flags(query), "--value", query["aggregate"]["property"],
                "--aggregate", aggregate, "--json",
            ).json  # fmt: skip
            values = [[cell["value"] or 0 for cell in row["cells"]] for row in found["rows"]]
            assert values == visible(expected[wanted], values)
        return
    found = console("cohorts", *flags(query), "--json").json
    if "by_segment" in expected:
        for group in found["breakdown"]:
            if group["value"] in expected["by_segment"]:
                made = counts(group["rows"])
                assert made == visible(expected["by_segment"][group["value"]], made)
        assert set(expected["by_segment"]) <= {group["value"] for group in found["breakdown"]}
        return
    made = counts(found["rows"])
    assert made == visible(expected.get("triangle") or expected["matrix"], made)
    if "triangle" in expected:
        assert [len(row) for row in made] == [len(row) for row in expected["triangle"]]
    starts = [row["start"] for row in found["rows"]]
    if "first_row_start" in expected:
        assert starts[0] == expected["first_row_start"]
    if "row_starts" in expected:
        assert [start[:10] for start in starts] == expected["row_starts"]
    assert_people_are_the_numbers(console, query, found)


def assert_people_are_the_numbers(
    console: Console, query: dict[str, Any], found: dict[str, Any]
) -> None:
    """One row's cells, their members and their missing."""
    at = max(range(len(found["rows"])), key=lambda row: found["rows"][row]["size"])
    row = found["rows"][at]
    for column, cell in enumerate(row["cells"]):
        members = console("cohorts", *flags(query), "--cell", f"{at}:{column}", "--json").json
        missing = console(
            "cohorts", *flags(query), "--cell", f"{at}:{column}", "--missing", "--json"
        ).json
        assert members["total"] == len(members["customers"]) == cell["customers"]
        assert members["total"] + missing["total"] == row["size"]
