"""A vendor's answer, checked; and what a vendor may do wrong, as errors in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from console.sources.source import SourceError


class ApiError(SourceError):
    """A vendor does not give what was asked: one line that says what, where, what to do.

    status: the HTTP status; 0 when it did not come to one.
    """

    def __init__(self, sentence: str, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status


class Refused(ApiError):
    """The key is not good, or may not read this (401, 403)."""


class NotThere(ApiError):
    """There is no such thing (404, 410)."""


class TooLong(ApiError):
    """The vendor asks to wait longer than a run waits; the source is left for later."""


class Trouble(ApiError):
    """The vendor fails (5xx), or the way to it does, and went on failing when asked again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    json: Any
    """The parsed body; None where there was none to parse."""
    body: bytes
    own: Callable[[str], str]
    """From a URL the vendor gave to path and query below our base_url. Raises ApiError when
    it leads to somebody else."""

    def one(self, id: str, *members: str) -> dict[str, Any]:
        """The object under `members`, whose id must be `id`.

        Raises ApiError when it is none, or another: the answer is not to our question.
        """
        found = find(self.json, *members)
        if not isinstance(found, dict) or str(found.get("id")) != id:
            raise ApiError(f"the answer is not about {id!r}; is the base_url right?", self.status)
        return found

    def list(self, *members: str) -> list[Any]:
        """The list under `members`.

        Raises ApiError when there is none: the answer is not to our question.
        """
        found = find(self.json, *members)
        if not isinstance(found, list):
            where = ".".join(members)
            raise ApiError(f"the answer has no list {where!r}; is the base_url right?", self.status)
        return found


def find(value: Any, *members: str) -> Any:
    """What stands under a path of members; None where the path ends early."""
    for name in members:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value
