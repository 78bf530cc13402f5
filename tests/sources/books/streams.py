"""PostHog, Mixpanel and Amplitude, made up: events by query, by day and by hour."""

from __future__ import annotations

import gzip
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zipfile import ZipFile

from tests.sources.books.book import NOT_THERE, Answered, Book, iso, unix
from tests.sources.books.world import BEGUN, Deed, World
from tests.sources.replay import Asked

_SINCE = BEGUN.date().isoformat()
_TIME = re.compile(r"timestamp (>=|<|>) toDateTime64\('([^']*)', 6, 'UTC'\)")
_AFTER = re.compile(r"timestamp = toDateTime64\('([^']*)'.*toString\(uuid\) > '([^']*)'\)\)")
_COLUMNS = ("uuid", "event", "distinct_id", "person_id", "properties", "person_properties",
            "timestamp", "created_at")  # fmt: skip


def _traits(world: World, one: Deed) -> dict[str, Any]:
    email = world.people[one.person].email
    return {"email": email} if email else {}


class PostHog(Book):
    kind = "posthog"

    def answer(self, asked: Asked, url: str) -> Answered:
        if not asked.path.endswith("/query/") or asked.body is None:
            return NOT_THERE
        query = asked.body["query"]["query"]
        limit = int(query.rpartition(" ")[2])
        found = sorted(self.world.deeds, key=lambda one: (one.at, self._uuid(one)))
        if after := _AFTER.search(query):
            place = (_utc(after[1]), after[2])
            found = [one for one in found if (one.at, self._uuid(one)) > place]
        for sign, text in _TIME.findall(query):
            bound = _utc(text)
            if sign == ">=":
                found = [one for one in found if one.at >= bound]
            elif sign == "<":
                found = [one for one in found if one.at < bound]
        rows = [self._row(one) for one in found[:limit]]
        return Answered({"results": rows, "columns": _COLUMNS}, rows=rows)

    def _uuid(self, one: Deed) -> str:
        return f"0190-{one.n:06}"

    def _row(self, one: Deed) -> list[Any]:
        own = self.world.people[one.person].own
        traits = json.dumps(_traits(self.world, one))
        return [self._uuid(one), one.name, own, f"person-{one.person}",
                json.dumps({"n": one.n}), traits, iso(one.at), iso(one.at)]  # fmt: skip


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Mixpanel(Book):
    kind = "mixpanel"
    settings = {"project_id": "77", "since": _SINCE}  # noqa: RUF012

    def answer(self, asked: Asked, url: str) -> Answered:
        if asked.path != "/api/2.0/export":
            return NOT_THERE
        first, last = (date.fromisoformat(asked.query[n]) for n in ("from_date", "to_date"))
        told = [one for one in self.world.deeds if first <= one.at.date() <= last]
        lines = [json.dumps(self.event(one)) for one in told]
        # More than so many are broken off, but for the events of a day.
        if len(lines) > self.page * 5 and first < last:
            lines = [*lines[: self.page * 5], "terminated early"]
        return Answered("\n".join(lines).encode())

    def event(self, one: Deed) -> dict[str, Any]:
        person = self.world.people[one.person]
        told = {"time": unix(one.at), "distinct_id": person.own, "$user_id": person.own,
                "$insert_id": f"i{one.n}", "n": one.n}  # fmt: skip
        if person.email:
            told["$email"] = person.email
        return {"event": one.name, "properties": told}


class Amplitude(Book):
    kind = "amplitude"
    settings = {"since": _SINCE}  # noqa: RUF012

    def answer(self, asked: Asked, url: str) -> Answered:
        if asked.path != "/api/2/export":
            return NOT_THERE
        first, last = (
            datetime.strptime(asked.query[name], "%Y%m%dT%H").replace(tzinfo=UTC)
            for name in ("start", "end")
        )
        told = [one for one in self.world.deeds if first <= one.at < last + timedelta(hours=1)]
        if not told:
            return Answered(b"Not Found", 404)
        if len(told) > self.page * 5 and first < last:
            return Answered(b"too much", 400)
        packed = io.BytesIO()
        with ZipFile(packed, "w") as archive:
            for n in range(0, len(told), 7):
                lines = "\n".join(json.dumps(self.event(one)) for one in told[n : n + 7])
                archive.writestr(f"1/1_{n:04}.json.gz", gzip.compress(lines.encode()))
        return Answered(packed.getvalue())

    def event(self, one: Deed) -> dict[str, Any]:
        at = f"{one.at:%Y-%m-%d %H:%M:%S.%f}"
        return {
            "uuid": f"a-{one.n}", "user_id": self.world.people[one.person].own,
            "amplitude_id": 10_000 + one.person, "event_type": one.name, "event_time": at,
            "server_upload_time": at, "event_properties": {"n": one.n},
            "user_properties": _traits(self.world, one),
        }  # fmt: skip
