"""``console feed``: its shape, its filters, its pages, and following."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import pytest

from tests.cli import Console
from tests.commands.conftest import call, lines
from tests.terminal import ROOT

FIELDS = {"id", "at", "source", "verb", "name", "level", "customer", "says", "properties"}


def test_an_event_has_the_fixed_shape(world: Console) -> None:
    answer = world("feed", "--json").json
    assert set(answer) == {"events", "next"}
    newest = answer["events"][0]
    assert set(newest) >= FIELDS
    assert set(newest["customer"]) == {"id", "name", "email", "city", "country"}
    assert newest["at"] == "2026-03-31T11:00:00+02:00"
    assert newest["customer"]["name"] is None
    assert newest["amount"] is None


def test_pages_hold_every_event_once(console: Console) -> None:
    same = [call("track", n, f"u{n % 3}", "2026-03-01T09:00:00Z", event=f"E{n}") for n in range(25)]
    assert console("import", "-", stdin=lines(same)).status == 0
    for limit in ("1", "3", "5", "24", "25", "26"):
        names, next = [], None
        for _ in range(60):
            more = ("--before", next) if next else ()
            page = console("feed", "--json", "--level", "noise", "--limit", limit, *more).json
            names += [event["name"] for event in page["events"]]
            next = page["next"]
            if next is None:
                break
        assert sorted(names) == sorted(one["event"] for one in same)


def test_filters(world: Console) -> None:
    def verbs(*flags: str) -> list[str]:
        return [one["verb"] for one in world("feed", "--json", *flags).json["events"]]

    assert set(verbs("--customer", "u2")) == {"signed_up"}
    assert verbs("--source", "csv", "--level", "urgent") == []
    assert verbs("--since", "2d") == ["signed_up"]
    assert verbs("--since", "2026-03-31T11:00", "--level", "noise") == ["signed_up"]
    assert verbs("--since", "2026-03-31T11:01", "--level", "noise") == []
    assert set(verbs("--text", "malmö", "--source", "segment")) <= {"signed_up", "logged_in", None}


def test_what_is_dated_later_than_now_is_not_shown(world: Console) -> None:
    events = world("feed", "--json", "--level", "noise", "--customer", "u3").json["events"]
    assert [one["name"] for one in events] == ["Signed Up"]


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        (("--level", "loud"), 2),
        (("--level", ""), 2),
        (("--since", "yesterdayish"), 2),
        (("--since", ""), 2),
        (("--since", "9" * 30 + "d"), 2),
        (("--since", "999999999w"), 0),
        (("--before", "here"), 2),
        (("--before", "9" * 30 + ":1"), 2),
        (("--limit", "0"), 2),
        (("--customer", "nobody@example.com"), 1),
        (("--customer", "\udcff"), 1),
        (("--source", "nowhere"), 1),
        (("--source", "\udcff"), 1),
        (("--json", "--csv"), 2),
    ],
)
def test_questions_that_cannot_be_answered(
    world: Console, flags: tuple[str, ...], status: int
) -> None:
    answer = world("feed", *flags)
    assert answer.status == status
    if status:
        assert answer.out == ""
        assert answer.err.startswith("console: ")
        assert answer.err.count("\n") == 1


@pytest.mark.parametrize("form", ["--json", "--csv", None])
def test_following_prints_all_that_arrives(
    console: Console, monkeypatch: pytest.MonkeyPatch, form: str | None
) -> None:
    first = call("track", 0, "u0", "2026-03-01T09:00:00Z", event="A")
    console("import", "-", stdin=lines([first]))
    arriving = [
        call("track", n, "u1", "2026-03-02T09:00:00Z", event="Logged In") for n in range(1, 8)
    ]
    waits = 0

    def wait(seconds: float) -> None:
        nonlocal waits
        waits += 1
        if waits == 2:
            raise KeyboardInterrupt
        Console(console.mirror.parent, *console.flags[2:])("import", "-", stdin=lines(arriving))

    monkeypatch.setattr("time.sleep", wait)
    flags = ("--level", "noise", "--limit", "2", *filter(None, [form]))
    before = console("feed", *flags).out
    told = console("feed", "--follow", *flags)
    assert told.status == 130
    assert told.out.startswith(before)
    rest = told.out.removeprefix(before)
    parse = {"--json": _json, "--csv": _csv, None: str.splitlines}[form]
    assert len(parse(rest)) == 7
    assert "logged in" in rest


def test_following_ends_when_nobody_reads_any_more(console: Console) -> None:
    console("import", "-", stdin=lines([call("track", 0, "u0", "2026-03-01T09:00:00Z", event="A")]))
    command = [sys.executable, "-m", "console", "--mirror", str(console.mirror)]
    with subprocess.Popen(
        [*command, "feed", "--follow", "--level", "noise"], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as follower:  # fmt: skip
        assert follower.stdout
        assert follower.stderr
        follower.stdout.readline()
        follower.stdout.close()
        try:
            assert follower.wait(30) == 0
        finally:
            follower.kill()
        assert follower.stderr.read() == b""


def _json(text: str) -> list[object]:
    return [json.loads(line) for line in text.splitlines()]


def _csv(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))
