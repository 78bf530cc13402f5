"""Mailchimp: the export of an audience, one file each of subscribed, unsubscribed, cleaned.

A user's merge fields stand before Mailchimp's own columns and may bear the same names (an
audience fed from an older export has a merge field UNSUB_TIME): of such columns the last
is Mailchimp's.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Literal

from console.model import Batch, Event, Record, Who
from console.sources.cells import BadCell, Cells, Columns, read_each
from console.sources.parts import (
    OUTRANKED,
    When,
    about,
    changed_at,
    country_field,
    derived,
    email_field,
    full_name,
    keys,
    phone_field,
    present,
    to_json,
)
from console.sources.source import Reading, Table, TableKind

Membership = Literal["subscribed", "unsubscribed", "cleaned"]

_OWN_COLUMNS = (
    "MEMBER_RATING", "OPTIN_TIME", "CONFIRM_TIME", "TIMEZONE", "CC", "REGION", "LAST_CHANGED",
    "LEID", "EUID", "NOTES", "TAGS", "UNSUB_TIME", "UNSUB_CAMPAIGN_TITLE", "CLEAN_TIME",
    "CLEAN_CAMPAIGN_TITLE",
)  # fmt: skip


def member_record(
    id: str,
    who: Who,
    fields: Mapping[str, Any],
    membership: Membership,
    when: When | None,
    raw: bytes,
    *,
    campaign: str | None = None,
    at: int = 0,
) -> Record:
    """A member of an audience, and their leaving it.

    fields: as `model.FIELDS` names them.
    when: when they left, or when their address was found dead; None makes no event.
    campaign: the title of the mailing that made them leave, or that bounced.
    """
    events: tuple[Event, ...] = ()
    verbs = {"unsubscribed": "unsubscribed", "cleaned": "mail_bounced"}
    if when and membership in verbs:
        verb = verbs[membership]
        events = (derived(f"customer:{id}", verb, membership, when, who, object=campaign),)
    return Record("customer", id, who, fields, raw, at=at, events=events)


def read_members(table: Table, reading: Reading) -> Iterator[Batch]:
    """Members from one file of an audience's export, whose status its name tells.

    Someone who left, or whose address is dead, without a time for it: dated to the day of
    their last change. Raises UnrecognisedFile when there is no column Email Address.
    """
    columns = Columns(table.header, last=_OWN_COLUMNS)
    columns.require(table.path, "mailchimp-members", "Email Address")
    yield from read_each(table, reading, columns, partial(_member, told=_membership(table.path)))


def _membership(path: str) -> Membership | None:
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    words: tuple[Membership, ...] = ("unsubscribed", "cleaned", "subscribed")
    return next((word for word in words if word in name), None)


def _member(cells: Cells, told: Membership | None) -> tuple[Record, ...]:
    email, phone = cells.text("Email Address"), cells.text("Phone Number", "Phone")
    address = email_field(email)
    id = cells.id("EUID", "LEID")
    if id is None:
        if address is None:
            raise BadCell("Email Address", f"{email!r} is not an address" if email else "empty")
        # What the API calls a member: the hash of the address.
        id = hashlib.md5(address.encode(), usedforsecurity=False).hexdigest()
    name = full_name(cells.text("First Name"), cells.text("Last Name"))
    fields = present(
        name=name or full_name(cells.text("Name", "Full Name")),
        email=address,
        phone=phone_field(phone),
        tags=_tags(cells),
    )
    who = keys(id, email=email, phone=phone)
    changed = cells.when("LAST_CHANGED")
    membership, when, campaign = _left(cells, told)
    record = member_record(
        id,
        who,
        fields,
        membership,
        when or (about(changed) if changed else None),
        cells.raw(),
        campaign=campaign,
        at=changed_at(changed),
    )
    return (record, *_place(cells, id, who))


def _place(cells: Cells, id: str, who: Who) -> Iterator[Record]:
    """Where Mailchimp takes someone to be, from the computer they opened a mail with."""
    fields = present(
        region=cells.text("REGION"),
        country=country_field(cells.text("CC")),
        timezone=cells.text("TIMEZONE"),
    )
    if fields:
        raw = to_json({name: cells.text(name) for name in ("REGION", "CC", "TIMEZONE")})
        yield Record("identify", id, who, fields, raw, at=OUTRANKED, counted=False)


def _left(cells: Cells, told: Membership | None) -> tuple[Membership, When | None, str | None]:
    """The status of a member, since when, and the mailing that brought it about.

    A file that says in its name what it holds is believed before its columns.
    """
    unsubscribed, cleaned = cells.when("UNSUB_TIME"), cells.when("CLEAN_TIME")
    if told == "unsubscribed" or (told is None and unsubscribed):
        return "unsubscribed", unsubscribed, cells.text("UNSUB_CAMPAIGN_TITLE")
    if told == "cleaned" or (told is None and cleaned):
        return "cleaned", cleaned, cells.text("CLEAN_CAMPAIGN_TITLE")
    return "subscribed", None, None


def _tags(cells: Cells) -> list[str]:
    """The tags of a cell that is itself a line of CSV: ``"VIP","Blog"``."""
    text = (cells.text("TAGS") or "").replace("\r", " ").replace("\n", " ")
    try:
        found = next(csv.reader([text], skipinitialspace=True), [])
    except csv.Error as error:
        raise BadCell("TAGS", str(error)) from None
    return [tag for part in found if (tag := part.strip())]


def _has_members(names: frozenset[str]) -> bool:
    return "email address" in names and bool({"euid", "leid", "member_rating"} & names)


KINDS = (TableKind("mailchimp-members", "mailchimp", _has_members, read_members),)
