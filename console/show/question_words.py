"""A question about coming back as a sentence whose parts can be changed. Pure.

"Of customers who first placed an order, by week, how many did anything again, in each week,
among country=SE."
"""

from __future__ import annotations

from collections.abc import Iterator

from console.analytics.question import CohortQuestion
from console.clock import Clock, Period
from console.show import intervals
from console.show.acts import conditions, did
from console.show.clean import clean
from console.show.lines import cut, line
from console.show.times import date
from console.widgets.sentence import Piece

_LONG = 60
ENTRIES = {"first-time": "first", "first-ever": "first of all", "recurring": "in any {period}"}
COUNTINGS = {"on": "{at}", "on-or-after": "{at} or after"}
WINDOWS = {"calendar": "by the calendar", "24h": "each from their own start"}
AGGREGATES = {"sum": "adding up", "average": "averaging"}


def grid_pieces(question: CohortQuestion, clock: Clock, *, every: bool) -> list[Piece]:
    """The question of a cohort grid; with `every`, parts that are as usual are said, too."""
    return list(_pieces(_grid(question, clock, every)))


def lifecycle_pieces(question: CohortQuestion, clock: Clock, *, every: bool) -> list[Piece]:
    """The question of a lifecycle."""
    return list(_pieces(_lifecycle(question, clock, every)))


def stickiness_pieces(question: CohortQuestion, clock: Clock, *, every: bool) -> list[Piece]:
    """The question of stickiness."""
    return list(_pieces(_stickiness(question, clock, every)))


def compare_pieces(
    question: CohortQuestion, clock: Clock, names: tuple[str, str] | None, *, every: bool
) -> list[Piece]:
    """The question of a comparison; `names` are the two segments."""
    said = "… (= says which)" if names is None else f"{cut(names[0], 30)} and {cut(names[1], 30)}"
    between: list[Said] = [("; how do", None), (said, "against"), ("differ?", None)]
    return list(_pieces([*_grid(question, clock, every, split=False)[:-1], *between]))


Said = tuple[str, str | None]


def _pieces(said: list[Said]) -> Iterator[Piece]:
    for place, (words, id) in enumerate(said):
        if place and not words.startswith((",", ".", ";")):
            yield Piece(line(" "))
        yield Piece(line(words), id)


def _grid(question: CohortQuestion, clock: Clock, every: bool, split: bool = True) -> list[Said]:
    period = question.period
    said: list[Said] = [
        ("Of", None), (f"{question.by}s", "by"), ("who", None),
        (entry(question.entry, period), "entry"), *_start(question, every),
        (", by", None), (period, "period"), (", how many", None),
        (did(question.return_event), "return"), *_return(question, every),
        (counting(question.counting, period), "counting"), (columns(question), "columns"),
    ]  # fmt: skip
    if every or question.window != "calendar":
        said.append((WINDOWS[question.window], "window"))
    said += _among(question)
    said += _over(question, clock, every)
    if split and (every or question.breakdown):
        said += [(", split by", None), (breakdown(question.breakdown), "breakdown")]
    if every or question.value:
        said += _value(question)
    if every or question.mean != "weighted":
        said += [(", with a", None), (question.mean, "mean"), ("mean", None)]
    return [*said, (".", None)]


def _lifecycle(question: CohortQuestion, clock: Clock, every: bool) -> list[Said]:
    return [
        ("Of", None), (f"{question.by}s", "by"), ("who", None), *_start(question, every),
        (", by", None), (question.period, "period"),
        (", who is new, returning, back or gone", None),
        *_least(question, every), *_among(question), *_over(question, clock, every), (".", None),
    ]  # fmt: skip


def _stickiness(question: CohortQuestion, clock: Clock, every: bool) -> list[Said]:
    return [
        ("Of", None), (f"{question.by}s", "by"), ("who", None), *_start(question, every),
        (", in how many of", None), (f"{question.intervals}", "intervals"),
        (f"{question.period}s", "period"), *_until(question, clock, every),
        *_least(question, every), *_among(question), (".", None),
    ]  # fmt: skip


def _start(question: CohortQuestion, every: bool) -> list[Said]:
    said: list[Said] = [(did(question.start_event), "start")]
    if every or question.start_where:
        words = conditions(question.start_where) or "any properties"
        said += [("with", None), (words, "start_where")]
    return said


def _return(question: CohortQuestion, every: bool) -> list[Said]:
    said: list[Said] = []
    if every or question.return_where:
        words = conditions(question.return_where) or "any properties"
        said += [("with", None), (words, "return_where")]
    if question.return_event in (None, question.start_event):
        said.append(("again", None))
    return [*said, *_least(question, every)]


def _least(question: CohortQuestion, every: bool) -> list[Said]:
    n = question.min_occurrences
    return [(f"at least {times(n)}", "least")] if every or n > 1 else []


def _among(question: CohortQuestion) -> list[Said]:
    return [(", among", None), (among(question.segment), "segment")]


def _over(question: CohortQuestion, clock: Clock, every: bool) -> list[Said]:
    many = intervals.some(question.intervals, question.period)
    said: list[Said] = []
    if every or question.intervals != CohortQuestion().intervals:
        said += [(", over", None), (many, "intervals")]
    if every or question.since is not None:
        since = f"{many} back" if question.since is None else date(question.since, clock)
        said += [("since", None), (since, "since")]
    return [*said, *_until(question, clock, every)]


def _until(question: CohortQuestion, clock: Clock, every: bool) -> list[Said]:
    if not every and question.until is None:
        return []
    return [("until", None), (until(question.until, clock), "until")]


def _value(question: CohortQuestion) -> list[Said]:
    said: list[Said] = [(",", None), (AGGREGATES[question.aggregate], "aggregate")]
    return [*said, (value(question.value), "value")]


# -- single parts -----------------------------------------------------------------------


def entry(kind: str, period: Period) -> str:
    """How one comes into a row."""
    return ENTRIES[kind].format(period=period)


def counting(kind: str, period: Period) -> str:
    """Whether coming back later counts as well."""
    return COUNTINGS[kind].format(at=intervals.at(period))


def columns(question: CohortQuestion) -> str:
    """Which intervals are counted: "each week", "weeks 1–3, 4–7"."""
    if not question.brackets:
        return f"each {question.period}"
    return f"{question.period}s {brackets(question)}"


def brackets(question: CohortQuestion) -> str:
    """Columns of several intervals: "1–3, 4–7"."""
    return ", ".join(column.label.replace("-", "–") for column in question.columns[1:])


def times(n: int) -> str:
    """How often: "once", "3 times"."""
    return "once" if n == 1 else f"{n:,} times"


def among(segment: str | None) -> str:
    """Which customers at all."""
    return clean(segment, _LONG) if segment else "everyone"


def breakdown(name: str | None) -> str:
    """What the grid is split by."""
    return clean(name, _LONG) if name else "nothing"


def value(name: str | None) -> str:
    """Which number is added up."""
    return clean(name, _LONG) if name else "nothing"


def until(at: int | None, clock: Clock) -> str:
    """Where the window ends."""
    return "now" if at is None else date(at, clock)


def changed(old: CohortQuestion, new: CohortQuestion) -> str:
    """What is different in a question now, in a few words; empty where nothing is."""
    words = {
        "period": f"by {new.period}",
        "segment": f"among {among(new.segment)}",
        "breakdown": f"split by {breakdown(new.breakdown)}",
        "start_event": f"who {did(new.start_event)}",
        "return_event": f"how many {did(new.return_event)}",
        "mean": f"{new.mean} mean",
        "by": f"of {new.by}s",
        "intervals": f"over {intervals.some(new.intervals, new.period)}",
    }
    for field in CohortQuestion.__slots__:
        if getattr(old, field) != getattr(new, field):
            return words.get(field, f"{field.replace('_', ' ')} as before")
    return ""
