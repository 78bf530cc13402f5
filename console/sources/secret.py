"""A source's key: from the environment, a private file or the system's keyring."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from console.config import SourceConfig
from console.sources.answers import ApiError

KEYRING = "customer-console"


def key_of(
    source: SourceConfig, config: Path | None, environment: Mapping[str, str] = os.environ
) -> str:
    """The key of a source.

    config: the config's file; a relative key_file is beside it.
    Raises ApiError, which says where the key was looked for and never what it is.
    """
    name = source.name
    if source.key_env:
        key = environment.get(source.key_env, "").strip()
        if not key:
            raise ApiError(f"{name}: the environment has no {source.key_env}")
    elif source.key_file:
        key = _from_file(name, _place(source.key_file, config))
    elif source.settings.get("keyring"):
        key = _from_keyring(name)
    else:
        raise ApiError(f"{name}: has no key; set key_env or key_file in [sources.{name}]")
    if not key.isascii() or not key.isprintable():
        raise ApiError(f"{name}: its key holds characters that no key has")
    return key


def keep_in_file(path: Path, key: str) -> None:
    """Write a key to a file that its owner alone can read, in a folder of the same kind.

    Raises OSError, also when the file is there already.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(key + "\n")


def keep_in_keyring(name: str, key: str) -> None:
    """Give a source's key to the system's keyring. Raises ApiError where there is none."""
    try:
        import keyring
    except ImportError:
        raise ApiError(f"{name}: `pip install keyring` first, or keep the key in a file") from None
    try:
        keyring.set_password(KEYRING, name, key)
    except keyring.errors.KeyringError as error:
        raise ApiError(f"{name}: the keyring did not take the key: {error}") from None


def _from_keyring(name: str) -> str:
    try:
        import keyring
    except ImportError:
        raise ApiError(f"{name}: `pip install keyring`, or keep the key in a file") from None
    try:
        key = keyring.get_password(KEYRING, name)
    except keyring.errors.KeyringError as error:
        raise ApiError(f"{name}: the keyring cannot be read: {error}") from None
    if not key:
        raise ApiError(f"{name}: the keyring has no key for it")
    return str(key).strip()


def _place(given: str, config: Path | None) -> Path:
    path = Path(given).expanduser()
    return path if path.is_absolute() or config is None else config.parent / path


def _from_file(name: str, path: Path) -> str:
    try:
        mode = path.stat().st_mode
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise ApiError(
                f"{name}: others may read {path}; say `chmod 600` to it, and consider a new key"
            )
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ApiError(f"{name}: cannot read its key from {path}: {reason}") from None
    if not key:
        raise ApiError(f"{name}: {path} is empty")
    return key
