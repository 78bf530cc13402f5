"""A real OpenSSH server on loopback, for one key and whatever is to happen with it."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from tests.terminal import ROOT

PROGRAM = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
MISSING = next(
    (name for name, there in (("sshd", PROGRAM), ("ssh", shutil.which("ssh"))) if not there), None
)
"""What would have to be installed for these tests; None when all is there."""
ME = getpass.getuser()
CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp
{more}
"""


def readme_block(beginning: str) -> str:
    """The block of code in the README that has a line that begins so."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL):
        if any(line.startswith(beginning) for line in block.splitlines()):
            return str(block)
    raise LookupError(beginning)


def wrapper(folder: Path, mirror: Path) -> Path:
    """The README's wrapper, with this Python, these sources and this mirror."""
    start = folder / "start.py"
    start.write_text(
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom console.cli import main; main()\n"
    )
    text = readme_block("exec env -i")
    for there, here in (
        ("/opt/console/.venv/bin/python", sys.executable),
        ("-m console", str(start)),
        ("/srv/console/mirror.db", str(mirror)),
    ):
        assert there in text
        text = text.replace(there, here)
    path = folder / "console-kiosk"
    path.write_text(text)
    path.chmod(0o755)
    return path


class Server:
    """sshd on a free port, with the README's lines for the paths of this machine."""

    def __init__(self, folder: Path, mirror: Path, *, more: str = "") -> None:
        """Start it.

        folder: for its keys and settings. mirror: what the console opens.
        more: lines of sshd_config.
        """
        self.folder = folder
        self.mirror = mirror
        self.key = folder / "key"
        for key in (self.key, folder / "host"):
            self._run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key))
        self.wrapper = wrapper(folder, mirror)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        settings = CONFIG.format(port=self.port, folder=folder, more=more)
        (folder / "sshd_config").write_text(settings.replace(WRAPPER, str(self.wrapper)))
        if os.getuid() == 0:
            # What the system's service makes for it.
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        log = (folder / "log").open("w")
        self.process = subprocess.Popen(
            [PROGRAM or "sshd", "-D", "-e", "-f", str(folder / "sshd_config")], stderr=log
        )
        self._wait()

    def _run(self, *command: str) -> None:
        subprocess.run(command, check=True, capture_output=True)

    def allow(self, line: str | None) -> None:
        """Let the key in by an authorized_keys line like the README's; None for a bare key."""
        key = self.key.with_suffix(".pub").read_text()
        if line is not None:
            options = line.partition(" ssh-ed25519 ")[0].replace(WRAPPER, str(self.wrapper))
            key = f"{options} {key}"
        (self.folder / "authorized_keys").write_text(key)

    def _wait(self) -> None:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.1)
        raise TimeoutError((self.folder / "log").read_text())

    def options(self, *more: str) -> list[str]:
        """What every client is told."""
        given = (
            "BatchMode=yes", "StrictHostKeyChecking=no", f"UserKnownHostsFile={os.devnull}",
            f"IdentityFile={self.key}", "IdentitiesOnly=yes", "LogLevel=ERROR", *more,
        )  # fmt: skip
        return ["-F", "none", *(word for one in given for word in ("-o", one))]

    def ssh(self, *arguments: str, more: tuple[str, ...] = ()) -> list[str]:
        """A command line of ssh to here; arguments come after the host."""
        flags = [one for one in arguments if one.startswith("-")]
        rest = [one for one in arguments if not one.startswith("-")]
        port = ["-p", str(self.port)]
        return ["ssh", *self.options(*more), *port, *flags, f"{ME}@127.0.0.1", *rest]

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.process.terminate()
        self.process.wait()


WRAPPER = "/usr/local/bin/console-kiosk"
