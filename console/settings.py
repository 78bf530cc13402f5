"""Reading the settings: flags over environment over the config file over defaults.

Data lives in ``$XDG_DATA_HOME/customer-console`` unless told.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from console.clock import WeekStart, to_instant
from console.config import IDLE, Config, ConfigError, os_user, person_name
from console.config_file import FOLDER, config_file, read, sources, tables, zone_of


def data_folder() -> Path:
    """Where mirror and notebook live unless told otherwise."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / FOLDER


def load(
    *,
    mirror: str | None = None,
    notebook: str | None = None,
    config: str | None = None,
    now: str | None = None,
    timezone: str | None = None,
    week_start: str | None = None,
    readonly: bool = False,
    kiosk: bool = False,
    person: str | None = None,
    no_mouse: bool = False,
    plain: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> Config:
    """Gather the settings; arguments are the command line's flags, None where not given.

    now: ISO 8601; without an offset it is read in the workspace zone.
    Raises ConfigError with a sentence that names the setting at fault.
    """
    path, document = _document(config or environment.get("CONSOLE_CONFIG"))

    def setting(name: str, flag: str | None = None) -> str | None:
        value = flag or environment.get(f"CONSOLE_{name.upper()}") or document.get(name)
        return None if value is None else str(value)

    zone = zone_of(setting("timezone", timezone) or "UTC", "timezone")
    return Config(
        **_places(setting("mirror", mirror), setting("notebook", notebook)),
        path=path if document else None,
        now=_moment(setting("now", now), zone),
        timezone=zone.key,
        week_start=_week_start(setting("week_start", week_start) or "monday"),
        person=_person(setting("person") if person is None else person),
        kiosk=kiosk,
        idle_minutes=_minutes(setting("idle_minutes")),
        theme=setting("theme"),
        **_switches(document, readonly=readonly, no_mouse=no_mouse, plain=plain),
        **tables(document),
    )


def _document(named: str | None) -> tuple[Path, dict[str, Any]]:
    path = Path(named) if named else config_file()
    return path, read(path, required=named is not None)


def _places(mirror: str | None, notebook: str | None) -> dict[str, Any]:
    path = _place(mirror or data_folder() / "mirror.db", "mirror")
    beside = path.with_name("notebook.db")
    return {"mirror": path, "notebook": _place(notebook or beside, "notebook")}


def _place(given: str | Path, where: str) -> Path:
    """The path of a database. Raises ConfigError for one that SQLite has no way to say."""
    path = Path(given)
    try:
        fits = bool(path.name) and "\0" not in str(path.absolute()).encode().decode()
    except UnicodeEncodeError:
        fits = False
    if not fits:
        raise ConfigError(f"{where}: {str(given)!r} cannot be a database; name a file, in UTF-8")
    return path


def _switches(
    document: Mapping[str, Any], *, readonly: bool, no_mouse: bool, plain: bool
) -> dict[str, Any]:
    return {
        "readonly": readonly or document.get("readonly", False),
        "mouse": document.get("mouse", True) and not no_mouse,
        "plain": plain or document.get("plain", False),
    }


def reread(config: Config) -> Config:
    """The same settings with the sources that the config's file names now.

    Raises ConfigError as `load` does.
    """
    if config.path is None:
        return config
    return replace(config, sources=sources(read(config.path, required=True)))


def parse_now(text: str, zone: ZoneInfo) -> int:
    """An ISO 8601 date or time as microseconds UTC; naive ones are in `zone`.

    Raises ConfigError when it is neither.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ConfigError(
            f"now: {text!r} is not a time; write it like 2026-03-01T09:00:00+01:00"
        ) from None
    return to_instant(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _moment(given: str | None, zone: ZoneInfo) -> int | None:
    return parse_now(given, zone) if given else None


def _person(given: str | None) -> str:
    return os_user() if given is None else person_name(given, "person")


def _minutes(given: str | None) -> float:
    try:
        minutes = IDLE if given is None else float(given)
    except ValueError:
        minutes = -1
    if not 0 <= minutes <= 1_000_000:
        raise ConfigError(f"idle_minutes: {given!r} is no number of minutes; 0 is for never")
    return minutes


def _week_start(value: str) -> WeekStart:
    folded = value.strip().lower()
    if folded == "monday":
        return "monday"
    if folded == "sunday":
        return "sunday"
    raise ConfigError(f"week_start: {value!r} is neither monday nor sunday")
