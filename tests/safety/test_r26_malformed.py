"""R26: of malformed files each names file, line, where in it, and why; the good rows go in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli import Answer, Console
from tests.sources.corpus import REFUSED

HEAD = b"customer,event,at\n"
GOOD = b"a@example.com,Signed Up,2026-05-01T10:00:00Z\n", b"c@example.com,Signed Up,2026-05-02\n"
ROWS = {
    "two cells": (b"b@example.com,x\n", None, "cell 3 is missing"),
    "four cells": (b"b@example.com,x,2026-05-01,z\n", None, "cell 4 has no column"),
    "one cell": (b"Total: 3\n", None, "cell 2 is missing"),
    "unclosed quote": (b'b@example.com,"x,2026-05-01\n', None, "is not closed, in cell 2"),
    "unclosed quote at the start": (b'"b@example.com,x,2026-05-01\n', None, "in cell 1"),
    "unclosed quote after a good one": (b'"b","x,2026-05-01\n', None, "in cell 2"),
    "text after a quote": (b'b@example.com,"x"y,2026-05-01\n', None, "closing quote, in cell 2"),
    "backslash before a quote": (b'b@example.com,x,"2\\"0"\n', None, "in cell 3"),
    "NUL": (b"b@example.com,x\0,2026-05-01\n", None, "character 16 of its line"),
    "Latin-1": (b"b@example.com,caf\xe9,2026-05-01\n", None, "byte 0xE9 at offset 80"),
    "half a character": (b"b@example.com,\xc3,2026-05-01\n", None, "byte 0xC3"),
    "surrogate": (b"b@example.com,\xed\xa0\x80,2026-05-01\n", None, "byte 0xED"),
    "carriage return": (b"b@example.com,x\ry,2026-05-01\n", None, "return stands in cell 2"),
    "no customer": (b",x,2026-05-01\n", "customer", "does not say who"),
    "no event": (b"b@example.com,,2026-05-01\n", "event", "the cell is empty"),
    "no time": (b"b@example.com,x,\n", "at", "the cell is empty"),
    "words for a time": (b"b@example.com,x,yesterday\n", "at", "'yesterday' is not a time"),
    "month 13": (b"b@example.com,x,2026-13-01\n", "at", "month must be in 1..12"),
    "30 February": (b"b@example.com,x,2026-02-30\n", "at", "is not a time"),
    "hour 25": (b"b@example.com,x,2026-05-01T25:00:00Z\n", "at", "is not a time"),
    "day or month": (b"b@example.com,x,03/04/2026\n", "at", "day or month comes first"),
    "year 0": (b"b@example.com,x,0000-01-01\n", "at", "is not a time"),
    "five digits of year": (b"b@example.com,x,99999-01-01\n", "at", "is not a time"),
    "an id Excel shortened": (b"1.2E+12,x,2026-05-01\n", "customer", "the id is lost"),
}
CALL = b'{"type":"track","userId":"u","event":"x","timestamp":"2026-05-01","messageId":"%d"}\n'
CALLS = {
    "cut": (b'{"type":"track","userId":"u","event":"x","timest\n', None, "at character 49"),
    "no type": (b'{"userId":"u"}\n', "type", "is none of identify, track"),
    "unknown type": (b'{"type":"zap","userId":"u"}\n', "type", "is none of identify, track"),
    "no user": (
        b'{"type":"track","event":"x","timestamp":"2026-05-01"}\n',
        "userId",
        "there is no",
    ),
    "bad time": (CALL.replace(b"2026-05-01", b"soon") % 1, "timestamp", "'soon' is not a time"),
    "event is a number": (CALL.replace(b'"x"', b"5") % 1, "event", "is no event"),
    "NaN": (CALL.replace(b'"x"', b"NaN") % 1, None, "is not JSON"),
    "array": (b"[1,2]\n", None, "is not a JSON object"),
    "number": (b"5\n", None, "is not a JSON object"),
    "too deep": (b'{"type":' + b"[" * 3_000 + b"\n", None, "depth limit exceeded, at character"),
    "Latin-1": (CALL.replace(b'"u"', b'"caf\xe9"') % 1, None, "is not valid UTF-8"),
}


def importing(folder: Path, name: str, data: bytes) -> tuple[Answer, int]:
    """What an import of a file says, and how many events it brought."""
    path = folder / name
    path.write_bytes(data)
    console = Console(folder, "--now", "2026-06-01")
    answer = console("import", str(path), "--json")
    there = console("feed", "--level", "noise", "--json")
    return answer, len(there.json["events"]) if there.status == 0 else 0


def named(answer: Answer, line: int, column: str | None, why: str) -> None:
    """One refusal that names file, line, column or place in the line, and why."""
    assert answer.status == 1
    (refusal,) = answer.json["rejects"]
    assert refusal["path"].endswith((".csv", ".jsonl"))
    assert refusal["line"] == line
    assert refusal["column"] == column
    assert why in refusal["reason"]
    somewhere = column or re.search(r"(cell|character|offset) \d|JSON object", refusal["reason"])
    assert somewhere, refusal


@pytest.mark.parametrize("case", ROWS)
def test_a_row_of_a_table(tmp_path: Path, case: str) -> None:
    row, column, why = ROWS[case]
    answer, events = importing(tmp_path, "x.csv", HEAD + GOOD[0] + row + GOOD[1])
    named(answer, 3, column, why)
    assert events == 2


@pytest.mark.parametrize("case", CALLS)
def test_a_line_of_json(tmp_path: Path, case: str) -> None:
    line, column, why = CALLS[case]
    answer, events = importing(tmp_path, "x.jsonl", CALL % 7 + line + CALL % 8)
    named(answer, 2, column, why)
    assert events == 2


@pytest.mark.parametrize(("name", "data", "why"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_is_no_export(tmp_path: Path, name: str, data: bytes, why: str) -> None:
    answer, events = importing(tmp_path, "x.csv", data)
    assert answer.status == 1
    (refusal,) = answer.json["rejects"]
    assert refusal["path"].endswith("x.csv")
    assert why in refusal["reason"]
    assert events == 0


def test_there_are_more_than_forty() -> None:
    assert len(ROWS) + len(CALLS) + len(REFUSED) >= 40
