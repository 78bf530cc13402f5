"""Recharge by its API: customers, subscriptions and charges by their last change, and events.

A page after the first takes its cursor and nothing else. Events reach back seven days: what
was deleted in a longer gap is lost, and that is said; all else is found again by the time of
its last change. "Too fast" comes without a word on how long to wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from console.clock import DAY, HOUR, from_instant
from console.model import RecordKind
from console.sources import waits
from console.sources.answers import ApiError
from console.sources.api import Api, Asking, Page, State, Stream
from console.sources.begins import begin
from console.sources.looks import Looking, look, walked
from console.sources.recharge_objects import Charges, Customers, Happenings, Subscriptions
from console.sources.requests import BodyCursor, Request, smaller
from console.sources.walks import Reader, asked, gather, newest, page, walk

VERSION = "2021-11"
_NEXT = BodyCursor(("next_cursor",), keep=("limit",))
_SHRINK = smaller("limit")
_OVERLAP = HOUR
_KEPT = 7 * DAY
_READERS: Mapping[str, Callable[[Asking], Reader]] = {
    "customers": Customers,
    "subscriptions": Subscriptions,
    "charges": Charges,
}
_NOT_ALL = "Recharge tells of the last 7 days alone: what was deleted before is not known"
_GAP = (
    "was not synced for more than 7 days, which is all that Recharge tells of: what was deleted "
    "in between is still in the mirror; all else was found by the time of its last change"
)


def _iso(at: int) -> str:
    return from_instant(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def _things(asking: Asking, name: str) -> Iterator[Page]:
    """What was changed since the newest change seen, newest first."""
    seen, walked = asking.state.get("seen"), asking.state.get("walk")
    if walked is None:
        walked = {"since": begin(asking) if seen is None else seen - _OVERLAP, "top": seen}
    since, top = walked["since"], walked["top"]
    params = {"limit": "250", "sort_by": "updated_at-desc"}
    if since is not None:
        params["updated_at_min"] = _iso(since)
    read = _READERS[name](asking)
    first = Request(f"/{name}", params)
    for answer, follow in walk(
        asking.client, _NEXT, first, walked.get("page"), items=(name,), shrink=_SHRINK
    ):
        made = gather(asking, name, answer.list(name), read)
        top = newest(top, (record.at for record in made.batch.records), asking.now)
        state: State = {"seen": top}
        if follow is not None:
            # What lies between is still to be read: the newest is no place to go on from.
            state = {"seen": seen, "walk": {"since": since, "top": top, "page": follow}}
        yield page(made, state, span=asked(since, None, asking.now))


def events(asking: Asking) -> Iterator[Page]:
    """What happened since the newest event seen, as far as Recharge remembers."""
    seen = asking.state.get("seen")
    since = None if seen is None else seen - _OVERLAP
    warning = _NOT_ALL if seen is None else None
    if since is not None and asking.now - since >= _KEPT:
        since, warning = None, _GAP
    try:
        yield from _events(asking, since, warning)
    except ApiError as error:
        # By its clock it may be just over seven days, when by ours it is not.
        if error.status != 422 or since is None:
            raise
        yield from _events(asking, None, _GAP)
        return
    since = begin(asking)
    if seen is None and since is not None and asking.now - since >= _KEPT:
        # Whoever wants an older time by name shall have it where Recharge gives it.
        with suppress(ApiError):
            yield from _events(asking, since, None)


def _events(asking: Asking, since: int | None, warning: str | None) -> Iterator[Page]:
    top = seen = asking.state.get("seen")
    params = {"limit": "250"}
    if since is not None:
        params["created_at_min"] = _iso(since)
    read = Happenings(asking)
    for answer, follow in walk(
        asking.client, _NEXT, Request("/events", params), items=("events",), shrink=_SHRINK
    ):
        made = gather(asking, "events", answer.list("events"), read)
        top = newest(top, read.times, asking.now)
        # Seven days are soon read again: a walk that was cut begins anew.
        state: State = {"seen": seen} if follow else {"seen": top}
        span = asked(since, None, asking.now)
        yield Page(made.batch, state, tuple(made.removals), span=span, warning=warning)


def _all(name: str) -> Looking:
    return walked(_NEXT, lambda asking: Request(f"/{name}", {"limit": "250"}), (name,),
                  shrink=_SHRINK)  # fmt: skip


# Of charges none is deleted that was ever tried.
_LOOKED_FOR: tuple[tuple[str, RecordKind], ...] = (
    ("customers", "customer"),
    ("subscriptions", "subscription"),
)


def _headers(key: str, settings: Mapping[str, Any]) -> Mapping[str, str]:
    return {"X-Recharge-Access-Token": key, "X-Recharge-Version": VERSION}


API = Api(
    kind="recharge",
    title="Recharge",
    base_url="https://api.rechargeapps.com",
    hosts=("api.rechargeapps.com",),
    headers=_headers,
    check=lambda settings: Request("/customers", {"limit": "1"}),
    streams=(
        *(Stream(name, partial(_things, name=name)) for name in _READERS),
        Stream("events", events, optional=True, echoes=False, after="charges"),
        *(look(f"gone {name}", (kind,), _all(name), after=name) for name, kind in _LOOKED_FOR),
    ),
    key_is="an API token (Apps → API tokens) that may read customers, subscriptions, orders "
    "and events",
    pace=waits.bucket("x-recharge-limit", 2.0),
    patience=2.0,
)
