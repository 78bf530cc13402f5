"""Klaviyo's slow looks: who is on which list and in which segment, who is gone.

Klaviyo tells neither of merged nor of erased profiles, nor of people who leave a segment: all
ids have to be looked at now and then. A list or segment becomes a tag of those in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

from console.clock import DAY
from console.model import Batch, Key, Record, Sweep
from console.sources.answers import NotThere, find
from console.sources.api import Asking, Page, Stream
from console.sources.json_fields import text_id
from console.sources.klaviyo_objects import NEXT
from console.sources.looks import look, walked
from console.sources.objects import Said
from console.sources.parts import to_json
from console.sources.requests import Request, smaller
from console.sources.walks import Found, gather, walk

_SHRINK = smaller("page[size]")
_ITEMS = ("data",)


_GONE = walked(
    NEXT,
    lambda asking: Request(
        "/api/profiles", {"page[size]": "100", "sort": "id", "fields[profile]": "updated"}
    ),
    _ITEMS,
    shrink=_SHRINK,
)


def members(asking: Asking, kind: str) -> Iterator[Page]:
    """Who is in each list or segment.

    kind: ``lists`` or ``segments``. A group that is gone, or a person no longer in it, takes
    the tag away at the end of the look.
    """
    source, state = asking.reading.source, asking.state
    begun = state.get("begun", asking.now)
    groups, token = state.get("groups"), state.get("token")
    if groups is None:
        groups = []
        for answer, _ in walk(asking.client, NEXT, Request(f"/api/{kind}"), items=_ITEMS):
            groups += [
                [str(find(one, "id")), str(find(one, "attributes", "name") or "")]
                for one in answer.list("data")
            ]
        yield Page(Batch(source), {"begun": begun, "groups": groups, "more": True})
    while groups:
        id, name = groups[0]
        # It may have been deleted while we came to it.
        with suppress(NotThere):
            yield from _group(asking, kind, id, name, groups, token, begun)
        groups, token = groups[1:], None
    yield Page(Batch(source), {"last": begun}, sweep=Sweep(("identify",), begun, f"{kind}:"))


def _group(
    asking: Asking,
    kind: str,
    id: str,
    name: str,
    groups: list[list[str]],
    token: str | None,
    begun: int,
) -> Iterator[Page]:
    request = Request(
        f"/api/{kind}/{id}/profiles", {"page[size]": "100", "fields[profile]": "email"}
    )
    read = _member(f"{kind}:{id}", name, begun)
    for answer, follow in walk(asking.client, NEXT, request, token, items=_ITEMS, shrink=_SHRINK):
        made = gather(asking, kind, answer.list("data"), read)
        state = {
            "begun": begun,
            "groups": groups if follow else groups[1:],
            "token": follow,
            "more": True,
        }
        ids = tuple(record.id for record in made.batch.records)
        yield Page(made.batch, state, present=ids)


def _member(group: str, name: str, begun: int) -> Callable[[Said], Iterator[Found]]:
    def read(said: Said) -> Iterator[Found]:
        id = text_id(said)
        raw = to_json({"group": group, "name": name, "profile": id})
        fields = {"tags": [name]} if name else {}
        yield Record("identify", f"{group}:{id}", (Key("source_id", id),), fields, raw, 1)

    return read


LOOKS = (
    Stream("lists", partial(members, kind="lists"), optional=True, echoes=False, every=DAY),
    Stream("segments", partial(members, kind="segments"), optional=True, echoes=False, every=DAY),
    look("gone", ("customer",), _GONE),
)
