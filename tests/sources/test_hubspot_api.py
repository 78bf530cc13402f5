"""HubSpot by its API: more than a search gives, merges, what was deleted and came back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.sources.loopback import KEY, Mirror, Said, tally, vendor
from tests.sources.replay import Asked

_NOW = "2026-03-02T03:30:00Z"
_START = 1_767_225_600_000
_CONTACTS = "select count(*) from record where kind = 'customer'"


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat()


class _Account:
    """Searches and lists; refuses to go past 10,000, as HubSpot does."""

    def __init__(self) -> None:
        self.things: dict[str, dict[int, dict[str, Any]]] = {
            "contacts": {}, "companies": {}, "tickets": {},
        }  # fmt: skip
        self.deleted: dict[int, int] = {}
        self.batches: list[list[str]] = []

    def add(self, what: str, id: int, ms: int, **properties: Any) -> None:
        changed = "lastmodifieddate" if what == "contacts" else "hs_lastmodifieddate"
        told = {changed: _iso(ms), "createdate": _iso(_START), **properties}
        self.things[what][id] = {"id": str(id), "properties": told, "ms": ms, "archived": False}

    def __call__(self, asked: Asked) -> Said:
        assert asked.headers["authorization"] == f"Bearer {KEY}"
        parts = asked.path.split("/")
        assert parts[:4] == ["", "crm", "objects", "2026-09"]
        if asked.method == "GET":
            assert asked.query["archived"] == "true"
            gone = self.deleted.items() if parts[4] == "contacts" else ()
            rows = [{"id": str(id), "archived": True, "archivedAt": _iso(ms)} for id, ms in gone]
            return 200, {"results": rows}
        if parts[5:] == ["batch", "read"]:
            self.batches.append([one["id"] for one in asked.body["inputs"]])
            return 200, {"results": [self.things[parts[4]][int(id)] for id in self.batches[-1]]}
        body, found = asked.body, list(self.things[parts[4]].values())
        for group in body["filterGroups"]:
            for one in group["filters"]:
                if one["propertyName"] == "hs_object_id":
                    found = [thing for thing in found if int(thing["id"]) > int(one["value"])]
                else:
                    found = [thing for thing in found if thing["ms"] >= int(one["value"])]
        found.sort(key=lambda thing: int(thing["id"]))
        start, limit = int(body.get("after", "0")), body["limit"]
        if start + limit > 10_000:
            return 400, {"message": "There was a problem with the request."}
        said: dict[str, Any] = {"total": len(found), "results": found[start : start + limit]}
        if start + limit < len(found):
            said["paging"] = {"next": {"after": str(start + limit)}}
        return 200, said


def test_more_than_a_search_gives(tmp_path: Path) -> None:
    account = _Account()
    for n in range(10_450):
        account.add("contacts", 90 + n, _START + n, email=f"p{n}@example.com")
    with vendor(account) as (url, asked):
        mirror = Mirror(tmp_path, "hubspot", url)
        assert tally(mirror.sync(_NOW))["contacts"] == (10_450, 0, 0)
        assert mirror.rows(_CONTACTS) == [10_450]
        account.add("contacts", 95, _START + 20_000, email="p5@example.com", firstname="Ana")
        asked.clear()
        assert tally(mirror.sync(_NOW))["contacts"][:2] == (0, 1)
    filters = asked[0].body["filterGroups"][0]["filters"]
    assert filters == [
        {"propertyName": "lastmodifieddate", "operator": "GTE",
         "value": str(_START + 10_449 - 3_600_000)},
    ]  # fmt: skip


def test_merged_deleted_and_come_back(tmp_path: Path) -> None:
    account = _Account()
    account.add("contacts", 1, _START, email="Ana@example.com", firstname="Ana", lastname=None)
    account.add("contacts", 2, _START, email="bo@example.com", hs_email_optout="true")
    account.add("contacts", 3, _START, email="cy@example.com")
    account.add("companies", 7, _START, name="Acme", domain="acme.example")
    account.add("tickets", 9, _START + 50, subject="Help", hs_pipeline_stage="4",
                closed_date=_iso(_START + 40), hs_ticket_priority="HIGH",
                hs_primary_contact_id="1")  # fmt: skip
    with vendor(account) as (url, _):
        mirror = Mirror(tmp_path, "hubspot", url)
        assert tally(mirror.sync(_NOW)) == {
            "contacts": (4, 0, 0), "companies": (1, 0, 0), "tickets": (1, 0, 0),
            "deleted contacts": (0, 0, 0), "deleted tickets": (0, 0, 0), "gone": (0, 0, 0),
        }  # fmt: skip
        threads = "select subject, status, priority, customer from thread"
        ana = mirror.rows("select id from customer where email = 'ana@example.com'")[0]
        assert mirror.rows(threads) == [("Help", "closed", "high", ana)]
        verbs = "select k.verb from event e join event_kind k on k.id = e.kind order by 1"
        assert mirror.rows(verbs) == ["ticket_opened", "ticket_solved", "unsubscribed"]
        assert mirror.rows("select ext_id from record where kind = 'account'") == ["7"]
        # One merged into another, one deleted.
        del account.things["contacts"][3], account.things["contacts"][2]
        account.add("contacts", 1, _START + 1000, email="ana@example.com",
                    hs_merged_object_ids="3;1")  # fmt: skip
        account.deleted = {2: _START + 2000}
        report = mirror.sync("2026-03-02T05:00:00Z")
        tally(report)
        assert {run.stream: run.deleted for run in report.runs if run.deleted} == {
            "contacts": 1, "deleted contacts": 1,
        }  # fmt: skip
        removed = "select ext_id, what, into_id from removal order by 1"
        assert mirror.rows(removed) == [("2", "deleted", None), ("3", "merged", "1")]
        again = mirror.sync("2026-03-02T05:00:00Z")
        assert all(run.counts.new + run.counts.changed + run.deleted == 0 for run in again.runs)
        account.deleted = {}
        account.add("contacts", 2, _START + 3000, email="bo@example.com")
        assert tally(mirror.sync("2026-03-02T07:00:00Z"))["contacts"][:2] != (0, 0)
        assert mirror.rows("select count(*) from customer where email = 'bo@example.com'") == [1]


def test_companies_are_accounts_with_their_domain(tmp_path: Path) -> None:
    account = _Account()
    account.add("companies", 7, _START, name="Acme", domain="acme.example")
    account.add("contacts", 1, _START, email="ana@acme.example", associatedcompanyid="7")
    account.add("contacts", 2, _START, email="bo@acme.example", associatedcompanyid="7")
    account.add("contacts", 3, _START, email="cy@example.com", company="ACME ")
    with vendor(account) as (url, _):
        mirror = Mirror(tmp_path, "hubspot", url)
        tally(mirror.sync(_NOW))
        assert account.batches == [["7"]], "each name is asked for once"
        assert mirror.rows("select name, domain from account") == [("Acme", "acme.example")]
        assert mirror.rows("select count(*) from customer where account is not null") == [3]
