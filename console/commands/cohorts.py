"""``console cohorts``: the retention grid, and the people behind a cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from console.commands.common import Given, Misused, answer, formats, reader, reading

if TYPE_CHECKING:
    from console.analytics.compare import Comparison, Difference
    from console.analytics.question import CohortCell, CohortQuestion, Grid
    from console.clock import Clock
    from console.mirror.activity import Activity


def question_options(command: Any) -> Any:
    """Give a command the options that every question about activity shares."""
    options = [
        click.option("--period", default="week", show_default=True, help="hour, day, week, month."),
        click.option("--intervals", default=12, show_default=True, type=int,
                     help="Columns, the first included; rows too unless --from is given."),
        click.option("--from", "since", metavar="TIME", help="The first row's interval holds it."),
        click.option("--until", metavar="TIME", help="The last row's interval holds it (now)."),
        click.option("--start-event", metavar="E", help="A verb or a source's event name; any."),
        click.option("--start-where", metavar="K=V", multiple=True, help="Of the start event."),
        click.option("--segment", "-s", metavar="CONDITION", help="Only customers of whom this "
                     "is true, e.g. 'country=SE plan!=free'."),
        click.option("--by", default="customer", show_default=True, help="customer or account."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


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
@click.option(
    "--min-occurrences",
    default=1,
    show_default=True,
    type=int,
    help="How often the return event must happen in an interval.",
)
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
    clock = given.clock
    with reading(given) as db:
        try:
            question = question_of(options, clock)
            activity = reader(given, db)
            if cell is not None:
                place = cell_of(cell, group)
                ids = engine.people(activity, question, clock, place, missing=missing)
                print_people(given, activity, question, ids, as_json, as_csv)
                return
            if compare is not None:
                _print_comparison(
                    grids(activity, question, clock, *compare), clock, as_json, as_csv
                )
                return
            grid = engine.grid(activity, question, clock)
        except ValueError as error:
            raise Misused(str(error)) from None
    _print_grid(grid, clock, as_json, as_csv)


def question_of(options: dict[str, Any], clock: Clock) -> CohortQuestion:
    """The command line's options as a question.

    Raises QuestionError when they are out of range or cannot be read.
    """
    from console.analytics.question import CohortQuestion, Where, parse_brackets
    from console.config import ConfigError, parse_now

    made = dict(options)
    try:
        for name in ("since", "until"):
            made[name] = parse_now(made[name], clock.zone) if made[name] else None
    except ConfigError as error:
        raise ValueError(str(error).replace("now:", "--from/--until:")) from None
    for name in ("start_where", "return_where"):
        made[name] = tuple(Where.parse(text) for text in made.get(name, ()))
    if "brackets" in made:
        made["brackets"] = parse_brackets(made["brackets"]) if made["brackets"] else ()
    return CohortQuestion(**made)


def cell_of(text: str, group: str | None) -> CohortCell:
    """``ROW:COL`` as an address. Raises ValueError when it is not one."""
    from console.analytics.question import CohortCell, Group

    row, colon, column = text.partition(":")
    if not (colon and row.strip().isdecimal() and column.strip().isdecimal()):
        raise ValueError(f"--cell: {text!r} is not like 3:2 (row and column, counted from 0)")
    of = None if group is None else Group(group or None)
    return CohortCell(int(row), int(column), of)


def print_people(
    given: Given,
    activity: Activity,
    question: CohortQuestion,
    ids: Sequence[int],
    as_json: bool,
    as_csv: bool,
) -> None:
    """Print the customers (accounts, when asked by account) behind a number, in order."""
    from console.mirror import customers as people
    from console.model import CustomerPage
    from console.show import documents
    from console.show.tables import label, table
    from console.show.times import ago

    clock = given.clock
    if question.by == "account":
        accounts = activity.account_names(ids)
        answer(
            as_json=as_json,
            as_csv=as_csv,
            document=lambda: {
                "total": len(ids),
                "accounts": [{"id": id, "name": accounts.get(id)} for id in ids],
            },
            rows=lambda: [{"id": id, "name": accounts.get(id)} for id in ids],
            text=lambda: table(("#", "company"), [(id, accounts.get(id)) for id in ids]),
        )
        return
    found = people.as_of(activity.db, people.by_ids(activity.db, ids), clock.now)
    page = CustomerPage(len(ids), found)
    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: documents.customers(page, clock),
        rows=lambda: [documents.customer(one, clock) for one in page.customers],
        text=lambda: table(
            ("#", "name", "email", "company", "last seen"),
            [
                (one.id, label(one), one.email, one.account, ago(one.last_seen_at, clock))
                for one in page.customers
            ],
            right=("#",),
        ),
    )


def _print_grid(grid: Grid, clock: Clock, as_json: bool, as_csv: bool) -> None:
    from console.show import activity_documents

    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: activity_documents.cohorts(grid, clock),
        rows=lambda: _rows(grid, clock),
        text=lambda: _text(grid, clock),
    )


def _rows(grid: Grid, clock: Clock, group: str | None = None) -> list[dict[str, Any]]:
    """One row per cell, so that a state stands beside every number."""
    from console.show.instants import iso

    made = [
        {
            **({"group": group} if grid.groups or group is not None else {}),
            "start": iso(row.start, clock),
            "size": row.size,
            "interval": grid.columns[cell.column].label,
            "customers": cell.customers,
            "state": cell.state,
            "rate": cell.rate,
            "value": cell.value,
        }
        for row in grid.rows
        for cell in row.cells
    ]
    for value, part in grid.groups:
        made += _rows(part, clock, value.value or "")
    return made


def _text(grid: Grid, clock: Clock) -> str:
    from console.show.clean import clean

    parts = [_one_text(grid, clock)]
    for group, part in grid.groups:
        parts.append(clean(f"{grid.question.breakdown} = {group.value or '(none)'}"))
        parts.append(_one_text(part, clock))
    if grid.groups_left_out:
        parts.append(f"and {grid.groups_left_out} more values")
    return "\n\n".join(parts)


def _one_text(grid: Grid, clock: Clock) -> str:
    from console.show.tables import table

    if not grid.customers:
        return "Nobody did this in these intervals."
    labels = [column.label for column in grid.columns]
    rows: list[Sequence[str]] = [
        (
            interval_name(row.start, grid.question.period, clock),
            *(_cell(cell, grid) for cell in row.cells),
        )
        for row in grid.rows
    ]
    rows = [(*row, *[""] * (len(labels) + 1 - len(row))) for row in rows]
    means = ["" if cell.rate is None else f"{cell.rate:.0%}" for cell in grid.mean.cells]
    rows.append((f"{grid.mean.kind} mean", *means, *[""] * (len(labels) - len(means))))
    text = table((f"{grid.question.period} of", *labels), rows, right=labels)
    return f"{text}\n\n… in progress; the mean is over complete cells only"


def interval_name(start: int, period: str, clock: Clock) -> str:
    """An interval by the instant it begins, as short as its period allows."""
    from console.clock import from_instant

    pattern = {"hour": "%Y-%m-%d %H:%M", "month": "%Y-%m"}.get(period, "%Y-%m-%d")
    return from_instant(start, clock.zone).strftime(pattern)


def _print_comparison(found: Comparison, clock: Clock, as_json: bool, as_csv: bool) -> None:
    from console.show import activity_documents

    document = activity_documents.comparison(found, clock)
    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: document,
        rows=lambda: [
            {"start": row["start"], **cell}
            for row in document["differences"]
            for cell in row["cells"]
        ],
        text=lambda: _comparison_text(found, clock),
    )


def _comparison_text(found: Comparison, clock: Clock) -> str:
    from console.show.clean import clean
    from console.show.tables import table

    grid = found.first
    labels = [column.label for column in grid.columns[1:]]
    rows: list[Sequence[str]] = [
        (interval_name(row.start, grid.question.period, clock), *map(_points, row.cells))
        for row in found.rows
    ]
    rows = [(*row, *[""] * (len(labels) + 1 - len(row))) for row in rows]
    pooled = [_points(cell) for cell in found.pooled]
    rows.append(("all together", *pooled, *[""] * (len(labels) - len(pooled))))
    text = table((f"{grid.question.period} of", *labels), rows, right=labels)
    shared = f"; {found.overlap:,} customers are in both" if found.overlap else ""
    return (
        f"A {clean(found.first.question.segment or '')}: {found.first.customers:,} customers\n"
        f"B {clean(found.second.question.segment or '')}: {found.second.customers:,} customers"
        f"{shared}\n\n"
        f"{text}\n\nPoints by which A lies above B. In brackets: too few, not over, or a "
        "range that holds 0; it says nothing."
    )


def _points(cell: Difference) -> str:
    if cell.points is None:
        return ""
    said = f"{cell.points * 100:+.0f}"
    return said if cell.says else f"({said})"


def _cell(cell: Any, grid: Grid) -> str:
    said: str
    if grid.question.value is not None:
        said = "" if cell.value is None else f"{cell.value:,.2f}"
    else:
        said = f"{cell.customers:,}"
    return f"{said}…" if cell.state == "in_progress" else said
