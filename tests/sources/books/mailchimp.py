"""Mailchimp, made up: two audiences and a campaign, by offset."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from tests.sources.books.book import NOT_THERE, Answered, Book, forwards, iso, parsed
from tests.sources.books.world import NOW, Deed, Person
from tests.sources.replay import Asked


class Mailchimp(Book):
    kind = "mailchimp"

    def answer(self, asked: Asked, url: str) -> Answered:
        parts = asked.path.split("/")
        if asked.path == "/3.0/lists":
            lists = [{"id": "l1", "name": "News"}, {"id": "l2", "name": "Offers"}]
            return self._page(asked, "lists", lists)
        if asked.path == "/3.0/campaigns":
            sent = {"subject_line": "Spring", "title": "Spring 2026"}
            at = iso(NOW - timedelta(days=80))
            campaign = {"id": "c1", "status": "sent", "send_time": at, "settings": sent}
            return self._page(asked, "campaigns", [campaign])
        if asked.path.endswith("/members") and parts[3] in ("l1", "l2"):
            return self._page(asked, "members", self._members(asked, parts[3]))
        if asked.path == "/3.0/reports/c1/email-activity":
            since = asked.query.get("since")
            mails = [
                _mail(p, [d for d in self.world.deeds if d.person == p.n], since)
                for p in self.world.people.values()
                if p.email
            ]
            return self._page(asked, "emails", [one for one in mails if one["activity"]])
        return NOT_THERE

    def _members(self, asked: Asked, id: str) -> list[Any]:
        # Everybody is in one of the two audiences, and nobody in both.
        pairs = [
            (forwards(p.updated, p.n), _member(p, id))
            for p in self.world.people.values()
            if p.email and (p.n % 2 == 0) == (id == "l1")
        ]
        if since := asked.query.get("since_last_changed"):
            pairs = [one for one in pairs if parsed(one[1]["last_changed"]) >= parsed(since)]
        return [row for _, row in sorted(pairs, key=lambda one: one[0])]

    def _page(self, asked: Asked, name: str, things: list[Any]) -> Answered:
        start, size = int(asked.query["offset"]), int(asked.query["count"])
        rows = things[start : start + size]
        return Answered({name: rows, "total_items": len(things)}, rows=rows)


def _hash(one: Person) -> str:
    return hashlib.md5(str(one.email).lower().encode(), usedforsecurity=False).hexdigest()


def _member(one: Person, list_id: str) -> dict[str, Any]:
    return {
        "id": _hash(one), "email_address": one.email, "unique_email_id": f"ue{one.n}",
        "contact_id": f"ct{one.n}", "status": "subscribed", "list_id": list_id,
        "merge_fields": {"FNAME": one.first, "LNAME": one.last, "PHONE": ""},
        "last_changed": iso(one.updated), "tags": [],
    }  # fmt: skip


def _mail(one: Person, deeds: list[Deed], since: str | None) -> dict[str, Any]:
    activity = [
        {"action": "open", "timestamp": iso(deed.at), "ip": f"192.0.2.{deed.n}"}
        for deed in deeds
        if deed.name == "Opened Email" and (not since or deed.at >= parsed(since))
    ]
    return {"campaign_id": "c1", "list_id": "l1", "email_id": _hash(one),
            "email_address": one.email, "activity": activity}  # fmt: skip
