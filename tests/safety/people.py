"""People at work on one mirror: each asks what the screen asks, when the screen asks it.

A key is pressed every second or two. Beside that the screen looks again by itself after
somebody has written: for the newest of the feed at once; for the head line, the number to
handle, the profile and the list in front not more often than once a second (`console.app`).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import orjson

from console import triage
from console.analytics import segments
from console.analytics.question import CohortQuestion
from console.app import CALM, FOLLOW, REST
from console.clock import DAY, to_instant
from console.config import Config
from console.mirror import feed, profile, status
from console.mirror.activity import Activity
from console.mirror.database import Connection, data_version, open_reader
from console.mirror.tallies import tallies
from console.model import FeedQuestion
from console.notebook.schema import VERSION
from console.notebook.segments import Shelf
from console.panes.asked import Asked
from console.panes.cohort_ground import CALM as COHORTS_CALM
from console.panes.feed_log import PAGE, First, Taken, first_page, news
from console.panes.pulse import WEEKS
from console.panes.roll import Wanted, Within
from console.panes.study import Study
from console.panes.watch import Watch
from tests.bench import data, intake
from tests.safety import held
from tests.safety.crowd import Answer, Crowd, Step, batch, begin, noting, saving

Ask = Callable[[Connection], object]
KEYS: Mapping[str, int] = {
    "feed": 15, "older events": 10, "search": 20, "customers": 8, "profile": 20, "inbox": 8,
    "grid": 7, "grid of a segment": 4, "segment": 3, "check-in": 2, "counters": 3,
}  # fmt: skip
"""What keys ask for, and of a hundred how many."""
_SEGMENTS = ("country=SE", "plan=pro", "country=NO plan=free", "did:logged_in<7d")
_LEVELS = ("noise", "routine", "notable", "urgent")


def mirror_of(folder: Path, events: int) -> Config:
    """A mirror of so many events and a page, and a notebook with a note."""
    lines = folder / "calls.jsonl"
    with lines.open("wb") as file:
        file.writelines(orjson.dumps(call) + b"\n" for call in data.calls(events))
    now = to_instant(data.START) + data.DAYS * DAY
    config = Config(mirror=folder / "mirror.db", notebook=folder / "notebook.db", now=now)
    intake.make(config.mirror, lines)
    lines.unlink()
    begin(config)
    return config


def crowd(config: Config, seconds: float, pause: float) -> Crowd:
    """Those at work on such a mirror, for a time.

    pause: seconds that a sync waits for each page.
    """
    with closing(open_reader(config.mirror)) as db:
        (events,) = db.execute("select count(*) from event").fetchone()
        (people,) = db.execute("select max(id) from customer").fetchone()
    works: Mapping[str, Callable[[Config, int], Step]] = {
        "sync": lambda config, _: _syncing(config, pause, people),
        "notes": lambda config, number: noting(
            config, number, partial(random.Random(number).uniform, 2.0, 6.0)
        ),
        "reads": lambda config, number: Person(config, number, people).step,
    }
    return Crowd(config, seconds, works, before=events - 500)


def _syncing(config: Config, pause: float, people: int) -> Step:
    assert config.now is not None
    save = saving(config, partial(batch, people=people, now=config.now, days=1))

    def step(n: int) -> str:
        time.sleep(pause)
        return save(n + 1)

    return step


class Person:
    """Somebody at a screen, in a process of their own."""

    def __init__(self, config: Config, number: int, people: int) -> None:
        self._dice = random.Random(number)
        self._config, self._clock, self._people = config, config.clock(), people
        self._longest = held.watch()
        self._study = Study(config.mirror, Shelf(config.notebook))
        self._mirror, self._notebook = open_reader(config.mirror), Watch(config.notebook, VERSION)
        self._version = data_version(self._mirror)
        self._answers: list[Answer] = []
        self._front, self._again = "feed", self._newest
        self._question = FeedQuestion(until=self._clock.now, limit=PAGE)
        self._mark = 0
        self._found: tuple[int, ...] = ()
        self._shown = 1
        """Whose profile stands beside."""
        self._behind, self._cold = False, True
        """Whether somebody wrote since everything in sight was read, and since all was that
        the next grid may need."""
        self._changed_at = 0.0
        self._next_key = time.monotonic() + self._dice.uniform(0.0, 2.0)
        self._next_look = 0.0

    def step(self, n: int) -> list[Answer]:
        """Wait as long as a screen does between two looks; what was asked then."""
        time.sleep(FOLLOW)
        self._answers = []
        self._follow()
        if time.monotonic() >= self._next_key:
            self._press()
            self._next_key = time.monotonic() + self._dice.uniform(0.5, 2.5)
        calm = time.monotonic() - self._changed_at > COHORTS_CALM
        if self._front.startswith("grid") and self._cold and calm:
            self._cold = False
            self._ask("read ahead", lambda _: self._study.ahead(self._clock))
        return self._answers

    # -- what is asked, and when --------------------------------------------------------

    def _press(self) -> None:
        kind = self._dice.choices(list(KEYS), list(KEYS.values()))[0]
        self._shown = self._dice.randrange(1, self._people)
        self._front, self._again = kind, self._asks(kind)
        self._ask_front("")

    def _follow(self) -> None:
        before, self._version = self._version, data_version(self._mirror)
        if self._version != before:
            self._behind = self._cold = True
            self._changed_at = time.monotonic()
            if self._front == "feed":
                self._ask("again: feed", self._newer)
        if self._notebook.changed():
            self._ask("again: to handle", self._to_handle)
            self._ask("again: profile", self._profile)
        begun = time.monotonic()
        if self._behind and begun >= self._next_look:
            self._behind = False
            self._ask("again: head line", status.read)
            self._ask("again: to handle", self._to_handle)
            self._ask("again: profile", self._profile)
            if self._front not in ("feed", "older events", "profile"):
                self._ask_front("again: ")
            took = time.monotonic() - begun
            self._next_look = begun + took + max(CALM * FOLLOW, REST * took)

    def _ask_front(self, name: str) -> None:
        self._ask(name + self._front, self._again)
        if self._front in ("customers", "search", "segment", "inbox"):
            self._ask("again: days active", self._days_active)

    def _ask(self, kind: str, ask: Ask) -> None:
        self._longest.take()
        worked, begun = time.process_time(), time.perf_counter()
        if kind == "read ahead" or "grid" in kind:
            with self._study.connection() as db:
                ask(db)
        else:
            with closing(open_reader(self._config.mirror)) as db:
                ask(db)
        seconds = time.perf_counter() - begun
        worked = time.process_time() - worked
        self._answers.append(Answer(kind, seconds, worked, self._longest.take()))

    # -- the questions ------------------------------------------------------------------

    def _asks(self, kind: str) -> Ask:
        dice, clock = self._dice, self._clock
        letters = "".join(dice.choice("abdefgiklnorstuv") for _ in range(dice.randrange(1, 5)))
        condition = dice.choice(_SEGMENTS)
        if kind == "feed":
            text = dice.choice((None, None, None, "lund", "report built", letters))
            self._question = replace(self._question, level=dice.choice(_LEVELS), text=text)
            return self._newest
        if kind == "older events":
            before = clock.now - dice.randrange(data.DAYS * DAY)
            question = FeedQuestion(level=dice.choice(_LEVELS), until=before, limit=PAGE)
            return lambda db: feed.page(db, question)
        if kind == "profile":
            return self._profile
        if kind == "inbox":
            return self._inbox
        if kind == "counters":
            return lambda db: tallies(db, clock)
        if kind.startswith("grid"):
            among = condition if kind != "grid" else ""
            period = dice.choice(("week", "week", "day", "month"))
            asked = Asked(CohortQuestion(period=period, segment=among))
            return lambda _: asked.answer(self._study.activity(clock), clock)
        within = Within(condition, partial(self._members, condition))
        wanted = {
            "search": Wanted(letters), "customers": Wanted(),
            "segment": Wanted(within=within), "check-in": Wanted(checkin=True),
        }[kind]  # fmt: skip
        return partial(self._list, wanted)

    def _newest(self, db: Connection) -> None:
        self._took(first_page(db, self._question))

    def _newer(self, db: Connection) -> None:
        self._took(news(db, self._mark, self._question, None))

    def _took(self, answer: object) -> None:
        assert isinstance(answer, First | Taken)
        self._mark = answer.bookmark

    def _profile(self, db: Connection) -> None:
        assert profile.read(db, self._shown, self._clock)
        triage.remarks(db, self._config.notebook, self._shown, self._clock.now)

    def _list(self, wanted: Wanted, db: Connection) -> None:
        answer = wanted.ask(db, self._clock)
        if not wanted.checkin:
            self._found = tuple(one.id for one in answer.customers)  # type: ignore[union-attr]

    def _inbox(self, db: Connection) -> None:
        found = triage.inbox(
            db, self._config.notebook, self._clock, days=self._config.inbox_days, who="ada"
        )
        self._found = tuple(one.customer.id for one in found.items)

    def _to_handle(self, db: Connection) -> None:
        triage.to_handle(db, self._config.notebook, self._clock, days=self._config.inbox_days)

    def _days_active(self, db: Connection) -> None:
        Activity(db, self._clock).active_days(self._found, WEEKS)

    def _members(self, condition: str, db: Connection) -> Iterable[int]:
        activity = Activity(db, self._clock, saved=Shelf(self._config.notebook))
        return segments.members(activity, segments.read(activity, condition), self._clock)


def figures(together: Crowd) -> str:
    """A line for each kind of question: how many, how long, how much work, how long held."""
    every = [answer for one in together.told for answer in one.answers]
    kinds = sorted({answer.kind for answer in every})
    groups = {
        "by keys": [answer for answer in every if answer.kind in KEYS],
        "all": every,
        **{kind: [answer for answer in every if answer.kind == kind] for kind in kinds},
    }
    lines = [f"{'ms':24}{'n':>7}{'p50':>8}{'p95':>8}{'longest':>9}{'work p95':>10}{'most':>8}"
             f"{'held':>8}"]  # fmt: skip
    lines += [_line(name, answers) for name, answers in groups.items()]
    return "\n".join(lines)


def percentile(seconds: Iterable[float], part: float) -> float:
    """The time within which so large a part of them was there; 0 of none."""
    times = sorted(seconds)
    return times[min(len(times) - 1, int(len(times) * part))] if times else 0.0


def _line(name: str, answers: list[Answer]) -> str:
    took, worked = [one.seconds for one in answers], [one.worked for one in answers]
    numbers = (
        percentile(took, 0.5), percentile(took, 0.95), max(took), percentile(worked, 0.95),
        max(worked), max(one.held for one in answers),
    )  # fmt: skip
    widths = (8, 8, 9, 10, 8, 8)
    cells = (f"{1000 * number:{width}.1f}" for number, width in zip(numbers, widths, strict=True))
    return f"{name:24}{len(answers):7}{''.join(cells)}"
