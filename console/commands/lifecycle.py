"""``console lifecycle`` and ``console stickiness``: new, back, gone; and how often."""

from __future__ import annotations

from typing import Any

import click

from console.commands.common import Given, Misused, formats
from console.commands.questions import min_occurrences, print_answer, question_options

_ACTIVE = "How often one must act in an interval to be active in it."


@click.command()
@question_options
@min_occurrences(_ACTIVE)
@click.option("--state", help="With --row: new, returning, resurrected or dormant.")
@click.option("--row", type=int, help="List the people in a --state in this row, from 0.")
@formats
@click.pass_obj
def lifecycle(
    given: Given, /, state: str | None, row: int | None, as_json: bool, as_csv: bool, **options: Any
) -> None:
    """Show who is new, returning, resurrected and dormant in each interval.

    By the event of --start-event (any, unless told); new is the first one over all history.
    """
    from console.analytics import lifecycle as engine
    from console.show import activity_documents, activity_tables

    clock = given.clock
    of = next((one for one in engine.STATUSES if one == state), None)
    if (row, state) != (None, None) and (row is None or of is None):
        raise Misused(
            f"--row and --state go together; --state is one of {', '.join(engine.STATUSES)}"
        )
    print_answer(
        given,
        options,
        {"as_json": as_json, "as_csv": as_csv},
        whole=lambda activity, question: engine.intervals(activity, question, clock),
        part="intervals",
        document=lambda found: activity_documents.lifecycle(found, clock),
        text=lambda found: activity_tables.lifecycle_text(found, clock),
        people=None
        if row is None or of is None
        else lambda activity, question: engine.people(activity, question, clock, row, of),
    )


@click.command()
@question_options
@min_occurrences(_ACTIVE)
@click.option("--column", type=int, help="List the people who were active in so many intervals.")
@formats
@click.pass_obj
def stickiness(
    given: Given, /, column: int | None, as_json: bool, as_csv: bool, **options: Any
) -> None:
    """Show how many customers were active in one interval, in two, and so on."""
    from console.analytics import stickiness as engine
    from console.show import activity_documents, activity_tables

    clock = given.clock
    print_answer(
        given,
        options,
        {"as_json": as_json, "as_csv": as_csv},
        whole=lambda activity, question: engine.columns(activity, question, clock),
        part="columns",
        document=lambda found: activity_documents.stickiness(found, clock),
        text=activity_tables.stickiness_text,
        people=None
        if column is None
        else lambda activity, question: engine.people(activity, question, clock, column),
    )
