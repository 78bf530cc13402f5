"""Recorded conversations told otherwise: what vendors may do that changes nothing.

Smaller pages, empty pages, other ids, members in another order, members nobody knows, failures
before each answer, things that come twice. Each takes exchanges and gives exchanges.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.sources.replay import Exchange

Varied = list[Exchange]


@dataclass(frozen=True)
class Style:
    """How a vendor pages. items: the members that lead to the things of a page.

    lead: makes a response lead to a token (None: nowhere), on the path of its request.
    ask: the request for the page that a token names. by_last: the token is the last thing's id.
    """

    items: tuple[str, ...]
    lead: Callable[[Exchange, str], None]
    ask: Callable[[str], dict[str, Any]]
    by_last: bool = False
    empty: bool = True
    """Whether there may be an empty page before others."""


def _klaviyo(one: Exchange, token: str) -> None:
    url = f"https://a.klaviyo.com{one['request']['path']}?page%5Bcursor%5D={token}"
    one["response"]["json"]["links"]["next"] = url


def _rest(one: Exchange, token: str) -> None:
    url = f"https://x.myshopify.com{one['request']['path']}?limit=250&page_info={token}"
    one["response"]["headers"] = {**one["response"]["headers"], "Link": f'<{url}>; rel="next"'}


def _graphql(one: Exchange, token: str) -> None:
    info = {"hasNextPage": True, "endCursor": token}
    one["response"]["json"]["data"]["orders"]["pageInfo"] = info


def _more(one: Exchange, token: str) -> None:
    one["response"]["json"]["has_more"] = True


def _recharge(one: Exchange, token: str) -> None:
    one["response"]["json"]["next_cursor"] = token


def _zendesk(one: Exchange, token: str) -> None:
    url = f"https://x.zendesk.com{one['request']['path']}?cursor={token}"
    one["response"]["json"].update(after_url=url, after_cursor=token, end_of_stream=False)


def _gorgias(one: Exchange, token: str) -> None:
    one["response"]["json"]["meta"]["next_cursor"] = token


def _intercom(one: Exchange, token: str) -> None:
    one["response"]["json"]["pages"]["next"] = {"per_page": 150, "starting_after": token}


def _query(name: str) -> Callable[[str], dict[str, Any]]:
    return lambda token: {"query": {name: token}}


_CURSOR = _query("page[cursor]")
STYLES: dict[tuple[str, str], Style] = {
    ("klaviyo", "/api/profiles"): Style(("data",), _klaviyo, _CURSOR),
    ("klaviyo", "/api/events"): Style(("data",), _klaviyo, _CURSOR),
    ("shopify_rest", "/admin/api/2026-10/customers.json"): Style(
        ("customers",), _rest, _query("page_info")
    ),
    ("shopify_graphql", "/admin/api/2026-10/graphql.json"): Style(
        ("data", "orders", "edges"), _graphql,
        lambda token: {"json_subset": {"variables": {"after": token}}},
    ),
    ("stripe", "/v1/customers"): Style(
        ("data",), _more, _query("starting_after"), by_last=True, empty=False
    ),
    ("stripe", "/v1/events"): Style(
        ("data",), _more, _query("starting_after"), by_last=True, empty=False
    ),
    ("recharge", "/customers"): Style(("customers",), _recharge, _query("cursor")),
    ("recharge", "/charges"): Style(("charges",), _recharge, _query("cursor")),
    ("zendesk", "/api/v2/incremental/tickets/cursor.json"): Style(
        ("tickets",), _zendesk, _query("cursor")
    ),
    ("gorgias", "/api/tickets"): Style(("data",), _gorgias, _query("cursor")),
    ("intercom", "/contacts/search"): Style(
        ("data",), _intercom,
        lambda token: {"json_subset": {"pagination": {"starting_after": token}}},
    ),
}  # fmt: skip


def items_of(one: Exchange, style: Style) -> list[Any] | None:
    """The things of a recorded page; None where the answer is none."""
    found = one["response"]["json"]
    for name in style.items:
        if not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
    return found if isinstance(found, list) else None


def _with(one: Exchange, style: Style, items: list[Any], asked: dict[str, Any] | None) -> Exchange:
    made = copy.deepcopy(one)
    place = made["response"]["json"]
    for name in style.items[:-1]:
        place = place[name]
    place[style.items[-1]] = copy.deepcopy(items)
    if asked is not None:
        keep = {name: made["request"][name] for name in ("method", "path")}
        made["request"] = {**keep, **asked}
    return made


def one_by_one(name: str, told: Varied) -> Varied:
    """A page for each thing."""
    made: Varied = []
    for number, one in enumerate(told):
        style = STYLES.get((name, one["request"]["path"]))
        items = items_of(one, style) if style else None
        if style is None or not items or len(items) < 2:
            made.append(one)
            continue
        for place, item in enumerate(items):
            token = f"part-{number}-{place}"
            if style.by_last:
                token = str(items[place - 1]["id"])
            part = _with(one, style, [item], style.ask(token) if place else None)
            if place < len(items) - 1:
                style.lead(part, f"part-{number}-{place + 1}")
            made.append(part)
    return made


def an_empty_page_first(name: str, told: Varied) -> Varied:
    """Nothing in the first page of each path, and all the same more behind it."""
    made: Varied = []
    met: set[str] = set()
    for one in told:
        path = one["request"]["path"]
        style = STYLES.get((name, path))
        if style and style.empty and path not in met and items_of(one, style):
            empty = _with(one, style, [], None)
            style.lead(empty, "behind")
            made += [empty, _with(one, style, items_of(one, style) or [], style.ask("behind"))]
        else:
            made.append(one)
        met.add(path)
    return made


def twice(name: str, told: Varied) -> Varied:
    """Each page ends with the thing it began with; not where the last leads to the next."""
    made: Varied = []
    for one in told:
        style = STYLES.get((name, one["request"]["path"]))
        items = items_of(one, style) if style and not style.by_last else None
        made.append(_with(one, style, [*items, items[0]], one["request"])
                    if style and items else one)  # fmt: skip
    return made


def failing(status: int, headers: dict[str, str]) -> Callable[[str, Varied], Varied]:
    """Before each answer one with this status."""

    def fail(name: str, told: Varied) -> Varied:
        made: Varied = []
        for one in told:
            said = {"status": status, "headers": headers, "json": {"error": "not now"}}
            made += [{"request": one["request"], "response": said}, one]
        return made

    return fail


def expired(name: str, told: Varied) -> Varied:
    """The cursor to the second page of each path is no longer good; from the first page it is."""
    made: Varied = []
    begun: dict[str, Exchange] = {}
    for one in told:
        path = one["request"]["path"]
        if (name, path) in STYLES and path in begun:
            said = {"status": 410, "headers": {}, "json": {"error": "the cursor has expired"}}
            made += [{"request": one["request"], "response": said}, begun.pop(path)]
        elif (name, path) in STYLES and items_of(one, STYLES[name, path]):
            begun[path] = one
        made.append(one)
    return made


def reordered(name: str, told: Varied) -> Varied:
    """All members of all objects in the opposite order."""

    def turn(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turn(value[key]) for key in reversed(value)}
        return [turn(one) for one in value] if isinstance(value, list) else value

    return _bodies(told, turn)


def more_members(name: str, told: Varied) -> Varied:
    """Members in every object that no document has."""

    def add(value: Any) -> Any:
        if isinstance(value, dict):
            added = {key: add(one) for key, one in value.items()}
            return {"aa_new": {"x": [None, 1.5]}, **added, "zz_new": "1"}
        return [add(one) for one in value] if isinstance(value, list) else value

    return _bodies(told, add)


def _bodies(told: Varied, change: Callable[[Any], Any]) -> Varied:
    return [
        {**one, "response": {**one["response"], "json": change(one["response"]["json"])}}
        for one in told
    ]


def renamed(text: str, ids: Mapping[str, str]) -> str:
    """A conversation as JSON with other ids, everywhere: in paths, queries, links and bodies."""
    for old, new in ids.items():
        text = re.sub(rf"(?<![\w.:-]){re.escape(old)}(?![\w:-])", new, text)
    return text


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where every member of a body stands."""
    inner = value.items() if isinstance(value, dict) else ()
    for key, one in (
        inner if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
    ):
        if isinstance(value, dict):
            yield (*path, key)
        yield from places(one, (*path, key))


def without(told: Varied, number: int, place: tuple[Any, ...], *, null: bool) -> Varied:
    """One member of one answer is null, or is not there."""
    made = copy.deepcopy(told)
    held = made[number]["response"]["json"]
    for name in place[:-1]:
        held = held[name]
    if null:
        held[place[-1]] = None
    else:
        del held[place[-1]]
    return made
