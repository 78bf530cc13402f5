"""``console feed``: what customers are doing, newest first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from console.commands.common import (
    Given,
    Misused,
    Refused,
    answer,
    formats,
    reading,
    since_of,
    typed,
)
from console.commands.said import heard, tell

if TYPE_CHECKING:
    from console.clock import Clock
    from console.mirror.database import Connection
    from console.model import FeedEvent, FeedPage, FeedQuestion

_POLL_SECONDS = 0.1

Line = Callable[["FeedEvent", "Clock"], str]


@click.command()
@click.option("--level", default=None, help="noise, routine, notable or urgent, and up.")
@click.option("--source", help="Only events from this source.")
@click.option("--customer", help="Only this customer's (and then of every level).")
@click.option("--since", metavar="TIME", help="Only since a date, a time, or e.g. 3h, 2d, 1w.")
@click.option("--text", help="Only events with these words, or of customers they mean.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--before", metavar="NEXT", help="Go on from the `next` of an earlier answer.")
@click.option("--follow", is_flag=True, help="Go on printing events as they arrive.")
@formats
@click.pass_obj
def feed(
    given: Given,
    level: str | None,
    source: str | None,
    customer: str | None,
    since: str | None,
    text: str | None,
    limit: int,
    before: str | None,
    follow: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Show what customers are doing, newest first.

    Unless told otherwise it shows what is notable or urgent.
    """
    from console.commands.people import one_customer
    from console.mirror import feed as events
    from console.model import LEVELS, FeedQuestion

    clock = given.clock
    chosen = level if level is not None else "noise" if customer else "notable"
    if chosen not in LEVELS:
        raise Misused(f"--level: {level!r} is none of {', '.join(LEVELS)}")
    with reading(given) as db:
        try:
            question = FeedQuestion(
                level=chosen,
                source=None if source is None else typed(source),
                customer=None if customer is None else one_customer(db, customer).id,
                since=None if since is None else since_of(since, clock),
                until=clock.now,
                text=text,
                limit=limit,
                before=before,
            )
            mark = events.bookmark(db)
            page = events.page(db, question, properties=as_json or as_csv)
        except ValueError as error:
            raise Misused(str(error)) from None
        if source and not page.events:
            _check_source(db, source)
        _print(page, chosen, clock, as_json, as_csv)
        if follow:
            line = _json_line if as_json else _csv_line if as_csv else _plain_line
            _follow(db, mark, question, given, line)


def _print(page: FeedPage, level: str, clock: Clock, as_json: bool, as_csv: bool) -> None:
    from console.show import documents

    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: documents.feed(page, clock),
        rows=lambda: [documents.event_row(one, clock) for one in page.events],
        text=lambda: _table(page, level, clock),
    )


def _table(page: FeedPage, level: str, clock: Clock) -> str:
    from console.show import tables

    if not page.events:
        more = " Ask for more with --level routine or --level noise." if level != "noise" else ""
        return f"Nothing to show.{more}"
    text = tables.events(page.events, clock)
    return f"{text}\n\nMore: --before {page.next}" if page.next else text


def _check_source(db: Connection, source: str) -> None:
    known = [name for (name,) in db.execute("select name from source order by name").fetchall()]
    if source not in known:
        raise Refused(f"there is no source {source!r}; there are {', '.join(known) or 'none yet'}")


def _follow(db: Connection, mark: int, question: FeedQuestion, given: Given, line: Line) -> None:
    """Print what arrives, until stopped or until nobody reads it.

    mark: the bookmark from which to go on. line: how to say one event.
    """
    from dataclasses import replace

    from console.mirror import feed as events
    from console.mirror.database import data_version

    version = -1
    while True:
        if (now := data_version(db)) == version:
            if not heard(_POLL_SECONDS):
                return
            continue
        clock = given.clock
        asked = replace(question, until=clock.now, before=None)
        fresh, reached = events.after(db, mark, asked, properties=True)
        for one in fresh:
            tell(line(one, clock), end="")
        # A big import brings more than one answer holds: ask again until there is no more.
        version = now if reached == mark else -1
        mark = reached


def _json_line(one: FeedEvent, clock: Clock) -> str:
    import json

    from console.show import documents

    return json.dumps(documents.event(one, clock)) + "\n"


def _csv_line(one: FeedEvent, clock: Clock) -> str:
    from console.show.documents import event_row, flat
    from console.show.tables import csv_text

    return csv_text(flat([event_row(one, clock)])).partition("\n")[2]


def _plain_line(one: FeedEvent, clock: Clock) -> str:
    from console.show.clean import clean
    from console.show.tables import event_cells

    return "  ".join(clean(cell) for cell in event_cells(one, clock)) + "\n"
