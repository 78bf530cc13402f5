"""``console sync``, ``console source`` and what ``console status`` tells afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from console.sources.apis import APIS, FILES_ONLY
from tests.cli import Console
from tests.mirror.canonical import told
from tests.shared import SHARED, needs_shared
from tests.sources.books import BOOKS
from tests.sources.books.book import answering
from tests.sources.books.world import world
from tests.sources.loopback import vendor as made_up
from tests.sources.replay import Vendor, serving
from tests.sources.syncs import recorded

ROOT = Path(__file__).resolve().parents[1]
KEY = "sk_canary_31d9:part-us20"
NOW = "2026-03-02T00:00:00Z"
# What the recordings presume to be known: they begin after the lists of these.
SETTINGS = {
    "intercom": 'contacts = ["6762aaaa"]\nconversations = ["471"]\n',
    "mailchimp": 'lists = ["l1"]\ncampaigns = ["c1"]\nsince = "2026-02-28"\n',
    "recharge": 'since = "2020-01-01"\n',
    "zendesk": "since = 1772341200\n",
}
CONVERSATIONS = {"shopify": ("shopify_graphql", "shopify_rest")}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.sync.pulling._waiting", lambda stop: lambda seconds: None)
    monkeypatch.setenv("SYNC_KEY", KEY)


def conversation(kind: str) -> Vendor | None:
    names = CONVERSATIONS.get(kind, (kind,))
    folder = SHARED / "sources" / "specs" / "replay" if SHARED else None
    if folder is None or not all((folder / f"{name}.json").exists() for name in names):
        return None
    return recorded(*names)


@pytest.fixture
def vendors() -> Iterator[dict[str, Vendor]]:
    """Every recorded conversation of a source there is, each played by a vendor of its own."""
    with ExitStack() as stack:
        yield {
            kind: stack.enter_context(serving(vendor))
            for kind in APIS
            if (vendor := conversation(kind))
        }


def configured(folder: Path, vendors: dict[str, Vendor], extra: str = "") -> Console:
    text = "".join(
        f'[sources.{kind}]\nkey_env = "SYNC_KEY"\nbase_url = "{vendor.url}"\n'
        + SETTINGS.get(kind, "")
        for kind, vendor in vendors.items()
    )
    (folder / "config.toml").write_text(text + extra)
    return Console(folder, "--config", str(folder / "config.toml"), "--now", NOW)


@pytest.fixture
def unrecorded() -> Iterator[str]:
    """The config of made-up vendors, for the kinds of which there is no recording."""
    text, company = [], world(4)
    company.settle()
    with ExitStack() as stack:
        for kind, book in BOOKS.items():
            if conversation(kind) is None:
                url, _ = stack.enter_context(made_up(answering(book(company))))
                text.append(f'[sources.{kind}]\nkey_env = "SYNC_KEY"\nbase_url = "{url}"\n')
                text += [f'{name} = "{value}"\n' for name, value in book.settings.items()]
        yield "".join(text)


@needs_shared
def test_all_sources_side_by_side_twice(
    tmp_path: Path, vendors: dict[str, Vendor], unrecorded: str
) -> None:
    console = configured(tmp_path, vendors, unrecorded)
    first = console("sync", "--json")
    assert first.status == 0, first.out
    assert {one["source"] for one in first.json["sources"]} == set(APIS)
    for kind, vendor in vendors.items():
        assert (kind, vendor.complaints) == (kind, [])
        assert (kind, vendor.unplayed) == (kind, [])
        vendor.rewind()
    before = told(console.mirror)["event"]
    second = console("sync", "--json")
    assert second.status == 0, second.out
    for source in second.json["sources"]:
        for run in source["streams"]:
            said = (run["new"], run["changed"], run["deleted"], run["rejected"])
            assert said == (0, 0, 0, 0), (source["source"], run)
    assert told(console.mirror)["event"] == before
    assert KEY not in first.out + first.err


@needs_shared
def test_status_tells_the_story(tmp_path: Path, vendors: dict[str, Vendor]) -> None:
    console = configured(tmp_path, vendors)
    console("sync")
    story = {one["source"]: one for one in console("status", "--json").json["sources"]}
    assert set(story) == set(vendors)
    klaviyo = story["klaviyo"]
    assert klaviyo["lag_seconds"] == 0
    assert klaviyo["error"] is None
    streams = {one["stream"]: one for one in klaviyo["streams"]}
    assert streams["events"]["new"] == 4
    assert "404" in streams["campaigns"]["warning"]
    text = console("status").out
    assert "By API, last asked just now" in text
    assert "klaviyo campaigns: was not read" in text


@needs_shared
def test_a_source_that_fails_costs_no_other(tmp_path: Path, vendors: dict[str, Vendor]) -> None:
    gone = '[sources.other]\nkind = "klaviyo"\nkey_env = "NO_SUCH_KEY"\n'
    console = configured(tmp_path, vendors, gone)
    answer = console("sync")
    assert answer.status == 1
    assert "the environment has no NO_SUCH_KEY" in answer.out
    assert told(console.mirror)["record"]
    story = {one["source"]: one for one in console("status", "--json").json["sources"]}
    assert "NO_SUCH_KEY" in story["other"]["error"]
    assert story["other"]["last_sync"] is None
    assert story["klaviyo"]["error"] is None


def test_what_used_to_come_and_does_not_is_said(tmp_path: Path) -> None:
    def answer(*data: object) -> dict[str, object]:
        body = {"data": list(data), "links": {"next": None}}
        return {
            "request": {"method": "GET", "path": "/api/profiles"},
            "response": {"status": 200, "headers": {}, "json": body},
        }

    profile = {"id": "1", "attributes": {"updated": "2026-03-01T00:00:00Z"}}
    with serving(Vendor([answer(profile), answer()])) as vendor:
        console = configured(tmp_path, {"klaviyo": vendor})
        console("sync")
        said = console("sync")
    assert "profiles: nothing came, not even what came before" in said.out
    assert said.status == 1 or "404" in said.out


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["nobody"], "there is no source 'nobody'"),
        (["klaviyo"], "`console source add klaviyo`"),
        (["segment"], "`console import` them"),
        ([], "no source has an API configured"),
    ],
)
def test_what_cannot_be_synced_is_said(tmp_path: Path, asked: list[str], said: str) -> None:
    answer = Console(tmp_path, "--config", _empty(tmp_path))("sync", *asked)
    assert answer.status == 1
    assert said in answer.err


def test_a_kind_means_every_source_of_it_and_a_name_one(tmp_path: Path) -> None:
    from console.settings import load
    from console.sources.chosen import chosen

    (tmp_path / "config.toml").write_text(
        '[sources.klaviyo]\nkey_env = "A"\n[sources.b]\nkind = "klaviyo"\nkey_env = "B"\n'
        "[sources.shopify]\n[sources.zendesk]\nday_first = true\n"
    )
    config = load(config=str(tmp_path / "config.toml"))
    assert [one.name for one in chosen(config, [])] == ["klaviyo", "b"]
    assert [one.name for one in chosen(config, ["klaviyo"])] == ["klaviyo"]
    assert [one.name for one in chosen(config, ["b"])] == ["b"]


def _empty(folder: Path) -> str:
    (folder / "config.toml").write_text("")
    return str(folder / "config.toml")


def test_readonly_syncs_nothing(tmp_path: Path) -> None:
    answer = Console(tmp_path, "--config", _empty(tmp_path), "--readonly")("sync")
    assert answer.status == 1
    assert "--readonly" in answer.err


def accounts(status: int) -> Vendor:
    return Vendor(
        [
            {
                "request": {"method": "GET", "path": "/api/accounts"},
                "response": {"status": status, "headers": {}, "json": {"data": []}},
            }
        ]
    )


def test_a_source_is_added_with_its_key_in_a_private_file(tmp_path: Path) -> None:
    config = _empty(tmp_path)
    (tmp_path / "config.toml").write_text('# mine\ntimezone = "Europe/Stockholm"')
    console = Console(tmp_path, "--config", config)
    with serving(accounts(200)) as vendor:
        said = console("source", "add", "klaviyo", "--base-url", vendor.url, stdin=KEY.encode())
    assert said.status == 0, said.err
    assert vendor.asked[0].headers["authorization"] == f"Klaviyo-API-Key {KEY}"
    text = (tmp_path / "config.toml").read_text()
    assert text.startswith('# mine\ntimezone = "Europe/Stockholm"\n')
    assert KEY not in text + said.out + said.err
    key = tmp_path / "keys" / "klaviyo"
    assert key.read_text().strip() == KEY
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.parent.stat().st_mode & 0o777 == 0o700
    [row] = [one for one in console("source", "list", "--json").json["sources"]
             if one["source"] == "klaviyo"]  # fmt: skip
    assert row["key"] == "in keys/klaviyo"


def test_a_key_that_is_refused_is_not_kept(tmp_path: Path) -> None:
    console = Console(tmp_path, "--config", _empty(tmp_path))
    with serving(accounts(401)) as vendor:
        said = console("source", "add", "klaviyo", "--base-url", vendor.url, stdin=KEY.encode())
    assert said.status == 1
    assert "is the key right" in said.err
    assert not (tmp_path / "keys" / "klaviyo").exists()
    assert (tmp_path / "config.toml").read_text() == ""


def test_a_source_asks_for_its_settings(tmp_path: Path) -> None:
    console = Console(tmp_path, "--config", _empty(tmp_path))
    arguments = ("source", "add", "shopify", "--key-env", "SYNC_KEY", "--no-check")
    assert console(*arguments, "--set", "shop=acme").status == 0
    assert 'shop = "acme"' in (tmp_path / "config.toml").read_text()
    assert console(*arguments).status == 1, "it is there already"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("nonsense",), 2), (("segment",), 1), (("klaviyo", "--name", "a b"), 2),
        (("klaviyo", "--key-env", "A", "--keyring"), 2), (("klaviyo", "--set", "x"), 2),
    ],
)  # fmt: skip
def test_what_cannot_be_added(tmp_path: Path, arguments: tuple[str, ...], status: int) -> None:
    console = Console(tmp_path, "--config", _empty(tmp_path))
    assert console("source", "add", *arguments, stdin=b"k").status == status


def test_the_key_is_not_in_the_process_list_nor_terminal_libraries_loaded(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['console', '--config', sys.argv[1], '--mirror', sys.argv[2],"
        " 'sync'];\nfrom console.cli import main\ntry:\n main()\nfinally:\n"
        " print('textual' in sys.modules, 'rich' in sys.modules)"
    )
    with serving(accounts(200)) as vendor:
        (tmp_path / "config.toml").write_text(
            f'[sources.klaviyo]\nkey_env = "SYNC_KEY"\nbase_url = "{vendor.url}"\n'
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "config.toml"), str(tmp_path / "m.db")],
            cwd=ROOT, capture_output=True, text=True, env={**os.environ, "SYNC_KEY": KEY},
        )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "False False", done.stderr
    assert KEY not in done.stdout + done.stderr
    assert KEY.encode() not in (tmp_path / "m.db").read_bytes()


@needs_shared
def test_following_goes_on_until_it_is_stopped(
    tmp_path: Path, vendors: dict[str, Vendor], monkeypatch: pytest.MonkeyPatch
) -> None:
    from console.mirror import status
    from console.mirror.database import open_reader
    from console.settings import load
    from console.sync import following

    configured(tmp_path, {"klaviyo": vendors["klaviyo"]}, "every = 1\n")
    config = load(config=str(tmp_path / "config.toml"), mirror=str(tmp_path / "mirror.db"))
    stop, rounds = threading.Event(), []

    def told_round(report: object) -> None:
        rounds.append(report)
        if len(rounds) == 1:
            reader = open_reader(config.mirror)
            [source] = status.read(reader).sources
            reader.close()
            assert source.next is not None
            vendors["klaviyo"].rewind()
        else:
            stop.set()

    begun = time.monotonic()
    following.follow(config, [], told_round, stop=stop)
    assert len(rounds) == 2
    assert time.monotonic() - begun < 8


def test_a_source_that_fails_is_asked_less_and_less_often() -> None:
    from console.clock import HOUR, MINUTE
    from console.sync.following import pause_after

    assert [pause_after(MINUTE, n) // MINUTE for n in (0, 1, 2, 9, 99)] == [1, 2, 4, 60, 60]
    assert pause_after(6 * HOUR, 3) == 6 * HOUR


@pytest.mark.parametrize(
    ("off", "said"),
    [(-120, "2 minutes ahead of that of klaviyo"), (600, "10 minutes behind that of klaviyo")],
)
def test_a_clock_that_is_wrong_is_said(tmp_path: Path, off: int, said: str) -> None:
    from email.utils import formatdate

    def answer(asked: object) -> tuple[int, object, dict[str, str]]:
        body = {"data": [], "links": {"next": None}}
        return 200, body, {"Date": formatdate(time.time() + off, usegmt=True)}

    with made_up(answer) as (url, _):
        (tmp_path / "config.toml").write_text(
            f'[sources.klaviyo]\nkey_env = "SYNC_KEY"\nbase_url = "{url}"\n'
        )
        out = Console(tmp_path, "--config", str(tmp_path / "config.toml"))("sync").out
    assert out.count(said) == 1


@pytest.mark.parametrize("kind", FILES_ONLY)
def test_a_source_that_exists_only_as_files_says_so(tmp_path: Path, kind: str) -> None:
    console = Console(tmp_path, "--config", _empty(tmp_path))
    for asked in (("sync", kind), ("source", "add", kind)):
        said = console(*asked, stdin=b"k")
        assert said.status == 1
        assert FILES_ONLY[kind] in said.err, said.err
        assert said.err.count("\n") == 1
