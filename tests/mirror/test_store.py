from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.config import EventRule
from console.mirror import customers, feed, profile, status
from console.mirror.database import MirrorError, NoMirror, open_reader, open_writer
from console.model import Batch, FeedQuestion, Key, Record, Reject
from tests.mirror.reading import (
    counts_by_day,
    counts_from_events,
    sets_from_events,
    stored_sets,
    whole,
)
from tests.mirror.worlds import World, at, event, person, who

ADA = who(external_id="u1")
BO = who(external_id="u2")
ALL = FeedQuestion(level="noise", limit=1000)


def test_saving_again_changes_nothing(world: World) -> None:
    things = [
        event("m1", ADA, "Logged In", "2026-06-01T09:00"),
        event("m2", BO, "Logged In", "2026-06-02T09:00"),
        person("7", ADA, name="Ada", city="Lund"),
    ]
    assert world.save(*things).new == 3
    before = whole(world.path)
    counts = world.save(*things)
    assert (counts.read, counts.new, counts.changed, counts.unchanged) == (3, 0, 0, 3)
    assert whole(world.path) == before


def test_a_line_delivered_twice_is_one_event(world: World) -> None:
    twice = event("m1", ADA, "Logged In", "2026-06-01T09:00")
    counts = world.save(twice, twice)
    assert (counts.read, counts.new, counts.unchanged) == (2, 1, 1)


def test_the_same_id_in_two_sources_is_two_events(world: World) -> None:
    one = event("m1", ADA, "Logged In", "2026-06-01T09:00")
    assert world.save(one, source="segment").new == 1
    assert world.save(one, source="mixpanel").new == 1


def test_reading_the_calendar_anew_does_not_make_events_new(tmp_path: Path) -> None:
    late = event("m1", ADA, "Logged In", "2026-06-01T23:30")
    assert World(tmp_path, zone="UTC").save(late).new == 1
    moved = World(tmp_path, zone="Asia/Tokyo")
    assert moved.save(late).unchanged == 1
    db = open_reader(moved.path)
    assert stored_sets(db) == sets_from_events(db, moved.clock)
    assert status.read(db).timezone == "Asia/Tokyo"


def test_an_absent_field_keeps_what_is_there(world: World) -> None:
    world.save(person("7", ADA, name="Ada", city="Lund", phone="+4670"))
    counts = world.save(person("7", ADA, city="Malmö", phone=None))
    assert counts.changed == 1
    (ada,) = customers.matching(open_reader(world.path)).customers
    assert (ada.name, ada.city, ada.phone) == ("Ada", "Malmö", None)


def test_an_older_version_does_not_come_back(world: World) -> None:
    world.save(person("7", ADA, "2026-06-02T00:00", name="New"))
    assert world.save(person("7", ADA, "2026-06-01T00:00", name="Old")).unchanged == 1
    assert customers.matching(open_reader(world.path)).customers[0].name == "New"


@pytest.mark.parametrize("turned", [False, True])
def test_a_customer_does_not_depend_on_the_order_of_files(world: World, turned: bool) -> None:
    mail = who(email="ada@example.com")
    files = [
        ("shopify", person("7", mail, name="Ada L", city="Lund")),
        ("klaviyo", person("k1", mail, "2026-06-02T00:00", name="Ada Lovelace")),
        ("stripe", person("cus_1", mail, name="A. Lovelace", plan="pro")),
    ]
    for source, record in reversed(files) if turned else files:
        world.save(record, source=source)
    (ada,) = customers.matching(open_reader(world.path)).customers
    assert (ada.name, ada.city, ada.plan) == ("Ada Lovelace", "Lund", "pro")


def test_a_changed_order_replaces_its_events(world: World) -> None:
    def order(status: str, *verbs: str) -> Record:
        return Record(
            "order",
            "6100",
            ADA,
            {"name": "#1", "status": status, "amount": 2940, "currency": "EUR"},
            status.encode(),
            events=tuple(
                event(f"order:6100:{verb}", ADA, verb, "2026-06-01T09:00", verb=verb)
                for verb in verbs
            ),
        )

    world.save(order("paid", "order_placed", "order_paid"), source="shopify")
    db = open_reader(world.path)
    first = {one.verb: one.id for one in feed.page(db, ALL).events}
    counts = world.save(order("voided", "order_placed", "order_cancelled"), source="shopify")
    assert counts.changed == 1
    second = {one.verb: one.id for one in feed.page(db, ALL).events}
    assert set(second) == {"order_placed", "order_cancelled"}
    assert second["order_placed"] == first["order_placed"], "what stays does not arrive again"
    assert stored_sets(db) == sets_from_events(db, world.clock)
    assert counts_by_day(db) == counts_from_events(db, world.clock)
    assert profile.read(db, 1, world.clock).orders[0].status == "voided"  # type: ignore[union-attr]


def test_a_first_time_is_one_level_up_but_never_an_alarm(world: World) -> None:
    world.save(
        event("1", ADA, "Logged In", "2026-06-01T09:00"),
        event("2", ADA, "Logged In", "2026-06-02T09:00"),
        event("3", ADA, "Signed Up", "2026-06-01T08:00"),
    )
    levels = {
        one.id: (one.verb, one.level) for one in feed.page(open_reader(world.path), ALL).events
    }
    assert sorted(levels.values(), key=str) == [
        ("logged_in", "notable"),
        ("logged_in", "routine"),
        ("signed_up", "notable"),
    ]


def test_what_arrives_a_day_late_is_never_above_routine(world: World) -> None:
    world.save(
        event("1", ADA, "Signed Up", "2026-06-01T09:00", received="2026-06-03T11:00"),
        event("2", BO, "Signed Up", "2026-06-01T09:00", received="2026-06-01T11:00"),
    )
    found = {one.customer.id: one for one in feed.page(open_reader(world.path), ALL).events}
    assert (found[1].level, found[1].late) == ("routine", True)
    assert (found[2].level, found[2].late) == ("notable", False)


def test_the_future_is_kept_and_marked_but_nobody_was_seen_there(world: World) -> None:
    world.save(
        event("1", ADA, "Logged In", "2026-06-01T09:00"),
        event("2", ADA, "Logged In", "2027-06-01T09:00", quality="future"),
    )
    db = open_reader(world.path)
    assert customers.get(db, 1).last_seen_at == at("2026-06-01T09:00")  # type: ignore[union-attr]
    seen = feed.page(db, FeedQuestion(level="noise", until=world.clock.now)).events
    assert [one.quality for one in seen] == ["exact"]
    assert [one.quality for one in feed.page(db, ALL).events] == ["future", "exact"]


def test_a_changed_verb_map_is_followed(tmp_path: Path) -> None:
    built = [
        event("1", ADA, "Report Built", "2026-06-01T09:00"),
        event("2", ADA, "Report Built", "2026-06-02T09:00"),
    ]
    World(tmp_path).save(*built)
    rule = EventRule(verb="activated", level="urgent", says="built a report")
    mapped = World(tmp_path, rules={"Report Built": rule})
    assert mapped.save(*built).unchanged == 2
    db = open_reader(mapped.path)
    assert [(one.verb, one.level, one.phrase) for one in feed.page(db, ALL).events] == [
        ("activated", "urgent", "built a report")
    ] * 2
    assert customers.get(db, 1).activated_at == at("2026-06-01T09:00")  # type: ignore[union-attr]
    assert stored_sets(db) == sets_from_events(db, mapped.clock)


def test_rejects_are_kept_once(world: World) -> None:
    batch = Batch("csv", read=1, rejects=[Reject("a.csv", 7, "at", "not a time", "x,y,z")])
    assert world.save_batch(batch, "csv").rejected == 1
    world.save_batch(batch, "csv")
    assert status.rejects(open_reader(world.path)) == (
        Reject("a.csv", 7, "at", "not a time", "x,y,z"),
    )


def test_a_rolled_back_batch_leaves_nothing(world: World) -> None:
    from console.mirror.store import Writer
    from console.sources.names import verb_of

    world.save(event("0", ADA, "Logged In", "2026-06-01T09:00"))
    before = whole(world.path)
    writer = Writer(world.path, world.clock, {}, verb_of)
    new = event("9", BO, "New Thing", "2026-06-01T09:00", amount=5, currency="SEK")
    lost = Batch("other", events=[new])
    writer.begin()
    writer.save(lost, "other")
    writer.rollback()
    assert whole(world.path) == before
    writer.begin()
    assert writer.save(lost, "other").new == 1
    writer.commit()
    writer.close()
    db = open_reader(world.path)
    assert stored_sets(db) == sets_from_events(db, world.clock)
    assert feed.page(db, ALL).events[0].currency == "SEK"


def test_two_writers_take_turns(world: World) -> None:
    from console.mirror.store import Writer
    from console.sources.names import verb_of

    world.save(event("0", ADA, "Logged In", "2026-06-01T09:00"))
    writers = [Writer(world.path, world.clock, {}, verb_of) for _ in range(2)]
    for turn in range(6):
        writer = writers[turn % 2]
        writer.begin()
        keys = who(external_id=f"u{turn % 3}", email=f"e{turn % 4}@example.com")
        writer.save(
            Batch("segment", events=[event(f"t{turn}", keys, f"Thing {turn}", "2026-06-05T09:00")]),
            "segment",
        )
        writer.commit()
    for writer in writers:
        writer.close()
    db = open_reader(world.path)
    assert stored_sets(db) == sets_from_events(db, world.clock)
    assert status.read(db).events == 7


def test_no_mirror_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoMirror, match=r"console import .*console demo"):
        open_reader(tmp_path / "none.db")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    path.write_bytes(b"Name,Email\n" * 500)
    with pytest.raises(MirrorError, match="not a database"):
        open_reader(path)
    with pytest.raises(MirrorError, match="not a database"):
        open_writer(path)
    assert path.read_bytes() == b"Name,Email\n" * 500


def test_a_newer_mirror_is_not_touched(world: World) -> None:
    world.save(event("0", ADA, "Logged In", "2026-06-01T09:00"))
    db = open_writer(world.path)
    db.execute("pragma user_version = 99")
    db.close()
    with pytest.raises(MirrorError, match="newer console"):
        open_reader(world.path)
    with pytest.raises(MirrorError, match="newer console"):
        open_writer(world.path)


def test_the_mirror_is_private(tmp_path: Path) -> None:
    world = World(tmp_path / "new" / "place")
    world.save(event("0", ADA, "Logged In", "2026-06-01T09:00"))
    assert world.path.stat().st_mode & 0o777 == 0o600
    assert world.path.parent.stat().st_mode & 0o777 == 0o700


KEYS = st.lists(
    st.sampled_from(
        [
            Key("external_id", "a"),
            Key("external_id", "b"),
            Key("source_id", "1"),
            Key("email", "x@example.com"),
            Key("email", "y@example.com"),
            Key("phone", "+4670"),
            Key("anonymous_id", "d1"),
            Key("anonymous_id", "d2"),
        ]
    ),
    min_size=1,
    max_size=3,
    unique=True,
).map(lambda keys: tuple(sorted(keys, key=lambda key: key.kind == "anonymous_id")))
LINES = st.tuples(
    KEYS,
    st.sampled_from(["Logged In", "Report Built", "email_sent"]),
    st.integers(0, 40),
    st.sampled_from(["segment", "posthog"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=st.lists(LINES, max_size=14), cut=st.integers(0, 14), zone=st.sampled_from(
    ["UTC", "America/New_York", "Asia/Kolkata"]))  # fmt: skip
def test_sets_and_counts_always_follow_the_events(
    tmp_path_factory: pytest.TempPathFactory, lines: list, cut: int, zone: str
) -> None:
    world = World(tmp_path_factory.mktemp("world"), now="2026-06-30T12:00", zone=zone)
    made = [
        (source, event(str(n), keys, name, f"2026-03-{7 + hour // 24:02}T{hour % 24:02}:10"))
        for n, (keys, name, hour, source) in enumerate(lines)
    ]
    for part in (made[:cut], made[cut:]):
        for source in ("segment", "posthog"):
            world.save(*(one for where, one in part if where == source), source=source)
    db = open_reader(world.path)
    assert stored_sets(db) == sets_from_events(db, world.clock)
    assert counts_by_day(db) == counts_from_events(db, world.clock)
    for keys, _, _, source in lines:
        owners = {
            db.execute(
                "select customer from identity i join source s on s.id = i.source"
                " where i.kind = ? and i.value = ? and s.name = ?",
                (*key, source),
            ).fetchone()[0]
            for key in keys
            if key.kind != "anonymous_id"
        }
        assert len(owners) <= 1, "all that a line says of a person is one customer"
    dangling = db.execute(
        "select count(*) from event e join customer c on c.id = e.customer"
        " where c.merged_into is not null"
    ).fetchone()
    assert dangling == (0,)
