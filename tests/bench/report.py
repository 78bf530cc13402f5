"""What was measured: a table for people and JSON for machines."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from typing import Any

from tests.bench.measure import Cost, Times

PEER = "to compare"
"""The aim of what is only measured so that ours can be held against it."""
NONE = "none set"
"""The aim of what nobody waits for, or only once."""


class Report:
    """Collects figures in the order they are taken."""

    def __init__(self, events: int) -> None:
        self.events = events
        self.rows: list[dict[str, Any]] = []

    def cost(self, name: str, cost: Cost, aim: str = PEER) -> None:
        """What a process took."""
        self._add(
            name, seconds=round(cost.seconds, 2), cpu=round(cost.cpu, 2), mb=round(cost.megabytes),
            aim=aim,
        )  # fmt: skip

    def times(self, name: str, times: Times, aim: str = PEER) -> None:
        """How long calls took."""
        self._add(name, p50_ms=round(times.p50, 2), p95_ms=round(times.p95, 2), aim=aim)

    def ratio(self, name: str, ratio: float, aim: str) -> None:
        """One figure beside another of the same run."""
        self._add(name, ratio=round(ratio, 3), aim=aim)

    def megabytes(self, name: str, megabytes: float, aim: str) -> None:
        """How much memory something took."""
        self._add(name, megabytes=round(megabytes), aim=aim)

    def amount(self, name: str, amount: float, unit: str, aim: str = PEER) -> None:
        """So much of something."""
        self._add(name, amount=round(amount, 2 if amount < 10 else None), unit=unit, aim=aim)

    def skip(self, name: str, why: str) -> None:
        """A peer that is not there."""
        self._add(name, skipped=why, aim=PEER)

    def document(self) -> dict[str, Any]:
        """Everything, for JSON."""
        return {
            "events": self.events,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": {
                "cores": os.cpu_count(),
                "python": platform.python_version(),
                "system": platform.system(),
            },
            "figures": self.rows,
        }

    def table(self) -> str:
        """A Markdown table, as the README has it."""
        lines = ["| what | took | aim |", "|---|---|---|"]
        lines += [f"| {row['what']} | {_said(row)} | {row['aim']} |" for row in self.rows]
        return "\n".join(lines)

    def _add(self, name: str, **figures: Any) -> None:
        self.rows.append({"what": name, **figures})
        print(f"  {name}: {_said(self.rows[-1])}", flush=True)


def _said(row: dict[str, Any]) -> str:
    if "skipped" in row:
        return f"skipped: {row['skipped']}"
    if "megabytes" in row:
        return f"{row['megabytes']} MB"
    if "ratio" in row:
        return f"× {row['ratio']:g}"
    if "amount" in row:
        return f"{row['amount']:,} {row['unit']}"
    if "p95_ms" in row:
        return f"{row['p50_ms']:g} ms, p95 {row['p95_ms']:g} ms"
    return f"{row['seconds']:g} s ({row['cpu']:g} s processor, {row['mb']} MB)"
