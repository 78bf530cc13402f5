"""``console status`` and ``console rejects``: how the mirror stands, what it refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.commands.common import Given, answer, formats, reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.clock import Clock
    from console.model import Reject, SourceStatus, Status
    from console.show.standing import Standing

_REASON = 400
"""Characters of a reason that are shown: it ends with what to do."""


@click.command()
@formats
@click.pass_obj
def status(given: Given, as_json: bool, as_csv: bool) -> None:
    """Show what the mirror holds, source by source, and how fresh it is.

    The exit status is 0 whatever it tells: the question was answered. What failed has
    state "failed" in --json.
    """
    from console.mirror import status as mirror
    from console.show import documents
    from console.show.standing import standings

    clock = given.clock
    with reading(given) as db:
        found = mirror.read(db)
    sources = standings(found, given.config.sources, clock)
    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: documents.status(found, sources, clock),
        rows=lambda: documents.status(found, sources, clock)["sources"],
        text=lambda: _text(found, sources, clock),
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


def _text(found: Status, sources: Sequence[Standing], clock: Clock) -> str:
    import humanize

    from console.show.clean import clean
    from console.show.standing import notes
    from console.show.sync_documents import sync_text
    from console.show.times import ago

    size = humanize.naturalsize(found.bytes, binary=True)
    head = (
        f"{clean(found.path)}  {size}  days in {found.timezone}\n"
        f"{_many(found.customers, 'customer')}, {_many(found.accounts, 'company', 'companies')},"
        f" {_many(found.events, 'event')}\n"
    )
    if not sources:
        return f"{head}\nNothing was imported yet. Begin with `console import PATH…`."
    parts = [head, _table(sources, clock)]
    told = notes(sources, clock)
    parts += [""] * bool(told) + [f"{name}: {said}\n  → {to_do}" for name, said, to_do in told]
    runs = [run for one in found.sources for run in one.streams]
    if runs:
        parts.append(f"\nBy API, last asked {ago(max(run.finished_at for run in runs), clock)}:")
        parts.append(sync_text(runs, clock))
    return "\n".join(parts)


def _table(sources: Sequence[Standing], clock: Clock) -> str:
    from console.show.standing import next_words
    from console.show.tables import table
    from console.show.times import ago, when

    def numbers(facts: SourceStatus | None) -> tuple[str, ...]:
        if facts is None:
            return ("",) * 4
        counts = (facts.events, facts.records, facts.rejected)
        return (when(facts.newest, clock), *(f"{n:,}" for n in counts))

    return table(
        ("source", "state", "last sync", "newest event", "events", "records", "rejected", "next"),
        [
            (
                one.source, one.state, ago(one.at, clock), *numbers(one.facts),
                next_words(one, clock),
            )
            for one in sources
        ],
        right=("events", "records", "rejected"),
    )  # fmt: skip


def _rejects(found: tuple[Reject, ...]) -> str:
    from console.show.tables import table, tail

    if not found:
        return "Nothing was refused."
    return table(
        ("file", "line", "column", "reason"),
        [(tail(one.path), one.line or "", one.column, one.reason) for one in found],
        right=("line",),
        last=_REASON,
    )


def _many(n: int, one: str, many: str | None = None) -> str:
    return f"{n:,} {one if n == 1 else many or one + 's'}"
