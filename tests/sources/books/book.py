"""What every made-up vendor is: it answers requests from a world, page by page."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from tests.sources.books.world import World
from tests.sources.replay import Asked


@dataclass
class Answered:
    """One answer, and how a fault can spoil it."""

    body: Any = None
    """JSON, or bytes as they are."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    rows: list[Any] | None = None
    """The things in the body, where it is a page: the very list."""
    again: Callable[[], None] | None = None
    """Makes the page after this one be this one."""
    away: Callable[[str], None] | None = None
    """Makes the page after this one be at another address."""


NOT_THERE = Answered({"error": "not found"}, 404)


class Book:
    """A vendor. page: things in a page, at most."""

    kind: ClassVar[str]
    settings: ClassVar[dict[str, Any]] = {}

    def __init__(self, world: World, page: int = 9) -> None:
        self.world = world
        self.page = page

    def answer(self, asked: Asked, url: str) -> Answered:
        """What the vendor says. url: its own origin."""
        raise NotImplementedError

    def links(self, asked: Asked, url: str, pairs: Pairs, parameter: str, *at: str) -> Answered:
        """A page whose body leads to the next by a whole URL.

        parameter: of the cursor. at: the members of the link.
        """
        token = asked.query.get(parameter)
        some, last = cut(pairs, decoded(token)["after"] if token else None, self.page)
        held = decoded(token)["query"] if token else asked.query
        body: dict[str, Any] = {}

        def lead(to: str | None) -> None:
            place = body
            for name in at[:-1]:
                place = place.setdefault(name, {})
            place[at[-1]] = to

        here = f"{asked.path}?{parameter}="
        follow = encoded({"after": last, "query": held})
        lead(None if last is None else url + here + follow)
        return Answered(
            body,
            rows=some,
            again=lambda: lead(url + here + (token or encoded({"after": None, "query": held}))),
            away=lambda other: lead(other + here + follow),
        )


Pairs = list[tuple[Any, Any]]
"""Things in their order, each with a key that grows in that order."""


def cut(pairs: Pairs, last: Any, size: int) -> tuple[list[Any], Any]:
    """The things after the key `last`, so many of them, and the key to go on after.

    Things may have moved meanwhile: it is by their keys that the place is found again.
    """
    left = [(key, row) for key, row in pairs if last is None or key > last]
    some = left[:size]
    return [row for _, row in some], some[-1][0] if len(left) > size else None


def backwards(at: datetime, n: int) -> list[int]:
    """A key for what comes newest first."""
    return [-unix(at), -n]


def forwards(at: datetime, n: int) -> list[int]:
    """A key for what comes oldest first."""
    return [unix(at), n]


def encoded(held: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(held).encode()).decode().rstrip("=")


def decoded(token: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    return found


BEGIN = encoded({"after": None})
"""The cursor of a first page."""


def iso(at: datetime) -> str:
    """With an offset in figures."""
    return at.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def zulu(at: datetime) -> str:
    """With a Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def unix(at: datetime) -> int:
    return int(at.timestamp())


def parsed(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def answering(book: Book) -> Callable[[Asked], tuple[int, Any, dict[str, str]]]:
    """A book as `tests.sources.loopback.vendor` serves it; time passes with each request."""

    def answer(asked: Asked) -> tuple[int, Any, dict[str, str]]:
        book.world.pass_time()
        said = book.answer(asked, f"http://{asked.headers['host']}")
        return said.status, said.body, said.headers

    return answer
