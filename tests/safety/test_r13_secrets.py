"""R13: no secret and nothing personal in crash output, logs, ``ps``, the environment, exits.

Canaries: words that stand in a key, a customer, an environment variable; each is looked for
in everything the console leaves behind it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from console.config import Config
from console.model import Batch, Key, Record
from tests import world as worlds
from tests.safety.sshd import wrapper
from tests.terminal import ROOT, Terminal

SECRET, PERSON = "canary-key-5f2a", "canary.person@example.com"
FAULTS = {
    "a pane": "from console.panes.feed import FeedPane as C\nC.action_reload = fail\n",
    "a widget": "from console.widgets.row_list import RowList as C\nC.render_line = fail\n",
    "the screen": "from console.screen import MainScreen as C\nC.action_step = fail\n",
}
FAIL = f"""
def fail(self, *given):
    customer, key = {PERSON!r}, {SECRET!r}
    raise RuntimeError(customer + key)
"""


@pytest.fixture
def canaries(tmp_path: Path) -> Config:
    settings = worlds.config(tmp_path)
    fields = {"name": "Canary", "email": PERSON, "signed_up_at": worlds.NOW}
    record = Record("customer", "c1", (Key("email", PERSON),), fields, b"{}")
    told = worlds.event(1, "Signed Up", worlds.NOW, verb="signed_up", level="notable")
    told = told._replace(who=(Key("email", PERSON),))
    worlds.save(settings, [(Batch("shopify", records=[record], events=[told]), "shopify")])
    return settings


def found(said: bytes) -> list[str]:
    """Which canaries are in it."""
    return [word for word in (SECRET, PERSON) if word.encode() in said]


@pytest.mark.parametrize(
    "where",
    [pytest.param(one, marks=[] if one == "a pane" else pytest.mark.slow) for one in FAULTS],
)
def test_r13_a_crash_tells_neither(canaries: Config, where: str) -> None:
    with Terminal(canaries.mirror, worlds.NOW, code=FAIL + FAULTS[where]) as terminal:
        terminal.read(2)
        terminal.type(b"r]q")
        status = terminal.ended(20)
        left = terminal.output.rpartition(b"\x1b[?1049l")[2]
        assert found(left) == []
        assert SECRET.encode() not in terminal.output
        assert b"Traceback" not in terminal.output
        assert status == 1
        assert left.count(b"console: ") == 1
    files = {path.name for path in canaries.mirror.parent.iterdir()}
    assert files <= {"mirror.db", "mirror.db-wal", "mirror.db-shm", "n.db", "n.db-wal", "n.db-shm"}


@pytest.mark.parametrize(
    "number", [signal.SIGHUP, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_r13_an_exit_leaves_nothing_of_the_screen(canaries: Config, number: signal.Signals) -> None:
    with Terminal(canaries.mirror, worlds.NOW, size=(160, 45)) as terminal:
        terminal.wait_for(PERSON)
        terminal.process.send_signal(number)
        terminal.ended()
        assert found(terminal.output.rpartition(b"\x1b[?1049l")[2]) == []


def test_r13_neither_ps_nor_environment_of_a_kiosk_tell(canaries: Config, tmp_path: Path) -> None:
    folder = tmp_path / "kiosk"
    folder.mkdir()
    command = [str(wrapper(folder, canaries.mirror)), "alice"]
    environment = {"KLAVIYO_KEY": SECRET, "SECRET_TOKEN": SECRET}
    with Terminal(canaries.mirror, 0, command=command, environment=environment) as terminal:
        terminal.wait_for("1 customer", 30)
        process = Path(f"/proc/{terminal.process.pid}")
        assert b"--kiosk" in (process / "cmdline").read_bytes()
        for name in ("cmdline", "environ", "comm", "status"):
            assert found((process / name).read_bytes()) == [], name
        children = subprocess.run(
            ["ps", "-eo", "args"], capture_output=True, check=True
        ).stdout.splitlines()
        assert not any(SECRET.encode() in line for line in children if b"pytest" not in line)


class Echo(BaseHTTPRequestHandler):
    """A vendor who repeats to everybody what they were told."""

    def do_GET(self) -> None:
        body = f"you said {self.path} and {self.headers}".encode()
        self.send_response(401, "no: " + str(self.headers["Authorization"]))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def echo() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_r13_a_sync_that_fails_tells_no_key(canaries: Config, echo: str) -> None:
    home = canaries.mirror.parent
    (home / "key").write_text(SECRET)
    (home / "key").chmod(0o600)
    settings = home / "config.toml"
    settings.write_text(
        f'[sources.klaviyo]\nkind = "klaviyo"\nkey_file = "{home / "key"}"\nbase_url = "{echo}"\n'
    )
    command = [sys.executable, "-m", "console", "--mirror", str(canaries.mirror)]
    command += ["--config", str(settings)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CONSOLE_TRACEBACK": "1"}
    for asked in (["sync"], ["status"], ["rejects"]):
        ran = subprocess.run([*command, *asked], capture_output=True, env=environment, timeout=60)
        said = ran.stdout + ran.stderr
        assert SECRET.encode() not in said, asked
        assert asked != ["sync"] or (ran.returncode == 1 and b"key" in said)
    for path in home.rglob("*"):
        if path.is_file() and path.name != "key":
            assert SECRET.encode() not in path.read_bytes(), path
