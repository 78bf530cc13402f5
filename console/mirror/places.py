"""Where a file of ours may lie, and who may open it.

Mirror and notebook hold customers' data. They belong to one person (0600, in a folder of
0700), or to a group: a folder of mode 2770 says so, and files in it are 0660. SQLite's WAL
needs shared memory, so that neither works on a file system of another machine
(sqlite.org/wal.html).
"""

from __future__ import annotations

import os
import re
import stat
from functools import lru_cache
from pathlib import Path

ALONE, GROUP = 0o600, 0o660
"""Modes of files: for their owner, or for those of a group."""
_SHARED_FOLDER = 0o2770
_MOUNTS = Path("/proc/self/mountinfo")
_REMOTE = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "lustre", "glusterfs", "beegfs",
           "fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.glusterfs")  # fmt: skip
_OCTAL = re.compile(r"\\(\d{3})")
_POSIX = os.name == "posix"


def mode_for(folder: Path) -> int:
    """The mode of our files in a folder: `GROUP` where the folder's own mode is 2770.

    Raises OSError when the folder cannot be looked at.
    """
    return GROUP if stat.S_IMODE(folder.stat().st_mode) == _SHARED_FOLDER else ALONE


def make(path: Path) -> None:
    """Make an empty file with the mode that its folder asks for, whatever the umask.

    Raises OSError when it cannot be made, FileExistsError when it is there.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, ALONE)
    try:
        if _POSIX:
            os.fchmod(handle, mode_for(path.parent))
    finally:
        os.close(handle)


def too_wide(path: Path) -> int | None:
    """The mode of a file that more people may open than should; None when it is right.

    Raises OSError when it cannot be looked at.
    """
    if not _POSIX:
        return None
    mode = stat.S_IMODE(path.stat().st_mode)
    return mode if mode & 0o777 & ~mode_for(path.parent) else None


def why_not(path: Path) -> str | None:
    """Why a file may not be used where it lies and as it is, in a sentence; None when it may.

    Raises OSError when it cannot be looked at.
    """
    if kind := remote(path):
        return (
            f"{path} is on a file system of another machine ({kind}), where SQLite loses data. "
            "Nothing was changed. Choose a place on a local disk with --mirror and --notebook."
        )
    mode = too_wide(path)
    if mode is None:
        return None
    return (
        f"{path} holds customers' data, and others on this machine may open it (mode "
        f"{mode:04o}). Nothing was read. Keep it to yourself: chmod 600 {path}; to share it "
        "with a group, give its folder the mode 2770 and the files 660."
    )


def remote(path: Path) -> str | None:
    """The kind of file system a file is on, when it is another machine's; else None."""
    kind = file_system(path)
    return kind if kind and kind.startswith(_REMOTE) else None


def file_system(path: Path) -> str | None:
    """What the system calls the file system a path is on ("ext4", "nfs4"); None if unknown.

    Only Linux tells.
    """
    return _file_system(str(path.absolute().parent.resolve()), _mounted())


def _mounted() -> int:
    """Changes when something is mounted."""
    try:
        return hash(_MOUNTS.read_bytes())
    except OSError:
        return 0


@lru_cache(64)
def _file_system(folder: str, mounted: int) -> str | None:
    try:
        lines = _MOUNTS.read_text(errors="replace").splitlines()
    except OSError:
        return None
    best: tuple[int, str | None] = (-1, None)
    for line in lines:
        before, _, after = line.partition(" - ")
        # Blanks in a path are written as octal.
        point = _OCTAL.sub(lambda found: chr(int(found[1], 8)), before.split()[4]).rstrip("/")
        # Of two on one point the later one is seen.
        if len(point) >= best[0] and (folder == point or folder.startswith(f"{point}/")):
            best = (len(point), after.split()[0])
    return best[1]
