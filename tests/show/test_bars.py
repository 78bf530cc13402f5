from console.show import bars
from console.show.bars import Hint, Tab


def test_tabs_are_where_they_are_clicked() -> None:
    seats = [Tab("1", "Feed", True), Tab("2", "Customers", False)]
    shown = bars.tabs(seats).plain
    assert bars.tab_at(seats, shown.index("Feed")) == 0
    assert bars.tab_at(seats, shown.index("Customers")) == 1
    assert bars.tab_at(seats, 70) is None


def test_keys_that_do_not_fit_are_left_out_whole() -> None:
    hints = [Hint("/", "Filter"), Hint("s", "Sort")]
    assert bars.keys(hints, 80).plain == " / Filter  s Sort "
    assert bars.keys(hints, 12).plain == " / Filter "
