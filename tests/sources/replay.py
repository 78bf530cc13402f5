"""A vendor on loopback that plays a recorded conversation, and writes down what it was asked.

It is strict about method and path, and per path about order and every query parameter (or
member of a JSON body) that the recording names. A request past a path's end gets 404.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Exchange = dict[str, Any]


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Vendor:
    """A conversation being played."""

    exchanges: list[Exchange]
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    beyond: list[Asked] = field(default_factory=list)
    """Asked for after the recording of that path had ended."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.rewind()

    @property
    def url(self) -> str:
        """The base_url to configure."""
        return f"http://127.0.0.1:{self.port}"

    def rewind(self) -> None:
        """Begin again, as for a second sync."""
        self._left: dict[tuple[str, str], deque[Exchange]] = defaultdict(deque)
        for exchange in self.exchanges:
            request = exchange["request"]
            self._left[request["method"], request["path"]].append(exchange)

    @property
    def unplayed(self) -> list[str]:
        """Paths of which not all was asked for."""
        return sorted(path for (_, path), left in self._left.items() if left)

    def answer(self, asked: Asked) -> dict[str, Any]:
        """The recorded answer, or 404; what is not as recorded is complained of."""
        with self._lock:
            self.asked.append(asked)
            left = self._left[asked.method, asked.path]
            if not left:
                self.beyond.append(asked)
                return {"status": 404, "headers": {}, "json": {"error": "not found"}}
            exchange = left.popleft()
            wanted = exchange["request"]
            for name, value in wanted.get("query", {}).items():
                if asked.query.get(name) != value:
                    said = asked.query.get(name)
                    self.complaints.append(f"{asked.path}: {name}={said!r} and not {value!r}")
            if not _within(wanted.get("json_subset"), asked.body):
                self.complaints.append(f"{asked.path}: the body lacks {wanted['json_subset']}")
            return exchange["response"]


def _within(wanted: Any, said: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(said, dict) and all(
            name in said and _within(value, said[name]) for name, value in wanted.items()
        )
    return wanted is None or wanted == said


@contextmanager
def listening(reply: Callable[[Asked], tuple[int, bytes, dict[str, str]]]) -> Iterator[str]:
    """Answer requests on loopback, each in a thread; gives the base_url.

    reply: status, body and headers, to which the date is added where it is not told.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            split = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            query = dict(parse_qsl(split.query, keep_blank_values=True))
            asking = {name.lower(): value for name, value in self.headers.items()}
            status, data, headers = reply(Asked(self.command, split.path, query, asking, body))
            self.send_response_only(status)
            if not any(name.lower() == "date" for name in headers):
                self.send_header("Date", self.date_time_string())
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _answer

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def serving(vendor: Any) -> Iterator[Any]:
    """Serve whatever has `answer(Asked) -> {status, headers, json}` and a `port`."""

    def reply(asked: Asked) -> tuple[int, bytes, dict[str, str]]:
        said = vendor.answer(asked)
        headers = {"Content-Type": "application/json", **said.get("headers", {})}
        return said["status"], json.dumps(said["json"]).encode(), headers

    with listening(reply) as url:
        vendor.port = int(url.rpartition(":")[2])
        yield vendor


def conversation(folder: Path, *names: str) -> Vendor:
    """The recorded conversations of these names, as one vendor."""
    exchanges: list[Exchange] = []
    for name in names:
        exchanges += json.loads((folder / f"{name}.json").read_text())["exchanges"]
    return Vendor(exchanges)
