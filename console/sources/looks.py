"""A look at all ids that a vendor has, once a week: what the mirror has beside is gone there.

For things whose end the vendor does not tell of. A look may take several runs; its pages are
walked from where the last one ended, and only at the very end is anything taken for gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from console.clock import DAY
from console.model import Batch, RecordKind, Sweep
from console.sources.answers import Answer, find
from console.sources.api import Asking, Page, Stream
from console.sources.requests import Pager, Request, Shrink
from console.sources.walks import walk

WEEK = 7 * DAY
Ids = Iterator[tuple[Iterable[str], str | None]]
"""Of each page its ids, and the token of the page after it (None after the last)."""
Looking = Callable[[Asking, str | None], Ids]


def look(
    name: str, kinds: tuple[RecordKind, ...], ids: Looking, *, after: str | None = None
) -> Stream:
    """A stream that only finds out what is gone.

    name: of the stream. kinds: of the records that are looked for. ids: walks through all, from
    a token on. after: the stream on the same path.
    """
    pages = partial(_pages, kinds=kinds, ids=ids)
    return Stream(name, pages, optional=True, echoes=False, every=WEEK, after=after)


def _pages(asking: Asking, kinds: tuple[RecordKind, ...], ids: Looking) -> Iterator[Page]:
    """The first run only sets the day from which weeks are counted."""
    source, state = asking.reading.source, asking.state
    if not state:
        yield Page(Batch(source), {"last": asking.now})
        return
    begun = state.get("begun", asking.now)
    for found, follow in ids(asking, state.get("token")):
        left = {"begun": begun, "token": follow, "more": True} if follow else {"last": begun}
        sweep = None if follow else Sweep(kinds, begun)
        yield Page(Batch(source), left, present=tuple(found), sweep=sweep)


def walked(
    pager: Pager,
    request: Callable[[Asking], Request],
    items: tuple[str, ...],
    id: Callable[[object], str] = lambda one: str(find(one, "id")),
    shrink: Shrink | None = None,
) -> Looking:
    """A look by one walk. items: the member that holds the things. id: of one of them."""

    def ids(asking: Asking, token: str | None) -> Ids:
        for answer, follow in walk(
            asking.client, pager, request(asking), token, items=items, shrink=shrink
        ):
            yield _ids(answer, items, id), follow

    return ids


def _ids(answer: Answer, items: tuple[str, ...], id: Callable[[object], str]) -> tuple[str, ...]:
    return tuple(id(one) for one in answer.list(*items))
