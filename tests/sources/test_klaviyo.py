import json

from console.sources import klaviyo
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

(PROFILES,) = klaviyo.KINDS
COLUMNS = (
    "Email,Klaviyo ID,First Name,Last Name,Organization,Phone Number,City,State / Region,Country,"
    "Email Marketing Consent,Email Marketing Consent Timestamp,Last Active,Profile Created On,"
    'City,"Favourite, colour"\n'
)


def test_a_profile():
    row = (
        " Ann@Example.com ,01A,Ann,Øe,Ateljé AB,+46 70 123 45 67,Malmö,M,Sweden,"
        "SUBSCRIBED,2025-05-05 09:00:00,2026-03-01 09:00:00,2025-05-04 09:00:00,custom,blue\n"
    )
    one = harvest(PROFILES, COLUMNS + row).by_id["01A"]
    assert one.fields == {
        "name": "Ann Øe", "email": "ann@example.com", "phone": "+46701234567",
        "city": "Malmö", "region": "M", "country": "SE", "account": "Ateljé AB",
    }  # fmt: skip
    assert keys(one) == {
        "source_id": "01A", "email": "ann@example.com", "phone": "+46701234567",
    }  # fmt: skip
    assert one.events == ()
    assert one.at == 0
    raw = json.loads(one.raw)
    assert (raw["City"], raw["City (2)"], raw["Favourite, colour"]) == ("Malmö", "custom", "blue")


def test_leaving_the_mails_is_an_event_when_its_time_is_known():
    text = COLUMNS + (
        "a@b.example,01A,,,,,,,,UNSUBSCRIBED,2025-05-07 09:00:00,,,,\n"
        "c@d.example,01B,,,,,,,,UNSUBSCRIBED,,,,,\n"
        "e@f.example,01C,,,,,,,,NEVER_SUBSCRIBED,2025-05-07 09:00:00,,,,\n"
    )
    got = harvest(PROFILES, text, zone="Europe/Stockholm")
    event = told(got.by_id["01A"])["unsubscribed"]
    assert (event.key, event.at, event.quality) == (
        "customer:01A:unsubscribed", at("2025-05-07T07:00Z"), "naive",
    )  # fmt: skip
    assert got.by_id["01B"].events == got.by_id["01C"].events == ()


def test_any_column_may_be_missing():
    got = harvest(PROFILES, "Email,Profile Created On\nA@b.example,2025-05-04\n")
    assert got.by_id["a@b.example"].fields == {"email": "a@b.example"}
    got = harvest(PROFILES, "Klaviyo ID\n01A\n")
    assert got.by_id["01A"].fields == {}


def test_the_companys_own_id_is_shared():
    got = harvest(PROFILES, "Klaviyo ID,External ID\n01A,user-7\n")
    assert keys(got.by_id["01A"]) == {"source_id": "01A", "external_id": "user-7"}


def test_nobody_and_bad_times_are_rejected():
    text = (
        "Email,Klaviyo ID,Email Marketing Consent Timestamp\nno address,,\n,,x\na@b.example,1,x\n"
    )
    got = harvest(PROFILES, text)
    assert got.read == 3
    assert [(r.line, r.column) for r in got.rejects] == [
        (2, "Email"), (3, "Klaviyo ID"), (4, "Email Marketing Consent Timestamp"),
    ]  # fmt: skip


def test_files_are_told_by_their_columns():
    assert PROFILES.matches(header(COLUMNS))
    assert PROFILES.matches(header("Email,Profile Created On\n"))
    assert not PROFILES.matches(header("Email,Name\n"))
    refuses_other_tables(PROFILES)


@needs_shared
def test_the_shared_profiles():
    got = harvest_shared(PROFILES, "klaviyo_list_export.csv")
    wanted = {id: person["key"] for person in expected()["people"] for id in person["klaviyo_ids"]}
    assert {id: keys(record)["email"] for id, record in got.by_id.items()} == wanted
    assert got.read == len(wanted)
    left = {keys(event)["email"] for event in got.events if event.verb == "unsubscribed"}
    assert left == {"chloe@example.net", "grace@example.com"}
