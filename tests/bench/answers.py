"""Answering: what the screen waits for, each question asked many times over."""

from __future__ import annotations

import random
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

from console import triage
from console.analytics import cohorts
from console.analytics.question import CohortQuestion
from console.clock import Clock, to_instant
from console.mirror import feed, profile, status
from console.mirror.activity import Activity
from console.mirror.database import Connection, open_reader
from console.mirror.vocabulary import warm
from console.model import FeedQuestion
from tests.bench.data import NOW
from tests.bench.measure import calls
from tests.bench.report import NONE, Report

_WEEKS = 26
_SEGMENTS = ("country=SE", "plan=pro", "country=NO plan=free", "plan=scale", "country=DE")
_DUCK_GRID = """
with act as (select "userId" u, date_trunc('week', "timestamp"::timestamp) w from event
             where type = 'track'{only} group by all),
     first as (select u, min(w) f from act group by u)
select f, datediff('week', f, w), count(*) from act join first using (u) group by all
"""
_SEGMENT = """ and "userId" in (select "userId" from event where traits.address.country = 'SE')"""


def run(report: Report, mirror: Path, lines: Path, rounds: int) -> None:
    """Measure every kind of answer. rounds: how often each is asked."""
    from datetime import datetime

    db = open_reader(mirror)
    clock = Clock(to_instant(datetime.fromisoformat(NOW)), ZoneInfo("UTC"))
    _feed(report, db, clock, rounds)
    _profiles(report, db, clock, rounds)
    _inbox(report, db, mirror, clock, rounds)
    _grids(report, db, clock, rounds)
    _duckdb(report, lines, rounds)
    db.close()


def _feed(report: Report, db: Connection, clock: Clock, rounds: int) -> None:
    dice = random.Random(5)
    low, high = db.execute("select min(at), max(at) from event").fetchone()
    (many,) = db.execute("select max(id) from customer").fetchone()
    asked: dict[str, dict[str, object]] = {
        "newest": {},
        "every level": {"level": "noise"},
        "urgent only": {"level": "urgent"},
        "one source": {"level": "noise", "source": "segment"},
        "a source that is not there": {"source": "none"},
        "text, many people": {"level": "noise", "text": "lund"},
        "text, an event's name": {"level": "noise", "text": "report built"},
        "text, nobody and nothing": {"level": "noise", "text": "zzqx"},
    }
    for name, question in asked.items():
        times = calls(
            lambda until, question=question: feed.page(  # type: ignore[misc]
                db, FeedQuestion(until=until, **question)
            ),
            [dice.randrange(low, high) for _ in range(rounds)],
        )
        report.times(f"feed, {name}", times, "p95 20 ms")
    times = calls(
        lambda id: feed.page(db, FeedQuestion(level="noise", customer=id, until=clock.now)),
        [dice.randrange(1, many) for _ in range(rounds)],
    )
    report.times("feed, one customer", times, "p95 20 ms")


def _profiles(report: Report, db: Connection, clock: Clock, rounds: int) -> None:
    dice = random.Random(7)
    (many,) = db.execute("select max(id) from customer").fetchone()
    (heavy,) = db.execute(
        "select customer from (select customer from event order by at desc limit 200000)"
        " group by 1 order by count(*) desc limit 1"
    ).fetchone()
    some = [dice.randrange(1, many) for _ in range(rounds)]
    times = calls(lambda id: profile.read(db, id, clock), some)
    report.times("profile, any customer", times, "p95 30 ms")
    times = calls(lambda id: profile.read(db, id, clock), [heavy] * rounds)
    report.times("profile, the busiest customer", times, "p95 30 ms")
    report.times("head line", calls(lambda _: status.read(db), range(rounds)), NONE)


def _inbox(report: Report, db: Connection, mirror: Path, clock: Clock, rounds: int) -> None:
    book = mirror.with_name("no-notebook.db")
    times = calls(
        lambda days: triage.inbox(db, book, clock, days=days, who="ann"),
        [1 + n % 7 for n in range(rounds)],
    )
    report.times("the inbox, of 1 to 7 days", times, NONE)


def _grids(report: Report, db: Connection, clock: Clock, rounds: int) -> None:
    activity = Activity(db, clock)
    whole = CohortQuestion(intervals=_WEEKS)
    report.times(
        f"grid {_WEEKS}×{_WEEKS}, asked for the first time",
        calls(lambda _: cohorts.grid(Activity(db, clock), whole, clock), range(3)),
        NONE,
    )
    times = calls(lambda _: cohorts.grid(activity, whole, clock), range(rounds))
    report.times(f"grid {_WEEKS}×{_WEEKS} from sets", times, "p95 5 ms")
    questions = [CohortQuestion(intervals=_WEEKS, segment=text) for text in _SEGMENTS]
    ahead = Activity(db, clock)
    cohorts.grid(ahead, whole, clock)
    times = calls(lambda _: warm(ahead), range(1))
    report.times("what conditions need, read ahead", times, NONE)
    times = calls(lambda question: cohorts.grid(ahead, question, clock), questions)
    report.times(f"grid {_WEEKS}×{_WEEKS} by a segment, for the first time", times, "p95 16 ms")
    calls(lambda question: cohorts.grid(activity, question, clock), questions)
    times = calls(
        lambda question: cohorts.grid(activity, question, clock), questions * (rounds // 5 + 1)
    )
    report.times(f"grid {_WEEKS}×{_WEEKS} by a segment", times, "p95 16 ms")


def _duckdb(report: Report, lines: Path, rounds: int) -> None:
    if find_spec("duckdb") is None:
        report.skip(
            "the same grid in DuckDB", "duckdb is not installed (pip install -e '.[bench]')"
        )
        return
    import duckdb

    file = lines.parent / "duck.db"
    if not file.exists():
        report.skip("the same grid in DuckDB", "its table is made by the part intake")
        return
    peer = duckdb.connect(str(file))
    for name, only in (("", ""), (" by a segment", _SEGMENT)):
        query = _DUCK_GRID.format(only=only)
        times = calls(lambda _, query=query: peer.execute(query).fetchall(), range(min(rounds, 5)))  # type: ignore[misc]
        report.times(f"the same grid{name} in DuckDB", times)
    peer.close()
    file.unlink()
