from __future__ import annotations

from console.show.cells import width_of
from console.show.pulse import sparkline


def test_a_bar_for_every_week_and_a_dot_where_nobody_came() -> None:
    assert sparkline((0, 1, 2, 3, 4, 5, 6, 7), 8) == "·▁▂▃▄▅▆█"


def test_the_newest_weeks_where_there_is_little_room() -> None:
    assert sparkline((7, 7, 0, 1), 2) == "·▁"


def test_always_as_wide_as_its_column() -> None:
    for weeks in (None, (), (3,), (1,) * 12):
        assert all(width_of(sparkline(weeks, room)) == room for room in range(14))
