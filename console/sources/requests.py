"""One request to a vendor, and the five ways in which its answers lead to the next page.

A pager finds in an answer the token of the next page (a text, None at the end) and makes
the request that a token stands for. Tokens are saved with the page, so a walk that was
stopped goes on where it was.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from console.sources.answers import Answer, find

_LINK = re.compile(r"<([^>]*)>\s*;[^,]*\brel=\"?next\"?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask: a path below the base_url, its query, and a JSON body for POST."""

    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    json: Mapping[str, Any] | None = None
    allow: tuple[int, ...] = ()
    """Statuses (404, 410) that are answers here and not errors."""
    headers: Mapping[str, str] = field(default_factory=dict)

    def with_params(self, **params: str) -> Request:
        """The same with these parameters too."""
        return replace(self, params={**self.params, **params})


class Pager(Protocol):
    """A style of paging."""

    def token(self, answer: Answer, request: Request) -> str | None:
        """Where the page after `answer` begins; None when it was the last."""
        ...

    def follow(self, first: Request, token: str) -> Request:
        """The request for the page that `token` names. first: that of the first page."""
        ...


@dataclass(frozen=True, slots=True)
class NextUrl:
    """The next page is a whole URL: in the body, or in the header Link.

    at: the members that lead to it in the body; () for the header.
    size: the parameter of a page's size, so that it can be made smaller.
    """

    at: tuple[str, ...] = ("links", "next")
    more: tuple[str, ...] = ()
    """A member that says whether there is more; with a value that is false the URL is not
    followed, though it may be there."""
    done: tuple[str, ...] = ()
    """The same the other way round: ``end_of_stream``."""

    def token(self, answer: Answer, request: Request) -> str | None:
        """See `Pager`. The token is path and query; the host is checked by the answer."""
        if (self.more and not find(answer.json, *self.more)) or (
            self.done and find(answer.json, *self.done)
        ):
            return None
        if self.at:
            url = find(answer.json, *self.at)
        else:
            found = _LINK.search(answer.headers.get("link", ""))
            url = found[1] if found else None
        return answer.own(url) if isinstance(url, str) and url else None

    def follow(self, first: Request, token: str) -> Request:
        """See `Pager`. A next URL carries all parameters itself."""
        split = urlsplit(token)
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        return replace(first, path=split.path, params=query)


@dataclass(frozen=True, slots=True)
class BodyCursor:
    """The next page is named by a cursor in the body.

    at: the members that lead to it. into: the parameter it goes into; for a POST, the
    members of the body. keep: the parameters that later pages may carry beside it; None for
    all of them.
    """

    at: tuple[str, ...]
    into: tuple[str, ...] = ("cursor",)
    keep: tuple[str, ...] | None = None
    more: tuple[str, ...] = ()
    """A member that says whether there is more."""

    def token(self, answer: Answer, request: Request) -> str | None:
        """See `Pager`."""
        if self.more and not find(answer.json, *self.more):
            return None
        found = find(answer.json, *self.at)
        return str(found) if isinstance(found, str | int) and found != "" else None

    def follow(self, first: Request, token: str) -> Request:
        """See `Pager`."""
        if first.json is not None:
            body = copy.deepcopy(dict(first.json))
            place = body
            for name in self.into[:-1]:
                place = place.setdefault(name, {})
            place[self.into[-1]] = token
            return replace(first, json=body)
        kept = {
            name: value
            for name, value in first.params.items()
            if self.keep is None or name in self.keep
        }
        return replace(first, params={**kept, self.into[-1]: token})


@dataclass(frozen=True, slots=True)
class LastId:
    """The next page begins after the last thing of this one.

    items: the member that holds the things; more: the one that says whether there is more.
    """

    items: tuple[str, ...] = ("data",)
    more: tuple[str, ...] = ("has_more",)
    into: str = "starting_after"
    id: str = "id"

    def token(self, answer: Answer, request: Request) -> str | None:
        """See `Pager`."""
        items = find(answer.json, *self.items)
        if not find(answer.json, *self.more) or not isinstance(items, list) or not items:
            return None
        last = find(items[-1], self.id)
        return None if last is None else str(last)

    def follow(self, first: Request, token: str) -> Request:
        """See `Pager`."""
        return first.with_params(**{self.into: token})


@dataclass(frozen=True, slots=True)
class Offset:
    """The next page is so many things further on.

    total: the member that says how many things there are in all. size: the parameter of a
    page's size: a page with more in it than that has some twice, and leads no further.
    """

    items: tuple[str, ...]
    total: tuple[str, ...] = ("total_items",)
    into: str = "offset"
    size: str = "count"

    def token(self, answer: Answer, request: Request) -> str | None:
        """See `Pager`.

        An empty page is the last, whatever the total says; where there is no total, one that
        is not full.
        """
        items, total = find(answer.json, *self.items), find(answer.json, *self.total)
        if not isinstance(items, list) or not items:
            return None
        size = request.params.get(self.size, "")
        came = min(len(items), int(size)) if size.isdecimal() else len(items)
        reached = int(request.params.get(self.into, "0")) + came
        if not isinstance(total, int):
            return str(reached) if str(came) == size else None
        return str(reached) if reached < total else None

    def follow(self, first: Request, token: str) -> Request:
        """See `Pager`."""
        return first.with_params(**{self.into: token})


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything comes in one answer: an export of a span of time, see `spans`."""

    def token(self, answer: Answer, request: Request) -> str | None:
        """See `Pager`."""
        return None

    def follow(self, first: Request, token: str) -> Request:
        """See `Pager`."""
        return first


Shrink = Callable[[Request], Request | None]


def smaller(parameter: str, *, least: int = 10) -> Shrink:
    """For a vendor that fails on large pages: the same request with half the page size.

    parameter: of the size. Returns a function that gives None when it is small enough
    already or not said.
    """

    def shrink(request: Request) -> Request | None:
        size = request.params.get(parameter, "")
        if not size.isdecimal() or int(size) // 2 < least:
            return None
        return request.with_params(**{parameter: str(int(size) // 2)})

    return shrink
