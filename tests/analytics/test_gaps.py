"""Cases of our own where the published ones are silent (the list ends retention.json)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console.analytics import cohorts, lifecycle, stickiness
from console.analytics.grid import CohortCell, Group
from console.analytics.question import CohortQuestion, QuestionError, Where
from console.mirror.activity import Activity
from console.mirror.database import open_reader
from tests.analytics.worlds import (
    Reader,
    World,
    at,
    clock,
    dates,
    mirror,
    numbers,
    rows_by_date,
    save,
    values,
)


@pytest.fixture(params=[True, False], ids=["sets", "events"])
def sets(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def states(reader: Reader, question: CohortQuestion) -> list[list[str]]:
    grid = cohorts.grid(reader.activity, question, reader.clock)
    return [[cell.state for cell in row.cells] for row in grid.rows]


def test_g1_a_sunday_belongs_to_another_week(sets: bool, tmp_path: Path) -> None:
    # 2026-06-07 is a Sunday.
    world = World().did("a", "open", "2026-06-03", "2026-06-07").did("b", "open", "2026-06-07")
    question = CohortQuestion(intervals=2, until=at("2026-06-10"), entry="recurring")
    found = {}
    for day in ("monday", "sunday"):
        asked = clock("2026-09-01", week_start=day)  # type: ignore[arg-type]
        (tmp_path / day).mkdir()
        with mirror(tmp_path / day, world, asked, sets) as reader:
            found[day] = rows_by_date(cohorts.grid(reader.activity, question, asked), asked)
    assert found["monday"] == {"2026-06-01": [2, 0], "2026-06-08": [0]}
    assert found["sunday"] == {"2026-05-31": [1, 1], "2026-06-07": [2]}


def test_g2_days_of_23_and_25_hours(sets: bool, tmp_path: Path) -> None:
    # In Stockholm 29 March 2026 ends at 22:00Z, having begun at 23:00Z; 25 October has 25 hours.
    world = World().did("a", "open", "2026-03-28T23:30Z", "2026-03-29T21:30Z", "2026-03-29T22:30Z")
    world.did("b", "open", "2026-10-24T22:30Z", "2026-10-25T22:30Z", "2026-10-25T23:30Z")
    asked = clock("2027-01-01", "Europe/Stockholm")
    with mirror(tmp_path, world, asked, sets) as reader:
        for until, first in (("2026-03-30", "2026-03-29"), ("2026-10-26", "2026-10-25")):
            question = CohortQuestion(
                period="day", intervals=2, until=at(until, "Europe/Stockholm"), entry="recurring",
                min_occurrences=1,
            )  # fmt: skip
            grid = cohorts.grid(reader.activity, question, asked)
            assert dates(grid, asked) == [first, until]
            assert numbers(grid) == [[1, 1], [1]]
        spring, autumn = (
            CohortQuestion(period="hour", since=at(start), until=at(end), intervals=1)
            for start, end in (
                ("2026-03-28T23:00Z", "2026-03-29T21:59Z"),
                ("2026-10-24T22:00Z", "2026-10-25T22:59Z"),
            )
        )
        assert len(cohorts.grid(reader.activity, spring, asked).rows) == 23
        assert len(cohorts.grid(reader.activity, autumn, asked).rows) == 25


def test_g2_rolling_days_have_24_hours_even_then(sets: bool, tmp_path: Path) -> None:
    world = World().did("a", "open", "2026-03-28T12:00Z", "2026-03-29T11:59Z", "2026-03-29T12:00Z")
    asked = clock("2027-01-01", "Europe/Stockholm")
    question = CohortQuestion(
        period="day", intervals=3, until=at("2026-03-30T12:00Z"), window="24h",
        min_occurrences=2,
    )  # fmt: skip
    with mirror(tmp_path, world, asked, sets) as reader:
        # At 11:59 it is still the first day: two occurrences there, one in the second.
        assert numbers(cohorts.grid(reader.activity, question, asked))[0] == [1, 0, 0]


def test_g3_months_are_months(sets: bool, tmp_path: Path) -> None:
    world = World().did("a", "open", "2024-01-31", "2024-02-29", "2024-03-30", "2024-04-30")
    world.did("b", "open", "2024-01-29", "2024-03-31")
    asked = clock("2025-01-01")
    question = CohortQuestion(period="month", intervals=4, until=at("2024-04-30T23:59"))
    with mirror(tmp_path, world, asked, sets) as reader:
        found = rows_by_date(cohorts.grid(reader.activity, question, asked), asked)
    assert found["2024-01-01"] == [2, 1, 2, 1]
    assert list(found) == ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"]


def test_g4_equal_instants_and_second_deliveries(sets: bool, tmp_path: Path) -> None:
    world = World().did("a", "open", "2026-06-01", "2026-06-02", "2026-06-02")
    asked = clock("2026-09-01")
    question = CohortQuestion(period="day", intervals=2, until=at("2026-06-02"))
    with mirror(tmp_path, world, asked, sets) as reader:
        twice = CohortQuestion(period="day", intervals=2, until=at("2026-06-02"), min_occurrences=2)
        grid = cohorts.grid(reader.activity, twice, asked)
        # Two events at one instant, each with an id of its own, are two.
        assert numbers(grid) == [[1, 1], [0]]
        batch = world.batch()
        path = tmp_path / ("sets.db" if sets else "events.db")
        before = numbers(cohorts.grid(reader.activity, question, asked))
        save(path, asked if sets else clock(zone="Pacific/Niue"), batch, batch)
        # The same ids again are the same events.
        assert numbers(cohorts.grid(reader.activity, twice, asked)) == numbers(grid)
        assert numbers(cohorts.grid(reader.activity, question, asked)) == before


def test_g4_of_first_events_at_one_instant_one_that_passes_counts(tmp_path: Path) -> None:
    for order in ((0, 1), (1, 0)):
        world = World()
        for plan in [("free", "pro")[n] for n in order]:
            world.did("a", "open", "2026-06-01", plan=plan)
        asked = clock("2026-09-01")
        question = CohortQuestion(
            period="day", intervals=1, until=at("2026-06-01"), entry="first-ever",
            start_event="open", start_where=(Where("plan", "=", "pro"),),
        )  # fmt: skip
        folder = tmp_path / str(order[0])
        folder.mkdir()
        with mirror(folder, world, asked) as reader:
            assert numbers(cohorts.grid(reader.activity, question, asked)) == [[1]]


def test_g5_late_events_find_their_place(tmp_path: Path) -> None:
    asked = clock("2026-09-01")
    early = World().did("a", "open", "2026-06-10", "2026-06-11")
    late = World().did("a", "open", "2026-06-10", "2026-06-11", "2026-06-08", "2026-06-09")
    question = CohortQuestion(period="day", intervals=4, until=at("2026-06-11"))
    with mirror(tmp_path, early, asked) as reader:
        assert numbers(cohorts.grid(reader.activity, question, asked))[2] == [1, 1]
        for _ in range(2):
            save(tmp_path / "sets.db", asked, late.batch())
            # The cohort moves to the first event, though it came last.
            assert numbers(cohorts.grid(reader.activity, question, asked)) == [
                [1, 1, 1, 1], [0, 0, 0], [0, 0], [0],
            ]  # fmt: skip


def test_g6_a_merge_moves_the_cohort(sets: bool, tmp_path: Path) -> None:
    world = World().did("ann", "open", "2026-06-10").did("device", "open", "2026-06-08")
    asked = clock("2026-09-01")
    question = CohortQuestion(period="day", intervals=3, until=at("2026-06-10"))
    with mirror(tmp_path, world, asked, sets) as reader:
        assert numbers(cohorts.grid(reader.activity, question, asked)) == [[1, 0, 0], [0, 0], [1]]
        joined = World(same=[("ann", "device")])
        path = tmp_path / ("sets.db" if sets else "events.db")
        save(path, asked if sets else clock(zone="Pacific/Niue"), joined.batch())
        assert numbers(cohorts.grid(reader.activity, question, asked)) == [[1, 0, 1], [0, 0], [0]]
        assert len(cohorts.people(reader.activity, question, asked, CohortCell(0, 2))) == 1


def test_g7_the_last_cells_are_not_over(sets: bool, tmp_path: Path) -> None:
    world = (
        World().did("a", "open", "2026-06-01", "2026-06-03T08:00").did("b", "open", "2026-06-02")
    )
    asked = clock("2026-06-03T12:00")
    question = CohortQuestion(period="day", intervals=3)
    with mirror(tmp_path, world, asked, sets) as reader:
        grid = cohorts.grid(reader.activity, question, asked)
        assert numbers(grid) == [[1, 0, 1], [1, 0], [0]]
        assert states(reader, question) == [
            ["complete", "complete", "in_progress"], ["complete", "in_progress"], ["in_progress"],
        ]  # fmt: skip
        # Only complete cells count: the 1 of column 2 and the 0 of (1, 1) are not over.
        assert [(mean.rate, mean.rows) for mean in grid.mean.cells] == [(1, 2), (0, 1), (None, 0)]
        last = lifecycle.intervals(reader.activity, question, asked).intervals[-1]
        assert (last.resurrected, last.dormant, last.state) == (1, 1, "in_progress")
        assert stickiness.columns(reader.activity, question, asked).state == "in_progress"


def test_an_interval_that_begins_now_has_begun_and_one_later_has_not(tmp_path: Path) -> None:
    world = World().did("a", "open", "2026-06-01")
    for now, cells, last in (("2026-06-03", 3, "in_progress"), ("2026-06-02T23:59", 2, None)):
        asked = clock(now)
        question = CohortQuestion(
            period="day", intervals=9, since=at("2026-06-01"), until=at("2026-06-20")
        )
        folder = tmp_path / now[:13]
        folder.mkdir()
        with mirror(folder, world, asked) as reader:
            grid = cohorts.grid(reader.activity, question, asked)
            assert len(grid.rows) == len(grid.rows[0].cells) == cells
            assert grid.rows[0].cells[-1].state == (last or "in_progress")


def test_nothing_in_the_future_counts(sets: bool, tmp_path: Path) -> None:
    world = World().did("a", "open", "2026-06-01", "2026-06-02T18:00")
    world.did("b", "open", "2026-06-02T18:00")
    question = CohortQuestion(period="day", intervals=2, until=at("2026-06-02"))
    with mirror(tmp_path, world, clock("2026-06-02T12:00"), sets) as reader:
        assert numbers(cohorts.grid(reader.activity, question, reader.clock)) == [[1, 0], [0]]
        # The same mirror, asked in the evening.
        later = clock("2026-06-02T19:00")
        assert numbers(cohorts.grid(reader.activity, question, later)) == [[1, 1], [1]]


def test_rolling_cells_are_over_when_the_last_ones_time_is(tmp_path: Path) -> None:
    world = World().did("a", "open", "2026-06-01T06:00").did("b", "open", "2026-06-01T18:00")
    question = CohortQuestion(
        period="day", intervals=3, since=at("2026-06-01"), until=at("2026-06-09"), window="24h"
    )
    for now, wanted in (
        ("2026-06-02T17:59", ["in_progress", "in_progress"]),
        ("2026-06-02T18:00", ["complete", "in_progress"]),
        ("2026-06-03T05:59", ["complete", "in_progress"]),
        ("2026-06-03T06:00", ["complete", "in_progress", "in_progress"]),
        ("2026-06-03T18:00", ["complete", "complete", "in_progress"]),
    ):
        folder = tmp_path / now.replace(":", "")
        folder.mkdir()
        with mirror(folder, world, clock(now)) as reader:
            assert states(reader, question)[0] == wanted, now


def test_brackets_cut_by_the_window_are_not_over(tmp_path: Path) -> None:
    world = World().did("a", "open", "2026-06-01", "2026-06-03")
    asked = clock("2026-09-01")
    question = CohortQuestion(
        period="day", since=at("2026-06-01"), until=at("2026-06-03"), brackets=((1, 1), (2, 4))
    )
    with mirror(tmp_path, world, asked) as reader:
        assert states(reader, question)[0] == ["complete", "complete", "in_progress"]
        grid = cohorts.grid(reader.activity, question, asked)
        assert [column.label for column in grid.columns] == ["0", "1", "2-4"]
        assert numbers(grid)[0] == [1, 0, 1]


def test_two_ids_on_one_day_are_one_customer_and_two_occurrences(
    sets: bool, tmp_path: Path
) -> None:
    world = World(same=[("ann", "ann2")]).did("ann", "open", "2026-06-01", "2026-06-02T08:00")
    world.did("ann2", "open", "2026-06-02T09:00")
    asked = clock("2026-09-01")
    with mirror(tmp_path, world, asked, sets) as reader:
        for least, wanted in ((1, 1), (2, 1), (3, 0)):
            question = CohortQuestion(
                period="day", intervals=2, until=at("2026-06-02"), min_occurrences=least
            )
            assert numbers(cohorts.grid(reader.activity, question, asked))[0] == [1, wanted]


def test_by_account(sets: bool, tmp_path: Path) -> None:
    world = World(
        people={"a": {"account": "Acme"}, "b": {"account": "Acme"}, "c": {"account": "Bolt"},
                "d": {}},
    )  # fmt: skip
    world.did("a", "open", "2026-06-01").did("b", "open", "2026-06-02", "2026-06-03")
    world.did("c", "open", "2026-06-02").did("d", "open", "2026-06-02")
    asked = clock("2026-09-01")
    question = CohortQuestion(period="day", intervals=3, until=at("2026-06-03"), by="account")
    with mirror(tmp_path, world, asked, sets) as reader:
        grid = cohorts.grid(reader.activity, question, asked)
        # Acme starts with Ann; its other customer's days are Acme's coming back.
        assert numbers(grid) == [[1, 1, 1], [1, 0], [0]]
        assert grid.without_account == 1
        ids = cohorts.people(reader.activity, question, asked, CohortCell(0, 1))
        assert list(reader.activity.account_names(ids).values()) == ["Acme"]
        only_b = CohortQuestion(
            period="day", intervals=3, until=at("2026-06-03"), by="account", segment="id=b or id=c"
        )
        # Seen through b alone, Acme begins a day later.
        assert numbers(cohorts.grid(reader.activity, only_b, asked)) == [[0, 0, 0], [2, 1], [0]]


def test_breakdown_by_a_customers_property(sets: bool, tmp_path: Path) -> None:
    world = World(people={"a": {"plan": "pro"}, "b": {"plan": "pro"}, "c": {"plan": "free"}})
    world.did("a", "open", "2026-06-01", "2026-06-02").did("b", "open", "2026-06-01")
    world.did("c", "open", "2026-06-01", "2026-06-02").did("d", "open", "2026-06-02")
    asked = clock("2026-09-01")
    question = CohortQuestion(period="day", intervals=2, until=at("2026-06-02"), breakdown="plan")
    with mirror(tmp_path, world, asked, sets) as reader:
        grid = cohorts.grid(reader.activity, question, asked)
        assert [(group.value, numbers(part)) for group, part in grid.groups] == [
            ("pro", [[2, 1], [0]]), ("free", [[1, 1], [0]]), (None, [[0, 0], [1]]),
        ]  # fmt: skip
        gone = cohorts.people(
            reader.activity, question, asked, CohortCell(0, 1, Group("pro")), missing=True
        )
        assert reader.called(gone) == ["b"]
        with pytest.raises(QuestionError, match="no group 'gold'"):
            cohorts.people(reader.activity, question, asked, CohortCell(0, 0, Group("gold")))


def test_latest_value_of_a_property_counts(tmp_path: Path) -> None:
    world = World(people={"a": {"plan": "free"}}).did("a", "open", "2026-06-01")
    asked = clock("2026-09-01")
    question = CohortQuestion(period="day", intervals=1, until=at("2026-06-01"), segment="plan=pro")
    with mirror(tmp_path, world, asked) as reader:
        assert numbers(cohorts.grid(reader.activity, question, asked)) == [[0]]
        save(tmp_path / "sets.db", asked, World(people={"a": {"plan": "pro"}}).batch())
        assert numbers(cohorts.grid(reader.activity, question, asked)) == [[1]]


def test_money_adds_up_in_one_currency_only(tmp_path: Path) -> None:
    world = World().did("a", "join", "2026-06-01T08:00")
    world.did("a", "buy", "2026-06-01T09:00", amount=10.1, currency="EUR")
    world.did("a", "buy", "2026-06-02T09:00", amount=20.2, currency="EUR")
    world.did("b", "join", "2026-06-01T08:00")
    asked = clock("2026-09-01")
    options: dict[str, Any] = {
        "period": "day", "intervals": 2, "until": at("2026-06-02"), "start_event": "join",
        "return_event": "buy", "value": "amount",
    }  # fmt: skip
    with mirror(tmp_path, world, asked) as reader:
        grid = cohorts.grid(reader.activity, CohortQuestion(**options), asked)
        assert grid.currency == "EUR"
        assert values(grid)[0] == [10.1, 20.2]
        mean = CohortQuestion(**options, aggregate="average")
        # Of those active in the cell, not of the whole cohort.
        assert values(cohorts.grid(reader.activity, mean, asked))[0] == [10.1, 20.2]
        world.did("b", "buy", "2026-06-02T10:00", amount=5, currency="USD")
        save(tmp_path / "sets.db", asked, world.batch())
        with pytest.raises(QuestionError, match="EUR and USD"):
            cohorts.grid(reader.activity, CohortQuestion(**options), asked)
        euros = CohortQuestion(**options, return_where=(Where("currency", "=", "EUR"),))
        assert values(cohorts.grid(reader.activity, euros, asked))[0] == [10.1, 20.2]


def test_nobody_is_worth_nothing_and_no_value_is_none(tmp_path: Path) -> None:
    world = World().did("a", "open", "2026-06-01")
    asked = clock("2026-09-01")
    with mirror(tmp_path, world, asked) as reader:
        plain = CohortQuestion(period="day", intervals=2, until=at("2026-06-02"))
        valued = CohortQuestion(period="day", intervals=2, until=at("2026-06-02"), value="total")
        assert values(cohorts.grid(reader.activity, plain, asked)) == [[None, None], [None]]
        assert values(cohorts.grid(reader.activity, valued, asked)) == [[0, 0], [0]]
        assert cohorts.grid(reader.activity, plain, asked).rows[1].cells[0].rate is None


def test_people_are_listed_by_how_often_they_came(tmp_path: Path) -> None:
    world = World().did("rare", "open", "2026-06-01", "2026-06-03")
    world.did("daily", "open", "2026-06-01", "2026-06-02", "2026-06-03")
    world.did("gone", "open", "2026-06-01")
    asked = clock("2026-09-01")
    question = CohortQuestion(period="day", intervals=3, until=at("2026-06-03"))
    with mirror(tmp_path, world, asked) as reader:

        def people(column: int, missing: bool = False) -> list[str]:
            cell = CohortCell(0, column)
            return reader.called(
                cohorts.people(reader.activity, question, asked, cell, missing=missing)
            )

        assert people(0) == ["daily", "rare", "gone"]
        assert people(2) == ["daily", "rare"]
        assert people(1, missing=True) == ["rare", "gone"]
        assert people(0, missing=True) == []


@pytest.mark.parametrize(
    ("row", "column", "said"), [(9, 0, "no row 9"), (0, 9, "no column 9"), (1, 2, "not begun")]
)
def test_cells_that_are_not_there(row: int, column: int, said: str, tmp_path: Path) -> None:
    world = World().did("a", "open", "2026-06-01")
    asked = clock("2026-09-01")
    question = CohortQuestion(period="day", intervals=3, until=at("2026-06-03"))
    with mirror(tmp_path, world, asked) as reader, pytest.raises(QuestionError, match=said):
        cohorts.people(reader.activity, question, asked, CohortCell(row, column))


def test_an_empty_mirror_has_empty_rows(sets: bool, tmp_path: Path) -> None:
    asked = clock("2026-06-03")
    with mirror(tmp_path, World(), asked, sets) as reader:
        question = CohortQuestion(period="day", intervals=2)
        grid = cohorts.grid(reader.activity, question, asked)
        assert numbers(grid) == [[0, 0], [0]]
        assert grid.customers == 0
        rolling = CohortQuestion(period="day", intervals=2, window="24h", start_event="logged_in")
        assert numbers(cohorts.grid(reader.activity, rolling, asked)) == [[0, 0], [0]]
        assert lifecycle.intervals(reader.activity, question, asked).intervals[0].new == 0
        assert stickiness.columns(reader.activity, question, asked).total == 0


def test_an_unknown_event_names_what_is_near(tmp_path: Path) -> None:
    world = World().did("a", "Report Built", "2026-06-01")
    asked = clock("2026-06-03")
    with mirror(tmp_path, world, asked) as reader:
        question = CohortQuestion(return_event="Reprot Built")
        with pytest.raises(QuestionError, match=r"return event.*near it: Report Built"):
            cohorts.grid(reader.activity, question, asked)


def test_lifecycle_people(tmp_path: Path) -> None:
    world = World().did("a", "open", "2026-06-01", "2026-06-02").did("b", "open", "2026-06-01")
    asked = clock("2026-09-01")
    question = CohortQuestion(period="day", intervals=2, until=at("2026-06-02"))
    with mirror(tmp_path, world, asked) as reader:

        def people(interval: int, status: Any) -> list[str]:
            ids = lifecycle.people(reader.activity, question, asked, interval, status)
            return reader.called(ids)

        assert people(0, "new") == ["a", "b"]
        assert people(1, "returning") == ["a"]
        assert people(1, "dormant") == ["b"]
        with pytest.raises(QuestionError, match="no interval 2"):
            people(2, "new")
        once = stickiness.people(reader.activity, question, asked, 1)
        assert reader.called(once) == ["b"]
        with pytest.raises(QuestionError, match="no column 3"):
            stickiness.people(reader.activity, question, asked, 3)


def test_a_device_joined_later_does_not_make_two(tmp_path: Path) -> None:
    # Identities are joined by the store; here only that no bit of the old one is left behind.
    asked = clock("2026-09-01")
    world = World().did("x", "open", "2026-06-01").did("y", "open", "2026-06-01")
    question = CohortQuestion(period="day", intervals=1, until=at("2026-06-01"))
    with mirror(tmp_path, world, asked) as reader:
        assert numbers(cohorts.grid(reader.activity, question, asked)) == [[2]]
    save(tmp_path / "sets.db", asked, World(same=[("x", "y")]).batch())
    db = open_reader(tmp_path / "sets.db")
    assert numbers(cohorts.grid(Activity(db, asked), question, asked)) == [[1]]
    db.close()
