"""A vendor on loopback that a test writes in a few lines, and a sync of it."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from console.config import load
from console.pulling import PullReport, pull
from tests.sources.replay import Asked

Said = tuple[int, Any] | tuple[int, Any, dict[str, str]]
"""Status and body (bytes as they are, all else as JSON), and headers."""
Answering = Callable[[Asked], Said]

KEY = "user:s3cret-k3y"


@contextmanager
def vendor(answering: Answering) -> Iterator[tuple[str, list[Asked]]]:
    """Serve what `answering` says; gives the base_url and what was asked for."""
    asked: list[Asked] = []
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            split = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            query = dict(parse_qsl(split.query, keep_blank_values=True))
            asking = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                asked.append(Asked(self.command, split.path, query, asking, body))
                status, said, *more = answering(asked[-1])
            data = said if isinstance(said, bytes) else json.dumps(said).encode()
            headers = more[0] if more else {}
            self.send_response_only(status)
            if "Date" not in headers:
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
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


class Mirror:
    """A mirror in a folder of the test, kept fresh from one vendor on loopback."""

    def __init__(self, folder: Path, kind: str, url: str, more: str = "") -> None:
        self.waits: list[float] = []
        self._path = folder / "mirror.db"
        self._config = folder / "console.toml"
        self._config.write_text(
            f'[sources.{kind}]\nkey_env = "K"\nbase_url = "{url}"\n{more}\n', encoding="utf-8"
        )

    def sync(self, now: str) -> PullReport:
        """Sync at `now` (ISO 8601); nothing is waited for."""
        config = load(mirror=str(self._path), config=str(self._config), now=now)
        return pull(config, sleep=self.waits.append, environment={"K": KEY})

    def rows(self, sql: str) -> list[Any]:
        """What the mirror answers; rows of one column as bare values."""
        with closing(sqlite3.connect(self._path)) as db:
            found = db.execute(sql).fetchall()
        return [row[0] if len(row) == 1 else row for row in found]


def tally(report: PullReport) -> dict[str, tuple[int, int, int]]:
    """Of each stream: what was new, changed, rejected; fails the test where it failed."""
    for run in report.runs:
        assert run.error is None, run
    return {
        run.stream: (run.counts.new, run.counts.changed, run.counts.rejected) for run in report.runs
    }
