"""``python -m tests.bench [--events N] [--customers N] [--parts PART …] [--short] …``."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from tests.bench import answers, data, intake, keys, live, search, start, wire
from tests.bench.report import Report

PARTS = ("intake", "answers", "search", "keys", "live", "start", "wire")


def main(arguments: list[str] | None = None) -> Report:
    """Make the data, measure ours and the peers, print a table."""
    given = _given(arguments)
    events, customers, rounds = given.events, given.customers, 40
    if given.short:
        events, customers, rounds = 2_000, 300, 3
    folder = given.folder or Path(tempfile.mkdtemp(prefix="console-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    report = Report(events)
    try:
        _measure(report, folder, given.parts, events, rounds)
        if "wire" in given.parts:
            wire.run(report, folder / "mirror.db", short=given.short, peers=given.peers)
        if customers:
            search.run_crowd(report, folder, customers, rounds)
    finally:
        if given.folder is None:
            shutil.rmtree(folder)
    print(f"\n{events:,} events\n\n{report.table()}")
    if given.json:
        given.json.write_text(json.dumps(report.document(), indent=1) + "\n")
    return report


def _given(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.bench", description=main.__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="events to make")
    parser.add_argument(
        "--customers", type=int, default=0,
        help="search that many customers as well, who have done little",
    )  # fmt: skip
    parser.add_argument(
        "--parts", nargs="*", choices=PARTS, default=PARTS, help="measure only these"
    )
    parser.add_argument("--short", action="store_true", help="few of everything, few rounds")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--peers", type=Path, help="where posting and harlequin are installed")
    parser.add_argument("--folder", type=Path, help="keep the data here; else it is removed")
    return parser.parse_args(arguments)


def _measure(report: Report, folder: Path, parts: list[str], events: int, rounds: int) -> None:
    if not parts:
        return
    files = data.write(folder, events)
    lines, mirror = files["all.jsonl"], folder / "mirror.db"
    if "intake" in parts:
        intake.run(report, files, folder, events)
    elif not mirror.exists():
        intake.make(mirror, lines)
    if "answers" in parts:
        answers.run(report, mirror, lines, rounds)
    if "search" in parts:
        search.run(report, mirror, lines, rounds)
    if "keys" in parts:
        keys.run(report, mirror, rounds)
    if "live" in parts:
        live.run(report, lines, folder)
    if "start" in parts:
        start.run(report, mirror, max(1, rounds // 8))


if __name__ == "__main__":
    main()
