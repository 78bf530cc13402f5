"""Small random worlds, imported in any order and in any parts, are the same people."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.cli import Console

START = 1_767_225_600
EVENTS = ("Signed Up", "Logged In", "Report Built", "Order Completed")
Person = frozenset[tuple[str, str]]


class World:
    """People with several ids, devices and addresses, as lines of the Segment spec."""

    def __init__(self, seed: int, *, shared_devices: bool) -> None:
        self.dice = random.Random(seed)
        self.lines: list[str] = []
        shared = ["kiosk"] if shared_devices else []
        for person in range(self.dice.randint(2, 5)):
            self._person(person, shared)
        self.lines += self.dice.sample(self.lines, len(self.lines) // 5)

    def _person(self, number: int, shared: list[str]) -> None:
        dice = self.dice
        ids = [f"u{number}", *(f"u{number}-{k}" for k in range(dice.choice((0, 0, 1, 2))))]
        devices = [f"d{number}-{k}" for k in range(dice.randint(0, 3))]
        for other in ids[1:]:
            self._line(type="alias", previousId=other, userId=ids[0])
        for device in devices:
            self._line(type="identify", userId=dice.choice(ids), anonymousId=device, traits={})
        for k in range(dice.randint(0, 2)):
            traits = {"email": f"P{number}.{k}@example.com", "name": f"N{number}",
                      "plan": dice.choice(("free", "pro"))}  # fmt: skip
            self._line(type="identify", userId=dice.choice(ids), traits=traits)
        for _ in range(dice.randint(1, 10)):
            who: dict[str, str] = {}
            if dice.random() < 0.6:
                who["userId"] = dice.choice(ids)
            if (devices or shared) and (not who or dice.random() < 0.4):
                who["anonymousId"] = dice.choice(devices + shared)
            who = who or {"userId": ids[0]}
            self._line(type="track", event=dice.choice(EVENTS), properties={}, **who)

    def _line(self, **call: Any) -> None:
        at = START + self.dice.randrange(80 * 86_400)
        late = 3 * 86_400 if self.dice.random() < 0.2 else 1
        said = {"messageId": f"m{len(self.lines)}", "timestamp": at, "receivedAt": at + late}
        self.lines.append(json.dumps({**said, **call}))


def imported(folder: Path, lines: list[str], dice: random.Random, parts: int) -> Console:
    """A mirror of the lines, shuffled and cut in parts, each part imported twice."""
    folder.mkdir()
    console = Console(folder, "--now", "2026-04-02")
    mixed = dice.sample(lines, len(lines))
    cuts = sorted(dice.randrange(len(mixed) + 1) for _ in range(parts - 1))
    chunks = [mixed[a:b] for a, b in zip([0, *cuts], [*cuts, len(mixed)], strict=True)]
    for chunk in (*chunks, *chunks[::-1]):
        if chunk:
            answer = console("import", "-", "--as", "segment", stdin="\n".join(chunk).encode())
            assert answer.status == 0
    return console


def people(console: Console) -> dict[Person, Any]:
    """What is known of each, by all their identities."""
    found = {}
    for one in console("customers", "--json", "--limit", "1000").json["customers"]:
        key = frozenset((each["kind"], each["value"]) for each in one["identities"])
        number = one.pop("id")
        del one["identities"]
        events = console(
            "feed", "--json", "--level", "noise", "--customer", f"#{number}", "--limit", "1000"
        ).json["events"]
        found[key] = (one, sorted((each["at"], each["name"]) for each in events))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_any_order_and_any_parts_give_the_same(tmp_path: Path, seed: int) -> None:
    lines = World(seed, shared_devices=False).lines
    answers = []
    for attempt in range(3):
        console = imported(
            tmp_path / str(attempt), lines, random.Random(seed * 10 + attempt), 1 + attempt
        )
        grids = [
            console(*question, "--json").out
            for question in (
                ("cohorts", "--period", "day", "--intervals", "30"),
                ("cohorts", "--start-event", "signed_up", "--entry", "recurring"),
                ("lifecycle", "--period", "week"),
            )
        ]
        answers.append((people(console), grids))
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("seed", range(4))
def test_a_shared_device_joins_nobody(tmp_path: Path, seed: int) -> None:
    lines = World(seed, shared_devices=True).lines
    answers = []
    for attempt in range(2):
        console = imported(tmp_path / str(attempt), lines, random.Random(seed + attempt), 2)
        known = people(console)
        strong = {
            frozenset(identity for identity in key if identity[0] != "anonymous_id")
            for key in known
        }
        for ids in strong:
            assert len({value.partition("-")[0] for kind, value in ids if kind != "email"}) <= 1
        answers.append((strong - {frozenset()}, sum(len(events) for _, events in known.values())))
    assert answers[0] == answers[1]
