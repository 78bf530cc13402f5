"""The feed in words: its rows as lines, what it shows, and why it shows nothing."""

from __future__ import annotations

from textual.content import Content

from console.clock import Clock
from console.model import FeedQuestion
from console.show import levels, states
from console.show.feed_rows import Entry as Entry
from console.show.feed_rows import Heading as Heading
from console.show.feed_rows import Row as Row
from console.show.feed_rows import Visit as Visit
from console.show.feed_rows import fresh as fresh
from console.show.feed_rows import row_parts
from console.show.feed_rows import rows as rows
from console.show.lines import Part, cut, line
from console.show.times import ago


def row_line(row: Row, width: int, clock: Clock, *, since: int = 0) -> Content:
    """A row in `width` cells. since: how many events are newer than the last visit."""
    return line(*row_parts(row, width, clock, since=since))


def status(
    question: FeedQuestion, *, since: int, more: bool, visit: int | None, clock: Clock
) -> Content:
    """What the feed shows: level, source, filter, and what is new.

    since: loaded events newer than the last visit; more: there may be others.
    """
    parts: list[Part] = [
        (f" {levels.words(question.level)}", "bold $level-" + question.level),
        (" · ", "$faint"),
        (question.source or "every source", "$ink" if question.source else "$quiet"),
    ]
    if question.text:
        parts += [(" · ", "$faint"), (f"“{cut(question.text, 30)}”", "bold $ink")]
    if visit is not None:
        new = f"{since}{'+' if more else ''} new since {ago(visit, clock)}"
        parts += [(" · ", "$faint"), (new if since else "nothing new since then", "$quiet")]
    return line(*parts)


def meant(question: FeedQuestion) -> str:
    """Which events a question asks for, in a few words."""
    parts = [f"{levels.words(question.level)}, {question.source or 'every source'}"]
    if question.text:
        parts.append(f"“{cut(question.text, 20)}”")
    return "the feed, " + ", ".join(parts)


def position(above: int, *, paused: bool, waiting: int) -> Content:
    """What arrived out of sight: "+312"; or that the feed is held."""
    parts: list[Part] = []
    if paused:
        words = f" ‖ paused{f', {waiting} waiting' if waiting else ''} "
        parts.append((words, "bold $tab-ink on $accent"))
    if above:
        parts.append((f" ↑ +{above} ", "bold $accent"))
    return line(*parts)


def nothing(question: FeedQuestion) -> tuple[Content, ...]:
    """No event answers the question: why that may be, and the way on."""
    if question.text:
        return states.state(
            "No such event",
            f"Nothing {_among(question)} holds “{cut(question.text, 30)}”.",
            "esc clears the filter · _ shows quieter events",
        )
    if question.level != "noise" or question.source:
        return states.state(
            "Nothing here yet",
            f"There is no event {_among(question)}.",
            "_ shows quieter events · f another source",
        )
    return states.state(
        "No events yet",
        "The mirror is there, but nothing has happened in it.",
        "console import PATH… reads your exports",
    )


def _among(question: FeedQuestion) -> str:
    level = "" if question.level == "noise" else f"{question.level} or louder "
    return f"{level}from {cut(question.source or 'any source', 20)}"
