"""The config file: where it is, what may stand in it, and what its tables mean.

It is TOML, at ``$XDG_CONFIG_HOME/customer-console/config.toml`` unless told. Secrets are never
in it: a source names the environment variable or the private file that holds its key.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console.config import ConfigError, EventRule, SourceConfig, TableRule
from console.model import LEVELS
from console.verbs import VERBS

FOLDER = "customer-console"
_LARGEST = 1_000_000
"""Letters that a config may have. What is not one, a device say, may never end."""


def config_file() -> Path:
    """Where the config is looked for unless told otherwise."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / FOLDER / "config.toml"


def read(path: Path, *, required: bool) -> dict[str, Any]:
    """What stands in the file, its settings known by name and type; nothing where there is none.

    required: refuse a file that is not there. Raises ConfigError, which names what is wrong.
    """
    document = _parsed(path, required=required)
    _check(document, "config", _SETTINGS)
    return document


def _parsed(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        with path.open(encoding="utf-8") as file:
            given = file.read(_LARGEST + 1)
        if len(given) > _LARGEST:
            raise ConfigError(
                f"config: {path} is larger than a config can be ({_LARGEST:,} letters); name "
                "another with --config"
            )
        return tomllib.loads(given)
    except FileNotFoundError:
        if required:
            raise ConfigError(f"config: there is no file {path}") from None
        return {}
    except OSError as error:
        raise ConfigError(f"config: cannot read {path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"config: {path} is not TOML: {error}") from None


def sources(document: dict[str, Any]) -> dict[str, SourceConfig]:
    """The configured sources, by name. Raises ConfigError."""
    return _section(document, "sources", _source)


def tables(document: dict[str, Any]) -> dict[str, Any]:
    """The settings that only the file has, by their names in `Config`. Raises ConfigError."""
    return {
        "sources": sources(document),
        "events": _section(document, "events", _event_rule),
        "tables": _section(document, "tables", _table_rule),
        "inbox_days": _days(document.get("inbox_days", 7), "inbox_days"),
        "keymap": {key: str(value) for key, value in document.get("keymap", {}).items()},
    }


def zone_of(name: str, where: str) -> ZoneInfo:
    """A time zone by its name. where: which setting it is. Raises ConfigError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(
            f"{where}: {name!r} is not a time zone; write it like Europe/Stockholm or UTC"
        ) from None


def _days(value: Any, where: str) -> int:
    if isinstance(value, bool) or not 1 <= value <= 3650:
        raise ConfigError(f"{where}: must be a number of days, from 1 to 3650, not {value!r}")
    return int(value)


def _section(document: dict[str, Any], name: str, build: Any) -> dict[str, Any]:
    made = {}
    for key, value in document.get(name, {}).items():
        where = f"[{name}.{key}]"
        if not isinstance(value, dict):
            raise ConfigError(f"{where}: must be a table of settings")
        made[key] = build(key, dict(value), where)
    return made


_ANY = object
_CALLED = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    dict: "a table",
    list: "a list",
}
_SETTINGS: Mapping[str, type] = {
    "mirror": str, "notebook": str, "now": _ANY, "timezone": str, "week_start": str,
    "readonly": bool, "person": str, "idle_minutes": _ANY, "mouse": bool, "plain": bool,
    "theme": str, "sources": dict, "events": dict, "tables": dict, "keymap": dict,
    "inbox_days": int,
}  # fmt: skip
_SOURCE_SETTINGS: Mapping[str, type] = {
    "timezone": str, "day_first": bool, "currency": str, "base_url": str, "key_env": str,
    "key_file": str,
}  # fmt: skip
_EVENT_SETTINGS = dict.fromkeys(("verb", "feature", "level", "says"), str)
_TABLE_SETTINGS: Mapping[str, type] = {
    "kind": str, "match": str, "columns": dict, "constants": dict, "header": list,
    "delimiter": str, "source": str,
}  # fmt: skip


def _check(
    given: Mapping[str, Any], where: str, known: Mapping[str, type], more: bool = False
) -> None:
    """Refuse settings that there are not (unless `more` are allowed) or of another type."""
    for name, value in given.items():
        wanted = known.get(name, _ANY if more else None)
        if wanted is None:
            raise ConfigError(
                f"{where}: there is no setting {name!r}; there are {', '.join(known)}"
            )
        if not isinstance(value, wanted):
            raise ConfigError(f"{where}: {name} must be {_CALLED[wanted]}, not {value!r}")


def _source(name: str, given: dict[str, Any], where: str) -> SourceConfig:
    if "key" in given or "token" in given:
        raise ConfigError(f"{where}: a key does not belong in the config; use key_env or key_file")
    _check(given, where, {**_SOURCE_SETTINGS, "kind": str}, more=True)
    currency = given.get("currency")
    if currency is not None and not (
        currency.isascii() and currency.isalpha() and len(currency) == 3
    ):
        raise ConfigError(f"{where}: currency must be like EUR, not {currency!r}")
    if zone := given.get("timezone"):
        zone_of(zone, f"{where} timezone")
    known = {key: given.pop(key) for key in _SOURCE_SETTINGS if key in given}
    return SourceConfig(name=name, kind=given.pop("kind", name), **known, settings=given)


def _event_rule(name: str, given: dict[str, Any], where: str) -> EventRule:
    _check(given, where, _EVENT_SETTINGS)
    rule = EventRule(**given)
    if rule.verb is not None and rule.verb not in VERBS:
        raise ConfigError(f"{where} verb: {rule.verb!r} is none of {', '.join(VERBS)}")
    if rule.level is not None and rule.level not in LEVELS:
        raise ConfigError(f"{where} level: {rule.level!r} is none of {', '.join(LEVELS)}")
    return rule


def _table_rule(name: str, given: dict[str, Any], where: str) -> TableRule:
    _check(given, where, _TABLE_SETTINGS)
    for section in ("columns", "constants"):
        given[section] = {key: str(value) for key, value in given.get(section, {}).items()}
    if "header" in given:
        given["header"] = tuple(map(str, given["header"])) or None
    return TableRule(**given)
