"""The one client: what it waits for, what it gives up on, where it never goes."""

from __future__ import annotations

import gzip
import http.server
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from console.config import SourceConfig
from console.sources import waits
from console.sources.addresses import address_of
from console.sources.answers import Answer, ApiError, NotThere, Refused, TooLong, Trouble
from console.sources.api import Api
from console.sources.http import Client, Limits
from console.sources.requests import NextUrl, Request, smaller
from console.sources.walks import walk

KEY = "sk_canary_77aa"
API = Api(
    kind="test",
    title="Test",
    base_url="https://api.test.example",
    hosts=("api.test.example", ".shops.example"),
    headers=lambda key, settings: {"X-Api-Key": key},
    check=lambda settings: Request("/me"),
    streams=(),
    key_is="a key",
    patience=7.0,
)
Play = Callable[[http.server.BaseHTTPRequestHandler, int], None]


@contextmanager
def server(play: Play) -> Iterator[tuple[str, list[str]]]:
    """A server whose nth answer is `play(handler, n)`, and the paths it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            asked.append(self.path)
            play(self, len(asked))

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    made.handle_error = lambda *_: None  # type: ignore[method-assign]
    threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{made.server_address[1]}", asked
    finally:
        made.shutdown()
        made.server_close()


def give(
    handler: http.server.BaseHTTPRequestHandler, status: int, body: bytes = b"{}", **headers: str
) -> None:
    handler.send_response(status)
    headers.setdefault("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def client(url: str, slept: list[float], api: Api = API, **limits: float) -> Client:
    return Client(
        api, "shop", address_of(api, "shop", url, {}), KEY, {}, sleep=slept.append,
        limits=Limits(**limits),
    )  # fmt: skip


def first(status: int, body: bytes = b"{}", **headers: str) -> Play:
    """That answer once, then a good one."""
    return lambda handler, n: (
        give(handler, status, body, **headers) if n == 1 else give(handler, 200)
    )


@pytest.mark.parametrize(
    ("header", "waited"),
    [
        ("2.0", 2.05),
        ("51", 51.05),
        ("0", 0.05),
        ("soon", 7.0),
        ("-3", 7.0),
        ("nan", 7.0),
        ("1e400", 7.0),
        ("", 7.0),
        ("Sun, 01 Mar 2026 00:00:30 GMT", 30.05),
        ("Sun, 01 Feb 2026 00:00:00 GMT", 0.05),
    ],
)
def test_after_429_it_waits_as_it_is_told(header: str, waited: float) -> None:
    slept: list[float] = []

    def play(handler: http.server.BaseHTTPRequestHandler, n: int) -> None:
        if n > 1:
            give(handler, 200, b'{"a": 1}')
            return
        # The date is the server's own, not ours.
        handler.send_response_only(429)
        handler.send_header("Date", "Sun, 01 Mar 2026 00:00:00 GMT")
        handler.send_header("Content-Length", "0")
        if header:
            handler.send_header("Retry-After", header)
        handler.end_headers()

    with server(play) as (url, asked):
        assert client(url, slept).ask(Request("/x")).json == {"a": 1}
    assert slept == [pytest.approx(waited)]
    assert len(asked) == 2


def test_it_does_not_wait_for_hours() -> None:
    slept: list[float] = []
    with server(first(429, Retry_After="7200")) as (url, asked), pytest.raises(TooLong) as said:
        client(url, slept).ask(Request("/x"))
    assert "120 minutes" in str(said.value)
    assert slept == []
    assert len(asked) == 1


def test_a_vendor_who_is_always_busy_is_left() -> None:
    slept: list[float] = []
    play: Play = lambda handler, n: give(handler, 429)  # noqa: E731
    with server(play) as (url, asked), pytest.raises(ApiError):
        client(url, slept).ask(Request("/x"))
    assert len(asked) == 6
    assert slept == [7, 14, 28, 56, 112]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_what_fails_is_asked_again(status: int) -> None:
    slept: list[float] = []
    with server(first(status)) as (url, _):
        assert client(url, slept).ask(Request("/x")).status == 200
    assert slept == [1.0]


def test_posts_are_asked_again_too() -> None:
    with server(first(503)) as (url, asked):
        client(url, []).ask(Request("/x", method="POST", json={"query": "{}"}))
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("status", "kind"), [(401, Refused), (403, Refused), (404, NotThere), (410, NotThere)]
)
def test_a_refusal_is_not_asked_again(status: int, kind: type) -> None:
    body = json.dumps({"error": {"message": f"bad key {KEY}\n\x1b[31m"}}).encode()
    with server(first(status, body)) as (url, asked), pytest.raises(kind) as said:
        client(url, []).ask(Request("/x"))
    assert len(asked) == 1
    assert KEY not in str(said.value)
    assert "bad key …" in str(said.value)


def test_a_status_that_is_an_answer_here_is_one() -> None:
    with server(first(410, b"{}", Link="</contacts/2>; rel=canonical")) as (url, _):
        answer = client(url, []).ask(Request("/x", allow=(410,)))
    assert answer.status == 410
    assert "contacts/2" in answer.headers["link"]


CUTS: dict[str, Play] = {
    "nothing": lambda handler, n: handler.connection.shutdown(socket.SHUT_RDWR),
    "short": lambda handler, n: give(handler, 200, b'{"a":', Content_Length="90"),
    "gzip": lambda handler, n: give(
        handler, 200, gzip.compress(b'{"a": 1}')[:-3], Content_Encoding="gzip"
    ),
    "not gzip": lambda handler, n: give(handler, 200, b"{}", Content_Encoding="gzip"),
    "other packing": lambda handler, n: give(handler, 200, b"{}", Content_Encoding="br"),
    "half a json": lambda handler, n: give(handler, 200, b'{"a": [1, 2'),
    "nan": lambda handler, n: give(handler, 200, b'{"a": NaN}'),
    "deep": lambda handler, n: give(handler, 200, b"[" * 200_000),
    "web page": lambda handler, n: give(handler, 200, b"<!doctype html><p>log in"),
}


@pytest.mark.parametrize("cut", CUTS)
def test_an_answer_that_is_not_whole_is_asked_for_again(cut: str) -> None:
    def play(handler: http.server.BaseHTTPRequestHandler, n: int) -> None:
        if n == 1:
            CUTS[cut](handler, n)
            handler.close_connection = True
        else:
            give(handler, 200, b'{"whole": true}')

    with server(play) as (url, asked):
        assert client(url, []).ask(Request("/x")).json == {"whole": True}
    assert len(asked) == 2


def test_a_web_page_instead_of_an_answer_is_said_to_be_one() -> None:
    play: Play = lambda handler, n: give(handler, 200, b"<html>Log in")  # noqa: E731
    with server(play) as (url, _), pytest.raises(Trouble, match="a web page"):
        client(url, []).ask(Request("/x"))


@pytest.mark.parametrize("packed", [False, True])
def test_a_body_without_measure_is_stopped(packed: bool) -> None:
    bomb = b"[" + b" " * (70 << 20) + b"]"
    headers = {"Content_Encoding": "gzip"} if packed else {}
    body = gzip.compress(bomb, 1) if packed else bomb

    def play(handler: http.server.BaseHTTPRequestHandler, n: int) -> None:
        give(handler, 200, body, **headers)

    with server(play) as (url, asked), pytest.raises(Trouble, match="larger than 64 MB"):
        client(url, []).ask(Request("/x"))
    assert len(asked) == 1


def test_a_body_that_drips_is_not_waited_for() -> None:
    def play(handler: http.server.BaseHTTPRequestHandler, n: int) -> None:
        give(handler, 200, b"", Content_Length="100")
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            threading.Event().wait(0.02)

    with server(play) as (url, _):
        one = client(url, [], read=0.3, whole=0.15)
        with pytest.raises(Trouble):
            one.ask(Request("/x"))
    assert one.requests == 6


def test_headers_that_drip_are_not_waited_for() -> None:
    def play(handler: http.server.BaseHTTPRequestHandler, n: int) -> None:
        for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 400:
            handler.wfile.write(bytes([letter]))
            handler.wfile.flush()
            threading.Event().wait(0.01)

    with server(play) as (url, asked), pytest.raises(Trouble):
        client(url, [], read=0.3, whole=0.15).ask(Request("/x"))
    assert len(asked) == 6


def test_another_host_is_never_asked() -> None:
    with server(lambda handler, n: give(handler, 200)) as (other, strangers):
        for location in (f"{other}/x", other.replace("127.0.0.1", "localhost"), "//evil.example/"):
            with server(first(302, b"", Location=location)) as (url, _), pytest.raises(ApiError):
                client(url, []).ask(Request("/x"))
        body = json.dumps({"data": [1], "links": {"next": f"{other}/next"}}).encode()
        with server(first(200, body)) as (url, _), pytest.raises(ApiError, match="not followed"):
            list(walk(client(url, []), NextUrl(), Request("/x")))
    assert strangers == []


def test_a_redirect_to_itself_is_followed() -> None:
    with server(first(307, b"", Location="/y?a=1&b=%26")) as (url, asked):
        client(url, []).ask(Request("/x"))
    assert asked == ["/x", "/y?a=1&b=%26"]


def test_a_redirect_without_end_is_an_error() -> None:
    play: Play = lambda handler, n: give(handler, 302, b"", Location="/x")  # noqa: E731
    with server(play) as (url, asked), pytest.raises(ApiError, match="302"):
        client(url, []).ask(Request("/x"))
    assert len(asked) == 3


@pytest.mark.parametrize("host", ["https://api.test.example", "https://a.shops.example"])
def test_the_vendors_own_links_are_asked_at_our_address(host: str) -> None:
    body = json.dumps({"data": [1], "links": {"next": f"{host}/x?page%5Bcursor%5D=2"}}).encode()
    with server(first(200, body)) as (url, asked):
        assert len(list(walk(client(url, []), NextUrl(), Request("/x")))) == 2
    assert asked[1] == "/x?page%5Bcursor%5D=2"


@pytest.mark.parametrize(
    "host", ["http://api.test.example", "https://api.test.example.evil", "https://shops.example.x"]
)
def test_those_that_only_look_like_it_are_refused(host: str) -> None:
    body = json.dumps({"data": [1], "links": {"next": f"{host}/x"}}).encode()
    with server(first(200, body)) as (url, asked), pytest.raises(ApiError):
        list(walk(client(url, []), NextUrl(), Request("/x")))
    assert len(asked) == 1


def test_a_page_that_comes_again_and_again_stops_the_walk() -> None:
    def play(handler: http.server.BaseHTTPRequestHandler, n: int) -> None:
        told = {"data": [1, 2], "links": {"next": f"/x?cursor={n}"}}
        give(handler, 200, json.dumps(told).encode())

    with server(play) as (url, asked), pytest.raises(ApiError, match="again and again"):
        list(walk(client(url, []), NextUrl(), Request("/x"), items=("data",)))
    assert len(asked) == 2


def test_empty_pages_without_end_stop_the_walk() -> None:
    def play(handler: http.server.BaseHTTPRequestHandler, n: int) -> None:
        told = {"data": [], "links": {"next": f"/x?cursor={n}"}}
        give(handler, 200, json.dumps(told).encode())

    with server(play) as (url, asked), pytest.raises(ApiError, match="again and again"):
        list(walk(client(url, []), NextUrl(), Request("/x"), items=("data",)))
    assert len(asked) < 60


def test_pages_are_made_smaller_where_the_vendor_fails_on_large_ones() -> None:
    def play(handler: http.server.BaseHTTPRequestHandler, n: int) -> None:
        size = int(handler.path.rpartition("=")[2])
        give(handler, 500 if size > 30 else 200)

    with server(play) as (url, asked):
        request = Request("/x", {"limit": "100"})
        list(walk(client(url, []), NextUrl(), request, shrink=smaller("limit")))
    assert asked[-1] == "/x?limit=25"


def test_a_stale_token_begins_the_walk_anew() -> None:
    with server(first(400)) as (url, asked):
        list(walk(client(url, []), NextUrl(), Request("/x"), "/x?cursor=old"))
    assert asked == ["/x?cursor=old", "/x"]


def test_the_key_is_in_no_log_and_no_url(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with server(first(500)) as (url, asked):
        client(url, []).ask(Request("/x", {"email": "ada@example.com"}))
    assert KEY not in caplog.text
    assert "ada%40example.com" not in caplog.text
    assert KEY not in "".join(asked)


def test_a_proxy_of_the_environment_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(lambda handler, n: give(handler, 200)) as (proxy, asked):
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.setenv("ALL_PROXY", proxy)
        with server(first(200)) as (url, _):
            client(url, []).ask(Request("/x"))
    assert asked == []


def test_an_address_that_is_not_there_is_said_so() -> None:
    with pytest.raises(Trouble, match="no connection"):
        client("http://127.0.0.1:9", [], connect=0.5).ask(Request("/x"))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://api.example.com", "in the clear"),
        ("ftp://api.example.com", "is not like"),
        ("https://user:secret@api.example.com", "is not like"),
        ("https://", "is not like"),
        ("https://x:abc", "no URL"),
    ],
)
def test_an_address_that_will_not_do(url: str, said: str) -> None:
    with pytest.raises(ApiError, match=said):
        address_of(API, "shop", url, {})


def test_an_address_made_of_a_setting() -> None:
    api = replace(API, base_url="https://{shop}.shops.example")
    assert address_of(api, "shop", None, {"shop": "acme"}).root == "https://acme.shops.example"
    for settings in ({}, {"shop": "evil.com/"}, {"shop": "a@evil.com"}):
        with pytest.raises(ApiError, match="setting 'shop'"):
            address_of(api, "shop", None, settings)


@pytest.mark.parametrize("base", ["http://127.0.0.1:1/api", "http://127.0.0.1:1/api/"])
def test_a_prefix_is_not_given_twice(base: str) -> None:
    address = address_of(API, "shop", base, {})
    assert address.url("/api/profiles") == "http://127.0.0.1:1/api/profiles"
    assert address.url("/profiles") == "http://127.0.0.1:1/api/profiles"


def test_budgets() -> None:
    def answer(**headers: str) -> Answer:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return Answer(200, told, None, b"", str)

    left = waits.remaining("left", "reset")
    assert left(answer(left="9", reset="51")) == 0
    assert left(answer(left="1", reset="51")) == 51
    assert left(answer(left="0", reset="9999")) == 60
    assert left(answer(left="x", reset="1")) == left(answer()) == 0
    until = waits.remaining("left", "reset", unix=True, window=10)
    date = "Sun, 01 Mar 2026 00:00:00 GMT"
    assert until(answer(left="1", reset="1772323204", date=date)) == 4
    assert until(answer(left="1", reset="1", date=date)) == 0
    full = waits.bucket("calls", 2.0)
    assert full(answer(calls="39/40")) == 0.5
    assert full(answer(calls="2/40")) == full(answer(calls="x")) == 0


def test_keys_come_from_private_places(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from console.sources.secret import keep_in_file, key_of

    config = tmp_path / "config.toml"
    keep_in_file(tmp_path / "keys" / "shop", KEY)
    assert (tmp_path / "keys" / "shop").stat().st_mode & 0o777 == 0o600
    source = SourceConfig("shop", "shopify", key_file="keys/shop")
    assert key_of(source, config) == KEY
    (tmp_path / "keys" / "shop").chmod(0o644)
    with pytest.raises(ApiError, match="others may read"):
        key_of(source, config)
    assert key_of(SourceConfig("s", "shopify", key_env="K"), None, {"K": f" {KEY}\n"}) == KEY
    for one in (
        SourceConfig("s", "shopify", key_env="NONE"),
        SourceConfig("s", "shopify"),
        SourceConfig("s", "shopify", key_file="nowhere"),
    ):
        with pytest.raises(ApiError) as said:
            key_of(one, config, {})
        assert KEY not in str(said.value)
    with pytest.raises(ApiError, match="characters"):
        key_of(SourceConfig("s", "shopify", key_env="K"), None, {"K": "a\nb"})
