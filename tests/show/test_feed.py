from dataclasses import replace
from zoneinfo import ZoneInfo

from console.clock import DAY, HOUR, MINUTE, Clock
from console.model import Customer, FeedEvent
from console.show import feed
from console.show.feed import Entry, Heading, Visit
from console.show.lines import width_of

NOW = 1_775_033_400_000_000
CLOCK = Clock(NOW, ZoneInfo("Europe/Stockholm"))
ADA = Customer(1, "Ada Byström", "ada@example.com", city="Malmö", country="SE")


def event(id: int, gone: int, verb: str = "logged_in", who: Customer = ADA) -> FeedEvent:
    return FeedEvent(id, NOW - gone, "segment", verb, verb, "notable", who)


def rows(*events: FeedEvent, visit: int | None = None, unfolded: int = 0) -> list[feed.Row]:
    return feed.rows(events, CLOCK, visit=visit, unfolded=frozenset([unfolded]))


def test_days_have_headings() -> None:
    made = rows(event(3, HOUR), event(2, 2 * HOUR, "rated"), event(1, DAY))
    assert [type(row) for row in made] == [Heading, Entry, Entry, Heading, Entry]


def test_three_in_an_hour_stay_apart_and_four_fold() -> None:
    three = [event(9 - n, n * MINUTE) for n in range(3)]
    assert [row.n for row in rows(*three) if isinstance(row, Entry)] == [1, 1, 1]
    four = [event(9 - n, n * MINUTE) for n in range(4)]
    assert [row.n for row in rows(*four) if isinstance(row, Entry)] == [4]


def test_a_fold_is_as_loud_as_its_loudest_and_can_be_opened() -> None:
    four = [event(9 - n, n * MINUTE) for n in range(4)]
    four[2] = replace(four[2], level="urgent")
    (fold,) = (row for row in rows(*four) if isinstance(row, Entry))
    assert fold.event.level == "urgent"
    opened = [row for row in rows(*four, unfolded=9) if isinstance(row, Entry)]
    assert [row.part for row in opened] == [True] * 4


def test_others_and_other_hours_do_not_fold() -> None:
    bo = Customer(2, "Bo", None)
    mixed = [event(9 - n, n * 25 * MINUTE, who=ADA if n % 2 else bo) for n in range(8)]
    assert all(row.n == 1 for row in rows(*mixed) if isinstance(row, Entry))


def test_the_last_visit_stands_between_old_and_new() -> None:
    made = rows(event(2, HOUR), event(1, 3 * HOUR), visit=NOW - 2 * HOUR)
    assert [type(row) for row in made] == [Heading, Entry, Visit, Entry]
    assert not any(isinstance(row, Visit) for row in rows(event(1, 3 * HOUR), visit=NOW - HOUR))


def test_every_row_is_as_wide_as_the_list() -> None:
    names = ("Ada", "佐藤 花子", "👩‍💻 " * 9, "\x1b[31m" * 9, "ـَِّ" * 30, "x" * 120)
    for name in names:
        who = replace(ADA, name=name, city=name, country=name)
        one = replace(event(1, HOUR, "ticket_opened", who), object=name, source=name)
        for width in (40, 62, 79, 95, 96, 159):
            for entry in (Entry(one), Entry(one, 12), Entry(one, part=True)):
                made = feed.row_line(entry, width, CLOCK)
                assert width_of(made.plain) == made.cell_length == width, (name, width)
