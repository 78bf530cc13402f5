"""R16: killed at any moment, imports, syncs, writers of notes and consoles lose and double nothing.

A kill counts when what was killed had not ended by itself.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from contextlib import closing
from functools import partial
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
from tests.killed import killed
from tests.mirror.canonical import Told, difference, told
from tests.sources.books import BOOKS
from tests.sources.faulty import Faulty
from tests.sources.histories import assert_same, clean_run, small_pages
from tests.sources.histories import run as pull
from tests.sources.histories import settings as vendor_settings
from tests.terminal import Terminal
from tests.world import NOW

EVENTS = 3_000
_EACH = 10
"""Kills of one mirror, until it is looked at."""


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
    small_pages(monkeypatch)


def kill_imports(folder: Path, exported: tuple[Path, Told], seed: int, kills: int) -> int:
    """Kill so many imports of one file, some of each mirror.

    Every mirror is at last that of a clean run.
    """
    path, clean = exported
    dice = random.Random(seed)
    done = 0
    for number in itertools.count():
        config = settings(folder / str(number))
        work = partial(import_files, [str(path)], config)
        done += sum(killed(work, dice.uniform(0, 0.2)) for _ in range(_EACH))
        assert whole(config.mirror) == []
        assert import_files([str(path)], config).clean
        assert not difference(clean, told(config.mirror))
        again = import_files([str(path)], config).files[0].counts
        assert (again.new, again.changed) == (0, 0)
        if done >= kills:
            return done
    raise AssertionError


def kill_syncs(folder: Path, kind: str, seed: int, kills: int) -> int:
    """Kill so many syncs of a vendor, some of each mirror.

    What the vendor holds changes meanwhile; every mirror is at last that of a clean run.
    """
    dice = random.Random(seed)
    done = 0
    for number in itertools.count():
        clean = clean_run(folder / f"{number} clean", kind, seed + number)
        (folder / str(number)).mkdir()
        vendor = Faulty(kind, seed + number, 0)
        config = vendor_settings(folder / str(number), kind, vendor.url)
        try:
            done += sum(killed(partial(pull, config), dice.uniform(0, 0.6)) for _ in range(_EACH))
            vendor.calm()
            # The first ends what an earlier one began; what has changed since comes after.
            assert all(pull(config).clean for _ in range(2))
        finally:
            vendor.stop()
        assert whole(config.mirror) == []
        assert_same(kind, clean, told(config.mirror))
        if done >= kills:
            return done
    raise AssertionError


def kill_writers(folder: Path, seed: int, kills: int) -> int:
    """Kill writers of notes; what was acknowledged is there once, with its line of audit."""
    notebook = folder / "notebook.db"
    dice = random.Random(seed)
    acknowledged = 0
    log = folder / "acknowledged"
    log.touch()
    for kill in range(kills):
        assert killed(
            lambda kill=kill: _write_notes(notebook, log, kill), dice.uniform(0.005, 0.12)
        )  # type: ignore[misc]
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


def kill_consoles(mirror: Path, seed: int, kills: int) -> int:
    """Kill consoles in their terminals while they open, read and write.

    A note of which one said that it was kept is there once; how many these were.
    """
    dice, notebook = random.Random(seed), mirror.parent / "n.db"
    # Digits: where a list is not there yet, no letter of a note is taken for its key.
    said = [kill_console(mirror, f"{number:03}.", dice) for number in range(kills)]
    assert whole(mirror) == []
    # Whatever was left of it, it takes the next note.
    notes.add(notebook, [(("segment", "external_id", "u1"),)], "after", Signed("ada", NOW))
    assert whole(notebook) == []
    assert audit.check(notebook) is None
    with closing(open_reader(notebook, 99)) as db:
        there = " ".join(text for (text,) in db.execute("select text from note").fetchall())
    for number, kept in enumerate(said):
        times = there.count(f"{number:03}.")
        assert times == 1 if kept else times <= 1, (number, there)
    return sum(said)


def kill_console(mirror: Path, note: str, dice: random.Random) -> bool:
    """Kill a console at any moment of its opening, or of a note and other keys; whether it said
    that the note was kept."""
    with Terminal(mirror, NOW) as console:
        if dice.random() < 0.3:
            console.read(dice.uniform(0.05, 0.9))
        else:
            console.wait_for("customers", 40)
            console.type(dice.choice([b"", b"2", b"2/ada\r", b"jj", b"3"]))
            console.type(f"n{note}\r".encode())
            console.read(dice.uniform(0.0, 0.6))
            console.type(dice.choice([b"", b"d", b"c", b"2\r", b"y"]))
            console.read(dice.uniform(0.0, 0.2))
        assert console.process.poll() is None
        console.process.kill()
        console.process.wait()
        console.read(0.01)
        return b"Noted on" in console.output


def test_imports_killed(tmp_path: Path, exported: tuple[Path, Told]) -> None:
    assert kill_imports(tmp_path, exported, 0, 8) >= 8


def test_syncs_killed(tmp_path: Path) -> None:
    assert kill_syncs(tmp_path, "shopify", 1, 4) >= 4


def test_writers_of_notes_killed(tmp_path: Path) -> None:
    assert kill_writers(tmp_path, 1, 8) > 8


@pytest.fixture
def mirror(built_world: Path, tmp_path: Path) -> Path:
    """A mirror of one's own."""
    path = tmp_path / "mirror.db"
    path.write_bytes(built_world.read_bytes())
    path.chmod(0o600)
    return path


def test_consoles_killed(mirror: Path) -> None:
    kill_consoles(mirror, 2, 2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 110))
def test_a_thousand_imports_killed(tmp_path: Path, exported: tuple[Path, Told], seed: int) -> None:
    print("R16: imports killed", kill_imports(tmp_path, exported, seed, 100))


@pytest.mark.slow
@pytest.mark.parametrize("kind", BOOKS)
def test_seven_hundred_syncs_killed(tmp_path: Path, kind: str) -> None:
    print("R16: syncs killed", kill_syncs(tmp_path, kind, 100, 700 // len(BOOKS) + 1))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 116))
def test_eight_hundred_writers_of_notes_killed(tmp_path: Path, seed: int) -> None:
    print("R16: writers killed 50, acknowledged", kill_writers(tmp_path, seed, 50))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_three_hundred_consoles_killed(mirror: Path, seed: int) -> None:
    print("R16: consoles killed 100, acknowledged", kill_consoles(mirror, seed, 100))
