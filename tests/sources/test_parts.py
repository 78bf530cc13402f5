from console.model import Key, Record
from console.sources import parts


def test_keys_come_strongest_first_and_only_if_usable():
    assert parts.keys("1", "2", " A@B.example ", "'+46 70 123 45 67") == (
        Key("source_id", "1"),
        Key("external_id", "2"),
        Key("email", "a@b.example"),
        Key("phone", "+46701234567"),
    )
    assert parts.keys(None, "", "no address", "070-123 45 67") == ()


def test_names_of_nobody():
    assert parts.full_name("Ana", None) == "Ana"
    assert parts.full_name("(empty)", "(empty)") is None
    assert parts.full_name(None, None) is None


def test_a_guessed_time_is_no_better_than_its_day_but_stays_future():
    assert parts.about((5, "exact")) == (5, "day")
    assert parts.about((5, "future")) == (5, "future")


def test_a_change_yet_to_come_is_no_version():
    assert parts.changed_at(None) == 0
    assert parts.changed_at((5, "future")) == 0
    assert parts.changed_at((5, "naive")) == 5


def test_a_harvest_counts_things_and_not_by_products():
    harvest = parts.Harvest("x.csv", "shop", size=2)
    assert harvest.empty
    harvest.add(
        [Record("thread", "1", (), {}, b""), Record("customer", "2", (), {}, b"", counted=False)]
    )
    assert harvest.full
    batch = harvest.take()
    assert (batch.source, batch.read, len(batch.records)) == ("shop", 1, 2)
    assert harvest.empty
    harvest.reject(7, "Total", "why", "raw")
    batch = harvest.take()
    assert batch.read == 1
    assert batch.rejects[0].path == "x.csv"
    assert batch.rejects[0].line == 7
