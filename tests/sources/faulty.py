"""A vendor that fails in every way it can, in a process of its own.

What it holds and says is one of the made-up vendors'. What goes wrong is drawn from a seed;
some of what it holds changes while it is being read. Another server beside it stands for
somebody else's host and counts what it is sent.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.sources.books import BOOKS
from tests.sources.books.book import Answered
from tests.sources.books.world import world
from tests.sources.replay import Asked

FAULTS = (
    "429 seconds", "429 date", "429 garbage", "429 bare", "500", "503", "reset", "short",
    "chunk cut", "gzip cut", "drip", "no json", "page of html", "odd shape", "shuffled", "stale",
    "endless", "elsewhere", "redirect", "header", "bomb",
)  # fmt: skip


class Faulty:
    """The vendor and the stranger, each in a forked process.

    kind: the vendor's. rate: how many requests of a hundred go wrong. plan: what goes wrong
    at which request, beside.
    """

    def __init__(
        self, kind: str, seed: int, rate: int, plan: Mapping[int, str] | None = None
    ) -> None:
        self._ports = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                _serve(kind, seed, rate, plan or {}, self._ports[1])
            finally:
                os._exit(0)
        os.close(self._ports[1])
        self.port, self._control = (int(x) for x in _line(self._ports[0]).split())

    @property
    def url(self) -> str:
        """The base_url to configure."""
        return f"http://127.0.0.1:{self.port}"

    def calm(self) -> None:
        """Nothing goes wrong any more, and nothing changes."""
        os.kill(self.process, signal.SIGUSR1)
        time.sleep(0.05)

    def stop(self) -> int:
        """End both. Returns how many requests the stranger was sent."""
        os.kill(self.process, signal.SIGTERM)
        told = _line(self._ports[0])
        os.waitpid(self.process, 0)
        os.close(self._ports[0])
        return int(told)


def _line(pipe: int) -> str:
    text = b""
    while not text.endswith(b"\n"):
        part = os.read(pipe, 1)
        if not part:
            break
        text += part
    return text.decode()


class _Server(ThreadingMixIn, HTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


def _serve(kind: str, seed: int, rate: int, plan: Mapping[int, str], pipe: int) -> None:
    book, draw = (
        BOOKS[kind](world(seed), page=random.Random(seed).randint(3, 12)),
        random.Random(seed + 1),
    )
    lock = threading.Lock()
    strangers: list[str] = []
    calm: list[bool] = []

    class Stranger(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            strangers.append(self.path)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    other = _Server(("127.0.0.1", 0), Stranger)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    before: dict[str, list[Any]] = {}

    class Handler(_Handler):
        def do_GET(self) -> None:
            asked = self.asked()
            with lock:
                if not calm:
                    book.world.pass_time()
                page = book.answer(asked, f"http://127.0.0.1:{self.server.server_port}")
                fault = None if calm else plan.get(book.world.requests)
                if not calm and draw.randrange(100) < rate:
                    fault = draw.choice(FAULTS)
                # Of the same question: several are asked at one path of GraphQL.
                question = f"{asked.path} {(asked.body or {}).get('query')}"
                seen = before.get(question, [])
                before[question] = list(page.rows or ())
            self.play(fault, page, seen, other.server_port, draw)

        do_POST = do_GET

    server = _Server(("127.0.0.1", 0), Handler)

    def end(*_: object) -> None:
        os.write(pipe, f"{len(strangers)}\n".encode())
        os._exit(0)

    def settle(*_: object) -> None:
        calm.append(True)
        book.world.settle()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGUSR1, settle)
    os.write(pipe, f"{server.server_port} {other.server_port}\n".encode())
    server.serve_forever(0.02)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def asked(self) -> Asked:
        split = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        return Asked(self.command, split.path, query, {}, body)

    def give(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", headers.pop("type", "application/json"))
        if "length" in headers:
            self.send_header("Content-Length", headers.pop("length"))
        elif headers.get("Connection") != "close" and "Transfer-Encoding" not in headers:
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def play(
        self, fault: str | None, page: Answered, before: list[Any], other: int, draw: random.Random
    ) -> None:
        name, _, detail = (fault or "").partition(" ")
        if name == "429":
            date = "Mon, 02 Mar 2026 00:00:01 GMT"
            waits = {"seconds": "1", "date": date, "garbage": "soon"}
            headers = {"Retry_After": waits[detail]} if detail in waits else {}
            self.give(429, b'{"errors": []}', **headers)
        elif name in ("500", "503"):
            self.give(int(name), b"<h1>oops</h1>", type="text/html")
        elif name in ("", "shuffled", "stale", "endless", "elsewhere") or page.status >= 300:
            twist(name, page, before, f"http://localhost:{other}", draw)
            self.give(page.status, _bytes(page))
        else:
            self.broken(fault or "", _bytes(page), other)

    def broken(self, fault: str, body: bytes, other: int) -> None:
        packed = gzip.compress(body)
        self.close_connection = True
        if fault == "reset":
            return
        if fault == "short":
            self.give(200, body[: len(body) // 2], length=str(len(body)))
        elif fault == "chunk cut":
            part = body[: len(body) // 2]
            self.give(200, b"%x\r\n%s\r\n" % (len(part), part), Transfer_Encoding="chunked")
        elif fault == "gzip cut":
            self.give(200, packed[:-9], Content_Encoding="gzip", Connection="close")
        elif fault == "drip":
            self.give(200, b"", length=str(len(body)))
            for place in range(min(len(body), 60)):
                self.wfile.write(body[place : place + 1])
                self.wfile.flush()
                time.sleep(0.02)
        elif fault == "no json":
            self.give(200, body[:-2], Connection="close")
        elif fault == "page of html":
            self.give(200, b"<html>Please log in</html>", type="text/html")
        elif fault == "odd shape":
            self.give(200, b'{"data": {"a": 1}}')
        elif fault == "redirect":
            self.give(302, b"", Location=f"http://127.0.0.1:{other}{self.path}")
        elif fault == "header":
            self.give(200, body, X_Large="x" * 300_000)
        else:
            self.give(200, _BOMB, Content_Encoding="gzip")


_BOMB = gzip.compress(b"[" + b" " * (70 << 20), 1)


def twist(name: str, page: Answered, before: list[Any], other: str, draw: random.Random) -> None:
    """Spoil a page that is whole: its order, its things, where it leads to."""
    if name == "shuffled" and page.rows:
        draw.shuffle(page.rows)
    elif name == "stale" and page.rows:
        page.rows += before[:4]
    elif name == "endless" and page.again:
        page.again()
    elif name == "elsewhere" and page.away:
        page.away(other)


def _bytes(page: Answered) -> bytes:
    return page.body if isinstance(page.body, bytes) else json.dumps(page.body).encode()
