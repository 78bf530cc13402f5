"""Our requests against the vendors' own specs, by Prism, which refuses what they forbid.

Prism knows nothing of data: it answers with examples. So only this is looked at: that no
request was refused. It takes half a minute to start; run with -m slow.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from console.sources.apis import APIS
from tests.shared import SHARED, needs_shared
from tests.sources.syncs import Sync

PACKAGE = "@stoplight/prism-cli@5.14.2"
SPECS = {
    "klaviyo": "klaviyo-2026-07-15.mock.json",
    "stripe": "stripe-lite.mock.json",
    "intercom": "intercom-2.16.trim.json",
}
_REFUSED = re.compile(r"\b(4\d\d)\b")
# Not in the trimmed spec, or (Prism's word for an unknown path) nothing of ours is wrong.
_ABSENT = "404"


@pytest.fixture(scope="session")
def prism(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that starts Prism; skips where npm is missing or has no way out."""
    if found := shutil.which("prism"):
        return [found]
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not here, and Prism comes from it")
    folder = tmp_path_factory.mktemp("prism")
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
    done = subprocess.run([*command, PACKAGE], capture_output=True, text=True, timeout=300)
    if done.returncode:
        pytest.skip(f"npm could not fetch Prism: {done.stderr.strip()[-200:]}")
    return [str(folder / "node_modules" / ".bin" / "prism")]


@contextmanager
def mocked(prism: list[str], spec: Path, log: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*prism, "mock", "-h", "127.0.0.1", "-p", str(port), "--errors", str(spec)]
    with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            ends = time.monotonic() + 120
            while "Prism is listening" not in log.read_text():
                assert time.monotonic() < ends, "Prism did not start"
                assert process.poll() is None, log.read_text()[-500:]
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.mark.slow
@needs_shared
@pytest.mark.parametrize("kind", SPECS)
def test_the_vendor_would_not_refuse_our_requests(
    prism: list[str], tmp_path: Path, kind: str
) -> None:
    assert SHARED is not None
    if kind not in APIS:
        pytest.skip(f"{kind} has no API here")
    log = tmp_path / "prism.log"
    with mocked(prism, SHARED / "sources" / "specs" / SPECS[kind], log) as url:
        sync = Sync(tmp_path, kind, url)
        for _ in range(2):
            for run in sync.run().runs:
                said = " ".join(filter(None, (run.error, run.warning)))
                refused = set(_REFUSED.findall(said)) - {_ABSENT}
                assert not refused, (run.stream, said, log.read_text()[-3000:])
    assert "violation" not in log.read_text().lower(), log.read_text()[-3000:]


@pytest.mark.slow
@needs_shared
def test_a_wrong_key_or_version_would_be_noticed(prism: list[str], tmp_path: Path) -> None:
    from dataclasses import replace

    assert SHARED is not None
    api = APIS["klaviyo"]
    bad = replace(api, headers=lambda key, settings: {"Authorization": "Klaviyo-API-Key x"})
    with (
        mocked(
            prism, SHARED / "sources" / "specs" / SPECS["klaviyo"], tmp_path / "prism.log"
        ) as url,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("console.sync.pulling.APIS", {**APIS, "klaviyo": bad})
        runs = Sync(tmp_path, "klaviyo", url).streams()
    assert "422" in (runs["profiles"].error or "")
