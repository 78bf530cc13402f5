"""The window of a question: which intervals are its rows, and which of them are over."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from console.analytics.grid import State
from console.analytics.question import MAX_ROWS, CohortQuestion, QuestionError
from console.clock import DAY, HOUR, Clock, Period

ROLLING: dict[Period, int] = {"hour": HOUR, "day": DAY, "week": 7 * DAY, "month": 30 * DAY}
"""How long an interval is (microseconds) when each customer's own clock is used."""


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive intervals and the instants between them.

    Interval i of the window lasts from ``starts[i]`` to ``starts[i + 1]`` (microseconds UTC,
    the end not included); there is one start more than there are intervals.
    """

    starts: tuple[int, ...]
    now: int
    before: int
    """The instant the interval before the first one begins."""

    @property
    def size(self) -> int:
        """How many intervals."""
        return len(self.starts) - 1

    @property
    def begun(self) -> int:
        """How many intervals have begun."""
        return min(self.size, bisect_right(self.starts, self.now))

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.starts[0]

    @property
    def end(self) -> int:
        """Where it ends, which is not in it."""
        return self.starts[-1]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """From where to where each interval lasts."""
        return list(pairwise(self.starts))

    def place(self, at: int) -> int:
        """The interval that holds an instant; the instant must be in the window."""
        return bisect_right(self.starts, at) - 1

    def state(self, index: int) -> State:
        """Whether an interval that has begun is over."""
        return "complete" if self.starts[index + 1] <= self.now else "in_progress"


def window_of(question: CohortQuestion, clock: Clock) -> Window:
    """The window that `question` asks about.

    It ends with the interval that holds `until`; it begins with the one that holds `since`
    or, without it, as many intervals earlier as the grid has columns. Raises QuestionError
    when it would be empty or has too many rows.
    """
    until = clock.now if question.until is None else question.until
    if question.since is not None and question.since > until:
        raise QuestionError("from: it is later than until (now, unless told)")
    try:
        end = clock.interval(until, question.period) + 1
        if question.since is None:
            start = end - question.intervals
        else:
            start = clock.interval(question.since, question.period)
        if end - start > MAX_ROWS:
            raise QuestionError(
                f"from: {end - start} {question.period}s are more than {MAX_ROWS} rows;"
                " begin later or choose a longer period"
            )
        starts = tuple(clock.start(n, question.period) for n in range(start - 1, end + 1))
    except QuestionError:
        raise
    except (OverflowError, ValueError):
        raise QuestionError("from, until: they must lie in the years 1 to 9999") from None
    return Window(starts[1:], clock.now, starts[0])
