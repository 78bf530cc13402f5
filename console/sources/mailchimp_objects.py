"""Mailchimp's members, campaigns and what became of mails, as its API gives them, in our words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from console.model import Event, Record
from console.sources.answers import find
from console.sources.api import Asking
from console.sources.json_fields import (
    Paths,
    needed_time,
    said_fields,
    said_name,
    text_id,
    time_or_none,
)
from console.sources.mailchimp import Membership, member_record
from console.sources.objects import Said, Unreadable, members, reader_of_times
from console.sources.parts import (
    OUTRANKED,
    about,
    changed_at,
    country_field,
    email_field,
    keys,
    phone_field,
    to_json,
)
from console.sources.people import plain_text
from console.sources.walks import Found

_PERSON: Paths = {"email": ("email_address", email_field)}
_MERGED: Paths = {"phone": ("PHONE", phone_field)}
_PLACE: Paths = {
    "region": (("location", "region"), None),
    "country": (("location", "country_code"), country_field),
    "timezone": (("location", "timezone"), None),
}
_MEMBERSHIPS: dict[str, Membership] = {"cleaned": "cleaned", "unsubscribed": "unsubscribed"}
_VERBS = {"open": "mail_opened", "click": "mail_clicked", "bounce": "mail_bounced"}
# The machines through which Google fetches the pictures of a mail, opened or not.
_PROXIES = ("64.233.", "66.102.", "66.249.")


class Members:
    """Reads members."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_times(asking.reading.zone, asking.now)

    def __call__(self, said: Said) -> Iterable[Found]:
        """One member, and where Mailchimp takes them to be. Raises Unreadable without an id."""
        id = str(said.get("unique_email_id") or said.get("contact_id") or text_id(said))
        merged, status = members(said.get("merge_fields")), str(said.get("status"))
        fields = said_fields(said, _PERSON) | said_fields(merged, _MERGED) | _tags(said, status)
        fields |= said_name(merged, "FNAME", "LNAME")
        if not fields.get("name"):
            fields |= said_name(said, "full_name")
        phone = merged.get("PHONE")
        who = keys(
            id, email=said.get("email_address"), phone=phone if isinstance(phone, str) else None
        )
        changed = time_or_none(said, "last_changed", self._when)
        # When they left is not said; nothing changes of one who has, as a rule.
        left = about(changed) if changed else None
        membership, at = _MEMBERSHIPS.get(status, "subscribed"), changed_at(changed)
        yield member_record(id, who, fields, membership, left, to_json(said), at=at)
        place = {name: value for name, value in said_fields(said, _PLACE).items() if value}
        if place:
            raw = to_json(said["location"])
            yield Record("identify", id, who, place, raw, at=OUTRANKED, counted=False)


def _tags(said: Said, status: str) -> dict[str, list[str]]:
    """A member's tags; one in the archive bears that as a tag, as there is no other place."""
    if "tags" not in said and status != "archived":
        return {}
    tags = [str(find(one, "name")) for one in said.get("tags") or () if find(one, "name")]
    return {"tags": [*tags, "archived"] if status == "archived" else tags}


def title_of(said: Any) -> str | None:
    """What a campaign is called: the subject of its mail, else its title."""
    settings = find(said, "settings")
    return plain_text(find(settings, "subject_line")) or plain_text(find(settings, "title"))


class Campaigns:
    """Reads campaigns."""

    def __init__(self, asking: Asking) -> None:
        self._when = reader_of_times(asking.reading.zone, asking.now)

    def __call__(self, said: Said) -> Iterator[Found]:
        """One campaign. Raises Unreadable without an id."""
        sent = time_or_none(said, "send_time", self._when)
        fields = {
            "name": plain_text(find(said, "settings", "title")) or title_of(said),
            "subject": plain_text(find(said, "settings", "subject_line")),
            "channel": "email",
            "sent_at": sent[0] if sent else None,
        }
        yield Record("campaign", text_id(said), (), fields, to_json(said), changed_at(sent))


class Activities:
    """Reads what became of one campaign's mails. title: what the campaign is called."""

    def __init__(self, asking: Asking, campaign: str, title: str | None) -> None:
        self._campaign = campaign
        self._title = title
        self._when = reader_of_times(asking.reading.zone, asking.now)

    def __call__(self, said: Said) -> Iterator[Found]:
        """Everything that happened to one mail; each thing once, however often it is told.

        Raises Unreadable without an address.
        """
        who = keys(email=said.get("email_address"))
        if not who:
            raise Unreadable("email_address", "there is no whole address")
        id, told = text_id(said, "email_id"), set[str]()
        for one in said.get("activity") or ():
            at, quality = needed_time(one, "timestamp", self._when)
            action = text_id(one, "action")
            key = f"{id}:{self._campaign}:{action}:{one['timestamp']}"
            if key not in told:
                told.add(key)
                by_machine = action == "open" and str(one.get("ip") or "").startswith(_PROXIES)
                yield Event(
                    key, who, "open by a machine" if by_machine else action, at,
                    # Nobody did it; all it tells is that the mail has come.
                    verb="mail_delivered" if by_machine else _VERBS.get(action),
                    # A full mailbox is no dead address.
                    level="routine" if one.get("type") == "soft" else None,
                    object=self._title, quality=quality,
                    raw=to_json({"campaign_id": self._campaign, "email_id": id, **one}),
                )  # fmt: skip
