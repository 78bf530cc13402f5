"""R16: killed at any moment, imports, writers of notes and consoles lose and double nothing.

Syncs are killed in `tests/test_pulling_faults.py`.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import orjson
import pytest

from console.config import Config
from console.mirror.database import open_reader
from console.mirror.soundness import whole
from console.notebook import audit, notes
from console.notebook.changes import Signed
from console.sync import importing
from console.sync.importing import import_files
from tests.bench.data import calls
from tests.mirror.canonical import Told, difference, told
from tests.terminal import Terminal
from tests.world import NOW

EVENTS = 1_000


def killed(work: Callable[[], object], seconds: float) -> bool:
    """Do something in a process that is killed after some seconds; whether it was."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if os.waitpid(child, os.WNOHANG)[0]:
            return False
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """A file, and the mirror that an undisturbed import makes of it."""
    folder = tmp_path_factory.mktemp("export")
    path = folder / "calls.jsonl"
    path.write_bytes(b"".join(orjson.dumps(call) + b"\n" for call in calls(EVENTS)))
    config = settings(folder)
    assert import_files([str(path)], config).clean
    return path, told(config.mirror)


def settings(folder: Path) -> Config:
    return Config(mirror=folder / "mirror.db", notebook=folder / "notebook.db", now=NOW)


@pytest.fixture(autouse=True)
def _commits_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_COMMIT_SECONDS", 0.0)


def kill_imports(folder: Path, exported: tuple[Path, Told], seed: int, kills: int) -> int:
    """Kill imports of one mirror until one is through; then it is that of a clean run."""
    path, clean = exported
    config = settings(folder)
    dice = random.Random(seed)
    done = 0
    for _ in range(kills):
        if not killed(lambda: import_files([str(path)], config), dice.uniform(0.005, 0.25)):
            break
        done += 1
    if config.mirror.exists() and config.mirror.stat().st_size:
        assert whole(config.mirror) == []
    assert import_files([str(path)], config).clean
    assert whole(config.mirror) == []
    assert not difference(clean, told(config.mirror))
    again = import_files([str(path)], config).files[0].counts
    assert (again.new, again.changed) == (0, 0)
    return done


def kill_writers(folder: Path, seed: int, kills: int) -> int:
    """Kill writers of notes; what was acknowledged is there once, with its line of audit."""
    notebook = folder / "notebook.db"
    dice = random.Random(seed)
    acknowledged = 0
    log = folder / "acknowledged"
    log.touch()
    for kill in range(kills):
        killed(lambda kill=kill: _write_notes(notebook, log, kill), dice.uniform(0.005, 0.12))  # type: ignore[misc]
    said = log.read_text().split()
    with closing(open_reader(notebook, 99)) as db:
        there = Counter(text for (text,) in db.execute("select text from note").fetchall())
        lines = db.execute("select count(*) from audit where action = 'note'").fetchone()[0]
        changes = db.execute("select count(*) from change").fetchone()[0]
    acknowledged = len(said)
    assert set(said) <= set(there)
    assert set(there.values()) == {1}
    # The last of each writer may have been written and not acknowledged any more.
    assert len(there) - acknowledged <= kills
    assert lines == changes == len(there)
    assert audit.check(notebook) is None
    assert whole(notebook) == []
    return acknowledged


def _write_notes(notebook: Path, log: Path, kill: int) -> None:
    with log.open("ab", buffering=0) as out:
        for n in range(10_000):
            text = f"{kill}-{n}"
            person = (("segment", "external_id", f"u{n % 5}"),)
            notes.add(notebook, [person], text, Signed("ada", NOW + n))
            out.write(f"{text}\n".encode())


def kill_console(mirror: Path, seed: int) -> None:
    """Kill a console in its terminal while it reads and writes; both files are whole."""
    dice = random.Random(seed)
    with Terminal(mirror, NOW) as console:
        console.read(dice.uniform(0.3, 2.5))
        console.type(dice.choice([b"2/ada", b"3", b"jjj\r", b"2\r", b"nhello\r", b"d"]))
        console.read(dice.uniform(0.0, 0.4))
        console.process.kill()
        console.process.wait()
    assert whole(mirror) == []
    notebook = mirror.parent / "n.db"
    if notebook.exists() and notebook.stat().st_size:
        assert whole(notebook) == []
        assert audit.check(notebook) is None


def test_imports_killed(tmp_path: Path, exported: tuple[Path, Told]) -> None:
    kills = 0
    for seed in range(2):
        (tmp_path / f"{seed}").mkdir()
        kills += kill_imports(tmp_path / f"{seed}", exported, seed, 5)
    assert kills


def test_writers_of_notes_killed(tmp_path: Path) -> None:
    assert kill_writers(tmp_path, 1, 8) > 8


def test_a_console_killed(built_world: Path, tmp_path: Path) -> None:
    (tmp_path / "mirror.db").write_bytes(built_world.read_bytes())
    (tmp_path / "mirror.db").chmod(0o600)
    kill_console(tmp_path / "mirror.db", 1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 200))
def test_many_imports_killed(tmp_path: Path, exported: tuple[Path, Told], seed: int) -> None:
    print("kills", kill_imports(tmp_path, exported, seed, 12))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 116))
def test_many_writers_of_notes_killed(tmp_path: Path, seed: int) -> None:
    print("acknowledged", kill_writers(tmp_path, seed, 50))


@pytest.mark.slow
def test_many_consoles_killed(built_world: Path, tmp_path: Path) -> None:
    (tmp_path / "mirror.db").write_bytes(built_world.read_bytes())
    (tmp_path / "mirror.db").chmod(0o600)
    for seed in range(50):
        kill_console(tmp_path / "mirror.db", seed)
