import hashlib
import json

import pytest

from console.sources import mailchimp
from console.sources.parts import OUTRANKED
from tests.shared import needs_shared
from tests.sources.exports import (
    at,
    expected,
    harvest,
    header,
    keys,
    refuses_other_tables,
    shared_export,
    table,
    told,
)

(MEMBERS,) = mailchimp.KINDS
COLUMNS = (
    "Email Address,First Name,Last Name,Phone Number,MEMBER_RATING,OPTIN_TIME,TIMEZONE,CC,REGION,"
    "LAST_CHANGED,LEID,EUID,NOTES,TAGS\n"
)
ROW = (
    "Ann@Example.com,Ann,Øe,+46701234567,2,2025-01-25 09:00:00,Europe/Stockholm,SE,M,"
    '2026-03-01 09:00:00,44877845,b88a0b6bd6,,"""VIP"",""Blog, old"""\n'
)
LEFT = "Email Address,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON,LAST_CHANGED,LEID,EUID\n"
DEAD = "Email Address,MEMBER_RATING,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,LEID,EUID\n"


def test_a_member():
    got = harvest(MEMBERS, table(COLUMNS + ROW, "subscribed_members_export_ab12.csv"))
    assert got.read == 1
    one = got.by_id["b88a0b6bd6"]
    assert one.fields == {
        "name": "Ann Øe", "email": "ann@example.com", "phone": "+46701234567",
        "tags": ["VIP", "Blog, old"],
    }  # fmt: skip
    assert keys(one) == {
        "source_id": "b88a0b6bd6", "email": "ann@example.com", "phone": "+46701234567",
    }  # fmt: skip
    assert one.at == at("2026-03-01T09:00Z")
    assert one.events == ()


def test_where_mailchimp_guesses_someone_to_be_gives_way():
    place = harvest(MEMBERS, COLUMNS + ROW).records[1]
    assert (place.kind, place.counted, place.at) == ("identify", False, OUTRANKED)
    assert place.fields == {"region": "M", "country": "SE", "timezone": "Europe/Stockholm"}
    assert place.who[0].value == "b88a0b6bd6"


def test_someone_who_left():
    row = "a@b.example,2026-02-26 09:00:00,March newsletter,NORMAL,2026-02-27 09:00:00,4,e1\n"
    for path in ("a.zip/unsubscribed_members_export_1.csv", "-"):
        one = harvest(MEMBERS, table(LEFT + row, path), zone="Europe/Stockholm").by_id["e1"]
        event = told(one)["unsubscribed"]
        assert (event.key, event.object) == ("customer:e1:unsubscribed", "March newsletter")
        assert (event.at, event.quality) == (at("2026-02-26T08:00Z"), "naive")


def test_someone_who_left_at_an_unknown_time():
    row = "a@b.example,,,,2026-02-27 09:00:00,4,e1\n"
    one = harvest(MEMBERS, table(LEFT + row, "unsubscribed_1.csv")).by_id["e1"]
    event = told(one)["unsubscribed"]
    assert (event.at, event.quality) == (at("2026-02-27T09:00Z"), "day")
    bare = "Email Address,EUID\na@b.example,e1\n"
    assert harvest(MEMBERS, table(bare, "unsubscribed_1.csv")).events == []


def test_an_address_that_is_dead():
    row = "a@b.example,1,2026-02-26 09:00:00,March newsletter,c1,4,e1\n"
    for path in ("cleaned_email_audience_export_1.csv", "-"):
        event = told(harvest(MEMBERS, table(DEAD + row, path)).by_id["e1"])["mail_bounced"]
        assert (event.key, event.object) == ("customer:e1:mail_bounced", "March newsletter")


def test_a_subscriber_who_once_left_has_not_left():
    row = "a@b.example,2020-02-26 09:00:00,Old,,2026-02-27 09:00:00,4,e1\n"
    assert harvest(MEMBERS, table(LEFT + row, "subscribed_members_export_1.csv")).events == []


def test_of_repeated_names_the_last_is_mailchimps():
    text = (
        "Email Address,Region,REGION,UNSUB_TIME,UNSUB_TIME,MEMBER_RATING,REGION,EUID\n"
        "a@b.example,mine,also mine,whenever,2026-02-26 09:00:00,2,M,e1\n"
    )
    got = harvest(MEMBERS, table(text, "unsubscribed.csv"))
    assert got.rejects == []
    assert told(got.by_id["e1"])["unsubscribed"].at == at("2026-02-26T09:00Z")
    assert got.records[1].fields == {"region": "M"}
    raw = json.loads(got.by_id["e1"].raw)
    assert (raw["REGION"], raw["REGION (2)"], raw["UNSUB_TIME"]) == ("also mine", "M", "whenever")


@pytest.mark.parametrize(
    ("leid", "euid", "id"),
    [
        ("44877845", "b88a0b6bd6", "b88a0b6bd6"),
        ("44877845", "12345e6789", "12345e6789"),
        ("44877845", "", "44877845"),
        ("", "", hashlib.md5(b"a@b.example").hexdigest()),
    ],
)
def test_the_surest_id_is_taken(leid, euid, id):
    got = harvest(MEMBERS, f"Email Address,LEID,EUID\nA@b.example,{leid},{euid}\n")
    assert got.counted[0].id == id


def test_a_member_known_by_nothing_is_rejected():
    got = harvest(
        MEMBERS, "Email Address,LEID,EUID,LAST_CHANGED\nnobody,,,\na@b.example,1,e1,soon\n"
    )
    assert got.read == 2
    assert [(r.line, r.column) for r in got.rejects] == [(2, "Email Address"), (3, "LAST_CHANGED")]


def test_files_are_told_by_their_columns():
    for text in (COLUMNS, LEFT, DEAD):
        assert MEMBERS.matches(header(text))
    assert not MEMBERS.matches(header("Email,EUID\n"))
    refuses_other_tables(MEMBERS)


@needs_shared
def test_the_shared_members():
    people = {person["key"] for person in expected()["people"]}
    seen = set()
    for name in ("mailchimp_subscribed", "mailchimp_unsubscribed"):
        path = f"{name}_members_export.csv"
        text = shared_export(path)
        assert MEMBERS.matches(header(text))
        got = harvest(MEMBERS, table(text, path))
        assert got.rejects == []
        seen |= {keys(record)["email"] for record in got.records}
        verbs = [(event.verb, keys(event)["email"], event.object) for event in got.events]
        left = [("unsubscribed", "chloe@example.net", "March newsletter")]
        assert verbs == (left if name.endswith("unsubscribed") else [])
        if not verbs:
            assert got.by_id["b88a0b6bd6"].fields["tags"] == ["VIP", "Blog"]
    assert seen == people
