"""Intercom by its API: the recorded conversation, days instead of instants, merges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.shared import SHARED, needs_shared
from tests.sources.loopback import KEY, Mirror, Said, tally, vendor
from tests.sources.replay import Asked, conversation, serving

_NOW = "2026-03-02T00:00:00Z"
_DAY = 86_400


@needs_shared
def test_the_recorded_conversation_twice(tmp_path: Path) -> None:
    assert SHARED is not None
    played = conversation(SHARED / "sources" / "specs" / "replay", "intercom")
    with serving(played):
        more = 'contacts = ["6762aaaa"]\nconversations = ["471"]'
        mirror = Mirror(tmp_path, "intercom", played.url, more)
        report = mirror.sync(_NOW)
        tally(report)
        assert not played.complaints
        assert not played.unplayed
        assert mirror.waits == [10.0]
        warning = report.runs[1].warning or ""
        assert "471 is incomplete" in warning
        customers = "select ext_id from record where kind = 'customer' order by 1"
        assert mirror.rows(customers) == ["6762f0f3", "6762f0f4"]
        assert mirror.rows("select ext_id, what, into_id from removal") == [
            ("6762aaaa", "merged", "6762f0f3")
        ]
        assert mirror.rows("select subject, status, priority, channel from thread") == [
            ("Where is my order?", "open", "high", "email")
        ]
        assert mirror.rows("select direction, text from message order by sent_at") == [
            ("in", "Where is my order?"), ("in", "Any news?"),
        ]  # fmt: skip
        played.rewind()
        again = tally(mirror.sync(_NOW))
    assert not played.unplayed
    assert again["contacts"] == again["conversations"] == (0, 0, 0)
    assert all(one.headers["intercom-version"] == "2.16" for one in played.asked)


class _Workspace:
    """Searches by whole days of a zone nine hours east, as the specification has it."""

    def __init__(self) -> None:
        self.contacts: list[dict[str, Any]] = []
        self.conversations: dict[str, dict[str, Any]] = {}

    def _found(self, things: list[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        query = asked.body["query"]
        assert query["operator"] == ">"
        day = (int(query["value"]) + 9 * 3600) // _DAY
        found = [one for one in things if (one[query["field"]] + 9 * 3600) // _DAY > day]
        return sorted(found, key=lambda one: -int(one["updated_at"]))

    def __call__(self, asked: Asked) -> Said:
        assert asked.headers["authorization"] == f"Bearer {KEY}"
        if asked.path == "/contacts/search":
            found, items = self._found(self.contacts, asked), "data"
        elif asked.path == "/conversations/search":
            found = self._found(list(self.conversations.values()), asked)
            items = "conversations"
        elif asked.path in ("/contacts/gone", "/contacts/lead1"):
            return 410, {"errors": []}, {"Link": '</contacts/c0>; rel="canonical"'}
        else:
            found_one = self.conversations.get(asked.path.rpartition("/")[2])
            return (200, found_one) if found_one else (404, {"errors": []})
        start = int(asked.body["pagination"].get("starting_after", "0"))
        pages: dict[str, Any] = {"type": "pages"}
        if start + 2 < len(found):
            pages["next"] = {"starting_after": str(start + 2)}
        return 200, {items: found[start : start + 2], "pages": pages, "total_count": len(found)}


def _contact(number: int, at: int, **more: Any) -> dict[str, Any]:
    return {"id": f"c{number}", "role": "user", "name": f"C {number}", "created_at": at,
            "updated_at": at, "email": f"c{number}@example.com", **more}  # fmt: skip


def _part(id: str, kind: str, author: str, who: str, at: int, body: str | None) -> dict[str, Any]:
    return {"id": id, "part_type": kind, "author": {"type": author, "id": who}, "body": body,
            "created_at": at, "updated_at": at}  # fmt: skip


def test_what_changed_the_same_day_is_found(tmp_path: Path) -> None:
    place, start = _Workspace(), 1_772_000_000
    place.contacts = [_contact(n, start + n * 7_000) for n in range(7)]
    with vendor(place) as (url, asked):
        mirror = Mirror(tmp_path, "intercom", url)
        tally(mirror.sync(_NOW))
        for n in range(3):
            # Minutes after the newest there was: the same day.
            place.contacts[n] |= {"updated_at": start + 6 * 7_000 + 60 + n, "name": "Changed"}
            asked.clear()
            report = mirror.sync(_NOW)
            tally(report)
            assert mirror.rows("select count(*) from customer where name = 'Changed'") == [n + 1]
            # Days are asked for, but what is old is not taken again.
            assert report.runs[0].counts.read <= 2 + n
    assert mirror.rows("select count(*) from record where kind = 'customer'") == [7]


def test_a_conversation_with_its_parts_and_a_merged_author(tmp_path: Path) -> None:
    place, at = _Workspace(), 1_772_000_000
    place.contacts = [
        _contact(0, at, merge_history=[{"source_contact_id": "lead1", "merged_at": at - 10}],
                 unsubscribed_from_emails=True, last_seen_at=at - 5),
    ]  # fmt: skip
    parts = [
        _part("p1", "comment", "admin", "a1", at + 1, "<p>Hello&nbsp;<b>you</b></p><p>Bye</p>"),
        _part("p2", "note", "admin", "a1", at + 2, "<p>for us</p>"),
        _part("p3", "close", "admin", "a1", at + 3, None),
        _part("p4", "open", "user", "gone", at + 4, "Again!"),
    ]
    place.conversations["1"] = {
        "id": "1", "created_at": at, "updated_at": at + 5, "state": "closed", "title": None,
        "source": {"type": "conversation", "id": "s1", "body": "<p>Help</p>", "subject": "",
                   "author": {"type": "lead", "id": "lead1"}},
        "contacts": {"contacts": [{"id": "c0"}]}, "statistics": {"last_close_at": at + 3},
        "conversation_rating": {"rating": 1, "updated_at": at + 5},
        "conversation_parts": {"conversation_parts": parts, "total_count": 4},
    }  # fmt: skip
    with vendor(place) as (url, _):
        mirror = Mirror(tmp_path, "intercom", url)
        tally(mirror.sync(_NOW))
        again = tally(mirror.sync(_NOW))
    assert again["contacts"] == again["conversations"] == (0, 0, 0)
    assert mirror.rows("select text, direction from message order by sent_at") == [
        ("Help", "in"), ("Hello\xa0you\nBye", "out"), ("for us", "note"), ("Again!", "in"),
    ]  # fmt: skip
    verbs = "select k.verb from event e join event_kind k on k.id = e.kind order by e.at, k.verb"
    assert mirror.rows(verbs) == [
        "logged_in", "signed_up", "ticket_opened", "unsubscribed", "ticket_solved",
        "ticket_reopened", "rated",
    ]  # fmt: skip
    assert mirror.rows("select ext_id, into_id from removal order by 1") == [
        ("gone", "c0"), ("lead1", "c0"),
    ]  # fmt: skip
    assert mirror.rows("select rating, closed_at from thread") == [("bad", (at + 3) * 1_000_000)]


def test_tickets_and_companies(tmp_path: Path) -> None:
    at = 1_772_300_000
    ticket = {
        "type": "ticket", "id": "5", "category": "Customer", "open": False, "created_at": at,
        "updated_at": at + 9, "ticket_state": {"category": "resolved"},
        "ticket_attributes": {"_default_title_": "It broke"},
        "contacts": {"contacts": [{"type": "contact", "id": "c1"}]},
    }  # fmt: skip
    ours = {**ticket, "id": "6", "category": "Back-office"}
    company = {"type": "company", "id": "k1", "name": "Acme", "website": "acme.example",
               "updated_at": at}  # fmt: skip

    def answer(asked: Asked) -> Said:
        if asked.path == "/tickets/search":
            return 200, {"tickets": [ticket, ours], "pages": {}, "total_count": 2}
        if asked.path == "/companies/scroll":
            told = [] if asked.query.get("scroll_param") else [company]
            return 200, {"type": "list", "data": told, "scroll_param": "s1"}
        return 404, {"errors": []}

    with vendor(answer) as (url, _):
        mirror = Mirror(tmp_path, "intercom", url)
        report = mirror.sync(_NOW)
        assert [run.error for run in report.runs if run.stream in ("tickets", "companies")] == [
            None, None,
        ]  # fmt: skip
        assert mirror.rows("select subject, status from thread") == [("It broke", "closed")]
        assert mirror.rows("select name, domain from account") == [("Acme", "acme.example")]
        again = {run.stream: run for run in mirror.sync(_NOW).runs}
        assert again["tickets"].counts.changed == 0
        assert "companies" not in again, "once a day"


def test_a_bad_part_costs_itself_alone(tmp_path: Path) -> None:
    place, at = _Workspace(), 1_772_300_000
    parts = [_part("p1", "comment", "user", "c0", at + 1, "<p>one</p>"),
             {**_part("p2", "comment", "user", "c0", at + 2, "<p>two</p>"), "created_at": None},
             _part("p3", "comment", "user", "c0", at + 3, "<p>three</p>")]  # fmt: skip
    place.contacts.append(_contact(0, at))
    place.conversations["1"] = {
        "id": "1", "created_at": at, "updated_at": at + 5, "state": "open", "title": "Hi",
        "source": {"type": "email", "id": "s1", "body": "<p>Help</p>", "subject": "",
                   "author": {"type": "user", "id": "c0"}},
        "contacts": {"contacts": [{"id": "c0"}]},
        "conversation_parts": {"conversation_parts": parts, "total_count": 3},
    }  # fmt: skip
    with vendor(place) as (url, _):
        mirror = Mirror(tmp_path, "intercom", url)
        report = mirror.sync(_NOW)
        assert [one.column for one in report.rejects] == ["created_at"]
        assert mirror.rows("select text from message order by sent_at") == ["Help", "one", "three"]
