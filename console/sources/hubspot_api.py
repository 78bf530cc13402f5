"""HubSpot by its API: contacts, companies, tickets, what was merged and what was deleted.

A search gives no more than 10,000 things: things are asked for in the order of their ids, and
before that end the search is begun anew after the last id. What was deleted is in lists of its
own; what was merged is named by what it became part of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from console.clock import HOUR
from console.model import RecordKind, Removal
from console.sources import waits
from console.sources.answers import Answer, find
from console.sources.api import Api, Asking, Page, Stream
from console.sources.hubspot_objects import (
    COMPANY,
    CONTACT,
    TICKET,
    VERSION,
    Companies,
    Contacts,
    Tickets,
)
from console.sources.json_fields import text_id, time_or_none
from console.sources.looks import look, walked
from console.sources.objects import Said, reader_of_times
from console.sources.parts import changed_at
from console.sources.requests import BodyCursor, Request
from console.sources.walks import Found, Reader, asked, gather, newest, page, walk

_OVERLAP = HOUR
_LIMIT = 200
_FARTHEST = 10_000
"""Things after which a search gives no more."""
_AFTER = ("paging", "next", "after")
_SEARCH = BodyCursor(_AFTER, ("after",))
_LIST = BodyCursor(_AFTER, ("after",))


def _path(asking: Asking, what: str) -> str:
    return f"/crm/objects/{asking.settings.get('version', VERSION)}/{what}"


def _search(
    what: str, changed: str, properties: tuple[str, ...], reads: Callable[[Asking], Reader],
    asking: Asking,
) -> Iterator[Page]:  # fmt: skip
    """Things that were changed since the newest change seen, by their ids.

    changed: the property that holds the time of the last change. The state has the newest
    change seen before this walk and within it, the id the search begins after, and its page.
    """
    state = asking.state
    seen, since, token = state.get("seen"), state.get("since"), state.get("page")
    reached, last = state.get("reached"), state.get("last")
    if token is None and last is None:
        since, reached = None if seen is None else seen - _OVERLAP, seen
    if own := asking.settings.get("external_id"):
        properties = (*properties, str(own))
    read = reads(asking)
    more = True
    while more:
        more = False
        first = _request(asking, what, changed, properties, since, last)
        for answer, follow in walk(asking.client, _SEARCH, first, token, items=("results",)):
            found = answer.list("results")
            if isinstance(read, Contacts):
                read.learn(found)
            made = gather(asking, what, found, read)
            times = [record.at for record in made.batch.records]
            reached = newest(reached, times, asking.now)
            if follow and follow.isdecimal() and int(follow) + _LIMIT > _FARTHEST:
                more, last, follow = True, _last(found), None
            is_done = follow is None and not more
            state = {
                # Things come by their ids: only at the end is nothing older left out.
                "seen": reached if is_done else seen, "reached": reached, "since": since,
                "last": None if is_done else last, "page": follow,
            }  # fmt: skip
            total = None if since or last else find(answer.json, "total")
            yield page(made, state, total=total, span=asked(since, None, asking.now))
            if more:
                break
        token = None


def _last(found: list[Any]) -> str:
    return max((text_id(one) for one in found), key=lambda id: (len(id), id))


def _request(
    asking: Asking, what: str, changed: str, properties: tuple[str, ...], since: int | None,
    last: str | None,
) -> Request:  # fmt: skip
    filters = []
    if since is not None:
        value = str(since // 1000)
        filters.append({"propertyName": changed, "operator": "GTE", "value": value})
    if last is not None:
        filters.append({"propertyName": "hs_object_id", "operator": "GT", "value": last})
    body: dict[str, Any] = {
        "limit": _LIMIT,
        "properties": list(properties),
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "filterGroups": [{"filters": filters}] if filters else [],
    }
    return Request(f"{_path(asking, what)}/search", method="POST", json=body)


def _archived(what: str, kind: RecordKind, asking: Asking) -> Iterator[Page]:
    """Things that were deleted; HubSpot forgets them itself after some months."""
    when = reader_of_times(asking.reading.zone, asking.now)

    def read(said: Said) -> Iterator[Found]:
        if said.get("archived", True) is True:
            at = changed_at(time_or_none(said, "archivedAt", when))
            yield Removal(kind, text_id(said), at=at)

    first = Request(_path(asking, what), {"limit": "100", "archived": "true"})
    token = asking.state.get("page")
    for answer, follow in walk(asking.client, _LIST, first, token, items=("results",)):
        made = gather(asking, f"deleted {what}", answer.list("results"), read)
        yield page(made, {"page": follow})


_GONE = walked(
    _LIST, lambda asking: Request(_path(asking, "contacts"), {"limit": "100"}), ("results",)
)


def _pace(answer: Answer) -> float:
    left = waits.number(answer.headers.get("x-hubspot-ratelimit-remaining", ""))
    if left is None:
        # Searches, five a second, say nothing.
        return 0.2
    window = waits.number(answer.headers.get("x-hubspot-ratelimit-interval-milliseconds", ""))
    return min((window or 10_000) / 1000, 10.0) if left <= 1 else 0.0


API = Api(
    kind="hubspot",
    title="HubSpot",
    base_url="https://api.hubapi.com",
    hosts=("api.hubapi.com",),
    headers=lambda key, settings: {"Authorization": f"Bearer {key}"},
    check=lambda settings: Request(
        f"/crm/objects/{settings.get('version', VERSION)}/contacts", {"limit": "1"}
    ),
    streams=(
        Stream("contacts", partial(_search, "contacts", "lastmodifieddate", CONTACT, Contacts)),
        Stream(
            "companies",
            partial(_search, "companies", "hs_lastmodifieddate", COMPANY, Companies),
            optional=True,
        ),
        Stream(
            "tickets",
            partial(_search, "tickets", "hs_lastmodifieddate", TICKET, Tickets),
            optional=True,
        ),
        Stream(
            "deleted contacts",
            partial(_archived, "contacts", "customer"),
            optional=True,
            echoes=False,
            every=HOUR,
            after="contacts",
        ),
        Stream(
            "deleted tickets",
            partial(_archived, "tickets", "thread"),
            optional=True,
            echoes=False,
            every=HOUR,
            after="tickets",
        ),
        # What is erased by request of the person is in no list of what was deleted.
        look("gone", ("customer",), _GONE, after="deleted contacts"),
    ),
    key_is="the access token of a private app (pat-…, Settings → Integrations → Private Apps) "
    "that may read contacts, companies and tickets",
    pace=_pace,
)
