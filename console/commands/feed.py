"""``console feed``: what customers are doing, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from console.commands.common import Given, Misused, Refused, answer, formats, reading, since_of

if TYPE_CHECKING:
    from console.clock import Clock
    from console.mirror.database import Connection
    from console.model import FeedEvent, FeedPage, FeedQuestion

_POLL_SECONDS = 0.1


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
    chosen = level or ("noise" if customer else "notable")
    if chosen not in LEVELS:
        raise Misused(f"--level: {level!r} is none of {', '.join(LEVELS)}")
    with reading(given) as db:
        try:
            question = FeedQuestion(
                level=chosen,
                source=source,
                customer=one_customer(db, customer).id if customer else None,
                since=since_of(since, clock) if since else None,
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
        _print(page, clock, as_json, as_csv)
        if follow:
            _follow(db, mark, question, given, as_json)


def _print(page: FeedPage, clock: Clock, as_json: bool, as_csv: bool) -> None:
    from console.show import documents

    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: documents.feed(page, clock),
        rows=lambda: [_row(one, clock) for one in page.events],
        text=lambda: _table(page, clock),
    )


def _row(one: FeedEvent, clock: Clock) -> dict[str, Any]:
    from console.show import documents

    made = documents.event(one, clock)
    who = made.pop("customer")
    return {**made, **{f"customer_{name}": value for name, value in who.items()}}


def _table(page: FeedPage, clock: Clock) -> str:
    from console.show.tables import table

    if not page.events:
        return "Nothing to show. Ask for more with --level routine or --level noise."
    text = table(
        ("when", "who", "what", "source", "level"),
        [_cells(one, clock) for one in page.events],
    )
    return f"{text}\n\nMore: --before {page.next}" if page.next else text


def _cells(one: FeedEvent, clock: Clock) -> tuple[str, ...]:
    from console.show.sentences import says
    from console.show.times import when

    who = one.customer.name or one.customer.email or f"customer {one.customer.id}"
    return (when(one.at, clock), who, says(one), one.source, one.level)


def _check_source(db: Connection, source: str) -> None:
    known = [name for (name,) in db.execute("select name from source order by name").fetchall()]
    if source not in known:
        raise Refused(f"there is no source {source!r}; there are {', '.join(known) or 'none yet'}")


def _follow(db: Connection, mark: int, question: FeedQuestion, given: Given, as_json: bool) -> None:
    import json
    import time
    from dataclasses import replace

    from console.mirror import feed as events
    from console.mirror.database import data_version
    from console.show import documents
    from console.show.clean import clean

    version = data_version(db)
    while True:
        time.sleep(_POLL_SECONDS)
        if (now := data_version(db)) == version:
            continue
        version = now
        clock = given.clock
        fresh, mark = events.after(
            db, mark, replace(question, until=clock.now, before=None), properties=as_json
        )
        for one in fresh:
            if as_json:
                click.echo(json.dumps(documents.event(one, clock)))
            else:
                click.echo("  ".join(clean(cell) for cell in _cells(one, clock)))
