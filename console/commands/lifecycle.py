"""``console lifecycle`` and ``console stickiness``: new, back, gone; and how often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from console.commands.cohorts import interval_name, print_people, question_of, question_options
from console.commands.common import Given, Misused, answer, formats, reader, reading

if TYPE_CHECKING:
    from console.analytics.lifecycle import Lifecycle
    from console.analytics.stickiness import Stickiness
    from console.clock import Clock


@click.command()
@question_options
@click.option(
    "--min-occurrences",
    default=1,
    show_default=True,
    type=int,
    help="How often one must act in an interval to be active in it.",
)
@click.option("--state", help="With --row: new, returning, resurrected or dormant.")
@click.option("--row", type=int, help="List the people in a --state in this row, from 0.")
@formats
@click.pass_obj
def lifecycle(
    given: Given, /, state: str | None, row: int | None, as_json: bool, as_csv: bool, **options: Any
) -> None:
    """Show who is new, returning, resurrected and dormant in each interval.

    By the event of --start-event (any, unless told); new is the first one over all history.
    """  # fmt: skip
    from console.analytics import lifecycle as engine
    from console.show import activity_documents

    clock = given.clock
    with reading(given) as db:
        try:
            question = question_of(options, clock)
            activity = reader(given, db)
            if row is not None or state is not None:
                if row is None or state not in engine.STATUSES:
                    raise Misused(f"--row and --state go together; --state is one of "
                                  f"{', '.join(engine.STATUSES)}")  # fmt: skip
                ids = engine.people(activity, question, clock, row, state)
                print_people(given, activity, question, ids, as_json, as_csv)
                return
            found = engine.intervals(activity, question, clock)
        except ValueError as error:
            raise Misused(str(error)) from None
    document = activity_documents.lifecycle(found, clock)
    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: document,
        rows=lambda: document["intervals"],
        text=lambda: _lifecycle_text(found, clock),
    )


@click.command()
@question_options
@click.option(
    "--min-occurrences",
    default=1,
    show_default=True,
    type=int,
    help="How often one must act in an interval to be active in it.",
)
@click.option("--column", type=int, help="List the people who were active in so many intervals.")
@formats
@click.pass_obj
def stickiness(
    given: Given, /, column: int | None, as_json: bool, as_csv: bool, **options: Any
) -> None:
    """Show how many customers were active in one interval, in two, and so on."""
    from console.analytics import stickiness as engine
    from console.show import activity_documents

    clock = given.clock
    with reading(given) as db:
        try:
            question = question_of(options, clock)
            activity = reader(given, db)
            if column is not None:
                ids = engine.people(activity, question, clock, column)
                print_people(given, activity, question, ids, as_json, as_csv)
                return
            found = engine.columns(activity, question, clock)
        except ValueError as error:
            raise Misused(str(error)) from None
    document = activity_documents.stickiness(found, clock)
    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: document,
        rows=lambda: document["columns"],
        text=lambda: _stickiness_text(found),
    )


def _lifecycle_text(found: Lifecycle, clock: Clock) -> str:
    from console.show.tables import table

    heads = ("new", "returning", "resurrected", "dormant")
    rows: list[Sequence[object]] = [
        (
            interval_name(each.start, found.question.period, clock),
            *(f"{n:,}{'…' if each.state == 'in_progress' else ''}" for n in
              (each.new, each.returning, each.resurrected, each.dormant)),
        )
        for each in found.intervals
    ]  # fmt: skip
    text = table((found.question.period, *heads), rows, right=heads)
    return f"{text}\n\n… in progress: who is dormant there may still come back"


def _stickiness_text(found: Stickiness) -> str:
    from console.show.tables import table

    if not found.total:
        return "Nobody did this in these intervals."
    period = found.question.period
    rows = [
        (column.intervals, f"{column.customers:,}", f"{column.share or 0:.0%}")
        for column in found.columns
    ]
    text = table((f"{period}s active", "customers", "share"), rows, right=("customers", "share"))
    state = "\n… the last one is not over" if found.state == "in_progress" else ""
    return f"{text}\n\n{found.total:,} in all{state}"
