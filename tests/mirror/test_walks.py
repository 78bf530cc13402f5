from __future__ import annotations

import random

import pytest

from console.mirror import customers, feed, walks
from console.mirror.database import open_reader
from console.model import LEVELS, FeedEvent, FeedQuestion
from tests.mirror.worlds import World, at, event, person, who

NAMES = ["Logged In", "Report Built", "email_sent", "Subscription Cancelled", "Signed Up"]
PEOPLE = ["Åsa Öberg", "Bo Report", "Cy Lund", "Di O’Neil", None]


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two sources, five people, a hundred events, some with an object. Only to be read."""
    world = World(tmp_path_factory.mktemp("busy"))
    dice = random.Random(4)
    for number, name in enumerate(PEOPLE):
        if name:
            world.save(person(f"p{number}", who(external_id=f"u{number}"), name=name))
    for number in range(100):
        world.save(
            event(
                f"m{number}",
                who(external_id=f"u{dice.randrange(5)}"),
                dice.choice(NAMES),
                f"2026-06-{dice.randrange(1, 29):02}T09:{dice.randrange(60):02}",
                object=dice.choice([None, None, "Order #10%", "Grüße an Öberg"]),
            ),
            source=dice.choice(["segment", "posthog"]),
        )
    return world


def answers(one: FeedEvent, question: FeedQuestion) -> bool:
    if LEVELS.index(one.level) < LEVELS.index(question.level):
        return False
    if question.source not in (None, one.source) or question.customer not in (
        None,
        one.customer.id,
    ):
        return False
    if question.until is not None and one.at > question.until:
        return False
    words = (question.text or "").casefold().split()
    parts = (one.verb, one.name, one.feature, one.object, one.phrase)
    said = " ".join(part for part in parts if part).replace("_", " ").casefold()
    named = (one.customer.name or "").casefold().replace("å", "a").replace("ö", "o").split()
    meant = all(any(part.startswith(word) for part in named) for word in words)
    return all(word in said for word in words) or meant


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("source", [None, "segment", "nobody"])
@pytest.mark.parametrize("customer", [None, 1, 5])
@pytest.mark.parametrize("text", [None, "report", "email sent", "10%", "asa", "oberg", "r", "zz"])
def test_every_way_gives_what_reading_everything_gives(
    busy: World, level: str, source: str | None, customer: int | None, text: str | None
) -> None:
    db = open_reader(busy.path)
    everything = feed.page(db, FeedQuestion(level="noise", limit=1000)).events
    assert len(everything) == 100
    question = FeedQuestion(
        level=level,  # type: ignore[arg-type]
        source=source,
        customer=customer,
        text=text,
        until=at("2026-06-25T00:00"),
        limit=7,
    )
    found, before = [], None
    while True:
        page = feed.page(db, FeedQuestion(**{**_fields(question), "before": before}))
        found += page.events
        before = page.next
        if before is None:
            break
    assert [one.id for one in found] == [one.id for one in everything if answers(one, question)]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("source", [None, "segment"])
@pytest.mark.parametrize("text", [None, "report", "email sent", "10%", "oberg", "zz"])
def test_what_arrives_is_followed_and_counted_by_the_same_question(
    busy: World, level: str, source: str | None, text: str | None
) -> None:
    db = open_reader(busy.path)
    everything = feed.page(db, FeedQuestion(level="noise", limit=1000)).events
    question = FeedQuestion(level=level, source=source, text=text, limit=4)  # type: ignore[arg-type]
    wanted = sorted(one.id for one in everything if one.id > 30 and answers(one, question))
    found, mark = [], 30
    while mark < 100:
        events, reached = feed.after(db, mark, question)
        found += [one.id for one in events]
        assert reached > mark
        mark = reached
    assert found == wanted
    assert feed.count_since(db, 30, question) == (len(wanted), 100)


@pytest.mark.parametrize("few", [0, 3, 400])
def test_what_events_were_done_to_is_found_by_any_part_of_its_name(
    world: World, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Whether it is looked up thing by thing, or there are too many things for that."""
    monkeypatch.setattr(walks, "_FEW_THINGS", few)
    dice = random.Random(few)
    things = [
        "Order #1001",
        "Order #1002",
        'A "quoted" pram',
        "Pram",
        "Öland",
        "ÖL_50%",
        "x",
        "Built in",
    ]
    world.save(
        *(
            event(f"m{number}", who(external_id="u1"), dice.choice(NAMES),
                  f"2026-06-{dice.randrange(1, 29):02}", object=dice.choice([None, *things]))
            for number in range(60)
        )
    )  # fmt: skip
    db = open_reader(world.path)
    everything = feed.page(db, FeedQuestion(level="noise", limit=1000)).events
    words = ["order", "100", "1002", "pram", '"', "öl", "öland", "50%", "x", "nix", "built"]
    for text in [
        *words,
        *(f"{dice.choice(words)} report" for _ in range(9)),
        "report order",
        "d i",
    ]:
        for level in ("noise", "notable"):
            question = FeedQuestion(level=level, text=text, limit=1000)  # type: ignore[arg-type]
            wanted = [one.id for one in everything if answers(one, question)]
            assert [one.id for one in feed.page(db, question).events] == wanted, text


def test_a_slip_is_forgiven_only_in_what_no_event_is_called(world: World) -> None:
    world.save(person("p", who(external_id="u1"), name="Reporta Lund"))
    world.save(person("q", who(external_id="u2"), name="Bo"))
    world.save(event("a", who(external_id="u1"), "Logged In", "2026-06-01"))
    world.save(event("b", who(external_id="u2"), "Report Built", "2026-06-02"))
    db = open_reader(world.path)

    def names(text: str) -> list[str]:
        page = feed.page(db, FeedQuestion(level="noise", text=text))
        arrived, _ = feed.after(db, 0, FeedQuestion(level="noise", text=text))
        assert sorted(arrived, key=lambda one: -one.at) == list(page.events)
        return [one.name for one in page.events]

    assert names("report b") == ["Report Built"]
    assert names("repotra") == ["Logged In"]


def _fields(question: FeedQuestion) -> dict[str, object]:
    return {name: getattr(question, name) for name in FeedQuestion.__dataclass_fields__}


def test_people_are_found_by_what_they_are_called_now(world: World) -> None:
    ada = who(external_id="u1")
    world.save(person("1", ada, name="Åda Lovelace", city="Lund"))
    world.save(person("2", who(external_id="u2"), name="Bo"))
    world.save(person("1", ada, name="Eda Byron"))
    world.save(
        event("e", who(external_id="u2", email="zoe@example.com"), "Logged In", "2026-06-01")
    )
    world.save(
        event("f", who(external_id="u1", email="ada@example.com"), "Logged In", "2026-06-01")
    )
    db = open_reader(world.path)
    found = {
        text: {one.id for one in customers.matching(db, text).customers}
        for text in ("e", "ed", "by", "lo", "lov", "lu", "z", "zo", "zoe", "b", "ex b", "ad", "a")
    }
    assert found == {
        "e": {1, 2}, "ed": {1}, "by": {1}, "lo": set(), "lov": set(), "lu": {1}, "z": {2},
        "zo": {2}, "zoe": {2}, "b": {1, 2}, "ex b": {1, 2}, "ad": {1}, "a": {1},
    }  # fmt: skip


def test_one_who_was_merged_is_found_as_who_they_are(world: World) -> None:
    world.save(person("1", who(external_id="u1"), name="Quinn"))
    world.save(person("2", who(email="x@example.com"), name="Wim"))
    world.save(event("e", who(external_id="u1", email="x@example.com"), "Logged In", "2026-06-01"))
    db = open_reader(world.path)
    for text in ("q", "qu", "x", "w", "wim", "qui"):
        assert {one.id for one in customers.matching(db, text).customers} <= {1}, text
    assert customers.matching(db, "x").total == 1
    stored = db.execute("select start, customers from search_set").fetchall()
    from pyroaring import BitMap

    assert all(2 not in BitMap.deserialize(blob) for _, blob in stored)
