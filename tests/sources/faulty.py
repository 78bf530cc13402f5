"""A vendor that fails in every way it can, in a process of its own.

It speaks Klaviyo: profiles in the order of their last change, events by their own time, next
links with a cursor in them. What goes wrong is drawn from a seed; some of what it holds
changes while it is being read. Another server beside it stands for somebody else's host and
counts what it is sent.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import random
import re
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from typing import Any

NOW = datetime(2026, 3, 2, tzinfo=UTC)
_BOUND = re.compile(r"(greater-than|greater-or-equal|less-than)\((?:updated|datetime),([^)]*)\)")
_NAMES = ("Placed Order", "Opened Email", "Active on Site", "Dashboard Viewed")
FAULTS = (
    "429 seconds", "429 date", "429 garbage", "429 bare", "500", "503", "reset", "short",
    "chunk cut", "gzip cut", "drip", "no json", "page of html", "odd shape", "shuffled", "stale",
    "endless", "elsewhere", "redirect", "header", "bomb",
)  # fmt: skip


def iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+00:00")


@dataclass
class World:
    """What the vendor holds."""

    profiles: dict[str, dict[str, Any]]
    events: list[dict[str, Any]]
    changes: list[tuple[int, str, dict[str, Any]]]
    """After so many requests, this profile becomes so."""


def world(seed: int) -> World:
    """A company's data, the same for the same seed."""
    draw = random.Random(seed)
    people = draw.randint(5, 60)
    profiles = {}
    for n in range(people):
        updated = NOW - timedelta(minutes=draw.randint(60, 50_000) // 7 * 7)
        profiles[f"P{n:03}"] = {
            "email": None if n % 7 == 3 else f"p{n}@example.com",
            "external_id": str(7000 + n) if n % 3 else None,
            "phone_number": None,
            "first_name": f"Name{n}",
            "last_name": "Ööl",
            "organization": None,
            "updated": iso(updated),
            "location": {"city": draw.choice(["Lund", "Ystad", None]), "country": "Sweden"},
        }
    events = []
    for n in range(draw.choice((30, 150, 450, 700))):
        at = NOW - timedelta(seconds=draw.randint(0, 400 * 86_400) // 600 * 600)
        if n % 97 == 5:
            at = NOW + timedelta(days=2, seconds=n)
        events.append(
            {
                "id": f"e{n:04}",
                "profile": f"P{draw.randrange(people):03}",
                "metric": f"m{draw.randrange(len(_NAMES))}",
                "datetime": iso(at),
                "event_properties": {"$value": n / 4, "n": n},
            }
        )
    changes = []
    for n, request in enumerate(sorted(draw.choices(range(1, 16), k=draw.randint(0, 8)))):
        id = draw.choice(sorted(profiles))
        later = NOW - timedelta(seconds=30 - n)
        changes.append((request, id, {"first_name": f"New{n}", "updated": iso(later)}))
    return World(profiles, events, changes)


def clean(world: World) -> World:
    """The same after all changes."""
    for _, id, change in world.changes:
        world.profiles[id] = {**world.profiles[id], **change}
    world.changes.clear()
    return world


class _Book:
    """Answers as Klaviyo would, were nothing to go wrong."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.requests = 0

    def answer(self, path: str, query: dict[str, str], port: int) -> dict[str, Any] | None:
        self.requests += 1
        due = [c for c in self.world.changes if c[0] <= self.requests]
        for change in due:
            self.world.changes.remove(change)
            self.world.profiles[change[1]] = {**self.world.profiles[change[1]], **change[2]}
        if path == "/api/profiles":
            rows = [
                {"type": "profile", "id": id, "attributes": told}
                for id, told in self.world.profiles.items()
            ]
            return self._page(rows, "updated", query, path, port, 9)
        if path == "/api/events":
            rows = [_event(event) for event in self.world.events]
            answer = self._page(rows, "datetime", query, path, port, 200)
            answer["included"] = [
                {"type": "metric", "id": f"m{n}", "attributes": {"name": name}}
                for n, name in enumerate(_NAMES)
            ]
            return answer
        if path == "/api/campaigns":
            return {"data": [], "links": {"next": None}}
        return None

    def _page(
        self, rows: list[Any], field: str, query: dict[str, str], path: str, port: int, most: int
    ) -> dict[str, Any]:
        token = query.get("page[cursor]")
        held = json.loads(base64.urlsafe_b64decode(token)) if token else {}
        filter, after = held.get("filter", query.get("filter", "")), held.get("after")
        size = min(most, int(held.get("size", query.get("page[size]", most))))
        for how, text in _BOUND.findall(filter):
            bound = iso(datetime.fromisoformat(text.replace("Z", "+00:00")))
            rows = [row for row in rows if _within(how, row["attributes"][field], bound)]
        rows.sort(key=lambda row: (row["attributes"][field], row["id"]))
        if after:
            rows = [row for row in rows if [row["attributes"][field], row["id"]] > after]
        page, more = rows[:size], len(rows) > size
        next = None
        if more:
            last = [page[-1]["attributes"][field], page[-1]["id"]]
            text = json.dumps({"filter": filter, "after": last, "size": size})
            token = base64.urlsafe_b64encode(text.encode()).decode()
            next = f"http://127.0.0.1:{port}{path}?page%5Bcursor%5D={token}"
        return {"data": page, "links": {"next": next}}


def _within(how: str, value: str, bound: str) -> bool:
    if how == "less-than":
        return value < bound
    return value > bound if how == "greater-than" else value >= bound


def _event(event: dict[str, Any]) -> dict[str, Any]:
    told = {name: event[name] for name in ("datetime", "event_properties")}
    related = {name: {"data": {"type": name, "id": event[name]}} for name in ("profile", "metric")}
    return {"type": "event", "id": event["id"], "attributes": told, "relationships": related}


class Faulty:
    """The vendor and the stranger, each in a forked process.

    rate: how many requests of a hundred go wrong.
    """

    def __init__(self, seed: int, rate: int) -> None:
        self._ports = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                _serve(seed, rate, self._ports[1])
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


def _serve(seed: int, rate: int, pipe: int) -> None:
    import threading

    book, draw = _Book(world(seed)), random.Random(seed + 1)
    lock = threading.Lock()
    strangers: list[str] = []
    calm: list[bool] = []

    class Stranger(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            strangers.append(self.path)

        def log_message(self, *_: object) -> None:
            pass

    other = _Server(("127.0.0.1", 0), Stranger)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    before: dict[str, Any] = {}

    class Handler(_Handler):
        def do_GET(self) -> None:
            path, query = self.asked()
            with lock:
                page = book.answer(path, query, self.server.server_port)
                fault = None
                if not calm and draw.randrange(100) < rate:
                    fault = draw.choice(FAULTS)
                seen = before.get(path)
                before[path] = page
            self.play(fault, page, seen, other.server_port, draw)

    server = _Server(("127.0.0.1", 0), Handler)

    def end(*_: object) -> None:
        os.write(pipe, f"{len(strangers)}\n".encode())
        os._exit(0)

    def settle(*_: object) -> None:
        calm.append(True)
        clean(book.world)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGUSR1, settle)
    os.write(pipe, f"{server.server_port} {other.server_port}\n".encode())
    server.serve_forever(0.02)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def asked(self) -> tuple[str, dict[str, str]]:
        from urllib.parse import parse_qsl, urlsplit

        split = urlsplit(self.path)
        return split.path, dict(parse_qsl(split.query))

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
        self, fault: str | None, page: Any, before: Any, other: int, draw: random.Random
    ) -> None:
        if page is None:
            self.give(404, b"{}")
            return
        body = json.dumps(page).encode()
        name, _, detail = (fault or "").partition(" ")
        if name == "429":
            date = "Mon, 02 Mar 2026 00:00:01 GMT"
            waits = {"seconds": "1", "date": date, "garbage": "soon"}
            headers = {"Retry_After": waits[detail]} if detail in waits else {}
            self.give(429, b'{"errors": []}', **headers)
        elif name in ("500", "503"):
            self.give(int(name), b"<h1>oops</h1>", type="text/html")
        elif name in ("", "shuffled", "stale", "endless", "elsewhere"):
            self.twisted(name, page, before, other, draw)
        else:
            self.broken(fault or "", body, other)

    def twisted(self, name: str, page: Any, before: Any, other: int, draw: random.Random) -> None:
        page = json.loads(json.dumps(page))
        if name == "shuffled":
            draw.shuffle(page["data"])
        elif name == "stale" and before:
            page["data"] += before["data"][:4]
        elif name == "endless":
            page["links"]["next"] = f"http://127.0.0.1:{self.server.server_port}{self.path}"
        elif name == "elsewhere" and page["links"]["next"]:
            page["links"]["next"] = f"http://localhost:{other}{self.path}"
        self.give(200, json.dumps(page).encode())

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
            self.give(302, b"", Location=f"http://127.0.0.1:{other}/api/profiles")
        elif fault == "header":
            self.give(200, body, X_Large="x" * 300_000)
        else:
            self.give(200, _BOMB, Content_Encoding="gzip")


_BOMB = gzip.compress(b"[" + b" " * (70 << 20), 1)
