"""``console cohorts``: the retention grid, and the people behind a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from console.commands.common import Given, Misused, answer, formats, reader, reading
from console.commands.questions import (
    min_occurrences,
    print_people,
    question_of,
    question_options,
)

if TYPE_CHECKING:
    from console.analytics.compare import Comparison
    from console.analytics.grid import CohortCell, Grid
    from console.clock import Clock


@click.command()
@question_options
@click.option(
    "--entry", default="first-time", show_default=True, help="recurring, first-time or first-ever."
)
@click.option("--return-event", metavar="E", help="A verb or a source's event name; any.")
@click.option("--return-where", metavar="K=V", multiple=True, help="Of the return event.")
@click.option("--counting", default="on", show_default=True, help="on or on-or-after.")
@click.option("--brackets", metavar="1-3,4-7", help="Columns of several intervals.")
@click.option("--window", default="calendar", show_default=True, help="calendar or 24h.")
@min_occurrences("How often the return event must happen in an interval.")
@click.option("--breakdown", metavar="K", help="A grid per value of a property.")
@click.option("--value", metavar="PROPERTY", help="Add up a number; amount is an event's money.")
@click.option("--aggregate", default="sum", show_default=True, help="sum or average.")
@click.option("--mean", default="weighted", show_default=True, help="weighted or simple.")
@click.option("--cell", metavar="ROW:COL", help="List the people of a cell, counted from 0.")
@click.option("--missing", is_flag=True, help="With --cell: those of its row who are not in it.")
@click.option("--group", metavar="VALUE", help="With --cell and --breakdown: of which grid.")
@click.option(
    "--compare",
    nargs=2,
    metavar="A B",
    help="The same of two segments, and by how much they differ.",
)
@formats
@click.pass_obj
def cohorts(
    given: Given,
    /,
    cell: str | None,
    missing: bool,
    group: str | None,
    compare: tuple[str, str] | None,
    as_json: bool,
    as_csv: bool,
    **options: Any,
) -> None:
    """Show who came back: a grid of cohorts by how long ago they started.

    Column 0 is the cohort's size. A cell whose interval is not over is marked with "…" (in
    progress), one that has not begun is blank; neither is ever 0.
    """  # fmt: skip
    from console.analytics import cohorts as engine
    from console.analytics.compare import grids

    if cell is None and (missing or group is not None):
        raise Misused("--missing and --group are about a cell; say which with --cell ROW:COL")
    clock, forms = given.clock, {"as_json": as_json, "as_csv": as_csv}
    with reading(given) as db:
        try:
            question = question_of(options, clock)
            activity = reader(given, db)
            if cell is not None:
                place = cell_of(cell, group)
                ids = engine.people(activity, question, clock, place, missing=missing)
                print_people(given, activity, question, ids, **forms)
                return
            if compare is not None:
                _print_comparison(grids(activity, question, clock, *compare), clock, forms)
                return
            grid = engine.grid(activity, question, clock)
        except ValueError as error:
            raise Misused(str(error)) from None
    _print_grid(grid, clock, forms)


def cell_of(text: str, group: str | None) -> CohortCell:
    """``ROW:COL`` as an address. Raises ValueError when it is not one."""
    from console.analytics.grid import CohortCell, Group

    row, colon, column = text.partition(":")
    if not (colon and row.strip().isdecimal() and column.strip().isdecimal()):
        raise ValueError(f"--cell: {text!r} is not like 3:2 (row and column, counted from 0)")
    of = None if group is None else Group(group or None)
    return CohortCell(int(row), int(column), of)


def _print_grid(grid: Grid, clock: Clock, forms: dict[str, bool]) -> None:
    from console.show import activity_documents, activity_tables

    answer(
        **forms,
        document=lambda: activity_documents.cohorts(grid, clock),
        rows=lambda: activity_tables.grid_rows(grid, clock),
        text=lambda: activity_tables.grid_text(grid, clock),
    )


def _print_comparison(found: Comparison, clock: Clock, forms: dict[str, bool]) -> None:
    from console.show import activity_documents, activity_tables

    document = activity_documents.comparison(found, clock)
    answer(
        **forms,
        document=lambda: document,
        rows=lambda: activity_documents.difference_rows(document),
        text=lambda: activity_tables.comparison_text(found, clock),
    )
