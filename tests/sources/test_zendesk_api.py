"""Zendesk by its API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from console.clock import DAY
from tests.shared import needs_shared
from tests.sources.playing import NOW, made_up, recorded, says

TICKETS = "/api/v2/incremental/tickets/cursor.json"
USERS = "/api/v2/incremental/users/cursor.json"
EVENTS = "/api/v2/incremental/ticket_events.json"


def ticket(id: int, status: str = "open", **more: Any) -> dict[str, Any]:
    return {
        "id": id, "status": status, "subject": "Help", "requester_id": 7,
        "created_at": "2026-02-27T06:00:00Z", "updated_at": "2026-02-27T07:00:00Z",
        "generated_timestamp": 1_772_300_000, **more,
    }  # fmt: skip


def user(id: int, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "name": "Ana", "email": f"u{id}@x.example", "role": "end-user",
        "updated_at": "2026-02-27T07:00:00Z", **more,
    }  # fmt: skip


def last(name: str, *things: Any, cursor: str = "C1") -> dict[str, Any]:
    return {name: list(things), "after_cursor": cursor, "end_of_stream": True, "after_url": None}


def happened(id: int, author: int, *children: Any) -> dict[str, Any]:
    return {
        "id": id, "ticket_id": 1, "created_at": "2026-03-01T07:26:40Z", "updater_id": author,
        "via": "Mail", "child_events": list(children),
    }  # fmt: skip


def comment(id: int, author: int, *, public: bool = True) -> dict[str, Any]:
    return {
        "id": id, "event_type": "Comment", "author_id": author, "body": f"text {id}",
        "public": public,
    }  # fmt: skip


def events(*told: Any) -> dict[str, Any]:
    return {
        "ticket_events": list(told), "end_of_stream": True, "end_time": 1_772_350_000,
        "next_page": None,
    }  # fmt: skip


@needs_shared
def test_the_recorded_conversation(tmp_path: Path) -> None:
    with recorded("zendesk", tmp_path, since=1_772_341_200) as zendesk:
        runs = zendesk.sync()
        assert not zendesk.vendor.complaints
        assert not zendesk.vendor.unplayed
        assert zendesk.waits[0] >= 51
        assert not any(run.error or run.counts.rejected for run in runs.values())
        assert zendesk.rows("select r.ext_id, t.status from thread t join record r on"
                            " r.id = t.record") == [("1077", "solved")]  # fmt: skip
        assert zendesk.rows("select kind, ext_id, what from removal") == [
            ("thread", "1595", "deleted")
        ]
        cursor = zendesk.rows("select cursor from sync_state where stream = 'tickets'")
        assert '"after_cursor":"MTU5"' in cursor[0]
        assert zendesk.rows("select thread, direction, text from message") == [
            ("1077", "in", "It was due yesterday")
        ]
        assert sorted(zendesk.told()) == [
            ("rated", "urgent"),
            ("ticket_opened", "urgent"),
            ("ticket_replied", "notable"),
            ("ticket_solved", "notable"),
        ]
        zendesk.again()
        assert zendesk.asked(TICKETS)[3]["cursor"] == "MTU5"
        assert "start_time" not in zendesk.asked(TICKETS)[3]


def test_a_later_run_goes_on_from_the_cursor(tmp_path: Path) -> None:
    answers = [
        says(TICKETS, last("tickets", ticket(1)), start_time="0"),
        says(TICKETS, last("tickets", ticket(1, "deleted"), cursor="C2"), cursor="C1"),
        says(TICKETS, last("tickets"), cursor="C2"),
    ]
    with made_up("zendesk", tmp_path, answers) as zendesk:
        zendesk.sync()
        assert zendesk.rows("select status from thread") == ["open"]
        assert zendesk.sync(NOW + DAY)["tickets"].deleted == 1
        assert zendesk.rows("select status from thread") == []
        runs = zendesk.sync(NOW + 2 * DAY)
        assert runs["tickets"].warning is None
        assert not zendesk.vendor.complaints
        assert all("start_time" not in query for query in zendesk.asked(TICKETS)[1:])


def test_a_cursor_that_is_no_longer_good_leads_back_to_the_newest_seen(tmp_path: Path) -> None:
    answers = [
        says(TICKETS, last("tickets", ticket(1))),
        says(TICKETS, {"error": "InvalidCursor"}, 400, cursor="C1"),
        says(TICKETS, last("tickets", ticket(2)), start_time=str(1_772_300_000 - 3600)),
    ]
    with made_up("zendesk", tmp_path, answers) as zendesk:
        zendesk.sync()
        assert zendesk.sync(NOW + DAY)["tickets"].error is None
        assert zendesk.rows("select count(*) from thread") == [2]
        assert not zendesk.vendor.complaints


def test_never_asked_from_now_on(tmp_path: Path) -> None:
    with made_up("zendesk", tmp_path, [says(TICKETS, last("tickets"))], since="2026-04-01") as it:
        it.sync()
        assert int(it.asked(TICKETS)[0]["start_time"]) <= NOW // 1_000_000 - 60


def test_users_are_hidden_or_erased(tmp_path: Path) -> None:
    answers = [
        says(TICKETS, last("tickets", ticket(1))),
        says(USERS, last("users", user(7, external_id="721"), user(8), user(9, role="agent"))),
        says(TICKETS, last("tickets")),
        says(USERS, last("users", user(7, active=False, permanently_deleted=True),
                         user(8, active=False))),
    ]  # fmt: skip
    with made_up("zendesk", tmp_path, answers) as zendesk:
        zendesk.sync()
        assert ("external_id", "721") in zendesk.rows("select kind, value from identity")
        assert zendesk.rows("select email from customer order by email") == [
            "u7@x.example", "u8@x.example",
        ]  # fmt: skip
        zendesk.sync(NOW + DAY)
        assert zendesk.rows("select ext_id, what from removal") == [
            ("7", "erased"), ("8", "deleted"),
        ]  # fmt: skip
        assert "u7@x.example" not in str(zendesk.rows("select * from customer"))
        assert zendesk.rows("select count(*) from thread") == [1]


def test_who_wrote_what(tmp_path: Path) -> None:
    opened = happened(1, 7, comment(11, 7), {"id": 12, "event_type": "Create", "status": "new"})
    again = {"id": 42, "event_type": "Change", "status": "open", "previous_value": "solved"}
    answers = [
        says(TICKETS, last("tickets", ticket(1))),
        says(USERS, last("users", user(7), user(9, role="agent"))),
        says(EVENTS, events(opened, happened(2, 9, comment(21, 9)),
                            happened(3, 9, comment(31, 9, public=False)),
                            happened(4, 7, comment(41, 7), again))),
    ]  # fmt: skip
    with made_up("zendesk", tmp_path, answers) as zendesk:
        zendesk.sync()
        assert zendesk.rows(
            "select m.text, m.direction, c.name from message m join customer c"
            " on c.id = m.customer order by text"
        ) == [
            ("text 11", "in", "Ana"),
            ("text 21", "out", "Ana"),
            ("text 31", "note", "Ana"),
            ("text 41", "in", "Ana"),
        ]
        assert [verb for verb, _ in zendesk.told()] == [
            "ticket_opened", "ticket_reopened", "ticket_replied",
        ]  # fmt: skip


def test_staff_is_known_in_later_runs_and_askers_are_asked_for(tmp_path: Path) -> None:
    answers = [
        says(TICKETS, last("tickets", ticket(1))),
        says(USERS, last("users", user(9, role="agent"))),
        says(EVENTS, events()),
        says(TICKETS, last("tickets")),
        says(USERS, last("users")),
        says(EVENTS, events(happened(2, 9, comment(21, 9))),
             start_time=str(1_772_350_000 - 3600)),
        says("/api/v2/tickets/1.json", {"ticket": ticket(1)}),
    ]  # fmt: skip
    with made_up("zendesk", tmp_path, answers) as zendesk:
        zendesk.sync()
        zendesk.sync(NOW + DAY)
        rows = "select m.direction, i.value from message m join identity i using (customer)"
        assert zendesk.rows(rows) == [("out", "7")]
        assert not zendesk.vendor.complaints
        assert not zendesk.vendor.unplayed


def test_when_a_ticket_was_solved(tmp_path: Path) -> None:
    metrics = {"solved_at": "2026-02-27T06:30:00Z"}
    answers = [says(TICKETS, last("tickets", ticket(1, "closed", metric_set=metrics)))]
    with made_up("zendesk", tmp_path, answers) as zendesk:
        zendesk.sync()
        assert zendesk.rows("select closed_at - created_at from thread") == [30 * 60_000_000]


def test_organisations_have_names(tmp_path: Path) -> None:
    answers = [
        says(TICKETS, last("tickets", ticket(1))),
        says(USERS, last("users", user(7, organization_id=5))),
        says("/api/v2/organizations/show_many.json", {"organizations": [{"id": 5, "name": "Co"}]}),
    ]
    with made_up("zendesk", tmp_path, answers) as zendesk:
        zendesk.sync()
        assert zendesk.rows("select name from account") == ["Co"]


def test_a_ticket_that_became_part_of_another_is_no_ticket_of_its_own(tmp_path: Path) -> None:
    answers = [
        says(TICKETS, last("tickets", ticket(1), ticket(2))),
        says(TICKETS, last("tickets", {**ticket(2), "merged_ticket_ids": [1]}, cursor="C2")),
        # The merged one is written down once more, closed.
        says(TICKETS, last("tickets", ticket(1, "closed"), cursor="C3")),
    ]
    with made_up("zendesk", tmp_path, answers) as zendesk:
        zendesk.sync()
        assert zendesk.rows("select count(*) from thread") == [2]
        assert zendesk.sync(NOW + DAY)["tickets"].deleted == 1
        zendesk.sync(NOW + 2 * DAY)
        assert zendesk.rows("select ext_id, what, into_id from removal") == [("1", "merged", "2")]
        assert zendesk.rows("select count(*) from thread") == [1]
        assert [verb for verb, _ in zendesk.told()].count("ticket_opened") == 1


def test_a_page_that_only_has_a_cursor_is_followed(tmp_path: Path) -> None:
    page = {"tickets": [ticket(1)], "after_cursor": "C1", "after_url": None,
            "end_of_stream": False}  # fmt: skip
    answers = [says(TICKETS, page), says(TICKETS, last("tickets", ticket(2)), cursor="C1")]
    with made_up("zendesk", tmp_path, answers) as zendesk:
        zendesk.sync()
        assert zendesk.rows("select count(*) from thread") == [2]
        assert not zendesk.vendor.complaints
