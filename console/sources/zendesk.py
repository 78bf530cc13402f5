"""Zendesk: its export of tickets.

Each ticket also tells who asked: a customer comes as its by-product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from console.model import Batch, Event, Record, Who
from console.sources.cells import Cells, Columns, read_each
from console.sources.parts import (
    When,
    about,
    changed_at,
    derived,
    email_field,
    full_name,
    keys,
    present,
    to_json,
)
from console.sources.source import Reading, Table, TableKind

# So many requesters are remembered, so as not to tell of the same one at every ticket.
_REMEMBERED = 10_000
_REQUESTER = (
    "Requester", "Requester id", "Requester external id", "Requester email", "Organization",
)  # fmt: skip


def ticket_record(
    id: str, who: Who, fields: Mapping[str, Any], times: Mapping[str, When], raw: bytes, at: int = 0
) -> Record:
    """A ticket and the events that follow from it; a deleted one has none.

    fields: as `model.FIELDS` names them; status, priority and rating in Zendesk's words,
        lower case.
    times: when it was created, solved, rated, as far as known.
    raw: JSON, as it came. at: when the ticket last changed; 0 when unknown.
    """
    events: tuple[Event, ...] = ()
    if fields.get("status") != "deleted":
        events = tuple(_ticket_events(id, who, fields, times))
    return Record("thread", id, who, fields, raw, at=at, events=events)


def _ticket_events(
    id: str, who: Who, fields: Mapping[str, Any], times: Mapping[str, When]
) -> Iterator[Event]:
    record, subject, rating = f"thread:{id}", fields.get("subject"), fields.get("rating")
    if created := times.get("created"):
        yield derived(
            record, "ticket_opened", "ticket created", created, who,
            level="urgent" if fields.get("priority") == "urgent" else None, object=subject,
        )  # fmt: skip
    if solved := times.get("solved"):
        yield derived(record, "ticket_solved", "ticket solved", solved, who, object=subject)
    if rating and (rated := times.get("rated")):
        yield derived(
            record, "rated", "satisfaction rated", rated, who,
            level="urgent" if rating == "bad" else None, object=rating,
        )  # fmt: skip


def requester_record(id: str, who: Who, fields: Mapping[str, Any], raw: bytes) -> Record:
    """Who asked, as a ticket tells it. fields: as `model.FIELDS` names them."""
    return Record("customer", id, who, fields, raw, counted=False)


def read_tickets(table: Table, reading: Reading) -> Iterator[Batch]:
    """Tickets from the export of a view or report, and their requesters.

    The export does not say when a ticket was rated: the rating is dated to the day it was
    solved, else last changed, with quality "day"; nor when it was reopened: that makes no
    event. Raises UnrecognisedFile when the table has no column Id.
    """
    columns = Columns(table.header)
    columns.require(table.path, "zendesk-tickets", "Id")
    told: dict[str, bytes] = {}

    def read(cells: Cells) -> Iterator[Record]:
        yield _ticket(cells)
        requester = _requester(cells)
        if requester and told.get(requester.id) != requester.raw:
            if len(told) >= _REMEMBERED:
                told.clear()
            told[requester.id] = requester.raw
            yield requester

    yield from read_each(table, reading, columns, lambda cells: tuple(read(cells)))


def _ticket(cells: Cells) -> Record:
    status, score = cells.word("Status"), cells.word("Satisfaction Score") or ""
    created, solved = cells.when("Created at"), cells.when("Solved at")
    updated = cells.when("Updated at")
    # Offered, not offered and unoffered are no ratings.
    rating = next((word for word in ("good", "bad") if score.startswith(word)), None)
    around = solved or updated or created
    times = present(created=created, solved=solved, rated=about(around) if around else None)
    fields = present(
        kind="ticket",
        subject=cells.text("Subject"),
        status=status,
        priority=cells.word("Priority"),
        channel=cells.word("Via"),
        created_at=created[0] if created else None,
        rating=rating,
    )
    if "Solved at" in cells.columns:
        # A ticket open again keeps the time it was solved.
        is_open = status not in ("solved", "closed", None)
        fields["closed_at"] = None if is_open or solved is None else solved[0]
    return ticket_record(
        cells.need("Id"),
        _who(cells),
        fields,
        times,
        cells.raw(),
        at=changed_at(updated),
    )


def _who(cells: Cells) -> Who:
    return keys(
        cells.id("Requester id"), cells.id("Requester external id"), cells.text("Requester email")
    )


def _requester(cells: Cells) -> Record | None:
    id = cells.id("Requester id")
    if id is None:
        return None
    name, email = cells.text("Requester"), email_field(cells.text("Requester email"))
    fields = present(
        # Zendesk calls someone without a name by their address.
        name=full_name(name) if name and email_field(name) is None else None,
        email=email,
        account=cells.text("Organization"),
    )
    raw = to_json({column: text for column in _REQUESTER if (text := cells.text(column))})
    return requester_record(id, _who(cells), fields, raw)


def _has_tickets(names: frozenset[str]) -> bool:
    return {"id", "subject", "status"} <= names and bool(
        {"requester id", "requester email", "requester external id"} & names
    )


KINDS = (TableKind("zendesk-tickets", "zendesk", _has_tickets, read_tickets),)
