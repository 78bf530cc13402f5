"""One sync, writers of notes and readers on one mirror and notebook, each a process."""

from __future__ import annotations

import itertools
import os
import pickle
import random
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from console import triage
from console.clock import DAY, Clock
from console.config import Config
from console.mirror import customers, feed, profile, status
from console.mirror.activity import Activity
from console.mirror.database import open_reader
from console.mirror.store import Writer
from console.model import Batch, Event, FeedQuestion, Key, Record
from console.notebook import notes, overview
from console.notebook.changes import Signed
from console.sources.names import verb_of
from tests.bench.data import CITIES, NAMES
from tests.world import NOW

PEOPLE = 400


class Answer(NamedTuple):
    """One answer from the mirror."""

    kind: str
    seconds: float
    worked: float
    """Seconds of the processor's time."""
    held: float
    """Seconds of the longest transaction in it."""


Step = Callable[[int], str | list[Answer] | None]
"""Does the next thing; gives what was acknowledged, or the answers that came."""


class Told(NamedTuple):
    """What one process did."""

    kind: str
    done: int
    kept: list[str]
    """What was acknowledged: notes' texts, numbers of pages."""
    answers: list[Answer]
    times: list[float]
    """Seconds of each step."""
    error: str | None


@dataclass
class Crowd:
    """All of them, for a time."""

    config: Config
    seconds: float
    works: Mapping[str, Callable[[Config, int], Step]] = field(default_factory=lambda: WORKS)
    """How each kind works: of "sync", "notes" and "reads"."""
    before: int = 0
    """Events that others have brought in."""
    told: list[Told] = field(default_factory=list)
    largest_wal: int = 0
    """Bytes; of the mirror or the notebook, as seen ten times a second."""

    def run(self, syncs: int, writers: int, readers: int) -> None:
        """Let them work side by side, and gather what each did."""
        works = [("sync", n) for n in range(syncs)] + [("notes", n) for n in range(writers)]
        works += [("reads", n) for n in range(readers)]
        pipes = [self._start(kind, number) for kind, number in works]
        ends = time.monotonic() + self.seconds
        while time.monotonic() < ends:
            self._watch()
            time.sleep(0.1)
        for child, pipe in pipes:
            with os.fdopen(pipe, "rb") as out:
                self.told.append(pickle.load(out))
            os.waitpid(child, 0)
        self._watch()

    def _watch(self) -> None:
        for path in (self.config.mirror, self.config.notebook):
            try:
                self.largest_wal = max(self.largest_wal, os.stat(f"{path}-wal").st_size)
            except FileNotFoundError:
                continue

    def _start(self, kind: str, number: int) -> tuple[int, int]:
        out, into = os.pipe()
        child = os.fork()
        if child:
            os.close(into)
            return child, out
        told = _until(time.monotonic() + self.seconds, kind, self.config, self.works[kind], number)
        with os.fdopen(into, "wb") as pipe:
            pickle.dump(told, pipe)
        os._exit(0)


def _until(
    ends: float, kind: str, config: Config, work: Callable[[Config, int], Step], number: int
) -> Told:
    kept: list[str] = []
    answers: list[Answer] = []
    times: list[float] = []
    error, n = None, 0
    try:
        step = work(config, number)
        for n in itertools.count():
            if time.monotonic() > ends:
                break
            begun = time.perf_counter()
            said = step(n)
            times.append(time.perf_counter() - begun)
            if isinstance(said, str):
                kept.append(said)
            else:
                answers += said or ()
    except BaseException:
        error = traceback.format_exc()
    return Told(kind, n, kept, answers, times, error)


def batch(
    number: int, size: int = 500, *, people: int = PEOPLE, now: int = NOW, days: int = 60
) -> Batch:
    """Events, and now and then a customer, the same for the same number.

    people: of how many. now: microseconds UTC; they are of the days before.
    """
    dice = random.Random(number)
    made = Batch("segment", properties="properties")
    for n in range(size):
        who = dice.randrange(people)
        keys = (Key("external_id", f"u_{who}"),)
        at = now - dice.randrange(days * DAY)
        made.events.append(
            Event(f"k{number}-{n}", keys, dice.choice(NAMES), at, raw=b'{"properties":{"n":1}}')
        )
        if n % 50 == 0:
            city, country = CITIES[who % len(CITIES)]
            fields: dict[str, Any] = {
                "name": f"Person {who} of {number}", "email": f"p{who}@example.com",
                "city": city, "country": country,
            }  # fmt: skip
            made.records.append(Record("customer", f"c{who}", keys, fields, b"{}", at=number))
    return made


def saving(config: Config, page: Callable[[int], Batch] = batch) -> Callable[[int], str]:
    """Saves one page after the other as a sync does, with the place to go on from."""
    writer = Writer(config.mirror, config.clock(), {}, verb_of)

    def step(n: int) -> str:
        made = page(n)
        writer.begin()
        writer.save(made, "segment")
        writer.save_cursor("segment", "segment", "stream", str(n))
        writer.commit()
        return str(n)

    return step


def noting(config: Config, number: int, pause: Callable[[], float]) -> Callable[[int], str]:
    """Writes notes. pause: seconds after each."""

    def step(n: int) -> str:
        text = f"note {n} of writer {number}"
        person = (("segment", "external_id", f"u_{(n * 7 + number) % PEOPLE}"),)
        notes.add(config.notebook, [person], text, Signed(f"writer{number}", NOW + n))
        time.sleep(pause())
        return text

    return step


def _reading(config: Config, number: int) -> Step:
    dice = random.Random(number)
    clock = Clock(NOW, config.clock().zone)

    def step(n: int) -> None:
        db = open_reader(config.mirror)
        try:
            dice.choice(questions(config, clock, dice))(db)
            # Whatever was asked, nothing is held open that keeps the WAL from shrinking.
            assert not db.in_transaction
        finally:
            db.close()
        time.sleep(0.02)

    return step


WORKS: Mapping[str, Callable[[Config, int], Step]] = {
    "sync": lambda config, _: saving(config),
    "notes": lambda config, number: noting(config, number, lambda: 0.05),
    "reads": _reading,
}
"""As fast as each can."""


def questions(config: Config, clock: Clock, dice: random.Random) -> list[Callable[[Any], object]]:
    """What the screen asks a mirror, and of whom to see to also the notebook."""
    who = dice.randrange(1, PEOPLE)
    letters = "".join(dice.choice("person example 0123") for _ in range(dice.randrange(1, 4)))
    return [
        lambda db: feed.page(db, FeedQuestion(level="noise"), properties=True),
        lambda db: feed.after(db, max(0, feed.bookmark(db) - 200), FeedQuestion(level="noise")),
        lambda db: customers.matching(db, letters),
        lambda db: profile.read(db, who, clock, properties=True),
        lambda db: status.read(db),
        lambda db: Activity(db, clock),
        lambda db: triage.inbox(db, config.notebook, clock, days=30, who="ada"),
        lambda db: overview.read(config.notebook),
    ]


def filled(folder: Path) -> Config:
    """A mirror with a first page and a notebook with a first note, in a folder."""
    config = Config(mirror=folder / "mirror.db", notebook=folder / "notebook.db", now=NOW)
    begin(config)
    return config


def begin(config: Config) -> None:
    """Save the first page and the first note."""
    saving(config)(0)
    notes.add(config.notebook, [(("segment", "external_id", "u_0"),)], "first", Signed("ada", NOW))
