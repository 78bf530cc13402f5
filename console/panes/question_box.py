"""Boxes to change one part of a question: its choices, narrowed as one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from console.analytics.question import CohortQuestion, QuestionError
from console.clock import Clock
from console.mirror.vocabulary import Vocabulary
from console.model import Saved
from console.panes.question_parts import Part
from console.show import choices as words
from console.widgets.chooser import Choice, Chooser

_SHOWN = 200


@dataclass(frozen=True)
class Chosen:
    """What was chosen for a part."""

    value: Any


def part_box(
    part: Part, question: CohortQuestion, known: Vocabulary, clock: Clock
) -> Chooser[Chosen]:
    """The choices of a part, and the words typed where these will do."""
    now = getattr(question, part.field)
    values = list(part.choices(question, known))
    if now not in values:
        values.insert(0, now)
    all_of_them = [(value, part.says(value, question)) for value in values]

    def offer(text: str) -> Sequence[Choice[Chosen]]:
        typed = text.strip()
        found = [
            Choice(Chosen(value), words.choice(said, here=value == now))
            for value, said in all_of_them
            if words.matches(typed, said, str(value))
        ]
        own = _typed(part, typed, values, question, clock)
        # A number typed is meant; the beginning of a name is to be completed.
        return [*own, *found] if typed[:1].isdecimal() else [*found[:_SHOWN], *own]

    return Chooser(offer, part.hint or "choose", foot=words.foot(free=part.read is not None))


def _typed(
    part: Part, typed: str, values: Sequence[Any], question: CohortQuestion, clock: Clock
) -> list[Choice[Chosen]]:
    if part.read is None or not typed:
        return []
    try:
        value = part.read(typed, clock)
        part.put(question, value)
    except QuestionError as error:
        return [Choice(Chosen(None), words.wrong(str(error)), able=False)]
    if value in values:
        return []
    return [Choice(Chosen(value), words.choice(part.says(value, question), own=True))]


def compare_box(known: Vocabulary) -> Chooser[str]:
    """Two segments to set side by side."""
    pairs = [f"{segment} against the rest" for segment in known.segments]

    def offer(text: str) -> Sequence[Choice[str]]:
        typed = text.strip()
        found = [pair for pair in pairs if words.matches(typed, pair)][:_SHOWN]
        own = [Choice(typed, words.choice(_completed(typed), own=True))] if typed else []
        return [*(Choice(pair, words.choice(pair)) for pair in found), *own]

    return Chooser(offer, "plan=pro against plan=free", foot=words.foot(free=True))


def _completed(typed: str) -> str:
    return typed if " against " in typed else f"{typed} against the rest"


def sides(text: str, saved: Callable[[], Saved]) -> tuple[str, str]:
    """Two segments of words like "plan=pro against plan=free" or "… against the rest".

    saved: asked for the saved segments when one is named. Raises SegmentError when one of
    them cannot be read, MirrorError when the notebook cannot.
    """
    from console.analytics.segments import names_one, parse

    first, _, second = (part.strip() for part in text.partition(" against "))
    if second in ("", "the rest"):
        second = f"not ({first})"
    known = saved() if names_one(text) else None
    parse(first, known)
    parse(second, known)
    return first, second
