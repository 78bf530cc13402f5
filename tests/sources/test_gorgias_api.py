"""Gorgias by its API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from console.clock import DAY
from tests.shared import needs_shared
from tests.sources.playing import NOW, made_up, recorded, says


def data(*things: Any, cursor: str | None = None) -> dict[str, Any]:
    return {"data": list(things), "object": "list", "meta": {"next_cursor": cursor}}


def ticket(id: int, day: int, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "status": "open", "channel": "email", "spam": False, "subject": f"T{id}",
        "customer": {"id": 7, "email": "ana@x.example", "name": "Ana", "external_id": "721"},
        "created_datetime": "2026-02-01T06:00:00+00:00",
        "updated_datetime": f"2026-02-{day:02}T07:00:00.100676+00:00", **more,
    }  # fmt: skip


def message(id: int, hour: int, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "ticket_id": 1, "from_agent": False, "public": True, "body_text": f"text {id}",
        "sender": {"id": 7}, "created_datetime": f"2026-02-01T{hour:02}:00:00", **more,
    }  # fmt: skip


@needs_shared
def test_the_recorded_conversation(tmp_path: Path) -> None:
    with recorded("gorgias", tmp_path) as gorgias:
        runs = gorgias.sync()
        assert not gorgias.vendor.complaints
        assert not gorgias.vendor.unplayed
        assert any(wait >= 5 for wait in gorgias.waits)
        assert not any(run.error or run.counts.rejected for run in runs.values())
        assert gorgias.rows("select subject from thread") == ["Refund, please"]
        assert gorgias.rows("select kind, ext_id, what from removal") == [
            ("thread", "499", "deleted")
        ]
        assert gorgias.told() == [("ticket_opened", "notable"), ("ticket_replied", "notable")]
        gorgias.again()
        assert not gorgias.vendor.complaints


def test_a_later_run_stops_at_the_saved_time(tmp_path: Path) -> None:
    answers = [
        says("/api/tickets", data(ticket(2, 2), ticket(1, 1))),
        says("/api/tickets", data(ticket(3, 4), ticket(1, 3), cursor="A")),
        says("/api/tickets", data(ticket(2, 2), ticket(9, 1), cursor="B"), cursor="A"),
    ]
    with made_up("gorgias", tmp_path, answers) as gorgias:
        gorgias.sync()
        gorgias.sync(NOW + DAY)
        assert gorgias.rows("select count(*) from thread") == [4]
        assert not gorgias.vendor.complaints
        assert len(gorgias.asked("/api/tickets")) == 3


def test_a_walk_that_was_cut_goes_on_before_the_newest_counts(tmp_path: Path) -> None:
    answers = [
        says("/api/tickets", data(ticket(3, 3), cursor="A")),
        says("/api/tickets", {}, 409, cursor="A"),
        says("/api/tickets", data(ticket(1, 1)), cursor="A"),
    ]
    with made_up("gorgias", tmp_path, answers) as gorgias:
        assert gorgias.sync()["tickets"].error
        assert gorgias.sync()["tickets"].error is None
        assert gorgias.rows("select subject from thread order by 1") == ["T1", "T3"]
        assert not gorgias.vendor.complaints


def test_spam_is_hidden_and_comes_back(tmp_path: Path) -> None:
    answers = [
        says("/api/tickets", data(ticket(1, 1))),
        says("/api/tickets", data(ticket(1, 2, spam=True))),
        says("/api/tickets", data(ticket(1, 3))),
    ]
    with made_up("gorgias", tmp_path, answers) as gorgias:
        for shown in (1, 0, 1):
            gorgias.sync()
            assert gorgias.rows("select count(*) from thread") == [shown]


def test_messages_and_replies(tmp_path: Path) -> None:
    happened = {
        "id": 5, "type": "ticket-message-created", "object_id": 12, "user_id": None,
        "created_datetime": "2026-02-01T08:00:00", "data": {"ticket_id": 1, "customer_id": 7},
    }  # fmt: skip
    answers = [
        says("/api/tickets", data(ticket(1, 1), ticket(2, 1, trashed_datetime="2026-02-02"))),
        says("/api/messages", data(
            message(14, 9, ticket_id=2), message(13, 9, from_agent=True, public=False),
            message(12, 8), message(11, 7, from_agent=True), message(10, 6),
        )),
        says("/api/events", data(happened)),
    ]  # fmt: skip
    with made_up("gorgias", tmp_path, answers) as gorgias:
        gorgias.sync()
        assert gorgias.rows("select text, direction, thread from message order by text") == [
            ("text 10", "in", "1"),
            ("text 11", "out", "1"),
            ("text 12", "in", "1"),
            ("text 13", "note", "1"),
        ]
        assert [verb for verb, _ in gorgias.told()] == ["ticket_opened", "ticket_replied"]


def test_a_ticket_that_is_gone_is_hidden(tmp_path: Path) -> None:
    answers = [
        says("/api/tickets", data(ticket(1, 1))),
        says("/api/tickets", data()),
        says("/api/messages", data()),
        says("/api/messages", data(message(12, 8))),
    ]
    with made_up("gorgias", tmp_path, answers) as gorgias:
        gorgias.sync()
        runs = gorgias.sync(NOW + DAY)
        assert gorgias.rows("select count(*) from thread") == [0]
        assert "nothing came" in str(runs["tickets"].warning)


def test_surveys_rate(tmp_path: Path) -> None:
    scored = {"customer_id": 7, "created_datetime": "2026-02-01T08:00:00",
              "scored_datetime": "2026-02-03T08:00:00"}  # fmt: skip
    answers = [
        says("/api/tickets", data(ticket(1, 1))),
        says("/api/satisfaction-surveys", data(
            {"id": 1, "score": 1, **scored}, {"id": 2, "score": None, "customer_id": 7},
        )),
    ]  # fmt: skip
    with made_up("gorgias", tmp_path, answers) as gorgias:
        gorgias.sync()
        assert gorgias.told() == [("ticket_opened", "notable"), ("rated", "urgent")]
        assert ("external_id", "721") in gorgias.rows("select kind, value from identity")
