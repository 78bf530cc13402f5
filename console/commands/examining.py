"""What ``console doctor`` looks at of settings, files and disks."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import humanize

from console.clock import DAY, Clock, from_instant
from console.config import Config
from console.mirror import places, status
from console.mirror.database import WAL_LIMIT, DatabaseError, MirrorError, open_reader
from console.mirror.soundness import whole
from console.model import Finding
from console.notebook import backup
from console.notebook.schema import VERSION
from console.sources.answers import ApiError
from console.sources.secret import key_of

_LITTLE, _NONE = 1024**3, 50 * 1024**2
"""Bytes of room below which one should look, and below which it is bad."""
_SKEW = 60_000_000
"""Microseconds that a clock may differ by."""


def sources(config: Config) -> Iterator[Finding]:
    """The settings, and whether each source's key can be read."""
    where = str(config.path) if config.path else "there are none; nothing is needed"
    yield Finding("settings", "ok", where)
    for source in config.sources.values():
        if not source.is_asked:
            continue
        try:
            key_of(source, config.path)
        except ApiError as error:
            yield Finding("key", "look", str(error), f"console source add {source.kind}")
        else:
            yield Finding("key", "ok", f"{source.name}: is there, for nobody else to read")


def files(config: Config, clock: Clock) -> Iterator[Finding]:
    """The mirror and the notebook: who may open them, where they lie, whether they are whole."""
    for what, path in (("mirror", config.mirror), ("notebook", config.notebook)):
        if not path.exists():
            said = f"there is none at {path} yet"
            yield Finding(what, "ok" if what == "notebook" else "look", said,
                          "" if what == "notebook" else "console import PATH…")  # fmt: skip
            continue
        yield from _access(what, path)
        yield _system(what, path)
        yield _wal(what, path)
        yield _whole(what, path, config)
    yield from _folders(config)
    yield _room(config)
    yield _times(config, clock)
    yield _backups(config, clock)


def _access(what: str, path: Path) -> Iterator[Finding]:
    for file in (path, *(Path(f"{path}{end}") for end in ("-wal", "-shm"))):
        try:
            wide, mode = places.too_wide(file), stat.S_IMODE(file.stat().st_mode)
        except FileNotFoundError:
            continue
        except OSError as error:
            yield Finding(what, "bad", f"{file}: {error.strerror}", "see its folder's owner")
            continue
        if wide is not None:
            yield Finding(what, "bad", f"{file}: others may open it (mode {mode:04o})",
                          f"chmod 600 {file}")  # fmt: skip
        elif file == path:
            whose = "a group's" if mode & 0o070 else "yours alone"
            yield Finding(what, "ok", f"{file}: {whose} (mode {mode:04o})")
    if not os.access(path, os.R_OK | os.W_OK):
        yield Finding(what, "look", f"{path}: may be read but not written by you",
                      "ask its owner, or use --readonly")  # fmt: skip


def _system(what: str, path: Path) -> Finding:
    if kind := places.remote(path):
        return Finding(
            what, "bad", f"is on {kind}, a file system of another machine: SQLite loses data there",
            "move it to a local disk; see --mirror and --notebook",
        )  # fmt: skip
    kind = places.file_system(path)
    return Finding(
        what, "ok", f"is on {kind}" if kind else "this system does not say what it is on"
    )


def _wal(what: str, path: Path) -> Finding:
    try:
        size = Path(f"{path}-wal").stat().st_size
    except OSError:
        size = 0
    said = f"{_size(size)} wait in its WAL"
    if size <= WAL_LIMIT:
        return Finding(what, "ok", said)
    return Finding(
        what, "look", f"{said}: somebody has been reading for long",
        "close consoles that nobody uses; the next sync makes it short",
    )  # fmt: skip


def _whole(what: str, path: Path, config: Config) -> Finding:
    try:
        open_reader(path, VERSION if what == "notebook" else None).close()
    except MirrorError as error:
        if not places.why_not(path):
            return Finding(what, "bad", str(error))
    try:
        faults = whole(path)
    except OSError as error:
        return Finding(what, "bad", f"{path}: {error.strerror}")
    if not faults:
        return Finding(what, "ok", "is whole: pages, indexes, checksums, counts")
    said = f"is damaged: {'; '.join(faults)}"
    if what == "mirror":
        return Finding(what, "bad", said,
                       f"move {path} and its -wal away and import or sync again; your notes are in "
                       f"{config.notebook} and are not in it")  # fmt: skip
    found = backup.kept(config.backups)
    last = f"put {found[0].path} in its place" if found else "there is no backup"
    return Finding(what, "bad", said, f"close every console, move {path} and its -wal away; {last}")


def _folders(config: Config) -> Iterator[Finding]:
    for folder in dict.fromkeys((config.mirror.parent, config.notebook.parent)):
        try:
            mode = stat.S_IMODE(folder.stat().st_mode)
        except OSError:
            continue
        if os.name != "posix" or not mode & 0o007 or mode & stat.S_ISVTX:
            yield Finding("folder", "ok", f"{folder} (mode {mode:04o})")
        elif mode & 0o002:
            yield Finding("folder", "bad", f"{folder}: anybody may put a file in another's place "
                          f"(mode {mode:04o})", f"chmod 700 {folder}")  # fmt: skip
        else:
            yield Finding("folder", "look", f"{folder}: others may see what is in it (mode "
                          f"{mode:04o})", f"chmod 700 {folder}")  # fmt: skip


def _room(config: Config) -> Finding:
    folder = config.mirror.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding("room", "look", f"{folder}: {error.strerror}")
    said = f"{_size(free)} free in {folder}"
    if free < _NONE:
        return Finding("room", "bad", said, "make room: nothing can be written soon")
    return Finding("room", "look" if free < _LITTLE else "ok", said,
                   "make room before the next big import" if free < _LITTLE else "")  # fmt: skip


def _times(config: Config, clock: Clock) -> Finding:
    now = from_instant(clock.now, clock.zone)
    said = f"{now:%Y-%m-%d %H:%M:%S} in {clock.zone.key}"
    try:
        db = open_reader(config.mirror)
        try:
            last = status.last_write(db)
        finally:
            db.close()
    except (MirrorError, DatabaseError):
        last = None
    if config.now is None and last is not None and last > clock.now + _SKEW:
        ahead = humanize.precisedelta(
            timedelta(microseconds=last - clock.now), minimum_unit="minutes"
        )
        return Finding("clock", "bad", f"{said}, but the mirror was written {ahead} later",
                       "set the clock of this machine; it should follow NTP")  # fmt: skip
    return Finding("clock", "ok", said)


def _backups(config: Config, clock: Clock) -> Finding:
    found = backup.kept(config.backups)
    if not config.notebook.exists():
        return Finding("backup", "ok", "there is no notebook yet, so nothing to copy")
    if not found:
        return Finding("backup", "look", f"there is no copy of the notebook in {config.backups}",
                       "console backup")  # fmt: skip
    newest = found[0]
    now = from_instant(clock.now, clock.zone).replace(tzinfo=None)
    old = (now - newest.at) > timedelta(microseconds=2 * DAY)
    return Finding(
        "backup", "look" if old else "ok",
        f"{len(found)} of the notebook, the newest {newest.path}", "console backup" if old else "",
    )  # fmt: skip


def _size(size: int) -> str:
    return humanize.naturalsize(size, binary=True)
