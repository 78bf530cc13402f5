import json

import pytest

from console.sources import zendesk
from tests.shared import needs_shared
from tests.sources.exports import (
    at,
    expected,
    harvest,
    harvest_shared,
    header,
    keys,
    refuses_other_tables,
    told,
)

(TICKETS,) = zendesk.KINDS
NAMES = (
    "Summation column", "Id", "Requester", "Requester id", "Requester external id",
    "Requester email", "Subject", "Status", "Priority", "Via", "Created at", "Updated at",
    "Organization", "Solved at", "Satisfaction Score", "Reopens", "Status [list]", "Status",
)  # fmt: skip


def ticket(**cells: str) -> str:
    named = {
        "Id": "1002", "Requester": "Bo Kim", "Requester id": "39", "Requester external id": "'72",
        "Requester email": "Bo@example.org", "Subject": "Help, please", "Status": "Open",
        "Priority": "Normal", "Via": "Web form", "Created at": "2026-02-27 06:00",
        "Updated at": "2026-02-27 11:00",
    } | {name.replace("_", " "): text for name, text in cells.items()}  # fmt: skip
    values = [named.get(name, "") for name in NAMES[:-1]]
    quoted = ['"' + value.replace('"', '""') + '"' for value in [*values, "a custom status"]]
    return ",".join(NAMES) + "\n" + ",".join(quoted) + "\n"


def test_a_ticket():
    got = harvest(TICKETS, ticket(), zone="Europe/Stockholm")
    assert got.read == 1
    one = got.by_id["1002"]
    opened = at("2026-02-27T05:00Z")
    assert one.fields == {
        "kind": "ticket", "subject": "Help, please", "status": "open", "priority": "normal",
        "channel": "web_form", "created_at": opened, "closed_at": None,
    }  # fmt: skip
    assert keys(one) == {"source_id": "39", "external_id": "72", "email": "bo@example.org"}
    assert one.at == at("2026-02-27T10:00Z")
    events = told(one)
    assert set(events) == {"ticket_opened"}
    event = events["ticket_opened"]
    assert (event.key, event.at, event.quality) == ("thread:1002:ticket_opened", opened, "naive")
    assert (event.object, event.level) == ("Help, please", None)
    assert json.loads(one.raw)["Status (2)"] == "a custom status"


def test_who_asked_comes_along_uncounted_and_once():
    text = (
        ticket(Organization="Ateljé AB")
        + ticket(Id="1003", Organization="Ateljé AB").split("\n", 1)[1]
    )
    got = harvest(TICKETS, text)
    assert got.read == 2
    (requester,) = [record for record in got.records if not record.counted]
    assert (requester.kind, requester.id, requester.at) == ("customer", "39", 0)
    assert requester.fields == {
        "name": "Bo Kim", "email": "bo@example.org", "account": "Ateljé AB",
    }  # fmt: skip
    assert requester.who == got.by_id["1002"].who


def test_a_requester_called_by_their_address_has_no_name():
    got = harvest(TICKETS, ticket(Requester="bo@example.org"))
    assert got.records[1].fields == {"email": "bo@example.org"}
    got = harvest(TICKETS, ticket(Requester_id=""))
    assert got.records == got.counted


def test_an_urgent_ticket_is_urgent():
    got = harvest(TICKETS, ticket(Priority="Urgent"))
    assert told(got.by_id["1002"])["ticket_opened"].level == "urgent"


def test_a_solved_and_rated_ticket():
    text = ticket(Status="Closed", Solved_at="2026-02-28 12:00", Satisfaction_Score="Bad")
    one = harvest(TICKETS, text).by_id["1002"]
    solved = at("2026-02-28T12:00Z")
    assert (one.fields["closed_at"], one.fields["rating"]) == (solved, "bad")
    events = told(one)
    assert events["ticket_solved"].at == solved
    rated = events["rated"]
    assert (rated.object, rated.level, rated.at, rated.quality) == ("bad", "urgent", solved, "day")
    good = harvest(TICKETS, text.replace("Bad", "Good")).by_id["1002"]
    assert told(good)["rated"].level is None


@pytest.mark.parametrize("score", ["Offered", "Not Offered", "Unoffered", ""])
def test_what_is_no_rating(score):
    one = harvest(TICKETS, ticket(Satisfaction_Score=score)).by_id["1002"]
    assert "rating" not in one.fields
    assert "rated" not in told(one)


def test_a_ticket_open_again_is_not_closed():
    one = harvest(TICKETS, ticket(Solved_at="2026-02-28 12:00", Reopens="1")).by_id["1002"]
    assert one.fields["closed_at"] is None
    assert set(told(one)) == {"ticket_opened", "ticket_solved"}


def test_a_deleted_ticket_is_kept_without_events():
    one = harvest(TICKETS, ticket(Status="Deleted")).by_id["1002"]
    assert (one.fields["status"], one.events) == ("deleted", ())


def test_absent_columns_say_nothing():
    got = harvest(TICKETS, "Id,Subject,Status,Requester email\n1,,,\n")
    assert got.by_id["1"].fields == {"kind": "ticket"}
    assert got.by_id["1"].who == ()


def test_a_change_to_come_is_no_version():
    got = harvest(TICKETS, ticket(), now=at("2026-02-01"))
    assert got.by_id["1002"].at == 0
    assert told(got.by_id["1002"])["ticket_opened"].quality == "future"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"Id": ""}, "Id"),
        ({"Created_at": "27/02/2026 06:00"}, "Created at"),
        ({"Requester_id": "3.96E+11"}, "Requester id"),
    ],
)
def test_tickets_that_cannot_be_read(cells, column):
    got = harvest(TICKETS, ticket(**cells))
    assert (got.read, got.records) == (1, [])
    assert (got.rejects[0].line, got.rejects[0].column) == (2, column)


def test_files_are_told_by_their_columns():
    assert TICKETS.matches(header(ticket()))
    assert not TICKETS.matches(header("Id,Subject,Status\n"))
    refuses_other_tables(TICKETS)


@needs_shared
def test_the_shared_tickets():
    got = harvest_shared(TICKETS, "zendesk_tickets_export.csv")
    assert (got.read, len(got.by_id)) == (8, 8)
    statuses = [got.by_id[str(id)].fields["status"] for id in range(1000, 1008)]
    assert statuses == [
        "open", "pending", "solved", "closed", "new", "deleted", "on-hold", "solved",
    ]  # fmt: skip
    requesters = {record.id: keys(record) for record in got.records if not record.counted}
    for person in expected()["people"]:
        known = requesters[str(person["zendesk_requester_id"])]
        assert known["email"] == person["key"]
        assert known.get("external_id", str(person["shopify_id"])) == str(person["shopify_id"])
    assert told(got.by_id["1002"])["ticket_opened"].level == "urgent"
    assert told(got.by_id["1002"])["rated"].object == "good"
    assert told(got.by_id["1003"])["rated"].level == "urgent"
    assert got.by_id["1001"].fields["subject"] == "Where is my order?\nIt was due yesterday"
    assert got.by_id["1005"].events == ()
