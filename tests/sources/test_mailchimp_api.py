"""Mailchimp by its API: the recorded conversation, and audiences that are found by asking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.shared import SHARED, needs_shared
from tests.sources.loopback import Mirror, Said, tally, vendor
from tests.sources.replay import Asked, conversation, serving

_EVENTS = (
    "select k.verb, e.level, c.email from event e join event_kind k on k.id = e.kind"
    " join customer c on c.id = e.customer order by e.at, k.verb"
)


@needs_shared
def test_the_recorded_conversation_twice(tmp_path: Path) -> None:
    assert SHARED is not None
    played = conversation(SHARED / "sources" / "specs" / "replay", "mailchimp")
    with serving(played):
        more = 'lists = ["l1"]\ncampaigns = ["c1"]\nsince = "2026-02-28"'
        mirror = Mirror(tmp_path, "mailchimp", played.url, more)
        first = tally(mirror.sync("2026-03-02T00:00:00Z"))
        assert not played.complaints
        assert not played.unplayed
        assert {one.path for one in played.beyond} == {"/3.0/campaigns"}
        assert first["members"] == (2, 0, 0)
        assert first["activity"] == (3, 0, 0)
        assert mirror.rows(_EVENTS) == [
            ("mail_bounced", 3, "bo.kim@example.org"),
            ("mail_delivered", 1, "ana.perez@example.com"),
            ("mail_clicked", 2, "ana.perez@example.com"),
        ]
        played.rewind()
        again = tally(mirror.sync("2026-03-02T00:00:00Z"))
    assert not played.unplayed
    assert again["members"] == again["activity"] == (0, 0, 0)
    assert mirror.rows("select ext_id from record where kind = 'customer' order by 1") == [
        "0000aa", "8b5e76e755",
    ]  # fmt: skip


def _member(number: int, changed: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"md5-{number}", "unique_email_id": f"u{number}", "last_changed": changed,
        "email_address": f"p{number}@example.com", "status": "subscribed",
        "merge_fields": {"FNAME": "P", "LNAME": str(number), "PHONE": ""}, "tags": [], **more,
    }  # fmt: skip


class _Audience:
    """One audience and one campaign; answers as Mailchimp does, by offset and by change."""

    def __init__(self, members: list[dict[str, Any]]) -> None:
        self.members = members
        self.during: list[dict[str, Any]] = []
        """What changes after the first page was given."""
        self.status = 200

    def __call__(self, asked: Asked) -> Said:
        if self.status != 200:
            return self.status, b""
        query = asked.query
        if asked.path == "/3.0/lists":
            return 200, {"lists": [{"id": "l1", "name": "All"}], "total_items": 1}
        if asked.path == "/3.0/campaigns":
            told = {"settings": {"title": "May", "subject_line": "Hello"}, "status": "sent"}
            one = {"id": "c1", "send_time": "2026-05-01T08:00:00+00:00", **told}
            gone = {"id": "c2", "send_time": "2026-04-01T08:00:00+00:00", **told}
            return 200, {"campaigns": [one, gone], "total_items": 2}
        if asked.path == "/3.0/reports/c1/email-activity":
            activity = [{"action": "open", "timestamp": "2026-05-01T09:00:00+00:00", "ip": "1.2.3"}]
            email = {"email_id": "md5-1", "email_address": "P1@example.com", "activity": activity}
            return 200, {"emails": [email], "total_items": 1}
        if asked.path == "/3.0/lists/l1/members":
            since = query.get("since_last_changed", "")
            found = [one for one in self.members if one["last_changed"] >= since]
            found.sort(key=lambda one: str(one["last_changed"]))
            start, count = int(query["offset"]), int(query["count"])
            said = {"members": found[start : start + count], "total_items": len(found)}
            changed = {one["id"] for one in self.during}
            kept = [one for one in self.members if one["id"] not in changed]
            self.members, self.during = kept + self.during, []
            return 200, said
        return 404, {"title": "Resource Not Found"}


def _time(number: int) -> str:
    return f"2026-05-02T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}+00:00"


def test_nobody_is_lost_who_moves_while_pages_are_read(tmp_path: Path) -> None:
    audience = _Audience([_member(n, _time(n)) for n in range(2300)])
    audience.during = [_member(n, _time(5000 + n)) for n in range(10)]
    with vendor(audience) as (url, _):
        mirror = Mirror(tmp_path, "mailchimp", url)
        tally(mirror.sync("2026-05-03T00:00:00Z"))
        assert mirror.rows("select count(*) from record where kind = 'customer'") == [2300]
        again = tally(mirror.sync("2026-05-03T00:00:00Z"))
    assert again == {"members": (0, 0, 0), "campaigns": (0, 0, 0), "activity": (0, 0, 0)}


def test_who_left_and_whose_address_is_dead(tmp_path: Path) -> None:
    members = [
        _member(1, _time(1), status="unsubscribed"),
        _member(2, _time(2), status="cleaned"),
        _member(3, _time(3), status="archived", tags=[{"id": 1, "name": "VIP"}]),
    ]
    with vendor(_Audience(members)) as (url, asked):
        mirror = Mirror(tmp_path, "mailchimp", url)
        tally(mirror.sync("2026-05-03T00:00:00Z"))
        assert mirror.rows(_EVENTS) == [
            ("mail_opened", 2, "p1@example.com"),
            ("unsubscribed", 2, "p1@example.com"),
            ("mail_bounced", 3, "p2@example.com"),
        ]
        assert mirror.rows("select tags from customer where email like 'p3%'") == [
            '["VIP","archived"]'
        ]
        assert mirror.rows("select object from event where object is not null") == ["Hello"]
        # A year later the campaign is asked for no more.
        asked.clear()
        mirror.sync("2027-05-03T00:00:00Z")
    since = next(one for one in asked if one.path == "/3.0/campaigns").query["since_send_time"]
    assert since == "2026-05-01T07:00:00+00:00"


def test_a_refusal_without_a_word_is_mailchimps_load(tmp_path: Path) -> None:
    audience = _Audience([])
    audience.status = 403
    with vendor(audience) as (url, asked):
        mirror = Mirror(tmp_path, "mailchimp", url)
        report = mirror.sync("2026-05-03T00:00:00Z")
        assert any("under load" in (run.error or "") for run in report.runs)
        # It was waited for, longer each time.
        assert mirror.waits[:4] == sorted(mirror.waits[:4])
        assert len([one for one in asked if one.path == "/3.0/lists"]) == 6


def test_a_refusal_that_says_why_is_meant(tmp_path: Path) -> None:
    def refuse(asked: Asked) -> Said:
        return 403, {"title": "Forbidden", "detail": "The API key has no access to this."}

    with vendor(refuse) as (url, asked):
        report = Mirror(tmp_path, "mailchimp", url).sync("2026-05-03T00:00:00Z")
    assert "no access" in str(report.runs[0].error)
    assert len([one for one in asked if one.path == "/3.0/lists"]) == 1


def test_who_leaves_one_audience_stays_in_the_other(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Said:
        if asked.path == "/3.0/lists":
            return 200, {"lists": [{"id": "l1"}, {"id": "l2"}], "total_items": 2}
        left = _member(1, _time(1), status="unsubscribed", list_id="l1")
        stayed = _member(1, _time(1), list_id="l2", tags=[{"id": 1, "name": "VIP"}])
        told = {"/3.0/lists/l1/members": left, "/3.0/lists/l2/members": stayed}.get(asked.path)
        return (200, {"members": [told], "total_items": 1}) if told else (404, {})

    with vendor(answer) as (url, _):
        mirror = Mirror(tmp_path, "mailchimp", url)
        assert tally(mirror.sync("2026-05-03T00:00:00Z"))["members"] == (1, 0, 0)
        assert tally(mirror.sync("2026-05-03T00:00:00Z"))["members"] == (0, 0, 0)
        assert mirror.rows(_EVENTS) == [("unsubscribed", 2, "p1@example.com")]
        assert mirror.rows("select tags from customer") == ['["VIP"]']
        assert mirror.rows("select count(*) from record where kind = 'customer'") == [1]
