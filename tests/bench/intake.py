"""Taking in: ours, and what others take for the same rows."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

import orjson

from tests.bench.data import NOW
from tests.bench.measure import Cost, console, process, python
from tests.bench.report import Report

_COLUMNS = "id text{}, type, user, anonymous, event, at, received, said, context"
_UPSERT = """
import csv, itertools, sys
from sqlite_utils import Database
names = "id type user anonymous event at received said context".split()
rows = (dict(zip(names, row)) for row in csv.reader(open(sys.argv[1], newline="")))
Database(sys.argv[2])["event"].upsert_all(itertools.islice(rows, int(sys.argv[3])), pk="id")
"""
_DUCKDB = """
import duckdb, sys
duckdb.connect(sys.argv[2]).execute(
    "create table event as select * from read_json(?, format = 'newline_delimited')", [sys.argv[1]])
"""
_MOST_UPSERTS = 100_000


def run(report: Report, files: dict[str, Path], folder: Path, events: int) -> Path:
    """Measure intake; returns the mirror that holds everything."""
    keyed = _sqlite(report, files["all.csv"], folder)
    mirror = folder / "mirror.db"
    _remove(mirror)
    first = _ours(report, "import, first time", mirror, files["all.jsonl"])
    if keyed:
        beside = first.seconds / keyed.seconds
        report.ratio("first time beside sqlite3 .import keyed", beside, "at most 1.5")
    again = _ours(report, "import again, the same file", mirror, files["all.jsonl"])
    report.ratio("again is so many times faster", first.seconds / again.seconds, "at least 3")
    file = _longer(files["all.jsonl"])
    longer = _ours(report, "import again, with a line more", mirror, file)
    file.unlink()
    times = first.seconds / longer.seconds
    report.ratio("with a line more is so many times faster", times, "at least 3")
    size = mirror.stat().st_size / files["all.jsonl"].stat().st_size
    report.ratio("mirror beside its JSON lines, bytes", size, "at most 1")
    grown = folder / "grown.db"
    _remove(grown)
    process(console(grown, "import", str(files["most.jsonl"])))
    one = _ours(report, "import 1 % on top of 99 %", grown, files["rest.jsonl"])
    report.ratio("1 % on top, part of the first time", one.seconds / first.seconds, "at most 0.02")
    _remove(grown)
    _upsert(report, files["all.csv"], folder, events, first)
    _duckdb(report, files["all.jsonl"], folder)
    return mirror


def _sqlite(report: Report, table: Path, folder: Path) -> Cost | None:
    program = shutil.which("sqlite3")
    if program is None:
        report.skip("sqlite3 .import", "there is no sqlite3 program")
        return None
    found = None
    for name, key in (("no key", ""), ("keyed", " primary key")):
        target = folder / "import.db"
        _remove(target)
        create = f"create table event({_COLUMNS.format(key)})"
        found = process([program, str(target), create, ".mode csv", f".import {table} event"])
        report.cost(f"sqlite3 .import, {name}", found)
        _remove(target)
    return found


def make(mirror: Path, lines: Path) -> None:
    """Make a mirror without measuring anything."""
    process(console(mirror, "import", str(lines)))


def _ours(report: Report, name: str, mirror: Path, file: Path) -> Cost:
    found = process(console(mirror, "import", str(file)))
    report.cost(name, found, "under 300 MB")
    return found


def _longer(file: Path) -> Path:
    """The same file with a call more at its end."""
    longer = file.with_name(f"{file.stem}-longer{file.suffix}")
    shutil.copyfile(file, longer)
    call = {"type": "track", "messageId": "one more", "userId": "u_1", "event": "Logged In"}
    with longer.open("ab") as lines:
        lines.write(orjson.dumps({**call, "timestamp": NOW}) + b"\n")
    return longer


def _upsert(report: Report, table: Path, folder: Path, events: int, ours: Cost) -> None:
    rows = min(events, _MOST_UPSERTS)
    target = folder / "upsert.db"
    _remove(target)
    found = python(_UPSERT, str(table), str(target), str(rows))
    _remove(target)
    report.cost(f"sqlite-utils upsert, {rows:,} rows", found)
    whole = found.seconds * events / rows
    report.ratio("first time beside sqlite-utils upsert", ours.seconds / whole, "at most 0.125")


def _duckdb(report: Report, lines: Path, folder: Path) -> None:
    if find_spec("duckdb") is None:
        report.skip("DuckDB, own file", "duckdb is not installed (pip install -e '.[bench]')")
        return
    target = folder / "duck.db"
    _remove(target)
    report.cost("DuckDB read_json to its own file", python(_DUCKDB, str(lines), str(target)))


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm", ".wal", ".notebook"):
        Path(f"{path}{end}").unlink(missing_ok=True)
