"""A few customers from two systems, imported through the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli import Console

NOW = "2026-04-01T12:00:00+02:00"
ESCAPE = "\x1b]0;owned\x07\x9b31m\u202e[b]x[/]"
HOSTILE = f"{ESCAPE} <Ada>"


def call(kind: str, number: int, who: str, at: str, **more: Any) -> dict[str, Any]:
    """One call of the Segment spec."""
    return {"type": kind, "messageId": f"m{number}", "userId": who, "timestamp": at, **more}


CALLS = [
    call("identify", 1, "u1", "2026-03-02T09:00:00Z",
         traits={"email": "ada@example.com", "name": HOSTILE, "plan": HOSTILE, "city": "Malmö"}),
    call("track", 2, "u1", "2026-03-02T09:00:00Z", event="Signed Up"),
    call("track", 3, "u1", "2026-03-03T23:30:00Z", event="Logged In"),
    call("track", 4, "u1", "2026-03-10T09:00:00Z", event="Logged In"),
    call("track", 5, "u1", "2026-03-10T09:00:00Z", event=HOSTILE, properties={"x": HOSTILE}),
    call("track", 6, "u2", "2026-03-09T09:00:00Z", event="Signed Up", properties={"a": None}),
    call("identify", 7, "u3", "2026-03-09T09:00:00Z", traits={"phone": "+46701234567"}),
    call("track", 8, "u3", "2026-03-31T09:00:00Z", event="Signed Up"),
    call("track", 9, "u3", "2026-05-01T09:00:00Z", event="Logged In"),
]  # fmt: skip


def lines(calls: list[dict[str, Any]]) -> bytes:
    """Calls as a file."""
    return "\n".join(json.dumps(one) for one in calls).encode()


@pytest.fixture
def console(tmp_path: Path) -> Console:
    """A mirror with nothing in it."""
    return Console(tmp_path, "--now", NOW, "--timezone", "Europe/Stockholm")


@pytest.fixture
def world(console: Console) -> Console:
    """The mirror of `CALLS` and of one order."""
    assert console("import", "-", stdin=lines(CALLS)).status == 0
    orders = (
        "customer,id,at,amount,currency,status,refunded\n"
        'ada@example.com,1001,2026-03-05T10:00:00Z,"1,234.50",USD,paid,34.50\n'
        "ada@example.com,1002,2026-03-06T10:00:00Z,1200,JPY,paid,\n"
        "ada@example.com,1003,2026-03-06T11:00:00Z,1.250,KWD,paid,\n"
    )
    assert console("import", "-", "--as", "orders", stdin=orders.encode()).status == 0
    return console
