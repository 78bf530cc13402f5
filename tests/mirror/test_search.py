from __future__ import annotations

import random
import unicodedata

import pytest
from pyroaring import BitMap

from console.mirror import customers, search_index
from console.mirror.database import Connection, open_reader
from console.mirror.store import Writer
from console.model import Batch, Customer
from console.sources.names import verb_of
from tests.mirror.worlds import World, event, person, who

FIRST = ["Ann", "Anna", "Annika", "Åsa", "Bo", "Straße", "Łukasz", "Di", "O’Neil", "Ωmega"]
LAST = ["Annson", "Öberg", "Lund", "Lundin", "Lundqvist", "Quist", "x", "\u19b0abc", "12", "1234"]
COMPANY = ["Lundworks 1", "Lundworks 12", "Annaworks", "Ölhaus_4", None]
CITY = ["Lund", "Malmö", "Łódź", None]


def words(text: str) -> list[str]:
    """Its words without case and accents, found in another way than the index does."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)
    ).casefold()
    return "".join(letter if letter.isalnum() else " " for letter in plain).split()


def found_by(one: Customer) -> list[str]:
    mails = [identity.value for identity in one.identities if identity.kind == "email"]
    text = " ".join([*filter(None, (one.name, one.account, one.city)), *mails, *one.tags])
    return [*words(text), *words(text.replace("’", ""))]


def meant(everybody: tuple[Customer, ...], typed: str) -> list[int]:
    """Who it is by reading everybody, who are in the order of the answer."""
    return [
        one.id
        for one in everybody
        if all(any(had.startswith(word) for had in found_by(one)) for word in words(typed))
    ]


def check(db: Connection, dice: random.Random) -> None:
    everybody = customers.matching(db, limit=10_000).customers
    seen = [(one.last_seen_at or 0, one.id) for one in everybody]
    assert seen == sorted(seen, reverse=True)
    known = sorted({word for one in everybody for word in found_by(one)})
    starts = sorted({word[:end] for word in known for end in range(1, len(word) + 1)})
    pairs = [f"{dice.choice(starts)} {dice.choice(starts)}" for _ in range(30)]
    for typed in [*starts, *pairs]:
        wanted = meant(everybody, typed)
        if wanted:
            page = customers.matching(db, typed, limit=7)
            assert page.total == len(wanted), typed
            assert [one.id for one in page.customers] == wanted[:7], typed


@pytest.mark.parametrize("few", [0, 3_000])
@pytest.mark.parametrize("crowd", [2, 9, 2_048])
def test_typing_finds_whom_reading_everybody_finds(
    world: World, monkeypatch: pytest.MonkeyPatch, crowd: int, few: int
) -> None:
    """While people come, change their names, are joined and go."""
    monkeypatch.setattr(search_index, "CROWD", crowd)
    monkeypatch.setattr(search_index, "_PART_BITS", 5)
    monkeypatch.setattr(customers, "_FEW", few)
    dice = random.Random(crowd)
    writer = Writer(world.path, world.clock, {}, verb_of)
    for step in range(8):
        writer.begin()
        writer.save(_some(dice, step), "segment")
        writer.commit()
        if step % 4 == 3:
            db = open_reader(world.path)
            check(db, dice)
            db.close()
    rows = writer.db.execute("select start, customers from search_set").fetchall()
    assert all(BitMap.deserialize(blob) for _, blob in rows)
    longest = max(len(start) for start, _ in rows)
    assert longest == 2 if crowd > 2_000 else longest > 4
    writer.close()


def _some(dice: random.Random, step: int) -> Batch:
    batch = Batch("segment", properties="properties")
    for number in dice.sample(range(90), 20):
        first, last = dice.choice(FIRST), dice.choice(LAST)
        keys = who(external_id=f"u{number}")
        if dice.random() < 0.6:
            keys += who(email=f"{first}.{last}{number % 70}@example{number % 3}.com".lower())
        fields = {
            "name": f"{first} {last}", "account": dice.choice(COMPANY), "city": dice.choice(CITY)
        }  # fmt: skip
        batch.records.append(person(f"p{number}", keys, f"2026-01-0{step + 1}", **fields))
        day = f"2026-06-{dice.randrange(1, 29):02}"
        batch.events.append(event(f"e{step}-{number}", keys, "Logged In", day))
    return batch


def test_a_word_of_any_script_can_be_typed(world: World) -> None:
    """Of those that FTS5 takes for a gap between words, too."""
    world.save(person("1", who(external_id="u1"), name="New \u19c1\u19b0\u19c1 Tai"))
    db = open_reader(world.path)
    for typed in ("\u19c1\u19b0\u19c1", "\u19c1\u19b0", "a\u19b0b", '"', "a" * 5_000, "ſ", "²"):
        assert customers.matching(db, typed).total == typed.startswith("\u19c1"), typed
