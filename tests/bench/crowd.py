"""A mirror of many customers who have done little: what search has to cope with.

Names, towns and addresses are as uneven as they are in life: few are borne by many, and many
by few; most addresses end alike.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from zoneinfo import ZoneInfo

from console.clock import DAY, Clock
from console.mirror.store import Writer
from console.model import Batch, Event, Key, Record
from console.sources.names import verb_of

_BATCH = 10_000
_SYLLABLES = (
    "an bar be cor da del el fin gus ha in jo ka li mar me no ola per qui ri ros sa sven tor vik"
).split()
_ENDS = ("gmail.com", "outlook.com", "yahoo.com", "icloud.com")
_TOWNS = "Lund Oslo Berlin Paris Malmö Århus Wien Łódź Köln Turin Porto Gent Bern Riga Cork".split()
_COUNTRIES = "SE NO DE FR SE DK AT PL DE IT PT BE CH LV IE".split()


def write(mirror: Path, customers: int, now: int, seed: int = 8) -> None:
    """Make a mirror of that many customers, each with one event of their own.

    now: microseconds UTC; everybody was last seen in the year before. The same for the same
    arguments.
    """
    dice = random.Random(seed)
    writer = Writer(mirror, Clock(now, ZoneInfo("UTC")), {}, verb_of)
    try:
        for first in range(0, customers, _BATCH):
            batch = Batch("segment", properties="properties")
            numbers = range(first, min(customers, first + _BATCH))
            for number, (fields, mail) in zip(numbers, _people(dice, numbers), strict=True):
                who = (Key("external_id", f"u_{number}"), Key("email", mail))
                at = now - dice.randrange(365 * DAY)
                batch.records.append(Record("customer", f"u_{number}", who, fields, b"{}"))
                batch.events.append(Event(f"e{number}", who, "Logged In", at, raw=b"{}"))
            batch.events.sort(key=lambda event: event.at)
            writer.begin()
            writer.save(batch, "segment")
            writer.commit()
    finally:
        writer.close()


def _people(dice: random.Random, numbers: range) -> Iterator[tuple[dict[str, object], str]]:
    firsts, lasts = _names(random.Random(1), 1_500), _names(random.Random(2), 40_000)
    first_weights, last_weights = _falling(len(firsts)), _falling(len(lasts))
    for number in numbers:
        (first,) = dice.choices(firsts, cum_weights=first_weights)
        (last,) = dice.choices(lasts, cum_weights=last_weights)
        town = dice.randrange(len(_TOWNS))
        company = f"{dice.choice(lasts)} {dice.choice(['AB', 'Ltd', 'GmbH'])}"
        end = dice.choice(_ENDS) if dice.random() < 0.7 else f"{last}{number % 997}.com"
        yield (
            {
                "name": f"{first.capitalize()} {last.capitalize()}",
                "account": company.title(),
                "city": _TOWNS[town],
                "country": _COUNTRIES[town],
            },
            f"{first}.{last}{number}@{end}",
        )


def _names(dice: random.Random, many: int) -> list[str]:
    return ["".join(dice.choices(_SYLLABLES, k=dice.randrange(2, 4))) for _ in range(many)]


def _falling(many: int) -> list[float]:
    """The second name is borne half as often as the first, the third a third as often."""
    return list(accumulate(1 / rank for rank in range(1, many + 1)))
