"""Running the command line in tests: the real program, its real exit status."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from console.commands.common import Refused


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


class Console:
    """The command line on one mirror."""

    def __init__(self, folder: Path, *flags: str) -> None:
        self.mirror = folder / "mirror.db"
        self.flags = ("--mirror", str(self.mirror), *flags)

    def __call__(self, *arguments: str, stdin: bytes | None = None) -> Answer:
        """Run ``console ARGUMENTS`` on this mirror."""
        from console.cli import root

        runner = CliRunner()
        result = runner.invoke(
            root, [*self.flags, *arguments], input=stdin, standalone_mode=False, prog_name="console"
        )
        problem = result.exception
        if isinstance(problem, click.UsageError):
            return Answer(2, result.stdout, f"console: {problem.format_message()}\n")
        if isinstance(problem, click.Abort):
            return Answer(130, result.stdout, "console: stopped\n")
        if isinstance(problem, Refused):
            return Answer(problem.exit_code, result.stdout, f"console: {problem.message}\n")
        if problem is not None and not isinstance(problem, SystemExit):
            raise problem
        status = problem.code if isinstance(problem, SystemExit) else result.exit_code
        return Answer(int(status or 0), result.stdout, result.stderr)
