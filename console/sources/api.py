"""What a source with an API is: its streams, and how it wants to be asked.

A stream is a generator of pages. Whatever it needs to go on after a page stands in that
page's `state`, which is saved in the same transaction as what the page brought; the next
run, or the same one after a crash, begins from it. So a stream has no memory of its own and
may be stopped between any two pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from console.clock import MINUTE
from console.model import Batch, Removal, Sweep
from console.sources.source import Reading
from console.sources.vendor import Vendor

if TYPE_CHECKING:
    from console.sources.http import Client
    from console.sources.requests import Request

State = dict[str, Any]
"""What a stream remembers: JSON, without secrets and, but for vendors' ids, without people."""
Span = tuple[int, int]
"""From and until, in microseconds UTC; the end is not included."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a vendor, in our words."""

    batch: Batch
    state: State
    """From what to go on once this page is saved."""
    removals: tuple[Removal, ...] = ()
    total: int | None = None
    """How many things the stream has to bring in this run, where the vendor says so."""
    span: Span | None = None
    """The time that was asked for, where it was a time."""
    present: tuple[str, ...] = ()
    """Ids that a look at everything has met."""
    sweep: Sweep | None = None
    """Such a look has come to its end: what it did not meet is gone."""
    warning: str | None = None
    """What the user should know, in one sentence."""


@dataclass(slots=True)
class Asking:
    """What a stream is given to work with."""

    client: Client
    state: State
    """As its last saved page left it; {} at first. Make a new one for each page."""
    reading: Reading
    """The name to keep things under, zone and currency of what has none, now."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The settings of this source in the config, beyond the common ones."""
    shared: dict[str, Any] = field(default_factory=dict)
    """What the streams of one run tell each other, such as names by id."""

    @property
    def now(self) -> int:
        """The present, in microseconds UTC."""
        return self.reading.now


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of thing that a vendor gives, read page by page."""

    name: str
    """In the vendor's words, lower case: ``profiles``."""
    pages: Callable[[Asking], Iterator[Page]]
    """Raises SourceError; what was yielded before stays."""
    optional: bool = False
    """Whether a vendor that does not let us read it (403, 404) is only worth a warning."""
    echoes: bool = True
    """Whether a later run asks again for the newest thing that was seen, so that an answer
    without anything means that something is wrong."""
    every: int = 0
    """The least time between two runs, in microseconds, for what is dear to ask; a state with
    "more" in it goes on at the next run all the same."""
    after: str | None = None
    """The stream that must have come to its end before, such as one on the same path."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Something a source needs to be told, beside its key."""

    name: str
    asks: str
    """In words, for ``console source add``."""
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Api(Vendor):
    """A vendor's API: what there is to ask for.

    check: the one request that tells whether the key is good. every: microseconds between two
    rounds of ``--follow``.
    """

    check: Callable[[Mapping[str, Any]], Request]
    streams: tuple[Stream, ...]
    key_is: str
    """What the key is called and where it is found, in words."""
    settings: tuple[Setting, ...] = ()
    every: int = MINUTE
