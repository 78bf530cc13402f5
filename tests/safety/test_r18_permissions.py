"""R18: files belong to their owner, or to a group whose folder says so; never to the network."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.mirror import places
from console.mirror.database import MirrorError, open_reader, open_writer
from console.notebook.store import note_visit
from tests.cli import Console
from tests.mirror.worlds import World, event, who

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes of files are of POSIX")
STRANGER, TEAM = 65_534, 50_123
as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be two users"
)


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids=lambda mask: f"umask {mask:03o}")
def mask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def fill(folder: Path) -> Path:
    """A mirror with one event and a notebook with one visit."""
    world = World(folder)
    world.save(event("1", who(external_id="u1"), "Signed Up", "2026-06-01T10:00"))
    note_visit(folder / "notebook.db", "ada", 1)
    return world.path


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_what_is_made_is_its_owners_alone(tmp_path: Path, mask: int) -> None:
    folder = tmp_path / "new"
    if mask == 0o777:
        # Nobody could enter a folder that is made under it.
        folder.mkdir()
        folder.chmod(0o700)
    path = fill(folder)
    writer = open_writer(path)
    writer.execute("create table more(x)")
    assert modes(folder) == {0o600}
    assert {"mirror.db-wal", "mirror.db-shm"} <= {one.name for one in folder.iterdir()}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    writer.close()


def test_a_folder_of_a_group_makes_files_of_the_group(tmp_path: Path, mask: int) -> None:
    folder = tmp_path / "team"
    folder.mkdir()
    folder.chmod(0o2770)
    path = fill(folder)
    writer = open_writer(path)
    writer.execute("create table more(x)")
    assert modes(folder) == {0o660}
    writer.close()


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o660, 0o666])
def test_a_wider_one_is_refused_with_what_to_do(tmp_path: Path, mode: int) -> None:
    path = fill(tmp_path / "new")
    path.chmod(mode)
    for opened in (open_reader, open_writer):
        with pytest.raises(MirrorError) as refused:
            opened(path)
        assert f"mode 0{mode:o}" in str(refused.value)
        assert f"chmod 600 {path}" in str(refused.value)
    answer = Console(path.parent)("feed")
    assert answer.status == 1
    assert "others on this machine may open it" in answer.err
    path.chmod(0o600)
    assert Console(path.parent)("feed").status == 0


def test_a_group_s_file_is_refused_where_the_folder_does_not_say_so(tmp_path: Path) -> None:
    folder = tmp_path / "team"
    folder.mkdir()
    folder.chmod(0o2770)
    path = fill(folder)
    open_reader(path).close()
    for wider in (0o2775, 0o770, 0o750):
        folder.chmod(wider)
        with pytest.raises(MirrorError, match="others on this machine"):
            open_reader(path)


def test_an_empty_file_that_somebody_made_is_made_private(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    path.touch(0o644)
    open_writer(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@as_root
def test_another_user_reads_nothing_and_one_of_the_group_writes(tmp_path: Path) -> None:
    # Below the folder of this run of the tests everything is private to whoever runs them.
    for parent in (tmp_path, *tmp_path.parents[:3]):
        if parent.owner() == tmp_path.owner() and not parent.stat().st_mode & stat.S_ISVTX:
            parent.chmod(0o755)
    alone = fill(tmp_path / "alone")
    team = tmp_path / "team"
    team.mkdir()
    os.chown(team, 0, TEAM)
    team.chmod(0o2770)
    shared = fill(team)
    assert shared.stat().st_gid == TEAM
    assert as_user(STRANGER, STRANGER, alone.read_bytes) == "PermissionError"
    assert as_user(STRANGER, STRANGER, shared.read_bytes) == "PermissionError"
    assert as_user(STRANGER, TEAM, lambda: _write(shared)) == ""
    reader = open_reader(shared)
    assert reader.execute("select value from meta where key = 'test'").fetchall() == [("ours",)]
    reader.close()
    # The second user has left; the first must still be able to read and write.
    _write(shared)


def _write(path: Path) -> None:
    open_reader(path).close()
    db = open_writer(path)
    db.execute("insert or replace into meta(key, value) values ('test', 'ours')")
    db.close()


def as_user(user: int, group: int, work: Callable[[], object]) -> str:
    """Do something as another user; the name of what it raised, "" when nothing."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        said = ""
        try:
            os.setgroups([])
            os.setgid(group)
            os.setuid(user)
            work()
        except BaseException as error:
            said = type(error).__name__
        os.write(into, said.encode())
        os._exit(0)
    os.close(into)
    os.waitpid(child, 0)
    with os.fdopen(out) as told:
        return told.read()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux names it")
@pytest.mark.parametrize("kind", ["nfs4", "cifs", "smb3", "fuse.sshfs", "9p"])
def test_a_file_of_another_machine_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    path = fill(tmp_path / "a b")
    mounts = tmp_path / "mountinfo"
    point = str(path.parent.resolve()).replace(" ", r"\040")
    mounts.write_text(
        "22 1 8:1 / / rw - ext4 /dev/vda1 rw\n"
        f"23 22 0:45 / {point} rw,relatime shared:7 - ext4 /dev/vdb rw\n"
        f"24 22 0:46 / {point} rw,relatime shared:7 - {kind} server:/export rw\n"
    )
    assert places.remote(path) is None
    monkeypatch.setattr(places, "_MOUNTS", mounts)
    for opened in (open_reader, open_writer):
        with pytest.raises(MirrorError, match="file system of another machine") as refused:
            opened(path)
        assert kind in str(refused.value)
        assert "--mirror" in str(refused.value)
    mounts.write_text("22 1 8:1 / / rw - ext4 /dev/vda1 rw\n")
    open_reader(path).close()
