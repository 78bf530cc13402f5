"""Intercom's tickets and companies, as its API gives them, in our words."""

from __future__ import annotations

from collections.abc import Iterator

from console.model import Record
from console.sources.answers import find
from console.sources.api import Asking
from console.sources.intercom_objects import text_of, who_of
from console.sources.json_fields import Paths, said_fields, text_id, time_or_none
from console.sources.objects import Said, members, reader_of_times
from console.sources.parts import about, changed_at, present, to_json
from console.sources.people import plain_text
from console.sources.walks import Found
from console.sources.zendesk import ticket_record

_STATES = {
    "submitted": "new",
    "in_progress": "open",
    "waiting_on_customer": "pending",
    "resolved": "closed",
}
_ACCOUNT: Paths = {"name": ("name", None), "domain": ("website", None)}


class Tickets:
    """Reads tickets. Their ids are not those of conversations, though they look the same."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_times(asking.reading.zone, asking.now)

    def __call__(self, said: Said) -> Iterator[Found]:
        """One ticket; nothing for one that is about no customer. Raises Unreadable without id."""
        id, told = text_id(said), members(said.get("ticket_attributes"))
        if said.get("category") not in (None, "Customer"):
            return
        contact = next(iter(find(said, "contacts", "contacts") or ()), None)
        who = who_of(members(contact))
        created = time_or_none(said, "created_at", self._when)
        updated = time_or_none(said, "updated_at", self._when)
        category = plain_text(find(said, "ticket_state", "category"))
        status = _STATES.get(str(category), "open" if said.get("open") is not False else "closed")
        # When it was resolved is not said; a ticket that is changes little afterwards.
        closed = about(updated) if status == "closed" and updated else None
        fields = {
            "kind": "ticket",
            "subject": text_of(told.get("_default_title_")),
            "status": status,
            "created_at": created[0] if created else None,
            "closed_at": closed[0] if closed else None,
        }
        times = present(created=created, solved=closed) if who else {}
        yield ticket_record(f"ticket:{id}", who, fields, times, to_json(said), changed_at(updated))


class Companies:
    """Reads companies."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_times(asking.reading.zone, asking.now)

    def __call__(self, said: Said) -> Iterator[Found]:
        """One company. Raises Unreadable without an id."""
        updated = time_or_none(said, "updated_at", self._when)
        yield Record(
            "account", text_id(said), (), said_fields(said, _ACCOUNT), to_json(said),
            changed_at(updated),
        )  # fmt: skip
