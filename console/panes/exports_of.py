"""What each view exports: the same documents and tables as the command line prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from console.clock import Clock
from console.mirror.database import Connection
from console.model import FeedQuestion, Inbox
from console.panes.exporting import Export, Form

_CHUNK = 1_000
Rows = Sequence[dict[str, Any]]
"""What an export is made of, as JSON documents or as lines of a table."""


def of_customers(ids: Sequence[int], clock: Clock) -> Export:
    """Customers, in the order of their ids."""

    def parts(db: Connection, form: Form) -> Iterator[tuple[str, int]]:
        from console.mirror import customers as mirror
        from console.show import documents, tables

        for at in range(0, len(ids), _CHUNK):
            found = mirror.as_of(db, mirror.by_ids(db, ids[at : at + _CHUNK]), clock.now)
            rows = [documents.customer(one, clock) for one in found]
            text = text_of(form, rows, rows, lambda: tables.customers(found, clock), first=at == 0)  # noqa: B023
            yield text, len(rows)

    return Export("customers", "customer", parts)


def of_feed(question: FeedQuestion, clock: Clock) -> Export:
    """All events that answer a question, also those that have not been read yet."""

    def parts(db: Connection, form: Form) -> Iterator[tuple[str, int]]:
        from console.mirror import feed
        from console.show import documents, tables

        asked = replace(question, until=clock.now, limit=_CHUNK, before=None)
        for number in count():
            page = feed.page(db, asked, properties=form != "text")
            rows = [documents.event_row(one, clock) for one in page.events]
            told = [documents.event(one, clock) for one in page.events]
            events = page.events
            text = text_of(form, rows, told, lambda: tables.events(events, clock), first=not number)  # noqa: B023
            yield text, len(rows)
            if page.next is None:
                return
            asked = replace(asked, before=page.next)

    return Export("feed", "event", parts)


def of_inbox(shown: Inbox, clock: Clock, *, days: int, waiting: bool) -> Export:
    """The customers of the inbox that are shown."""

    def parts(db: Connection, form: Form) -> Iterator[tuple[str, int]]:
        from console.show import triage_documents as documents

        rows = [documents.row(one, clock) for one in shown.items]
        told = [documents.item(one, clock) for one in shown.items]
        said = lambda: documents.inbox_text(shown, clock, days=days, waiting=waiting)  # noqa: E731
        yield text_of(form, rows, told, said), len(rows)

    return Export("inbox", "customer", parts)


def text_of(
    form: Form, rows: Rows, documents: Rows, said: Callable[[], str], *, first: bool = True
) -> str:
    """A part in a form. first: whether it begins with the names of the columns."""
    from console.show import tables
    from console.show.documents import flat

    if form == "jsonl":
        return "".join(f"{json.dumps(row)}\n" for row in documents)
    text = f"{said()}\n" if form == "text" else tables.csv_text(flat(rows))
    if first:
        return text
    # The head of every further part is left out; its names hold no line break.
    return text.split("\n", 2)[-1] if form == "text" else text.partition("\n")[2]
