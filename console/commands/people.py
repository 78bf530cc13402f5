"""``console customers`` and ``console customer``: who there is, and everything of one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from console.commands.common import (
    Given,
    Misused,
    Refused,
    answer,
    formats,
    reader,
    reading,
    refusals,
    typed,
)

if TYPE_CHECKING:
    from console.clock import Clock
    from console.mirror.database import Connection
    from console.model import Customer, CustomerPage, Remarks


def one_customer(db: Connection, who: str) -> Customer:
    """The one customer that `who` means.

    Raises Refused when it means nobody or several, naming those.
    """
    from console.mirror import customers as people

    found = people.find(db, typed(who))
    if not found:
        raise Refused(f"no customer is meant by {who!r}; try `console customers {who}`")
    if len(found) > 1:
        named = "; ".join(
            f"#{one.id} {one.name or '(no name)'} <{one.email or 'no email'}>" for one in found[:8]
        )
        more = f" and {len(found) - 8} more" if len(found) > 8 else ""
        raise Refused(f"{who!r} may mean {len(found)} customers: {named}{more}")
    return found[0]


@click.command()
@click.argument("query", nargs=-1)
@click.option("--segment", "-s", metavar="CONDITION", help="Only customers of whom this is true.")
@click.option("--sort", default="last_seen", show_default=True, help="last_seen, signed_up, "
              "first_seen or name.")  # fmt: skip
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1_000_000))
@formats
@click.pass_obj
def customers(
    given: Given,
    query: tuple[str, ...],
    segment: str | None,
    sort: str,
    limit: int,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Find customers by any word of name, email, company, city or tag.

    Without a query it lists everybody, most recently seen first.
    """
    from console.mirror import customers as people
    from console.show import documents

    order = next((name for name in people.SORTS if name == sort), None)
    if order is None:
        raise Misused(f"--sort: {sort!r} is none of {', '.join(people.SORTS)}")
    clock = given.clock
    with reading(given) as db:
        within = _members(given, db, segment) if segment else None
        words = typed(" ".join(query))
        page = people.matching(db, words, limit=limit, sort=order, within=within)
        page = replace(page, customers=people.as_of(db, page.customers, clock.now))
    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: documents.customers(page, clock),
        rows=lambda: [documents.customer(one, clock) for one in page.customers],
        text=lambda: _list(page, clock),
    )


@click.command()
@click.argument("who")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def customer(given: Given, who: str, as_json: bool) -> None:
    """Show everything known of one customer.

    WHO is a number from `console customers`, an email, any id a source knows them by, or a
    name that only one customer has.
    """
    from console.mirror import profile
    from console.show import documents, triage_documents
    from console.show.profiles import text
    from console.triage import with_tags

    clock = given.clock
    with reading(given) as db:
        found = one_customer(db, who)
        known = profile.read(db, found.id, clock, properties=as_json)
        written = _remarks(given, db, found.id)
    if known is None:
        raise Refused(f"customer {found.id} has just been removed")
    tagged = replace(known, customer=with_tags(known.customer, written))
    answer(
        as_json=as_json,
        as_csv=False,
        document=lambda: {
            **documents.profile(tagged, clock),
            **triage_documents.remarks(written, clock),
        },
        rows=list,
        text=lambda: "\n\n".join(
            filter(None, (text(tagged, clock), triage_documents.remarks_text(written, clock)))
        ),
    )


def _remarks(given: Given, db: Connection, id: int) -> Remarks:
    from console.triage import remarks

    with refusals():
        return remarks(db, given.config.notebook, id, given.clock.now)


def _members(given: Given, db: Connection, segment: str) -> Any:
    from console.analytics import segments

    activity = reader(given, db)
    try:
        return segments.members(activity, segments.read(activity, segment), given.clock)
    except ValueError as error:
        raise Misused(str(error)) from None


def _list(page: CustomerPage, clock: Clock) -> str:
    from console.show import tables

    if not page.total:
        return "No customer matches."
    text = tables.customers(page.customers, clock)
    shown = len(page.customers)
    said = "1 customer" if page.total == 1 else f"{page.total:,} customers"
    return f"{text}\n\n{said}" + (f", the first {shown:,} shown" if shown < page.total else "")
