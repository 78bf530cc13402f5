"""Klaviyo: its export of a list or segment, of the columns its user picked.

Profiles may share an email: each is a record of its own, and the email makes them one
customer. “Profile Created On” is when Klaviyo met someone, not when they signed up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from console.model import Batch, Event, Record, Who
from console.sources.cells import BadCell, Cells, Columns, read_each
from console.sources.parts import (
    When,
    country_field,
    derived,
    email_field,
    full_name,
    keys,
    phone_field,
    present,
)
from console.sources.source import Reading, Table, TableKind

_OWN_COLUMNS = frozenset(
    {
        "email marketing consent",
        "email marketing consent timestamp",
        "email suppressions",
        "historic customer lifetime value",
        "historic number of orders",
        "predicted customer lifetime value",
        "profile created on",
    }
)


def profile_record(
    id: str,
    who: Who,
    fields: Mapping[str, Any],
    unsubscribed: When | None,
    raw: bytes,
    at: int = 0,
) -> Record:
    """A profile, and its leaving the mails.

    fields: as `model.FIELDS` names them. unsubscribed: when, for one who did.
    """
    events: tuple[Event, ...] = ()
    if unsubscribed:
        events = (derived(f"customer:{id}", "unsubscribed", "Unsubscribed", unsubscribed, who),)
    return Record("customer", id, who, fields, raw, at=at, events=events)


def read_profiles(table: Table, reading: Reading) -> Iterator[Batch]:
    """Profiles from the export of a list or segment.

    Raises UnrecognisedFile when it has neither Klaviyo's id nor an email.
    """
    columns = Columns(table.header)
    columns.require(table.path, "klaviyo-profiles", "Klaviyo ID", "Email")
    yield from read_each(table, reading, columns, _profile)


def _profile(cells: Cells) -> tuple[Record]:
    id, email, phone = cells.id("Klaviyo ID"), cells.text("Email"), cells.text("Phone Number")
    who = keys(id, cells.id("External ID"), email, phone)
    if not who:
        raise BadCell("Email" if email else "Klaviyo ID", "neither an id nor a whole address")
    fields = present(
        name=full_name(cells.text("First Name"), cells.text("Last Name")),
        email=email_field(email),
        phone=phone_field(phone),
        city=cells.text("City"),
        region=cells.text("State / Region"),
        country=country_field(cells.text("Country")),
        timezone=cells.text("Timezone"),
        account=cells.text("Organization"),
    )
    left = cells.word("Email Marketing Consent") == "unsubscribed"
    consent_at = cells.when("Email Marketing Consent Timestamp")
    record = profile_record(
        id or who[0].value, who, fields, consent_at if left else None, cells.raw()
    )
    return (record,)


def _has_profiles(names: frozenset[str]) -> bool:
    return "klaviyo id" in names or ("email" in names and bool(_OWN_COLUMNS & names))


KINDS = (TableKind("klaviyo-profiles", "klaviyo", _has_profiles, read_profiles),)
