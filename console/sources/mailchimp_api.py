"""Mailchimp by its API: members of the audiences, campaigns, what became of each mail.

Paging is by offset, and drifts while people change: members are asked in the order of their
last change, and a full page is followed by asking for what changed since its end. There are
no headers to pace by; under load comes a 429, or a 403 without a word. A member's own id is
the hash of their address, so they are kept by `unique_email_id`, which the export has too.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from console.clock import DAY, HOUR, SECOND, from_instant
from console.sources import values
from console.sources.answers import Answer, NotThere, find
from console.sources.api import Api, Asking, Page, Setting, State, Stream
from console.sources.begins import begin
from console.sources.json_fields import text_id
from console.sources.looks import Ids, look
from console.sources.mailchimp_objects import (
    Activities,
    Campaigns,
    Members,
    member_id,
    title_of,
)
from console.sources.requests import Offset, Pager, Request, smaller
from console.sources.walks import Gathered, asked, gather, newest, page, walk

_OVERLAP = SECOND
_COUNT = 1000
# So long do people open a mail; of an older campaign nothing new is asked for.
_ALIVE = 30 * DAY
_SHRINK = smaller("count")
_IDS = "members.id,members.unique_email_id,members.contact_id,total_items"
_LISTS = "lists.id,lists.name,total_items"
_CAMPAIGNS = (
    "campaigns.id,campaigns.status,campaigns.send_time,campaigns.settings,campaigns.type,"
    "total_items"
)


def _iso(at: int) -> str:
    return from_instant(at).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _named(asking: Asking, setting: str) -> list[str]:
    """The ids that a setting names: a list, or a text with commas."""
    told = asking.settings.get(setting) or ()
    parts = told.split(",") if isinstance(told, str) else told
    return [str(part).strip() for part in parts]


def _walk(
    asking: Asking, what: Request, items: str, token: str | None = None, pager: Pager | None = None
) -> Iterator[tuple[Answer, str | None]]:
    """A walk, by offset."""
    by = pager or Offset((items,))
    yield from walk(asking.client, by, what, token, items=(items,), shrink=_SHRINK)


@dataclass(frozen=True, slots=True)
class Changed:
    """Pages in the order of change: by offset, and after a full one by its newest change.

    Its token is "since|offset", the first in microseconds UTC or empty.
    """

    def token(self, answer: Answer, request: Request) -> str | None:
        """See `console.sources.requests.Pager`."""
        offset = Offset(("members",)).token(answer, request)
        if offset is None:
            return None
        since = request.params.get("since_last_changed", "")
        found = find(answer.json, "members")
        last = find(found[-1], "last_changed")
        if len(found) >= int(request.params["count"]) and isinstance(last, str):
            reached = _micros(last)
            if reached is not None and (not since or reached - _OVERLAP > (_micros(since) or 0)):
                return f"{_iso(reached - _OVERLAP)}|0"
        return f"{since}|{offset}"

    def follow(self, first: Request, token: str) -> Request:
        """See `console.sources.requests.Pager`."""
        since, _, offset = token.partition("|")
        request = first.with_params(offset=offset)
        return request.with_params(since_last_changed=since) if since else request


def _micros(text: str) -> int | None:
    try:
        return values.instant(text, ZoneInfo("UTC"))[0]
    except ValueError:
        return None


def audiences(asking: Asking) -> list[str]:
    """The ids of the audiences to read: those in the config, else all."""
    if wanted := _named(asking, "lists"):
        return wanted
    what = Request("/3.0/lists", {"count": str(_COUNT), "offset": "0", "fields": _LISTS})
    return [
        text_id(one) for answer, _ in _walk(asking, what, "lists") for one in answer.list("lists")
    ]


def people(asking: Asking) -> Iterator[Page]:
    """Members of each audience, in the order of their last change.

    The state has for each audience the newest change seen and, within a walk, its page.
    """
    floor = begin(asking)
    state: State = {"seen": None, "lists": {}, **asking.state}
    ids = audiences(asking)
    for id in ids:
        mark = state["lists"].get(id, {})
        seen, token = mark.get("seen"), mark.get("page")
        since = floor if mark.get("done") is None else mark["done"] - _OVERLAP
        params = {
            "count": str(_COUNT), "offset": "0", "sort_field": "last_changed", "sort_dir": "ASC",
            "exclude_fields": "_links,members._links",
        }  # fmt: skip
        if since is not None:
            params["since_last_changed"] = _iso(since)
        what = Request(f"/3.0/lists/{id}/members", params)
        read = Members(asking, id if len(ids) > 1 else None)
        for answer, follow in _walk(asking, what, "members", token, Changed()):
            made = gather(asking, "members", answer.list("members"), read)
            seen = newest(seen, (record.at for record in made.batch.records), asking.now)
            mark = {"seen": seen, "page": follow, "done": mark.get("done") if follow else seen}
            state = {
                "seen": newest(state["seen"], (seen,) if seen else (), asking.now),
                "lists": {**state["lists"], id: mark},
            }
            yield page(
                made, state, total=find(answer.json, "total_items"),
                span=asked(since, None, asking.now),
            )  # fmt: skip


def _everyone(asking: Asking, token: str | None) -> Ids:
    """The ids of all members, archived ones too. Its token is the audience and the offset."""
    reached, _, offset = (token or "").partition("|")
    ids = sorted(audiences(asking))
    for id in ids[ids.index(reached) if reached in ids else 0 :]:
        params = {"count": str(_COUNT), "offset": "0", "fields": _IDS}
        what = Request(f"/3.0/lists/{id}/members", params)
        for answer, follow in _walk(asking, what, "members", offset or None):
            found = [member_id(one) for one in answer.list("members")]
            # Their membership of each, too.
            found += [f"{id}:{one}" for one in found]
            last = id == ids[-1] and follow is None
            yield found, None if last else f"{id}|{follow}" if follow else f"{_next(ids, id)}|"
        offset = ""


def _next(ids: list[str], id: str) -> str:
    return ids[ids.index(id) + 1]


def mailings(asking: Asking) -> Iterator[Page]:
    """Campaigns that were sent, the newest first: all, then those people may still open."""
    seen = asking.state.get("seen")
    params = {
        "count": str(_COUNT), "offset": "0", "status": "sent", "sort_field": "send_time",
        "sort_dir": "DESC", "fields": _CAMPAIGNS,
    }  # fmt: skip
    since = None if seen is None else min(seen - HOUR, asking.now - _ALIVE)
    if since is not None:
        params["since_send_time"] = _iso(since)
    told: dict[str, Any] = asking.shared.setdefault("campaigns", {})
    newest_yet = seen
    for answer, follow in _walk(asking, Request("/3.0/campaigns", params), "campaigns"):
        made = gather(asking, "campaigns", answer.list("campaigns"), Campaigns(asking))
        told |= {str(find(one, "id")): title_of(one) for one in answer.list("campaigns")}
        sent = (record.fields.get("sent_at") or 0 for record in made.batch.records)
        newest_yet = newest(newest_yet, sent, asking.now)
        # Newest first: until the last page is in, what is older must be asked for again.
        state = {"seen": seen if follow else newest_yet}
        yield page(
            made, state, total=find(answer.json, "total_items"),
            span=asked(since, None, asking.now),
        )  # fmt: skip


def activity(asking: Asking) -> Iterator[Page]:
    """What became of each mail, campaign by campaign.

    The state has the campaigns still to ask for, with their titles, the newest thing seen of
    each that is alive, and the page of the first.
    """
    alive: dict[str, Any] = dict.fromkeys(_named(asking, "campaigns"))
    alive |= asking.shared.get("campaigns", {})
    left = dict(asking.state.get("todo", ()))
    todo = {**left, **{id: title for id, title in alive.items() if id not in left}}
    state: State = {"seen": None, "page": None, "mark": None, "marks": {}, **asking.state}
    # Of a campaign nobody opens any more nothing needs to be known.
    marks = {id: at for id, at in state["marks"].items() if id in alive or id in todo}
    state |= {"todo": list(todo.items()), "marks": marks}
    while state["todo"]:
        try:
            for made, after in _campaign(asking, state):
                state = after
                yield page(made, state)
        except NotThere:
            # A campaign may have no report, or have gone meanwhile: it costs itself alone.
            state = {**state, "todo": state["todo"][1:], "page": None, "mark": None}


def _campaign(asking: Asking, state: State) -> Iterator[tuple[Gathered, State]]:
    """The pages of the first campaign of the state, and the state after each."""
    id, title = state["todo"][0]
    before, mark, seen = state["marks"].get(id), state["mark"], state["seen"]
    params = {"count": str(_COUNT), "offset": "0", "exclude_fields": "_links,emails._links"}
    if before is not None:
        params["since"] = _iso(before - _OVERLAP)
    what = Request(f"/3.0/reports/{id}/email-activity", params)
    read = Activities(asking, id, title)
    for answer, follow in _walk(asking, what, "emails", state["page"]):
        made = gather(asking, "activity", answer.list("emails"), read)
        times = [event.at for event in made.batch.events]
        mark, seen = newest(mark, times, asking.now), newest(seen, times, asking.now)
        state = {**state, "seen": seen, "page": follow, "mark": mark if follow else None}
        if follow is None:
            state["todo"] = state["todo"][1:]
            reached = newest(before, (mark,) if mark else (), asking.now)
            state["marks"] = state["marks"] | ({} if reached is None else {id: reached})
        yield made, state


def _headers(key: str, settings: Mapping[str, Any]) -> Mapping[str, str]:
    pair = base64.b64encode(f"any:{key}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


API = Api(
    kind="mailchimp",
    title="Mailchimp",
    base_url="https://{dc}.api.mailchimp.com",
    hosts=(".api.mailchimp.com",),
    headers=_headers,
    check=lambda settings: Request("/3.0/ping"),
    streams=(
        Stream("members", people),
        Stream("campaigns", mailings),
        Stream("activity", activity, echoes=False, after="campaigns"),
        look("gone", ("customer", "identify"), _everyone, after="members"),
    ),
    key_is="an API key (Account → Extras → API keys); it ends in the name of your data center, "
    "such as -us20",
    # A refusal that comes with a word is meant.
    busy=lambda answer: not isinstance(answer.json, dict),
    settings=(Setting("dc", "The data center: what stands after the dash in the key (us20)"),),
)
