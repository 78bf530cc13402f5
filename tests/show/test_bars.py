from zoneinfo import ZoneInfo

from console.clock import DAY, MINUTE, Clock
from console.model import SourceStatus, Status
from console.show import bars
from console.show.bars import Hint, Tab

NOW = 1_775_033_400_000_000
CLOCK = Clock(NOW, ZoneInfo("UTC"))


def status(*sources: SourceStatus) -> Status:
    return Status("mirror.db", 1, 602, 40, 30_000, "UTC", sources)


def source(name: str = "shopify", **more: object) -> SourceStatus:
    given: dict[str, object] = {
        "last_sync": NOW, "newest": NOW - 4 * MINUTE, "events": 1, "records": 1, "rejected": 0,
        **more,
    }  # fmt: skip
    return SourceStatus(name, **given)  # type: ignore[arg-type]


def facts(found: Status | None, room: int = 90, name: str = "sample data") -> str:
    return bars.facts(name, found, CLOCK, room).plain.strip()


def test_whose_how_many_how_fresh() -> None:
    assert facts(status(source())) == "sample data · 602 customers · 1 source · newest 4 min ago"
    assert facts(None) == "sample data"


def test_less_room_leaves_what_matters() -> None:
    assert facts(status(source()), 45) == "602 customers · newest 4 min ago"
    assert facts(status(source()), 20) == "602 customers"


def test_stale_and_partial_say_so() -> None:
    old = source(last_sync=NOW - 3 * DAY, rejected=2)
    assert facts(status(old)).endswith("2 rows refused · newest 4 min ago · imported 3 days ago")
    assert "imported 3 days ago" in facts(status(old), 30)


def test_a_failing_source_comes_before_everything() -> None:
    found = status(source(), source("stripe", error="the key was refused"))
    assert facts(found) == "✗ stripe: the key was refused"


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
