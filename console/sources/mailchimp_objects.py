"""Mailchimp's members, campaigns and what became of mails, as its API gives them, in our words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from console.model import Event, Record, Who
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
from console.sources.walks import Found, each

_PERSON: Paths = {"email": ("email_address", email_field)}
_MERGED: Paths = {"phone": ("PHONE", phone_field)}
_PLACE: Paths = {
    "region": (("location", "region"), None),
    "country": (("location", "country_code"), country_field),
    "timezone": (("location", "timezone"), None),
}
_SAME = ("unique_email_id", "contact_id", "email_address")
_MEMBERSHIPS: dict[str, Membership] = {"cleaned": "cleaned", "unsubscribed": "unsubscribed"}
_VERBS = {"open": "mail_opened", "click": "mail_clicked", "bounce": "mail_bounced"}
# The machines through which Google fetches the pictures of a mail, opened or not.
_PROXIES = ("64.233.", "66.102.", "66.249.")


def member_id(said: Any) -> str:
    """What a member is kept by: the same in every audience. Raises Unreadable without an id."""
    told = members(said)
    return str(told.get("unique_email_id") or told.get("contact_id") or text_id(told))


class Members:
    """Reads members.

    audience: its id where there are several, each with a membership of its own: someone may
    leave one and stay in another.
    """

    def __init__(self, asking: Asking, audience: str | None = None) -> None:
        self._audience = audience
        self._when = reader_of_times(asking.reading.zone, asking.now)

    def __call__(self, said: Said) -> Iterable[Found]:
        """One member, and where Mailchimp takes them to be. Raises Unreadable without an id."""
        id, merged, status = member_id(said), members(said.get("merge_fields")), said.get("status")
        fields = said_fields(said, _PERSON) | said_fields(merged, _MERGED)
        fields |= said_name(merged, "FNAME", "LNAME")
        if not fields.get("name"):
            fields |= said_name(said, "full_name")
        phone = merged.get("PHONE")
        who = keys(
            id, email=said.get("email_address"), phone=phone if isinstance(phone, str) else None
        )
        tags = _tags(said, str(status))
        changed = time_or_none(said, "last_changed", self._when)
        # When they left is not said; nothing changes of one who has, as a rule.
        left = about(changed) if changed else None
        membership, at = _MEMBERSHIPS.get(str(status), "subscribed"), changed_at(changed)
        raw = to_json(said)
        if self._audience is None:
            yield member_record(id, who, fields | tags, membership, left, raw, at=at)
        else:
            # Each audience tells of the same person: only what is the same in all of them.
            person = {name: said.get(name) for name in _SAME}
            yield Record("customer", id, who, fields, to_json(person), at)
            # It says the same of leaving as a file does, which knows of one audience.
            told = member_record(id, who, {}, membership, left, b"{}")
            own = f"{self._audience}:{id}"
            yield Record("identify", own, who, tags, raw, at, events=told.events, counted=False)
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


def _hash(said: Said) -> str:
    """What Mailchimp calls an address."""
    address = str(said["email_address"]).lower().encode()
    return hashlib.md5(address, usedforsecurity=False).hexdigest()


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
        id, told = str(said.get("email_id") or _hash(said)), set[str]()

        def read(one: Said) -> Iterator[Found]:
            key = f"{id}:{self._campaign}:{text_id(one, 'action')}:{one.get('timestamp')}"
            if key not in told:
                told.add(key)
                yield self._event(key, id, who, one)

        activity = said.get("activity") or ()
        yield from each((one for one in activity if isinstance(one, dict)), read)

    def _event(self, key: str, id: str, who: Who, one: Said) -> Event:
        at, quality = needed_time(one, "timestamp", self._when)
        action = text_id(one, "action")
        by_machine = action == "open" and str(one.get("ip") or "").startswith(_PROXIES)
        return Event(
            key, who, "open by a machine" if by_machine else action, at,
            # Nobody did it; all it tells is that the mail has come.
            verb="mail_delivered" if by_machine else _VERBS.get(action),
            # A full mailbox is no dead address.
            level="routine" if one.get("type") == "soft" else None,
            object=self._title, quality=quality,
            raw=to_json({"campaign_id": self._campaign, "email_id": id, **one}),
        )  # fmt: skip
