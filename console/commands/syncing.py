"""``console sync``: what is new, from the systems' own APIs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from console.commands.common import (
    NO,
    Given,
    Misused,
    Refused,
    answer,
    is_terminal,
    refuse_readonly,
    warn_of_sqlite,
)
from console.commands.said import pass_by, tell

if TYPE_CHECKING:
    from console.model import StreamRun
    from console.sync.pulling import Progress, PullReport


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE…]")
@click.option("--follow", is_flag=True, help="Go on asking, each source at its own pace.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def sync(given: Given, sources: tuple[str, ...], follow: bool, as_json: bool) -> None:
    """Bring in what is new from each system's API.

    SOURCE is a configured source, by its name or kind; all of them without one. Configure
    one with `console source add`. What was read stays when a sync is stopped or fails; the
    next goes on from there. Syncing again changes nothing that has not changed there.
    """
    from console.mirror.database import DatabaseError, MirrorError
    from console.sources.source import SourceError
    from console.sync.pulling import unwritten

    refuse_readonly(given, "nothing may be synced")
    warn_of_sqlite()
    if follow and as_json:
        raise Misused("--follow and --json: choose one")
    try:
        if follow:
            _follow(given, sources)
        else:
            _once(given, sources, as_json)
    except (MirrorError, SourceError) as error:
        raise Refused(str(error)) from None
    except DatabaseError as error:
        raise Refused(unwritten(given.config, error)) from None


def _once(given: Given, sources: tuple[str, ...], as_json: bool) -> None:
    from console.show import sync_documents
    from console.sync import pulling

    shows = is_terminal() and not as_json
    report = pulling.pull(given.config, sources, progress=_progress() if shows else None)
    if shows:
        pass_by()
    clock = given.clock
    answer(
        as_json=as_json,
        as_csv=False,
        document=lambda: sync_documents.synced(report.runs, report.rejects, clock),
        rows=list,
        text=lambda: sync_documents.sync_text(report.runs, clock) + _refused(report),
    )
    if not report.clean:
        sys.exit(NO)


def _follow(given: Given, sources: tuple[str, ...]) -> None:
    import threading

    from console.clock import from_instant, system_now
    from console.show import sync_documents
    from console.sync import following

    stop = threading.Event()
    zone = given.clock.zone
    tell("Following; stop with ctrl+c.", err=True)

    def told(report: PullReport) -> None:
        at = from_instant(system_now(), zone).strftime("%H:%M:%S")
        for line in sync_documents.round_lines(report.runs):
            tell(f"{at}  {line}")

    try:
        following.follow(given.config, sources, told, stop=stop)
    except KeyboardInterrupt:
        raise click.exceptions.Abort from None


def _refused(report: PullReport) -> str:
    refused = sum(run.counts.rejected for run in report.runs)
    if not refused:
        return ""
    return f"\n{refused:,} could not be read; `console rejects` says which, and why."


def _progress() -> Progress:
    """A line on standard error for the stream that moves, with a bar where the end is known."""
    import time

    from console.show.clean import clean

    last = 0.0

    def show(run: StreamRun, total: int | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < 0.1:
            return
        last = now
        said = f"{clean(run.source)} {clean(run.stream)}"[:40]
        counts = f"{run.counts.read:,} read, {run.counts.new:,} new"
        if total:
            done = min(run.counts.read / total, 1.0)
            bar = "█" * round(20 * done)
            counts = f"{bar:░<20} {done:4.0%}  {counts}"
        pass_by(f"{said}  {counts}")

    return show
