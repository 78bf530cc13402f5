"""``console doctor``: what may go wrong on this machine, before it does."""

from __future__ import annotations

import locale
import os
import re
import shutil
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from console.commands.common import NO, Given, Misused, answer

if TYPE_CHECKING:
    from console.model import Finding

_SMALL = (80, 24)
_PROBE = "é"
_ANSWER = re.compile(rb"\x1b\[(\d+);(\d+)R")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def doctor(given: Given, as_json: bool) -> None:
    """Examine this machine: files, disk, database, terminal, clock; say how to mend each.

    All of both files is read, a little at a time, so that others can go on writing; it takes
    seconds for a million events. One read grows with the mirror: a second for some two million
    events. Exit status 1 when something is bad.
    """
    found = list(_all(given))
    answer(
        as_json=as_json,
        as_csv=False,
        document=lambda: {
            "findings": [
                {"what": one.what, "state": one.state, "said": one.said, "mend": one.mend or None}
                for one in found
            ]
        },
        rows=list,
        text=lambda: _text(found),
    )
    if any(one.state == "bad" for one in found):
        sys.exit(NO)


def _all(given: Given) -> Iterator[Finding]:
    from console.commands import examining
    from console.model import Finding

    yield sqlite()
    yield textual()
    try:
        config = given.config
    except Misused as error:
        yield Finding("settings", "bad", error.message, "correct it, or say --config")
    else:
        yield from examining.sources(config)
        yield from examining.files(config, given.clock)
    yield from _terminal()
    yield _locale()


def sqlite() -> Finding:
    """Whether SQLite is one that does not lose what two processes write at once."""
    from console.mirror.database import SOUND_SQLITE, SQLITE_VERSION, is_sound
    from console.model import Finding

    if is_sound(SQLITE_VERSION):
        return Finding("SQLite", "ok", SQLITE_VERSION)
    wanted = ".".join(map(str, SOUND_SQLITE))
    return Finding(
        "SQLite", "bad",
        f"{SQLITE_VERSION}; before {wanted} a WAL that two processes write at the same moment can "
        "be lost (sqlite.org/wal.html, the WAL-reset bug)",
        "pip install 'pysqlite3>=0.6.1', or a Python with a newer SQLite; until then let one "
        "process write at a time",
    )  # fmt: skip


def textual() -> Finding:
    """Whether Textual is of the versions that the guards of the terminal were tested with."""
    from importlib.metadata import PackageNotFoundError, requires, version

    from console.model import Finding

    try:
        found = version("textual")
        lines = requires("customer-console") or []
    except PackageNotFoundError as error:
        return Finding("Textual", "look", f"{error.name} is not installed as a package",
                       "pip install customer-console")  # fmt: skip
    wanted = next((line for line in lines if re.match(r"textual\b", line)), "textual")
    bounds = re.findall(r"(>=|<)\s*([\d.]+)", wanted)
    fits = all((_numbers(found) >= _numbers(bound)) == (sign == ">=") for sign, bound in bounds)
    if fits:
        return Finding("Textual", "ok", f"{found} ({wanted})")
    return Finding("Textual", "bad", f"{found}, but {wanted} was tested",
                   f"pip install '{wanted}'")  # fmt: skip


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


def _terminal() -> Iterator[Finding]:
    from console.model import Finding

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield Finding("terminal", "ok", "none: answers go to a file or a pipe")
        return
    term = os.environ.get("TERM", "")
    if term in ("", "dumb"):
        yield Finding("terminal", "look", f"TERM={term or '(unset)'}: only plain tables",
                      "log in with a terminal; over SSH with -t")  # fmt: skip
        return
    yield Finding("terminal", "ok", f"TERM={term}, {_colours(term)}")
    size = shutil.get_terminal_size()
    small = size.columns < _SMALL[0] or size.lines < _SMALL[1]
    yield Finding("size", "look" if small else "ok", f"{size.columns} x {size.lines}",
                  "make it 80 x 24 or larger" if small else "")  # fmt: skip
    yield _round_trip()


def _colours(term: str) -> str:
    if os.environ.get("NO_COLOR"):
        return "no colours (NO_COLOR)"
    if os.environ.get("COLORTERM", "") in ("truecolor", "24bit"):
        return "16.7 million colours"
    return "256 colours" if "256color" in term else "16 colours"


def _round_trip() -> Finding:
    """Whether a letter beyond ASCII takes the one column it should: the terminal is asked."""
    from console.model import Finding

    columns = _columns_of(_PROBE)
    if columns == 1:
        return Finding("UTF-8", "ok", f"{_PROBE} takes one column")
    if columns is None:
        return Finding("UTF-8", "look", f"the terminal does not say; is this an e with an accent: "
                       f"{_PROBE}", "if it is not, set the terminal to UTF-8")  # fmt: skip
    return Finding("UTF-8", "bad", f"{_PROBE} takes {columns} columns: the terminal does not read "
                   "UTF-8", "set the terminal's encoding to UTF-8")  # fmt: skip


def _columns_of(text: str) -> int | None:
    """How many columns the terminal gives a text; None when it does not answer in time."""
    try:
        import select
        import termios
        import tty
    except ImportError:
        return None
    before = termios.tcgetattr(0)
    try:
        tty.setcbreak(0)
        os.write(1, f"\r{text}\x1b[6n".encode())
        said = b""
        while select.select([0], [], [], 0.5)[0]:
            said += os.read(0, 64)
            if found := _ANSWER.search(said):
                return int(found[2]) - 1
        return None
    finally:
        os.write(1, b"\r\x1b[K")
        termios.tcsetattr(0, termios.TCSADRAIN, before)


def _locale() -> Finding:
    from console.model import Finding

    used = (sys.stdout.encoding or "").lower().replace("-", "")
    said = f"{locale.setlocale(locale.LC_CTYPE)}, output in {sys.stdout.encoding}"
    if used == "utf8":
        return Finding("locale", "ok", said)
    return Finding("locale", "look", f"{said}: names cannot be printed as they are",
                   "set LANG=C.UTF-8, and leave PYTHONIOENCODING alone")  # fmt: skip


def _text(found: list[Finding]) -> str:
    from console.show.clean import clean

    lines = []
    for one in found:
        lines.append(f"{one.state:<5} {one.what:<9} {clean(one.said)}")
        if one.mend:
            lines.append(f"{'':15} → {clean(one.mend)}")
    bad, look = (sum(one.state == state for one in found) for state in ("bad", "look"))
    lines.append("")
    lines.append(f"{bad} bad, {look} to look at, {len(found) - bad - look} ok")
    return "\n".join(lines)
