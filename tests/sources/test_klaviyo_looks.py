"""Klaviyo's looks at everything: tags for lists and segments, and who is gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.sources.replay import Asked, serving
from tests.sources.syncs import Sync


class Account:
    """Profiles by id, and groups by id with their members; two of a page."""

    def __init__(self, profiles: int) -> None:
        self.port = 0
        self.profiles = {f"P{n:03}": f"p{n}@example.com" for n in range(profiles)}
        self.groups: dict[str, dict[str, tuple[str, set[str]]]] = {"lists": {}, "segments": {}}
        self.asked: list[str] = []
        self.broken = ""

    def answer(self, asked: Asked) -> dict[str, Any]:
        self.asked.append(asked.path)
        parts = asked.path.split("/")[2:]
        status, data = 200, []
        if self.broken and self.broken in asked.path:
            status = 400
        elif parts == ["profiles"]:
            data = [self._profile(id) for id in self.profiles]
        elif parts in (["lists"], ["segments"]):
            data = [
                {"id": id, "attributes": {"name": name}}
                for id, (name, _) in self.groups[parts[0]].items()
            ]
        elif parts[0] in self.groups and parts[1] in self.groups[parts[0]]:
            data = [self._profile(id) for id in sorted(self.groups[parts[0]][parts[1]][1])]
        else:
            status = 404
        start = int(asked.query.get("page[cursor]", 0))
        more = start + 2 < len(data)
        next = f"http://127.0.0.1:{self.port}{asked.path}?page%5Bcursor%5D={start + 2}"
        body = {"data": data[start : start + 2], "links": {"next": next if more else None}}
        return {"status": status, "headers": {}, "json": body}

    def _profile(self, id: str) -> dict[str, Any]:
        told = {"email": self.profiles[id], "updated": "2026-02-01T00:00:00Z"}
        return {"type": "profile", "id": id, "attributes": told}


def tags(sync: Sync) -> dict[str, list[str]]:
    rows = sync.ask("select email, tags from customer where merged_into is null and tags not null")
    return {email: json.loads(tags) for email, tags in rows}


def listed(sync: Sync) -> int:
    return int(sync.ask("select count(*) from customer where merged_into is null")[0][0])


def test_lists_and_segments_are_tags_of_those_in_them(tmp_path: Path) -> None:
    account = Account(4)
    account.groups["lists"]["L"] = ("News", {"P000", "P001", "P002"})
    account.groups["segments"]["S"] = ("VIP", {"P001"})
    with serving(account):
        sync = Sync(tmp_path, "klaviyo", f"http://127.0.0.1:{account.port}")
        sync.run()
        assert tags(sync) == {
            "p0@example.com": ["News"], "p1@example.com": ["News", "VIP"],
            "p2@example.com": ["News"],
        }  # fmt: skip
        account.groups["lists"]["L"] = ("News", {"P001", "P003"})
        account.groups["segments"].clear()
        account.asked.clear()
        assert "lists" not in sync.streams(), "not twice on a day"
        sync.now = "2026-03-03T12:00"
        runs = sync.streams()
        assert (runs["lists"].counts.new, runs["lists"].deleted) == (1, 2)
        assert tags(sync) == {"p1@example.com": ["News"], "p3@example.com": ["News"]}
        account.groups["lists"]["L"] = ("News", {"P000"})
        sync.now = "2026-03-05T12:00"
        sync.run()
        assert tags(sync) == {"p0@example.com": ["News"]}, "who is back has the tag again"


def test_a_look_that_was_broken_off_goes_on_where_it_was(tmp_path: Path) -> None:
    account = Account(6)
    for id in ("A", "B"):
        account.groups["lists"][id] = (f"List {id}", set(account.profiles))
    with serving(account):
        sync = Sync(tmp_path, "klaviyo", f"http://127.0.0.1:{account.port}")
        account.broken = "/lists/B/"
        assert sync.streams()["lists"].error
        account.broken = ""
        account.asked.clear()
        runs = sync.streams()
    assert runs["lists"].deleted == 0
    assert "/api/lists/A/profiles" not in account.asked
    assert set(map(tuple, tags(sync).values())) == {("List A", "List B")}


def test_who_is_gone_is_found_out_once_a_week(tmp_path: Path) -> None:
    account = Account(50)
    with serving(account):
        sync = Sync(tmp_path, "klaviyo", f"http://127.0.0.1:{account.port}")
        sync.run()
        del account.profiles["P007"]
        sync.now = "2026-03-05T00:00"
        assert "gone" not in sync.streams()
        sync.now = "2026-03-10T00:00"
        assert sync.streams()["gone"].deleted == 1
        assert listed(sync) == 49
        sync.now = "2026-03-18T00:00"
        assert sync.streams()["gone"].deleted == 0


def test_too_many_gone_at_once_are_not_believed(tmp_path: Path) -> None:
    account = Account(50)
    with serving(account):
        sync = Sync(tmp_path, "klaviyo", f"http://127.0.0.1:{account.port}")
        sync.run()
        for id in list(account.profiles)[:25]:
            del account.profiles[id]
        sync.now = "2026-03-10T00:00"
        run = sync.streams()["gone"]
    assert run.deleted == 0
    assert "25 of 50" in (run.warning or "")
    assert listed(sync) == 50
