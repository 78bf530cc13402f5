"""What each part of the sentence can be changed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from console.analytics.question import (
    CUSTOMER_PROPERTIES,
    Aggregate,
    CohortQuestion,
    Counting,
    Entry,
    MeanKind,
    QuestionError,
    Unit,
    Where,
    Windowing,
    parse_brackets,
)
from console.clock import PERIODS, Clock
from console.config import ConfigError
from console.mirror.vocabulary import Vocabulary
from console.settings import parse_now
from console.show import question_words as words
from console.show.acts import conditions, did

_USUAL = CohortQuestion()


@dataclass(frozen=True)
class Part:
    """One part: the field it changes, what there is to choose, and how free words are read.

    choices: the field's values in turn, the usual one first. says: a value in words.
    read: free words to a value; raises ValueError. None where there is nothing but choices.
    """

    field: str
    hint: str
    """What may be typed, constant text."""
    choices: Callable[[CohortQuestion, Vocabulary], Sequence[Any]]
    says: Callable[[Any, CohortQuestion], str]
    read: Callable[[str, Clock], Any] | None = None

    def put(self, question: CohortQuestion, value: Any) -> CohortQuestion:
        """The question with another value here. Raises QuestionError."""
        change: dict[str, Any] = {self.field: value}
        return replace(question, **change)

    def turned(self, question: CohortQuestion, known: Vocabulary, by: int) -> CohortQuestion:
        """The question with the choice so many further on; by 0, with the usual one.

        Raises QuestionError.
        """
        choices = list(self.choices(question, known))
        now = getattr(question, self.field)
        if by == 0 or not choices:
            return self.put(question, getattr(_USUAL, self.field))
        at = choices.index(now) if now in choices else (-1 if by > 0 else 0)
        return self.put(question, choices[(at + by) % len(choices)])


def _fixed(*values: Any) -> Callable[[CohortQuestion, Vocabulary], Sequence[Any]]:
    return lambda question, known: values


def _events(question: CohortQuestion, known: Vocabulary) -> Sequence[Any]:
    return (None, *known.events)


def _segments(question: CohortQuestion, known: Vocabulary) -> Sequence[Any]:
    return (None, *known.segments)


def _plain(text: str, clock: Clock) -> str | None:
    return text.strip() or None


def _number(text: str, clock: Clock) -> int:
    if not text.strip().isdecimal() or len(text.strip()) > 6:
        raise QuestionError(f"{text.strip()[:20]!r} is not a number")
    return int(text)


def _conditions(text: str, clock: Clock) -> tuple[Where, ...]:
    parts = (part for part in text.replace(" and ", ",").split(",") if part.strip())
    return tuple(Where.parse(part.strip()) for part in parts)


def _brackets(text: str, clock: Clock) -> tuple[tuple[int, int], ...]:
    return parse_brackets(text.replace("–", "-")) if text.strip() else ()


def _time(text: str, clock: Clock) -> int | None:
    if text.strip() in ("", "now"):
        return None
    try:
        return parse_now(text, clock.zone)
    except ConfigError:
        raise QuestionError(f"{text.strip()[:30]!r} is not a day like 2026-03-01") from None


def _event_words(value: Any, question: CohortQuestion) -> str:
    return did(value)


def _condition_words(value: Any, question: CohortQuestion) -> str:
    return conditions(value) or "any properties"


def parts(clock: Clock) -> Mapping[str, Part]:
    """Every part by its id, as of a clock."""
    event = "a verb or an event’s own name"
    where = "plan=pro, total>=50"
    return {
        "by": Part("by", "", _fixed(*get_args(Unit)), lambda v, q: f"{v}s"),
        "entry": Part("entry", "", _fixed("first-time", *_others(Entry, "first-time")),
                      lambda v, q: words.entry(v, q.period)),
        "start": Part("start_event", event, _events, _event_words, _plain),
        "start_where": Part("start_where", where, _fixed(()), _condition_words, _conditions),
        "period": Part("period", "", _fixed(*PERIODS), lambda v, q: str(v)),
        "return": Part("return_event", event, _events, _event_words, _plain),
        "return_where": Part("return_where", where, _fixed(()), _condition_words, _conditions),
        "least": Part("min_occurrences", "how many times", _fixed(1, 2, 3, 5, 10),
                      lambda v, q: f"at least {words.times(v)}", _number),
        "counting": Part("counting", "", _fixed(*get_args(Counting)),
                         lambda v, q: words.counting(v, q.period)),
        "columns": Part("brackets", "1-3,4-7",
                        _fixed((), ((1, 3), (4, 7), (8, 11)), ((1, 1), (2, 3), (4, 11))),
                        lambda v, q: words.columns(replace(q, brackets=v)), _brackets),
        "window": Part("window", "", _fixed(*get_args(Windowing)), lambda v, q: words.WINDOWS[v]),
        "segment": Part("segment", "country=SE plan!=free", _segments,
                        lambda v, q: words.among(v), _plain),
        "intervals": Part("intervals", "how many", _fixed(12, 16, 24, 26, 52, 4, 6, 8),
                          lambda v, q: f"{v:,} {q.period}s", _number),
        "since": Part("since", "2026-03-01", _fixed(None),
                      lambda v, q: "as many rows as columns" if v is None
                      else words.until(v, clock), _time),
        "until": Part("until", "2026-03-01, or now", _fixed(None),
                      lambda v, q: words.until(v, clock), _time),
        "breakdown": Part("breakdown", "a property of customers or events",
                          _fixed(None, *CUSTOMER_PROPERTIES),
                          lambda v, q: words.breakdown(v), _plain),
        "aggregate": Part("aggregate", "", _fixed(*get_args(Aggregate)),
                          lambda v, q: words.AGGREGATES[v]),
        "value": Part("value", "amount, or an event’s property", _fixed(None, "amount"),
                      lambda v, q: words.value(v), _plain),
        "mean": Part("mean", "", _fixed(*get_args(MeanKind)), lambda v, q: f"{v} mean"),
    }  # fmt: skip


def _others(kinds: Any, first: str) -> list[str]:
    return [kind for kind in get_args(kinds) if kind != first]
