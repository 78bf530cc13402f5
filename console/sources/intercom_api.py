"""Intercom by its API (2.16): contacts with their merges, conversations with their parts.

A search by time knows only whole days, of the workspace's zone, and begins with the day after
the one it is given: two days more are asked for, and what is older than our overlap is left
out here. A contact that became part of another is no longer found; the other one names it,
and its own address answers 410 with a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from console.clock import DAY, HOUR
from console.model import Removal
from console.sources import waits
from console.sources.answers import Answer, ApiError, find
from console.sources.api import Api, Asking, Page, State, Stream
from console.sources.intercom_objects import PEOPLE, Contacts, Conversations, is_whole, parts_of
from console.sources.intercom_tickets import Companies, Tickets
from console.sources.looks import look, walked
from console.sources.objects import Said, reader_of_times
from console.sources.people import plain_text
from console.sources.requests import BodyCursor, Request
from console.sources.walks import Gathered, asked, gather, newest, page, seconds, walk

VERSION = "2.16"
_OVERLAP = HOUR
_PAGE = 150
_NEXT = BodyCursor(("pages", "next", "starting_after"), ("pagination", "starting_after"))
_CANONICAL = re.compile(r"<[^>]*/contacts/([^/>?]+)[^>]*>\s*;[^,]*\brel=\"?canonical\"?")


def contacts(asking: Asking) -> Iterator[Page]:
    """Contacts that were changed since the newest change seen, and those the config names."""
    read = Contacts(asking)
    met: set[str] = asking.shared.setdefault("contacts", set())
    state: State = dict(asking.state)
    for found, answer, state in _search(asking, "contacts", "data"):
        met |= {str(one.get("id")) for one in found}
        made = gather(asking, "contacts", found, read)
        total = find(answer.json, "total_count") if not asking.state.get("seen") else None
        yield page(made, state, total=total, span=asked(state["since"], None, asking.now))
    if named := _named(asking, "contacts"):
        yield page(_looked_up(asking, named, read), state)


def _looked_up(asking: Asking, ids: Iterable[str], read: Contacts) -> Gathered:
    """Contacts by their ids, and what became of those that are gone."""
    made = gather(asking, "contacts", (), read)
    for id in ids:
        answer = asking.client.ask(
            Request(f"/contacts/{id}", {"include_merge_history": "true"}, allow=(404, 410))
        )
        if answer.status < 300:
            one = gather(asking, "contacts", (answer.one(id),), read)
            made.batch.records += one.batch.records
            made.batch.events += one.batch.events
            made.batch.rejects += one.batch.rejects
            made.batch.read += one.batch.read
            made.removals += one.removals
        elif link := _CANONICAL.search(answer.headers.get("link", "")):
            made.removals.append(Removal("customer", id, "merged", into=link[1]))
    return made


def conversations(asking: Asking) -> Iterator[Page]:
    """Conversations that were changed since the newest change seen, each with its parts."""
    read = Conversations(asking)
    if named := _named(asking, "conversations"):
        yield _whole(asking, named, read, dict(asking.state))
    for found, _, state in _search(asking, "conversations", "conversations"):
        yield _whole(asking, [str(one.get("id")) for one in found], read, state)


def _whole(asking: Asking, ids: Iterable[str], read: Conversations, state: State) -> Page:
    """Conversations by their ids; those that are gone meanwhile are left out."""
    said = []
    for id in ids:
        answer = asking.client.ask(Request(f"/conversations/{id}", allow=(404, 410)))
        if answer.status < 300:
            said.append(answer.one(id))
    made = gather(asking, "conversations", said, read)
    made.removals += _looked_up(asking, _strangers(asking, said), Contacts(asking)).removals
    cut = [str(one.get("id")) for one in said if not is_whole(one)]
    warning = None
    if cut:
        warning = (
            f"Intercom gives the newest 500 parts of a conversation: {', '.join(cut[:10])}"
            + (f" and {len(cut) - 10} more" if len(cut) > 10 else "")
            + (" is incomplete" if len(cut) == 1 else " are incomplete")
        )
    span = asked(state.get("since"), None, asking.now)
    return Page(made.batch, state, tuple(made.removals), span=span, warning=warning)


def _strangers(asking: Asking, said: Iterable[Said]) -> list[str]:
    """Those who wrote in a conversation that does not name them: they became somebody else."""
    met: set[str] = asking.shared.setdefault("contacts", set())
    found: dict[str, None] = {}
    for one in said:
        for contact in find(one, "contacts", "contacts") or ():
            met.add(str(find(contact, "id")))
        for part in (one.get("source"), *parts_of(one)):
            id = plain_text(find(part, "author", "id"))
            if id and find(part, "author", "type") in PEOPLE and id not in met:
                found[id] = None
    met |= found.keys()
    return list(found)


def _search(asking: Asking, what: str, items: str) -> Iterator[tuple[list[Said], Answer, State]]:
    """What was found page by page, without what is older than the overlap, and the state.

    The state has the newest change seen before this walk and within it, and its page.
    """
    state = asking.state
    seen, since, token = state.get("seen"), state.get("since"), state.get("page")
    reached = state.get("reached")
    if token is None:
        since, reached = None if seen is None else seen - _OVERLAP, seen
    when = reader_of_times(asking.reading.zone, asking.now)
    body: dict[str, Any] = {
        "query": _query(since),
        "pagination": {"per_page": _PAGE},
    }
    params = {}
    if what == "contacts":
        body["sort"] = {"field": "updated_at", "order": "descending"}
        params = {"include_merge_history": "true"}
    first = Request(f"/{what}/search", params, method="POST", json=body)
    for answer, follow in walk(asking.client, _NEXT, first, token, items=(items,)):
        found, times = [], []
        for one in answer.list(items):
            try:
                at = when(find(one, "updated_at"))[0]
            except ValueError:
                at = asking.now
            if since is None or at >= since:
                found.append(one)
                times.append(at)
        reached = newest(reached, times, asking.now)
        yield found, answer, {
            # Only at the end of the walk is nothing left out that is older.
            "seen": seen if follow else reached,
            "reached": reached, "since": since, "page": follow,
        }  # fmt: skip


_GONE = walked(
    _NEXT,
    lambda asking: Request(
        "/contacts/search",
        method="POST",
        json={"query": _query(None), "pagination": {"per_page": _PAGE}},
    ),
    ("data",),
)


def tickets(asking: Asking) -> Iterator[Page]:
    """Tickets that were changed since the newest change seen."""
    read = Tickets(asking)
    for found, _, state in _search(asking, "tickets", "tickets"):
        made = gather(asking, "tickets", found, read)
        yield page(made, state, span=asked(state["since"], None, asking.now))


def companies(asking: Asking) -> Iterator[Page]:
    """All companies, which cannot be asked for what changed.

    A scroll has all of them, where a list ends after 10,000. It is over after a minute and
    cannot be resumed: one that was broken off is begun anew. Raises ApiError.
    """
    read, scroll, before = Companies(asking), "", None
    while True:
        params = {"scroll_param": scroll} if scroll else {}
        answer = asking.client.ask(Request("/companies/scroll", params))
        told, scroll = answer.list("data"), str(find(answer.json, "scroll_param") or "")
        if told and told == before:
            raise ApiError("/companies/scroll: Intercom gives the same page again and again")
        made, before = gather(asking, "companies", told, read), told
        ended = not told or not scroll
        yield page(made, {"last": asking.now} if ended else {"more": True})
        if ended:
            return


def _query(since: int | None) -> Mapping[str, str]:
    if since is None:
        return {"field": "created_at", "operator": ">", "value": "0"}
    return {"field": "updated_at", "operator": ">", "value": seconds(since // DAY * DAY - 2 * DAY)}


def _named(asking: Asking, setting: str) -> list[str]:
    """The ids that a setting names: a list, or a text with commas."""
    told = asking.settings.get(setting) or ()
    parts = told.split(",") if isinstance(told, str) else told
    return [str(part).strip() for part in parts]


def _pace(answer: Answer) -> float:
    """Spread what is left over the window, rather than running into its end."""
    left = waits.number(answer.headers.get("x-ratelimit-remaining", ""))
    limit = waits.number(answer.headers.get("x-ratelimit-limit", ""))
    if left is None or not limit or left > limit / 4:
        return 0.0
    return _FULL(answer) if left <= 1 else min(10.0 / limit * (limit / 4) / left, 1.0)


_FULL = waits.remaining("x-ratelimit-remaining", "x-ratelimit-reset", unix=True, window=10.0)


def _headers(key: str, settings: Mapping[str, Any]) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {key}", "Intercom-Version": VERSION}


API = Api(
    kind="intercom",
    title="Intercom",
    base_url="https://api.intercom.io",
    hosts=(".intercom.io",),
    headers=_headers,
    check=lambda settings: Request("/contacts", {"per_page": "1"}),
    streams=(
        Stream("contacts", contacts),
        Stream("conversations", conversations, optional=True, after="contacts"),
        Stream("tickets", tickets, optional=True, after="contacts"),
        Stream("companies", companies, optional=True, echoes=False, every=DAY),
        look("gone", ("customer",), _GONE, after="conversations"),
    ),
    key_is="an access token (Settings → Integrations → Developer Hub → your app → Authentication) "
    "that may read contacts and conversations; workspaces in Europe and Australia need "
    "base_url https://api.eu.intercom.io or https://api.au.intercom.io",
)
