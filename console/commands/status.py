"""``console status`` and ``console rejects``: how the mirror stands, what it refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.commands.common import Given, answer, formats, reading

if TYPE_CHECKING:
    from console.clock import Clock
    from console.model import Reject, Status


@click.command()
@formats
@click.pass_obj
def status(given: Given, as_json: bool, as_csv: bool) -> None:
    """Show what the mirror holds, source by source, and how fresh it is."""
    from console.mirror import status as mirror
    from console.show import documents

    clock = given.clock
    with reading(given) as db:
        found = mirror.read(db)
    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: documents.status(found, clock),
        rows=lambda: documents.status(found, clock)["sources"],
        text=lambda: _text(found, clock),
    )


@click.command()
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 1_000_000))
@formats
@click.pass_obj
def rejects(given: Given, limit: int, as_json: bool, as_csv: bool) -> None:
    """List the rows that were refused, with file, line, column and reason."""
    from console.mirror import status as mirror
    from console.show import documents

    with reading(given) as db:
        found = mirror.rejects(db, limit)
    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: {"rejects": [documents.reject(one) for one in found]},
        rows=lambda: [documents.reject(one) for one in found],
        text=lambda: _rejects(found),
    )


def _text(found: Status, clock: Clock) -> str:
    import humanize

    from console.show.clean import clean
    from console.show.sync_documents import sync_text
    from console.show.tables import table
    from console.show.times import ago, when

    size = humanize.naturalsize(found.bytes, binary=True)
    head = (
        f"{clean(found.path)}  {size}  days in {found.timezone}\n"
        f"{_many(found.customers, 'customer')}, {_many(found.accounts, 'company', 'companies')},"
        f" {_many(found.events, 'event')}\n"
    )
    if not found.sources:
        return f"{head}\nNothing was imported yet. Begin with `console import PATH…`."
    text = f"{head}\n" + table(
        ("source", "taken in", "newest event", "events", "records", "rejected", ""),
        [
            (one.source, ago(one.last_sync, clock), when(one.newest, clock), f"{one.events:,}",
             f"{one.records:,}", f"{one.rejected:,}", one.error)
            for one in found.sources
        ],
        right=("events", "records", "rejected"),
    )  # fmt: skip
    runs = [run for one in found.sources for run in one.streams]
    if runs:
        text += f"\n\nBy API, last asked {ago(max(run.finished_at for run in runs), clock)}:\n"
        text += sync_text(runs, clock)
    follows = [
        f"{one.source} is asked next {ago(one.next, clock)}"
        for one in found.sources
        if one.next is not None and one.next > clock.now
    ]
    return "\n".join([text, *follows])


def _rejects(found: tuple[Reject, ...]) -> str:
    from console.show.tables import table, tail

    if not found:
        return "Nothing was refused."
    return table(
        ("file", "line", "column", "reason"),
        [(tail(one.path), one.line or "", one.column, one.reason) for one in found],
        right=("line",),
    )


def _many(n: int, one: str, many: str | None = None) -> str:
    return f"{n:,} {one if n == 1 else many or one + 's'}"
