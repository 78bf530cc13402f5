"""``python -m tests.bench [--events N] [--short] [--json FILE] [--folder DIR]``."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from tests.bench import answers, data, intake, live, start
from tests.bench.report import Report


def main(arguments: list[str] | None = None) -> Report:
    """Make the data, measure ours and the peers, print a table."""
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="events to make")
    parser.add_argument("--short", action="store_true", help="few events, few rounds")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--folder", type=Path, help="keep the data here; else it is removed")
    given = parser.parse_args(arguments)
    events, rounds = (2_000, 3) if given.short else (given.events, 40)
    folder = given.folder or Path(tempfile.mkdtemp(prefix="console-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    report = Report(events)
    try:
        files = data.write(folder, events)
        mirror = intake.run(report, files, folder, events)
        answers.run(report, mirror, files["all.jsonl"], rounds)
        live.run(report, files["all.jsonl"], folder)
        start.run(report, mirror, 1 if given.short else 5)
    finally:
        if given.folder is None:
            shutil.rmtree(folder)
    print(f"\n{events:,} events\n\n{report.table()}")
    if given.json:
        given.json.write_text(json.dumps(report.document(), indent=1) + "\n")
    return report


if __name__ == "__main__":
    main()
