"""Shopify by its Admin API: orders with refunds, customers, abandoned checkouts, deletions.

GraphQL, with a cost instead of a count: "too fast" comes inside an answer of 200. Lists end
after 25,000 things, so a walk is begun anew before that, from the time it has reached. The
first load goes from the newest back; later ones from the newest change seen forwards. A shop
that does not answer customers by GraphQL is asked by REST, and deletions always are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from console.clock import HOUR, MINUTE, from_instant
from console.model import Removal
from console.sources import waits
from console.sources.answers import Answer, ApiError, NotThere, Refused, Trouble, find
from console.sources.api import Api, Asking, Page, Setting, Stream
from console.sources.json_fields import needed_time, text_id
from console.sources.looks import look, walked
from console.sources.objects import Said, members, reader_of_times
from console.sources.requests import BodyCursor, NextUrl, Request
from console.sources.shopify_graphql import CHECKOUTS, CUSTOMER_IDS, CUSTOMERS, ORDERS
from console.sources.shopify_objects import Checkouts, Customers, Orders, number_of
from console.sources.walks import Found, Reader, asked, gather, newest, page, walk

VERSION = "2026-10"
_OVERLAP = HOUR
_FARTHEST = 20_000
"""Things after which a walk is begun anew: Shopify gives no more than 25,000."""
_REST = NextUrl(())
_BUCKET = waits.bucket("x-shopify-shop-api-call-limit", 2.0)


def _path(asking: Asking, name: str) -> str:
    return f"/admin/api/{asking.settings.get('version', VERSION)}/{name}.json"


def _iso(at: int) -> str:
    return from_instant(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def orders(asking: Asking) -> Iterator[Page]:
    """Orders, by the time of their last change."""
    yield from _connection(asking, "orders", ORDERS, Orders(asking), "updated_at")


def customers(asking: Asking) -> Iterator[Page]:
    """Customers, by the time of their last change; by REST where GraphQL does not give them."""
    read = Customers(asking)
    if not asking.state.get("rest"):
        try:
            yield from _connection(asking, "customers", CUSTOMERS, read, "updated_at")
            return
        except NotThere:
            if asking.state:
                raise
    seen = asking.state.get("seen")
    params = {"limit": "250", "order": "updated_at asc"}
    if seen is not None:
        params["updated_at_min"] = _iso(seen - _OVERLAP)
    since = None if seen is None else seen - _OVERLAP
    for answer, _ in walk(
        asking.client, _REST, Request(_path(asking, "customers"), params), items=("customers",)
    ):
        made = gather(asking, "customers", answer.list("customers"), read)
        seen = newest(seen, (record.at for record in made.batch.records), asking.now)
        yield page(made, {"seen": seen, "rest": True}, span=asked(since, None, asking.now))


def checkouts(asking: Asking) -> Iterator[Page]:
    """Checkouts that were left, by the time they were begun."""
    yield from _connection(asking, "abandonedCheckouts", CHECKOUTS, Checkouts(asking), "created_at")


def deletions(asking: Asking) -> Iterator[Page]:
    """Orders that were deleted, since the newest deletion seen."""
    when = reader_of_times(asking.reading.zone, asking.now)
    seen = asking.state.get("seen")
    since = None if seen is None else seen - _OVERLAP
    params = {"limit": "250", "filter": "Order", "verb": "destroy"}
    if since is not None:
        params["created_at_min"] = _iso(since)

    def read(said: Said) -> Iterator[Found]:
        if said.get("subject_type", "Order") == "Order":
            at, _ = needed_time(said, "created_at", when)
            yield Removal("order", text_id(said, "subject_id"), at=at)

    for answer, _ in walk(
        asking.client, _REST, Request(_path(asking, "events"), params), items=("events",)
    ):
        made = gather(asking, "deletions", answer.list("events"), read)
        seen = newest(seen, (removal.at for removal in made.removals), asking.now)
        yield page(made, {"seen": seen}, span=asked(since, None, asking.now))


def _connection(asking: Asking, name: str, query: str, read: Reader, field: str) -> Iterator[Page]:
    """One GraphQL connection: what is new first, then what the first load has still to bring.

    field: the time the connection is asked by. The state has "seen", the newest such time,
    and while a first load is under way "back": the token and the time it has come back to.
    """
    state = asking.state
    seen, back = state.get("seen"), state.get("back")
    if seen is None and back is None:
        back = {"until": None, "token": None}
    if seen is not None:
        since: int | None = seen - _OVERLAP
        while since is not None:
            begun, since = since, None
            bounds = f"{field}:>='{_iso(begun)}'"
            for made, token, times, count in _walk(asking, name, query, read, bounds, False, None):
                seen = newest(seen, times, asking.now)
                yield page(made, {"seen": seen, "back": back}, span=asked(begun, None, asking.now))
                if token and count >= _FARTHEST and seen is not None and seen > begun:
                    since = seen
                    break
    while back is not None:
        until, token = back["until"], back["token"]
        bounds = "" if until is None else f"{field}:<='{_iso(until)}'"
        back = None
        for made, follow, times, count in _walk(asking, name, query, read, bounds, True, token):
            seen = newest(seen, times, asking.now)
            reached = min(times, default=until)
            again = bool(follow) and count >= _FARTHEST and reached is not None
            # A minute more, for the seconds in which several things changed.
            if again:
                back = {"until": (reached or 0) + MINUTE, "token": None}
            else:
                back = {"until": until, "token": follow} if follow else None
            yield page(made, {"seen": seen, "back": back})
            if again:
                break


@dataclass(frozen=True, slots=True)
class _Connection:
    """The next page begins after a cursor: that of the page, else that of its last thing."""

    name: str

    def token(self, answer: Answer, request: Request) -> str | None:
        """See `console.sources.requests.Pager`."""
        told = find(answer.json, "data", self.name)
        if not find(told, "pageInfo", "hasNextPage"):
            return None
        edges = find(told, "edges")
        last = edges[-1] if isinstance(edges, list) and edges else None
        found = find(told, "pageInfo", "endCursor") or find(last, "cursor")
        return str(found) if found else None

    def follow(self, first: Request, token: str) -> Request:
        """See `console.sources.requests.Pager`."""
        return BodyCursor((), ("variables", "after")).follow(first, token)


def _walk(
    asking: Asking,
    name: str,
    query: str,
    read: Reader,
    bounds: str,
    newest_first: bool,
    token: str | None,
) -> Iterator[tuple[Any, str | None, list[int], int]]:
    """What each page came to, the token of the next, the pages' times, things so far."""
    pager = _Connection(name)
    variables = {"first": 25, "after": None, "query": bounds or None, "reverse": newest_first}
    first = Request(
        _path(asking, "graphql"), method="POST", json={"query": query, "variables": variables}
    )
    when = reader_of_times(asking.reading.zone, asking.now)
    member = "createdAt" if name == "abandonedCheckouts" else "updatedAt"
    count = 0
    for answer, follow in walk(
        asking.client, pager, first, token, items=("data", name, "edges"), shrink=_smaller
    ):
        nodes = [find(edge, "node") for edge in _edges(answer, name)]
        made = gather(asking, name, nodes, read)
        times = []
        for node in nodes:
            if isinstance(node, dict) and (text := node.get(member)):
                times.append(when(text)[0])
        count += len(nodes)
        yield made, follow, times, count


def _all_customers(asking: Asking) -> Request:
    variables = {"first": 250, "after": None, "query": None, "reverse": False}
    query = {"query": CUSTOMER_IDS, "variables": variables}
    return Request(_path(asking, "graphql"), method="POST", json=query)


def _smaller(request: Request) -> Request | None:
    variables = (request.json or {}).get("variables", {})
    size = variables.get("first", 0) // 2
    if size < 2:
        return None
    return replace(
        request, json={**(request.json or {}), "variables": {**variables, "first": size}}
    )


_GONE = walked(
    _Connection("customers"),
    _all_customers,
    ("data", "customers", "edges"),
    lambda edge: number_of(members(find(edge, "node"))),
    _smaller,
)


def _edges(answer: Answer, name: str) -> list[Any]:
    """The things of an answer.

    Raises ApiError where it says that something is wrong, or is not to our question.
    """
    errors = find(answer.json, "errors")
    if errors and not find(answer.json, "data", name):
        first = errors[0] if isinstance(errors, list) else {"message": str(errors)}
        said = f"{name}: {str(find(first, 'message'))[:200]}"
        if _code(answer) == "ACCESS_DENIED":
            raise Refused(f"{said}; the key may not read this", 403)
        raise ApiError(said)
    return answer.list("data", name, "edges")


def _code(answer: Answer) -> str | None:
    errors = find(answer.json, "errors")
    if not isinstance(errors, list) or not errors:
        return None
    code = find(errors[0], "extensions", "code")
    if not isinstance(code, str) and str(find(errors[0], "message")).lower() == "throttled":
        return "THROTTLED"
    return code if isinstance(code, str) else None


def _budget(answer: Answer) -> tuple[float, float, float]:
    """What the query asks for, what there is, what comes back in a second."""
    cost = find(answer.json, "extensions", "cost")
    told = find(cost, "throttleStatus")
    numbers = (
        find(cost, "requestedQueryCost"),
        find(told, "currentlyAvailable"),
        find(told, "restoreRate"),
    )
    if not all(isinstance(number, int | float) for number in numbers) or not numbers[2]:
        return 0.0, 1.0, 100.0
    return float(numbers[0]), float(numbers[1]), float(numbers[2])


def _throttled(answer: Answer) -> float | None:
    """Seconds to wait after an answer of 200 that is none; None for one that is.

    Raises Trouble for a query that asks for too much at once.
    """
    code = _code(answer)
    if code == "MAX_COST_EXCEEDED":
        raise Trouble("a query costs more than the shop allows", 500)
    if code == "THROTTLED":
        wanted, there, rate = _budget(answer)
        return max(1.0 if there >= wanted else (wanted - there) / rate, 0.0)
    return 1.0 if code == "INTERNAL_SERVER_ERROR" else None


def _pace(answer: Answer) -> float:
    wanted, there, rate = _budget(answer)
    return max(_BUCKET(answer), (wanted - there) / rate, 0.0)


def _headers(key: str, settings: Mapping[str, Any]) -> Mapping[str, str]:
    return {"X-Shopify-Access-Token": key}


def _check(settings: Mapping[str, Any]) -> Request:
    path = f"/admin/api/{settings.get('version', VERSION)}/graphql.json"
    return Request(path, method="POST", json={"query": "{ shop { name } }"})


API = Api(
    kind="shopify",
    title="Shopify",
    base_url="https://{shop}.myshopify.com",
    hosts=(".myshopify.com",),
    headers=_headers,
    check=_check,
    streams=(
        Stream("orders", orders),
        Stream("customers", customers, after="orders"),
        Stream("checkouts", checkouts, optional=True, after="customers"),
        Stream("deletions", deletions, optional=True),
        look("gone", ("customer",), _GONE, after="checkouts"),
    ),
    key_is="an Admin API access token (shpat_…) of a custom app with read_customers, read_orders "
    "and, for orders older than 60 days, read_all_orders",
    settings=(Setting("shop", "The shop's name, as in NAME.myshopify.com"),),
    pace=_pace,
    patience=2.0,
    throttled=_throttled,
)
