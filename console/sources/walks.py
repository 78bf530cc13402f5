"""Walking through pages, and what every stream makes of them alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from console.clock import DAY, SECOND
from console.model import Batch, Event, Record, Reject, Removal
from console.sources.answers import Answer, ApiError, Trouble, find
from console.sources.api import Asking, Page, Span, State
from console.sources.cells import BadCell
from console.sources.objects import Said, Unreadable
from console.sources.parts import to_json
from console.sources.requests import Pager, Request, Shrink

if TYPE_CHECKING:
    from console.sources.http import Client

Found = Record | Event | Removal | Unreadable
"""An Unreadable is a part of an object that costs itself alone."""
Reader = Callable[[Said], Iterable[Found]]
"""What one object of an answer is in our words. Raises Unreadable, BadCell, ValueError."""

_MOST_EMPTY = 50
# Statuses with which vendors say that a page's token is no longer good.
_STALE = frozenset({400, 404, 410, 422})


def walk(
    client: Client,
    pager: Pager,
    first: Request,
    token: str | None = None,
    *,
    items: tuple[str, ...] = (),
    shrink: Shrink | None = None,
) -> Iterator[tuple[Answer, str | None]]:
    """Each page's answer, and the token of the page after it (None after the last).

    first: the request for the first page. token: where to go on, from an earlier walk; when
    it is no longer good, or a later one expires on the way, the walk begins anew, once.
    items: the member that holds the things, to notice a vendor that goes round in circles.
    shrink: makes pages smaller that the vendor fails on.
    Raises ApiError, also for a token that comes twice and pages without end or change.
    """
    circles = _Circles(items, token)
    request = pager.follow(first, token) if token else first
    is_anew = False
    while True:
        try:
            answer, request, first = _ask(client, request, first, shrink)
        except ApiError as error:
            if token is None or is_anew or error.status not in _STALE:
                raise
            token, request, circles = None, first, _Circles(items, None)
            is_anew = True
            continue
        following = pager.token(answer, request)
        circles.look(answer, following, request.path)
        yield answer, following
        if following is None:
            return
        token, request = following, pager.follow(first, following)


class _Circles:
    """Notices a vendor that gives the same again and again."""

    def __init__(self, items: tuple[str, ...], token: str | None) -> None:
        self._items = items
        self._seen: set[str | None] = {token}
        self._before: Any = None
        self._empty = 0
        self._pages = 0

    def look(self, answer: Answer, following: str | None, path: str) -> None:
        """Raise ApiError when the page after `answer` would be one that was seen."""
        found = find(answer.json, *self._items) if self._items else None
        self._empty = 0 if found or not self._items else self._empty + 1
        self._pages += 1
        again = following in self._seen or (found and found == self._before)
        if following is not None and (again or self._empty > _MOST_EMPTY):
            raise ApiError(
                f"{path}: the vendor gives the same page again and again; stopped after "
                f"{self._pages} pages, of which all but the last are kept"
            )
        self._seen.add(following)
        self._before = found


def _ask(
    client: Client, request: Request, first: Request, shrink: Shrink | None
) -> tuple[Answer, Request, Request]:
    """The answer, and both requests as small as they had to be made for it."""
    while True:
        try:
            return client.ask(request), request, first
        except Trouble as trouble:
            smaller = shrink(request) if shrink and trouble.status in (0, 500, 502, 504) else None
            if shrink is None or smaller is None:
                raise
            request, first = smaller, shrink(first) or first


@dataclass(slots=True)
class Gathered:
    """What a page's objects came to."""

    batch: Batch
    removals: list[Removal] = field(default_factory=list)


def gather(
    asking: Asking,
    stream: str,
    items: Iterable[Any],
    read: Reader,
    *,
    properties: str | None = None,
) -> Gathered:
    """Read a page's objects; one that cannot be read costs itself alone.

    stream: the stream's name, for the place of a reject. properties: the member of an
    event's raw object that holds its properties.
    """
    made = Gathered(Batch(asking.reading.source, properties=properties))
    for item in items:
        try:
            if not isinstance(item, dict):
                raise Unreadable(None, "is no object")
            found = list(read(item))
        except (Unreadable, BadCell) as bad:
            _reject(made.batch, stream, item, bad.column, bad.reason)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as bad:
            _reject(made.batch, stream, item, None, f"is not what was expected: {bad}")
        else:
            _take(made, found)
            for one in found:
                if isinstance(one, Unreadable):
                    _reject(made.batch, stream, item, one.column, one.reason)
    return made


def each(parts: Iterable[Any], read: Callable[[Any], Iterable[Found]]) -> Iterator[Found]:
    """What the parts of one object come to; a part that cannot be read costs itself alone."""
    for part in parts:
        try:
            found = list(read(part))
        except Unreadable as bad:
            yield bad
        else:
            yield from found


def _take(made: Gathered, found: Iterable[Found]) -> None:
    for one in found:
        if isinstance(one, Record):
            made.batch.records.append(one)
            made.batch.read += one.counted
        elif isinstance(one, Event):
            made.batch.events.append(one)
            made.batch.read += 1
        elif isinstance(one, Removal):
            made.removals.append(one)


def _reject(batch: Batch, stream: str, item: Any, column: str | None, reason: str) -> None:
    id = item.get("id") if isinstance(item, dict) else None
    path = f"{batch.source}/{stream}" + (f"/{id}" if isinstance(id, str | int) else "")
    try:
        raw = to_json(item).decode()
    except (RecursionError, ValueError):
        raw = ""
    batch.rejects.append(Reject(path, 0, column, reason, raw))
    batch.read += 1


def newest(seen: int | None, times: Iterable[int], now: int) -> int | None:
    """The cursor: the newest time seen, never past `now`. All in microseconds UTC."""
    return max((at for at in (seen, *times) if at is not None and at <= now), default=None)


class Spans:
    """The spans of time a stream has still to read, newest first; they are its state.

    A run begins with what is new since the newest thing seen (less an overlap, since vendors
    let things appear late), then goes on with what an earlier one did not come to.

    asking: its state is read. overlap: microseconds. until: the end of the newest span; None
    where the vendor is asked without an end, as for one that has events in the future.
    """

    def __init__(self, asking: Asking, overlap: int, *, until: int | None = None) -> None:
        self._now = asking.now
        self._until = until
        self._seen: int | None = asking.state.get("seen")
        self._extra = {k: v for k, v in asking.state.items() if k not in ("spans", "seen")}
        self._spans: list[list[Any]] = [list(span) for span in asking.state.get("spans", ())]
        self.is_first = self._seen is None and not self._spans
        if self._seen is not None:
            begin = self._seen - overlap
            # What an interrupted run left of a newest span needs no asking twice.
            kept = [s for s in self._spans if s[0] is None or s[0] < begin]
            for span in kept:
                span[1] = begin if span[1] is None else span[1]
            self._spans = [[begin, until, None], *kept]

    @property
    def current(self) -> tuple[int | None, int | None, str | None] | None:
        """From, until and token of what to read now; None when all is read."""
        return (*self._spans[0],) if self._spans else None

    def begin(self, oldest: int | None) -> None:
        """Lay out the first load: newest first, from a few days to half years.

        oldest: where history begins, in microseconds UTC; None to read it in one go.
        """
        if oldest is None:
            self._spans = [[None, self._until, None]]
            return
        end = self._until
        start = self._now
        self._spans = []
        for days in chain((2, 7, 28, 84), repeat(182)):
            start = max(oldest, start - days * DAY)
            self._spans.append([start, end, None])
            end = start
            if start <= oldest:
                break

    def state(self) -> State:
        """The state once a page was saved that belongs to no span, such as a first look."""
        spans = [list(span) for span in self._spans]
        return {**self._extra, "spans": spans, "seen": self._seen}

    def after(self, token: str | None, times: Sequence[int]) -> State:
        """The state once a page of the current span is saved.

        token: of the page after it; None when it was the span's last. times: of what came.
        """
        self._seen = newest(self._seen, times, self._now)
        if token is None:
            self._spans.pop(0)
        else:
            self._spans[0][2] = token
        return self.state()


def asked(start: int | None, until: int | None, now: int) -> Span | None:
    """A span as a page tells it; None where everything was asked for."""
    return None if start is None else (start, now if until is None else until)


def page(
    made: Gathered, state: State, *, total: int | None = None, span: Span | None = None
) -> Page:
    """A page of what was gathered."""
    return Page(made.batch, state, tuple(made.removals), total, span)


def seconds(at: int) -> str:
    """An instant as Unix seconds, as text."""
    return str(at // SECOND)
