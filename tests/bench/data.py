"""The data: calls as Segment writes them, of any number, the same for the same number.

In order of time, over nine months; customers arrive all the while and are most active soon
after. About one line in twenty says who somebody is.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 270
NOW = "2026-10-01T00:00:00+00:00"
NAMES = [
    "Logged In", "Viewed Report", "Created Flow", "Report Built", "Imported Contacts",
    "Page Opened", "Order Completed", "Invited Teammate",
    *(f"Feature {number}" for number in range(12)),
]  # fmt: skip
CITIES = [("Lund", "SE"), ("Oslo", "NO"), ("Berlin", "DE"), ("Paris", "FR"), ("Malmö", "SE")]
PLANS = ["free", "pro", "scale"]
COLUMNS = ("messageId", "type", "userId", "anonymousId", "event", "timestamp", "receivedAt")
_SYLLABLES = (
    "an be cor da el fin gus ha in jo ka li mar no ola per qui ros sven tor ulf vik".split()
)


def calls(events: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """That many ``track`` calls, and one ``identify`` before each customer's first."""
    dice = random.Random(seed)
    people = max(100, events // 20)
    known: set[int] = set()
    for number in range(events):
        share = number / events
        newest = max(1, int(people * min(1, share + 0.05)))
        who = int(newest * dice.random() ** 0.6)
        at = START + timedelta(days=DAYS * share, milliseconds=dice.randrange(900))
        if who not in known:
            known.add(who)
            yield _identify(who, at, dice)
        yield _track(who, at, dice)


def _common(kind: str, who: int, at: datetime, dice: random.Random) -> dict[str, Any]:
    return {
        "type": kind,
        "messageId": f"{dice.getrandbits(128):032x}",
        "userId": f"u_{who}",
        "anonymousId": f"an-{who}",
        "timestamp": at.isoformat(timespec="milliseconds"),
        "receivedAt": (at + timedelta(seconds=2)).isoformat(timespec="milliseconds"),
        "context": {"library": {"name": "analytics.js", "version": "2.11.1"}, "ip": "203.0.113.9"},
    }


def _track(who: int, at: datetime, dice: random.Random) -> dict[str, Any]:
    properties = {"plan": PLANS[who % 3], "value": dice.randrange(100), "note": "x"}
    return {
        **_common("track", who, at, dice),
        "event": dice.choice(NAMES),
        "properties": properties,
    }


def _identify(who: int, at: datetime, dice: random.Random) -> dict[str, Any]:
    first, last = (
        "".join(dice.choice(_SYLLABLES) for _ in range(parts)).capitalize() for parts in (2, 3)
    )
    city, country = CITIES[who % len(CITIES)]
    return {
        **_common("identify", who, at, dice),
        "traits": {
            "name": f"{first} {last}",
            "email": f"{first}.{last}{who}@example{who % 97}.com".lower(),
            "company": f"{dice.choice(_SYLLABLES).capitalize()}works {who // 5}",
            "plan": PLANS[who % 3],
            "address": {"city": city, "country": country},
        },
    }


def write(folder: Path, events: int) -> dict[str, Path]:
    """Write the data as JSON lines and, for peers that cannot read those, as CSV.

    Also the first 99 % and the last 1 % of the lines. What is there already is kept.
    """
    made = {
        name: folder / f"{events}-{name}"
        for name in ("all.jsonl", "most.jsonl", "rest.jsonl", "all.csv")
    }
    if all(path.exists() for path in made.values()):
        return made
    border = events - events // 100
    with (
        made["all.jsonl"].open("wb") as whole,
        made["most.jsonl"].open("wb") as most,
        made["rest.jsonl"].open("wb") as rest,
        made["all.csv"].open("w", newline="") as table,
    ):
        rows = csv.writer(table)
        tracks = 0
        for call in calls(events):
            line = orjson.dumps(call) + b"\n"
            whole.write(line)
            (most if tracks < border else rest).write(line)
            tracks += call["type"] == "track"
            said = call.get("properties") or call["traits"]
            rows.writerow(
                [*(call.get(name, "") for name in COLUMNS), orjson.dumps(said).decode(),
                 orjson.dumps(call["context"]).decode()]
            )  # fmt: skip
    return made
