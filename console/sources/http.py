"""The one HTTP client: asks a vendor's API, politely and never anybody else.

Retrying is tenacity's; what deserves it, how long a vendor wants us to wait, and when an
answer is whole is decided here. Requests go to the source's own origin alone: a link in an
answer, or a redirect, that leads elsewhere is refused, since the key would go with it.
"""

from __future__ import annotations

import io
import logging
import ssl
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from types import ModuleType
from typing import IO, TYPE_CHECKING, Any

from console.sources import bodies, waits
from console.sources.addresses import Address
from console.sources.answers import (
    Answer,
    TooLong,
    Trouble,
)
from console.sources.requests import Request
from console.sources.vendor import Vendor
from console.sources.verdicts import Again, Judge, unsaid

if TYPE_CHECKING:
    import httpx

_ATTEMPTS = 6
_REDIRECTS = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one request may take, in seconds of the machine's clock."""

    connect: float = 10.0
    read: float = 30.0
    """Between two bytes."""
    whole: float = 120.0
    """From the first byte sent to the last received."""
    export: float = 1800.0
    """The same for a file."""


class Client:
    """Asks one source.

    name: the source's, for sentences. key: its secret; it is sent in headers alone and taken
    out of every sentence. sleep: waits so many seconds; may raise to end the run.
    """

    def __init__(
        self,
        vendor: Vendor,
        name: str,
        address: Address,
        key: str,
        settings: Mapping[str, Any],
        *,
        sleep: Callable[[float], None],
        limits: Limits | None = None,
        ca_file: str | None = None,
    ) -> None:
        httpx = _httpx()
        # At INFO they write whole URLs.
        for logger in ("httpx", "httpcore"):
            logging.getLogger(logger).setLevel(logging.WARNING)
        self._vendor = vendor
        self._name = name
        self._address = address
        self._judge = Judge(vendor, name, key)
        self._sleep = sleep
        self._limits = limits or Limits()
        self._socket: Any = None
        self._http = httpx.Client(
            headers={
                "User-Agent": "customer-console",
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                **vendor.headers(key, settings),
            },
            timeout=httpx.Timeout(self._limits.read, connect=self._limits.connect),
            follow_redirects=False,
            # A proxy from the environment would be told everything.
            trust_env=False,
            verify=ssl.create_default_context(cafile=ca_file) if ca_file else True,
            event_hooks={"request": [self._guard]},
        )
        self.requests = 0
        self.skew: float | None = None
        """By how many seconds this machine's clock is ahead of the vendor's, once that is told."""

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(self, request: Request) -> Answer:
        """Ask, again where that helps, and wait as long as the vendor wants us to.

        Raises ApiError (see `console.sources.answers`) with a sentence.
        """
        return self._retried(request, None)

    def download(self, request: Request, file: IO[bytes], largest: int = 4 << 30) -> Answer:
        """Ask for an export and write its body, unpacked, to `file` from its beginning.

        largest: bytes. The answer has no body. Raises ApiError.
        """
        return self._retried(request, file, largest)

    def _retried(self, request: Request, file: IO[bytes] | None, largest: int = 0) -> Answer:
        import tenacity

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(Again),
            wait=self._wait,
            stop=tenacity.stop_after_attempt(_ATTEMPTS),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            answer = retrying(self._once, request, file, largest)
        except Again as last:
            raise last.error from None
        if self._vendor.pace and (seconds := self._vendor.pace(answer)) > 0:
            self._sleep(seconds)
        return answer

    def _wait(self, state: Any) -> float:
        """Seconds before the next attempt. Raises TooLong where the vendor wants too many."""
        again = state.outcome.exception()
        attempt: int = state.attempt_number
        limited = again.error.status == 429
        if again.after is not None:
            if again.after > waits.LONGEST:
                raise TooLong(
                    f"{self._name}: asks to wait {again.after / 60:,.0f} minutes; what was read "
                    "is kept, the next sync goes on from there",
                    429,
                )
            # A clock that is a little off must not make it two tries for one.
            return float(again.after) + (0.05 if limited else 0.0)
        first = self._vendor.patience if limited else 1.0
        return float(min(first * 2 ** (attempt - 1), waits.LONGEST))

    def _once(self, request: Request, file: IO[bytes] | None, largest: int) -> Answer:
        for _ in range(_REDIRECTS):
            answer = self._exchange(request, file, largest)
            if answer.status not in (301, 302, 303, 307, 308) or request.method != "GET":
                break
            split = answer.own(answer.headers.get("location", "")).partition("?")
            request = replace(request, path=split[0], params=self._address.params(split[2]))
        self._judge.judge(request, answer)
        return answer

    def _exchange(self, request: Request, file: IO[bytes] | None, largest: int) -> Answer:
        import httpx

        self.requests += 1
        whole = self._limits.whole if file is None else self._limits.export
        sink: IO[bytes] = io.BytesIO() if file is None else file
        sink.seek(0)
        sink.truncate()
        what = f"{self._name}: {request.method} {request.path}"
        url = self._address.url(request.path)
        try:
            with (
                self._deadline(whole),
                self._http.stream(
                    request.method,
                    url,
                    params=dict(request.params) or None,
                    json=request.json,
                    headers=dict(request.headers),
                    extensions={"trace": self._trace},
                ) as response,
            ):
                headers = {name.lower(): value for name, value in response.headers.items()}
                bodies.read(
                    response.iter_raw(),
                    headers,
                    sink.write,
                    largest=largest or bodies.LARGEST,
                )
        except bodies.TooMuch:
            raise Trouble(f"{what}: the answer is larger than {_size(largest)}") from None
        except bodies.Packed as packed:
            raise Again(Trouble(f"{what}: the answer is damaged ({packed})")) from None
        except (bodies.Cut, httpx.TransportError) as error:
            raise Again(Trouble(f"{what}: {unsaid(error)}")) from None
        body = sink.getvalue() if isinstance(sink, io.BytesIO) else b""
        own = self._address.own(self._name, url)
        answer = Answer(response.status_code, headers, None, body, own)
        if self.skew is None and file is None:
            self.skew = waits.skew(answer)
        return self._judge.parsed(answer, what, file is not None)

    def _guard(self, request: httpx.Request) -> None:
        self._address.guard(self._name, str(request.url))

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[None]:
        """End whatever is being read after so many seconds, however it drips."""
        timer = threading.Timer(seconds, self._hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _hang_up(self) -> None:
        with suppress(OSError, AttributeError):
            self._socket.shutdown(2)


def _httpx() -> ModuleType:
    """Load httpx, without the command line it brings, which would load rich for every sync."""
    absent = "rich" not in sys.modules
    if absent:
        sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        import httpx
    finally:
        if absent:
            del sys.modules["rich"]
    return httpx


def _size(largest: int) -> str:
    return f"{(largest or bodies.LARGEST) >> 20:,} MB"
