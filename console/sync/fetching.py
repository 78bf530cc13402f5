"""Asking one source, in a thread: its streams in turn, a page of each."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from console.config import SourceConfig
from console.model import UNASKED
from console.sources.addresses import address_of
from console.sources.answers import NotThere, Refused, TooLong, Trouble
from console.sources.api import Api, Asking, Page, Stream
from console.sources.http import Client, Limits
from console.sources.secret import key_of
from console.sources.source import Reading, SourceError

States = Mapping[str, tuple[dict[str, Any], int]]
"""Of each stream: what it remembers, and when that was saved (microseconds UTC)."""


_WORST_SKEW = 60.0
"""Seconds: what a clock may be off by before it is said."""


class Stopped(Exception):
    """The sync was ended from outside."""


@dataclass(frozen=True, slots=True)
class Got:
    """A page came."""

    source: SourceConfig
    stream: str
    page: Page


@dataclass(frozen=True, slots=True)
class Ended:
    """A stream came to its end."""

    source: SourceConfig
    stream: str
    error: str | None = None
    warning: str | None = None
    expected: bool = False
    """Whether something should have come, as it did before."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A source's thread is done."""

    thread: str


Inbox = queue.Queue[Got | Ended | Finished]


@dataclass(slots=True)
class _Open:
    """A stream that is being read."""

    stream: Stream
    pages: Iterator[Page]
    state: Mapping[str, Any]
    pages_read: int = 0

    @property
    def is_untouched(self) -> bool:
        """Whether it never gave anything."""
        return not self.state and self.pages_read <= 1

    @property
    def is_expected(self) -> bool:
        """Whether something should come that came before."""
        return self.stream.echoes and bool(self.state.get("seen"))


@dataclass(frozen=True, slots=True)
class Manner:
    """How sources are asked, whichever they are."""

    config: Path | None
    """The config's file, which a relative key_file is beside."""
    environment: Mapping[str, str]
    """Where a key_env is looked for."""
    sleep: Callable[[float], None] = time.sleep
    """Waits so many seconds."""
    limits: Limits | None = None

    def client(self, api: Api, source: SourceConfig) -> Client:
        """A client that asks a source.

        Raises SourceError where the source has no key, or no address.
        """
        address = address_of(api, source.name, source.base_url, source.settings)
        key = key_of(source, self.config, self.environment)
        return Client(
            api, source.name, address, key, source.settings,
            sleep=self.sleep, limits=self.limits, ca_file=source.settings.get("ca_file"),
        )  # fmt: skip


def check(api: Api, source: SourceConfig, manner: Manner) -> None:
    """Make the one call that tells whether a source's key is good.

    Raises SourceError with a sentence when it is not.
    """
    with closing(manner.client(api, source)) as client:
        client.ask(api.check(source.settings))


class Fetcher(threading.Thread):
    """Asks one source and puts what comes into the inbox; ends with `Finished`.

    states: see `States`. stop: once it is set, nothing more is asked.
    """

    def __init__(
        self,
        source: SourceConfig,
        api: Api,
        reading: Reading,
        states: States,
        inbox: Inbox,
        manner: Manner,
        stop: threading.Event,
    ) -> None:
        super().__init__(name=f"sync {source.name}", daemon=True)
        self._source = source
        self._api = api
        self._reading = reading
        self._states = states
        self._inbox = inbox
        self._manner = manner
        self._halt = stop
        self._skew: Callable[[], float | None] | None = None

    @property
    def streams(self) -> list[tuple[str, str]]:
        """Source and name of every stream."""
        return [(self._source.name, stream.name) for stream in self._api.streams]

    def run(self) -> None:
        """Ask until all streams are at their end, or one says that it is no use."""
        try:
            with closing(self._manner.client(self._api, self._source)) as client:
                self._skew = lambda: client.skew
                self._read(client)
        except Stopped:
            pass
        except Exception as error:
            # Whatever it is, the other sources go on; a key or a CA file may be unreadable.
            known = isinstance(error, SourceError | OSError)
            said = str(error) if known else f"could not be asked ({type(error).__name__})"
            for stream in self._due():
                self._put(Ended(self._source, stream.name, said))
        finally:
            self._put(Finished(self.name))

    def _due(self) -> list[Stream]:
        now = self._reading.now
        return [
            stream
            for stream in self._api.streams
            if stream.name not in self._states
            or not 0 <= now - self._states[stream.name][1] < stream.every
            or self._states[stream.name][0].get("more")
        ]

    def _read(self, client: Client) -> None:
        shared: dict[str, Any] = {}
        waiting: deque[_Open] = deque()
        for stream in self._due():
            state = self._states.get(stream.name, ({}, 0))[0]
            asking = Asking(client, state, self._reading, self._source.settings, shared)
            waiting.append(_Open(stream, iter(stream.pages(asking)), state))
        while waiting and not self._halt.is_set():
            one = waiting.popleft()
            if any(one.stream.after == other.stream.name for other in waiting):
                waiting.append(one)
                continue
            one.pages_read += 1
            outcome = self._next(one)
            if outcome == "more":
                waiting.append(one)
            elif outcome == "useless":
                for left in waiting:
                    self._put(Ended(self._source, left.stream.name, UNASKED))
                return

    def _next(self, one: _Open) -> Literal["more", "end", "useless"]:
        """Read one page of a stream; "useless" when the whole source is, for now."""
        name = one.stream.name
        try:
            page = next(one.pages, None)
        except Stopped:
            raise
        except (Refused, NotThere) as refused:
            # What was never there, or need not be, is worth a word and no more.
            if refused.status != 401 and (
                one.stream.optional or (isinstance(refused, NotThere) and one.is_untouched)
            ):
                self._put(Ended(self._source, name, warning=f"was not read: {refused}"))
                return "end"
            error, useless = str(refused), refused.status == 401
        except (TooLong, Trouble) as trouble:
            error = str(trouble)
            useless = isinstance(trouble, TooLong) or trouble.status == 0
        except SourceError as refused:
            error, useless = str(refused), False
        except Exception as odd:
            # A vendor's answer of another shape must not cost the other streams.
            error = f"an answer is not what was expected ({type(odd).__name__}: {odd})"
            useless = False
        else:
            if page is None:
                warning = self._skew_told()
                self._put(Ended(self._source, name, warning=warning, expected=one.is_expected))
                return "end"
            self._put(Got(self._source, name, page))
            return "more"
        self._put(Ended(self._source, name, error))
        return "useless" if useless else "end"

    def _skew_told(self) -> str | None:
        """What to say of this machine's clock, once in a run; None where it is right."""
        seconds, self._skew = self._skew() if self._skew else None, None
        if seconds is None or abs(seconds) <= _WORST_SKEW:
            return None
        many, way = f"{abs(seconds) / 60:,.0f}", "ahead of" if seconds > 0 else "behind"
        return (
            f"this machine's clock is {many} {'minute' if many == '1' else 'minutes'} {way} that "
            f"of {self._source.name}; set it right, or what is new may be missed"
        )

    def _put(self, came: Got | Ended | Finished) -> None:
        while True:
            try:
                self._inbox.put(came, timeout=0.5)
                return
            except queue.Full:
                if self._halt.is_set():
                    return
