"""How sources stand, in words: every state, and every way to fail."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from console.clock import DAY, HOUR, MINUTE, Clock
from console.config import SourceConfig
from console.model import STOPPED, Counts, SourceStatus, Status, StreamRun
from console.show.standing import STATES, Standing, next_words, notes, standings, words

NOW = 1_775_033_400_000_000
CLOCK = Clock(NOW, ZoneInfo("UTC"), "monday")


def run(stream: str = "events", ago: int = 4 * MINUTE, error: str | None = None) -> StreamRun:
    return StreamRun("klaviyo", stream, NOW - ago, NOW - ago, Counts(), error=error)


def facts(*runs: StreamRun, **more: object) -> SourceStatus:
    """What the mirror says of klaviyo, its error put together as the mirror does."""
    error = "; ".join(dict.fromkeys(one.failure for one in runs if one.failure)) or None
    given: dict[str, object] = {"error": error, **more}
    return replace(SourceStatus("klaviyo", None, None, 3, 2, 0, streams=runs), **given)


def standing(
    known: SourceStatus | None, *, asked: bool = True, syncing: tuple[str, ...] = ()
) -> Standing:
    sources = {"klaviyo": SourceConfig("klaviyo", "klaviyo", key_env="K" if asked else None)}
    status = Status("m", 1, 1, 1, 1, "UTC", (known,) if known else ())
    (found,) = standings(status, sources, CLOCK, syncing)
    return found


FAILED = run(error="klaviyo: GET /api/events: 401 (no); is the key right, and may it read this?")


@pytest.mark.parametrize(
    ("known", "asked", "syncing", "state", "said"),
    [
        (None, True, (), "never", "never synced"),
        (facts(last_sync=NOW - DAY), True, (), "never", "never synced"),
        (facts(run()), True, (), "fresh", "asked 4 min ago"),
        (facts(run(), run("lists", 3 * DAY)), True, (), "fresh", "asked 4 min ago"),
        (facts(run(ago=2 * DAY)), True, (), "stale", "asked 2 days ago"),
        (facts(run(ago=5 * HOUR), next=NOW - 2 * HOUR), True, (), "stale",
         "asked 5 h ago, was due 2 h ago"),
        (facts(run(ago=5 * HOUR), next=NOW - 2 * MINUTE), True, (), "fresh", "asked 5 h ago"),
        (facts(FAILED), True, (), "failed", "key refused, 4 min ago"),
        (facts(FAILED, run("lists", 2 * HOUR)), True, (), "failed",
         "events: key refused, 4 min ago"),
        (facts(FAILED, run("lists", error="was not asked: see above")), True, (), "failed",
         "key refused, 4 min ago"),
        (facts(FAILED, run("lists", error="klaviyo: GET /l: 500")), True, (), "failed",
         "key refused, and more, 4 min ago"),
        (facts(run(error=STOPPED, ago=2 * HOUR)), True, (), "partial",
         "stopped before its end, 2 h ago"),
        (facts(last_sync=NOW - 3 * HOUR), False, (), "files", "imported 3 h ago"),
        (facts(), False, (), "files", "read from files"),
        (facts(FAILED), True, ("klaviyo",), "syncing", "is being asked"),
    ],
)  # fmt: skip
def test_every_state_has_words(
    known: SourceStatus | None, asked: bool, syncing: tuple[str, ...], state: str, said: str
) -> None:
    found = standing(known, asked=asked, syncing=syncing)
    assert (found.state, words(found, CLOCK)) == (state, said)
    assert (found.to_do is not None) == (state in ("failed", "never", "partial", "stale"))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("klaviyo: GET /x: 403 (a scope: 401); is the key right, and may it read this?",
         "not allowed to read"),
        ("klaviyo: the environment has no KLAVIYO_KEY", "no key to use"),
        ("klaviyo: others may read /k; say `chmod 600` to it, and consider a new key",
         "no key to use"),
        ("klaviyo: asks to wait 12 minutes; what was read is kept, the next sync goes on from "
         "there", "asks us to wait"),
        ("klaviyo: GET /x: 503", "its server fails"),
        ("klaviyo: GET /x: there is no connection to it", "cannot be reached"),
        ("klaviyo: base_url 'x' is not like https://api.example.com", "not set up right"),
        ("klaviyo: GET /x: 404 (\x1b[31m: 401 key from no connection)",
         "answers with 404"),
        ("an answer is not what was expected (KeyError: 'id')",
         "an answer is not what was expected"),
    ],
)  # fmt: skip
def test_a_failure_is_said_in_a_few_words_and_by_nobody_elses(error: str, said: str) -> None:
    found = standing(facts(run(error=error)))
    assert words(found, CLOCK) == f"{said}, 4 min ago"
    [(name, whole, to_do)] = notes([found], CLOCK)
    assert name == "klaviyo"
    assert to_do
    assert "\x1b" not in whole
    assert error.removeprefix("klaviyo: ").replace("\x1b", "␛") in whole


def test_who_needs_somebody_comes_first_and_then_the_oldest() -> None:
    def of(name: str, *runs: StreamRun) -> SourceStatus:
        return replace(facts(*runs), source=name)

    known = (
        of("a", run()), of("b", run(ago=HOUR)), of("c", run(ago=2 * DAY)), of("d", FAILED),
        of("e", run(error=STOPPED)), replace(facts(last_sync=1), source="f"),
    )  # fmt: skip
    sources = {"never": SourceConfig("never", "stripe", key_file="k"),
               "files": SourceConfig("files", "zendesk", day_first=True)}  # fmt: skip
    found = standings(Status("m", 1, 1, 1, 1, "UTC", known), sources, CLOCK, ("a",))
    assert [one.source for one in found] == ["a", "d", "never", "e", "c", "b", "f"]
    order = [STATES.index(one.state) for one in found]
    assert order == sorted(order)


def test_when_it_is_asked_next() -> None:
    assert next_words(standing(facts(run(), next=NOW + 3 * MINUTE)), CLOCK) == "in 3 min"
    assert next_words(standing(facts(run(), next=NOW - MINUTE)), CLOCK) == ""
    assert next_words(standing(None), CLOCK) == ""
