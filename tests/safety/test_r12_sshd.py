"""R12, outside: the README's sshd lines against a real OpenSSH server. Nothing but the screen."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.notebook.store import last_visit
from tests import world as worlds
from tests.safety.sshd import ME, MISSING, Server, readme_block
from tests.terminal import Terminal

pytestmark = pytest.mark.skipif(
    MISSING is not None, reason=f"{MISSING} is not installed (apt-get install openssh-server)"
)
ASKED = ((), ("id",), ("-s", "sftp"))
LINE = readme_block("restrict,pty,command=").strip()
FORCED = readme_block("Match Group").replace("Match Group support", f"Match User {ME}")


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    worlds.build(folder)
    return folder / "mirror.db"


@pytest.fixture(scope="module")
def by_key(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # Everything is accepted from the client: what holds is the wrapper's doing.
    with Server(tmp_path_factory.mktemp("key"), mirror, more="AcceptEnv *") as server:
        server.allow(LINE)
        yield server


@pytest.fixture(scope="module")
def by_account(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("account"), mirror, more=FORCED) as server:
        server.allow(None)
        yield server


@pytest.fixture(params=["by_key", pytest.param("by_account", marks=pytest.mark.slow)])
def server(request: pytest.FixtureRequest) -> Server:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Server)
    return found


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize("who", ["alice", pytest.param(ME, marks=pytest.mark.slow)])
def test_r12_ssh_opens_the_console_as_that_person(who: str, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("by_key" if who == "alice" else "by_account")
    with Terminal(server.mirror, 0, command=server.ssh("-t")) as terminal:
        terminal.wait_for("Customers", 30)
        terminal.wait_for("customers", 30)
        terminal.type(b"q")
        assert terminal.ended(10) == 0
    assert last_visit(server.mirror.with_name("notebook.db"), who) is not None


@pytest.mark.slow
def test_r12_another_command_gets_the_console_too(server: Server) -> None:
    command = server.ssh("-t", "sh -c 'echo in-a-shell'")
    with Terminal(server.mirror, 0, command=command) as terminal:
        terminal.wait_for("customers", 30)
        terminal.type(b"q")
        assert terminal.ended(10) == 0
        assert b"in-a-shell" not in terminal.output


@pytest.mark.parametrize(
    "asked", [("sh",), *(pytest.param(one, marks=pytest.mark.slow) for one in ASKED)]
)
def test_r12_no_shell_without_a_terminal(server: Server, asked: tuple[str, ...]) -> None:
    ran = run(server.ssh("-T", *asked))
    assert ran.returncode != 0
    assert "uid=" not in ran.stdout
    # What a subsystem has to say is not passed on.
    if "-s" not in asked:
        assert ran.stderr.count("\n") == 1
        assert ran.stderr.startswith("console: the screen needs a terminal")


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(("scp",), marks=pytest.mark.slow),
        pytest.param(("scp", "-O"), marks=pytest.mark.slow),
        pytest.param(("sftp", "-b", "BATCH"), marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_r12_no_files(server: Server, tmp_path: Path, program: tuple[str, ...]) -> None:
    if shutil.which(program[0]) is None:
        pytest.skip(f"{program[0]} is not installed")
    batch = tmp_path / "batch"
    batch.write_text(f"get {server.mirror} {tmp_path}/got\nput {batch} {tmp_path}/put\n")
    port = ["-P", str(server.port)]
    here = [word.replace("BATCH", str(batch)) for word in program[1:]]
    there = f"{ME}@127.0.0.1"
    if program[0] == "sftp":
        commands = [[program[0], *server.options(), *port, *here, there]]
    else:
        begin = [program[0], *server.options(), *port, *here]
        commands = [
            [*begin, f"{there}:{server.mirror}", f"{tmp_path}/got"],
            [*begin, str(batch), f"{there}:{tmp_path}/put"],
        ]
    for command in commands:
        assert run(command).returncode != 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["batch"]


@pytest.fixture
def secret_port() -> Iterator[int]:
    """A service on the server that clients must not reach."""
    with socket.create_server(("127.0.0.1", 0)) as service:
        service.settimeout(30)

        def answer() -> None:
            while True:
                try:
                    caller, _ = service.accept()
                except OSError:
                    return
                with caller:
                    caller.sendall(b"reached")

        threading.Thread(target=answer, daemon=True).start()
        yield service.getsockname()[1]


@pytest.mark.slow
def test_r12_nothing_is_forwarded(server: Server, secret_port: int) -> None:
    ran = run(server.ssh(f"-W127.0.0.1:{secret_port}"))
    assert "reached" not in ran.stdout
    assert ran.returncode != 0
    ran = run(server.ssh("-N", f"-R0:127.0.0.1:{secret_port}", more=("ExitOnForwardFailure=yes",)))
    assert ran.returncode != 0
    assert "forwarding failed" in ran.stderr


def test_r12_no_local_port_leads_to_the_server(server: Server, secret_port: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(server.ssh("-N", f"-L{port}:127.0.0.1:{secret_port}")) as client:
        try:
            got = b"not connected"
            for _ in range(100):
                with socket.socket() as caller:
                    caller.settimeout(10)
                    if caller.connect_ex(("127.0.0.1", port)) == 0:
                        try:
                            got = caller.recv(100)
                        except ConnectionResetError:
                            got = b""
                        break
                threading.Event().wait(0.1)
            assert got == b""
        finally:
            client.send_signal(signal.SIGTERM)


@pytest.mark.slow
def test_r12_what_a_client_sends_along_is_not_believed(by_key: Server, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / "console.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    (evil / "sitecustomize.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    sent = {
        "PYTHONPATH": evil, "PYTHONSTARTUP": evil / "console.py", "TEXTUAL_LOG": tmp_path / "log",
        "CONSOLE_MIRROR": tmp_path / "m.db", "CONSOLE_PERSON": "mallory", "XDG_DATA_HOME": evil,
        "TEXTUAL_SCREENSHOT": "0", "TEXTUAL_SCREENSHOT_LOCATION": tmp_path,
        "CONSOLE_CONFIG": evil / "c.toml", "BROWSER": tmp_path / "browser",
    }  # fmt: skip
    more = "SetEnv=" + " ".join(f"{name}={value}" for name, value in sent.items())
    odd = f"xterm$(touch${{IFS}}{tmp_path}/ran)"
    with Terminal(by_key.mirror, 0, command=by_key.ssh("-t", more=(more,)), term=odd) as terminal:
        terminal.wait_for("customers", 30)
        terminal.type(b"q")
        assert terminal.ended(10) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["evil"]
    assert {path.name for path in evil.iterdir()} == {"console.py", "sitecustomize.py"}
    assert last_visit(by_key.mirror.with_name("notebook.db"), "mallory") is None


@pytest.mark.slow
def test_r12_the_line_with_the_program_itself_holds_too(
    by_key: Server, mirror: Path, tmp_path: Path
) -> None:
    program = f"{by_key.folder}/start.py --kiosk --mirror {mirror} --as bo"
    by_key.allow(f'restrict,pty,command="{sys.executable} {program}" ssh-ed25519 x')
    try:
        with Terminal(mirror, 0, command=by_key.ssh("-t", "sh")) as terminal:
            terminal.wait_for("customers", 30)
            terminal.type(b"q")
            assert terminal.ended(10) == 0
    finally:
        by_key.allow(LINE)
    assert last_visit(mirror.with_name("notebook.db"), "bo") is not None


@pytest.mark.slow
def test_r12_without_the_line_there_is_a_shell(by_key: Server, tmp_path: Path) -> None:
    # So that what is refused above is refused by the lines and not by the test's own server.
    by_key.allow(None)
    try:
        assert "uid=" in run(by_key.ssh("-T", "id")).stdout
        begin = ["scp", *by_key.options(), "-P", str(by_key.port)]
        assert run([*begin, f"{ME}@127.0.0.1:{by_key.mirror}", f"{tmp_path}/got"]).returncode == 0
    finally:
        by_key.allow(LINE)
